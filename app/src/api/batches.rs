//! Sending to many and other acts on many users, and their reports.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    batch::{
        Activation, BatchReport, BatchSummary, ChangeRequest, LetterPreview, LetterRequest,
        RenewRequest, SendPreview, SendRequest,
    },
    ids::BatchId,
};

use super::AppError;

/// What sending would do; nothing is done.
#[server(input = Json)]
pub async fn preview_send(request: SendRequest) -> Result<SendPreview, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::invitations::preview(&core, &admin, &request).await?)
}

/// Queues the invitations; the same request key again answers the same batch.
#[server(input = Json)]
pub async fn send_invitations(request: SendRequest) -> Result<BatchId, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::invitations::send(&core, &admin, &request).await?)
}

/// What renewing would do; nothing is done.
#[server(input = Json)]
pub async fn preview_renewal(request: RenewRequest) -> Result<SendPreview, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::invitations::preview_renewal(&core, &admin, &request).await?)
}

/// Queues invitations anew for those whose earlier one has expired.
#[server(input = Json)]
pub async fn renew_invitations(request: RenewRequest) -> Result<BatchId, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::invitations::renew(&core, &admin, &request).await?)
}

/// The head of an invitation's e-mail; its body is read at `/users/invite/letter`.
#[server(input = Json)]
pub async fn preview_letter(request: LetterRequest) -> Result<LetterPreview, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::invitations::letter(&core, &admin, &request).await?)
}

/// What revoking, deactivating or activating would do; nothing is done.
#[server(input = Json)]
pub async fn preview_change(request: ChangeRequest) -> Result<SendPreview, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::bulk::preview(&core, &admin, &request).await?)
}

/// Revokes, deactivates or activates; the same request key again answers the same batch.
#[server(input = Json)]
pub async fn change_users(request: ChangeRequest) -> Result<BatchId, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::bulk::change(&core, &admin, &request).await?)
}

/// Activates who was deactivated, and sends to those who have not joined, in one act.
#[server(input = Json)]
pub async fn activate_and_send(request: SendRequest) -> Result<Activation, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::invitations::activate_and_send(&core, &admin, &request).await?)
}

/// Undoes what a batch has just revoked or deactivated; answers for how many users.
#[server(input = Json)]
pub async fn undo_batch(id: BatchId) -> Result<u32, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::bulk::undo(&core, &admin, id).await?)
}

/// The newest batches (at most 100).
#[server(input = Json)]
pub async fn list_batches() -> Result<Vec<BatchSummary>, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::batches::list(&core, &admin).await?)
}

/// One page of a batch's report; `after` is the last position of the page before, 0 for the first.
#[server(input = Json)]
pub async fn read_batch(id: BatchId, after: u32) -> Result<BatchReport, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::batches::report(&core, &admin, id, after).await?)
}

//! Sending to many, and the report of it.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    batch::{BatchReport, BatchSummary, SendPreview, SendRequest},
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

//! Sign-ups, and requests for a new invitation, that wait for an admin.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    approvals::ApprovalsPage,
    ids::{ApprovalId, RequestId},
};

use super::AppError;

/// Who waits, the longest first.
#[server(input = Json)]
pub async fn list_approvals() -> Result<ApprovalsPage, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::approvals::list(&core, &admin).await?)
}

/// Lets the person in.
#[server(input = Json)]
pub async fn approve_sign_up(id: ApprovalId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::approvals::approve(&core, &admin, id).await?)
}

/// Revokes the invitation, and forgets the sign-up.
#[server(input = Json)]
pub async fn refuse_sign_up(id: ApprovalId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::approvals::refuse(&core, &admin, id).await?)
}

/// Sends the new invitation that the person has asked for.
#[server(input = Json)]
pub async fn grant_request(id: RequestId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::requests::grant(&core, &admin, id).await?)
}

/// Sends nothing, and the page behind the link says so.
#[server(input = Json)]
pub async fn refuse_request(id: RequestId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::requests::refuse(&core, &admin, id).await?)
}

//! The directory and what is done to one user.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::UserId,
    invitation::CopiedInvitation,
    users::{InviteChoices, UsersFilter, UsersPage, UsersQuery},
};

use super::AppError;

/// One page of the directory with the counts of every status.
#[server(input = Json)]
pub async fn list_users(query: UsersQuery) -> Result<UsersPage, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::directory::list(&core, &admin, &query).await?)
}

/// What the dialog "Invite users" offers.
#[server(input = Json)]
pub async fn read_invite_choices() -> Result<InviteChoices, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::roles::invite_choices(&core, &admin).await?)
}

/// The current link of a user's standing invitation, alone and in its text, for the clipboard.
/// It ends no link that is in the mail.
#[server(input = Json)]
pub async fn copy_invitation(user: UserId) -> Result<CopiedInvitation, AppError> {
    use crate::ssr::gate::{self, CopyInvitationLinks};
    let (core, admin) = gate::admin(CopyInvitationLinks).await?;
    Ok(domain::invitations::copy(&core, &admin, user).await?)
}

/// How many users match.
#[server(input = Json)]
pub async fn count_users(filter: UsersFilter) -> Result<u64, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::directory::count(&core, &admin, &filter).await?)
}

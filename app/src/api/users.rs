//! The directory and what is done to one user.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::UserId,
    invitation::CopiedInvitation,
    resources::Access,
    users::{
        AccessRequest, DeleteRequest, EditRequest, InviteChoices, PersonDetails, PersonPage,
        UsersFilter, UsersPage, UsersQuery,
    },
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

/// All that a user's page shows.
#[server(input = Json)]
pub async fn read_user(user: UserId) -> Result<PersonPage, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::people::read(&core, &admin, user).await?)
}

/// Changes the details of a user. Another address ends the links to the earlier one.
#[server(input = Json)]
pub async fn edit_user(request: EditRequest) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::people::edit(&core, &admin, &request).await?)
}

/// Lets the user's address be written to again, to which messages came back; sends nothing.
#[server(input = Json)]
pub async fn try_address_again(user: UserId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::people::try_again(&core, &admin, user).await?)
}

/// Changes what a user may reach.
#[server(input = Json)]
pub async fn change_access(request: AccessRequest) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::people::change_access(&core, &admin, &request).await?)
}

/// Adds a user to the directory, not invited.
#[server(input = Json)]
pub async fn add_user(details: PersonDetails, access: Option<Access>) -> Result<UserId, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::people::add(&core, &admin, &details, access.as_ref()).await?)
}

/// Forgets a user for good; the request repeats the address.
#[server(input = Json)]
pub async fn delete_user(request: DeleteRequest) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::people::delete(&core, &admin, &request).await?)
}

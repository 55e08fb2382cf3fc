//! The organization's roles.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::RoleId,
    roles::{RoleDeletion, RoleDetails, RoleEdit, RoleRow},
};

use super::AppError;

/// Every role with what it carries and how many have it.
#[server(input = Json)]
pub async fn list_roles() -> Result<Vec<RoleRow>, AppError> {
    use crate::ssr::gate::{self, ManageRoles};
    let (core, admin) = gate::admin(ManageRoles).await?;
    Ok(domain::roles::list(&core, &admin).await?)
}

/// Adds a role of the organization's own.
#[server(input = Json)]
pub async fn add_role(details: RoleDetails) -> Result<RoleId, AppError> {
    use crate::ssr::gate::{self, ManageRoles};
    let (core, admin) = gate::admin(ManageRoles).await?;
    Ok(domain::roles::add(&core, &admin, &details).await?)
}

/// Gives a role another name or other permissions.
#[server(input = Json)]
pub async fn edit_role(request: RoleEdit) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageRoles};
    let (core, admin) = gate::admin(ManageRoles).await?;
    Ok(domain::roles::edit(&core, &admin, &request).await?)
}

/// Deletes a role; those who have it get another one. Gives how many.
#[server(input = Json)]
pub async fn delete_role(request: RoleDeletion) -> Result<u64, AppError> {
    use crate::ssr::gate::{self, ManageRoles};
    let (core, admin) = gate::admin(ManageRoles).await?;
    Ok(domain::roles::delete(&core, &admin, request).await?)
}

//! The locations, pages, products and lines of the organization, and what of them one reaches.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::ResourceId,
    resources::{Reached, RenameRequest, ResourceKind, ResourceRow},
};

use super::AppError;

/// What the signed-in person reaches.
#[server(input = Json)]
pub async fn read_home() -> Result<Reached, AppError> {
    use crate::ssr::gate;
    let (core, member) = gate::member().await?;
    Ok(domain::access::reached(&core, &member).await?)
}

/// All of a kind, in use or retired.
#[server(input = Json)]
pub async fn list_resources(kind: ResourceKind) -> Result<Vec<ResourceRow>, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::list(&core, &admin, kind).await?)
}

/// Adds one for each line; answers how many.
#[server(input = Json)]
pub async fn add_resources(kind: ResourceKind, names: String) -> Result<u32, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::add(&core, &admin, kind, &names).await?)
}

/// Gives one another name.
#[server(input = Json)]
pub async fn rename_resource(request: RenameRequest) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::rename(&core, &admin, &request).await?)
}

/// Moves one up (negative) or down by so many places; answers its place, from 1.
#[server(input = Json)]
pub async fn move_resource(id: ResourceId, steps: i32) -> Result<u32, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::move_by(&core, &admin, id, steps).await?)
}

/// Orders a kind by name.
#[server(input = Json)]
pub async fn sort_resources(kind: ResourceKind) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::sort(&core, &admin, kind).await?)
}

/// For how many users one was chosen.
#[server(input = Json)]
pub async fn count_choosers(id: ResourceId) -> Result<u64, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::count_choosers(&core, &admin, id).await?)
}

/// Takes one out of use.
#[server(input = Json)]
pub async fn retire_resource(id: ResourceId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::retire(&core, &admin, id).await?)
}

/// Puts one back in use.
#[server(input = Json)]
pub async fn restore_resource(id: ResourceId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::resources::restore(&core, &admin, id).await?)
}

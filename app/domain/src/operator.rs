//! What the person who runs the installation does: organizations, and what each of them may use.
//!
//! - `list`: all organizations, and one of them
//! - `create`: an organization with its first owner, and further owners
//! - `change`: suspending and resuming, seats, features, pages and products
//!
//! Each change is audited in the organization that it is made to.

mod change;
mod create;
mod list;

pub use self::{
    change::{add_resource, change, enable, resume, suspend},
    create::{create, invite_owner},
    list::{list, read},
};
use crate::{Outcome, entity::organizations, proof::Operator};
use sea_orm::{ConnectionTrait, EntityTrait};
use types::{ids::OrganizationId, refusal::Refusal};

/// Any organization of the installation.
async fn find(
    read: &impl ConnectionTrait,
    _operator: &Operator,
    organization: OrganizationId,
) -> Outcome<organizations::Model> {
    let found = organizations::Entity::find_by_id(organization)
        .one(read)
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

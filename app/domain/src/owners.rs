//! At least one active Owner remains in an organization, on every path.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use types::{
    access::RoleKind,
    ids::{OrganizationId, RoleId, UserId},
    users::UserStatus,
};

use crate::{
    Outcome,
    entity::{roles, users},
};

/// What makes an Owner of an organization.
pub(crate) struct Owners {
    organization: OrganizationId,
    roles: HashSet<RoleId>,
}

impl Owners {
    /// `roles` are those of the organization.
    pub fn of(organization: OrganizationId, roles: &[roles::Model]) -> Self {
        let owners = roles.iter().filter(|role| role.kind == RoleKind::Owner);
        Self {
            organization,
            roles: owners.map(|role| role.id).collect(),
        }
    }

    /// Whether the user is an active Owner.
    pub fn has(&self, user: &users::Model) -> bool {
        user.status == UserStatus::Active && self.roles.contains(&user.role_id)
    }

    /// Whether an active Owner is left when these are none any more.
    pub async fn remain_without(
        &self,
        read: &impl ConnectionTrait,
        leaving: &HashSet<UserId>,
    ) -> Outcome<bool> {
        let owners = users::Entity::find()
            .filter(users::Column::OrganizationId.eq(self.organization))
            .filter(users::Column::Status.eq(UserStatus::Active))
            .filter(users::Column::RoleId.is_in(self.roles.iter().copied()))
            .all(read)
            .await?;
        Ok(owners.iter().any(|owner| !leaving.contains(&owner.id)))
    }
}

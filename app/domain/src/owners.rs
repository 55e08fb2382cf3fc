//! At least one active Owner remains in an organization, on every path; and the way back in for where
//! none of them can sign in any more.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, Set,
};
use serde_json::json;
use types::{
    access::RoleKind,
    audit::Action,
    contact::{Email, Username},
    ids::{OrganizationId, RoleId, UserId},
    invitation::Channel,
    refusal::Refusal,
    resources::Access,
    users::UserStatus,
};

use crate::{
    Core, Outcome, audit, courier,
    entity::{organizations, roles, users},
    invitations,
    users::{NewUser, PersonName},
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

/// What `add` did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// The person is an active Owner already; nothing was changed.
    Already,
    /// The person has joined before, and is an active Owner now.
    Joined,
    /// The person joins as an Owner by this link.
    Invited {
        link: String,
        expires_at: DateTime<Utc>,
    },
}

/// Every organization by its name, for whoever has to say which one is meant.
pub async fn organizations(core: &Core) -> Outcome<Vec<(OrganizationId, String)>> {
    let found = organizations::Entity::find()
        .order_by_asc(organizations::Column::Name)
        .all(core.database.read())
        .await?;
    let named = found.into_iter().map(|it| (it.id, it.name));
    Ok(named.collect())
}

/// The command `usher owner add`: whoever has the installation's database and key makes an Owner.
/// Somebody who has not joined yet gets a standing invitation of their own, which ends earlier links;
/// nothing is mailed.
///
/// # Errors
/// `EmailNotValid`; `NotFound` for an organization that is not there.
pub async fn add(core: &Core, organization: OrganizationId, email: &str) -> Outcome<Added> {
    let username: Username = Email::parse(email)
        .map_err(|_| Refusal::EmailNotValid)?
        .into();
    let now = core.now();
    let write = core.database.begin().await?;
    let organization = organizations::Entity::find_by_id(organization)
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let roles = crate::roles::all(&write, organization.id).await?;
    let owner = roles.iter().find(|role| role.kind == RoleKind::Owner);
    let owner = owner.ok_or(Refusal::NotFound)?;
    let known = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(organization.id))
        .filter(users::Column::UsernameKey.eq(username.key()))
        .one(&write)
        .await?;
    if let Some(user) = &known
        && Owners::of(organization.id, &roles).has(user)
    {
        return Ok(Added::Already);
    }
    let before = known.as_ref().map(|user| {
        let role = roles.iter().find(|role| role.id == user.role_id);
        told(role.unwrap_or(owner), user.status)
    });
    let joined = known
        .as_ref()
        .is_some_and(|user| user.identity_id.is_some());
    let user = if let Some(user) = known {
        let mut row = user.into_active_model();
        row.role_id = Set(owner.id);
        if joined {
            row.status = Set(UserStatus::Active);
            row.failure_code = Set(None);
            row.failure_words = Set(None);
        }
        row.update(&write).await?.id
    } else {
        let user = NewUser {
            organization: organization.id,
            role: owner.id,
            username,
            name: PersonName::default(),
            phone: String::new(),
            job_title: String::new(),
            access: Access::everything(),
            access_by: None,
        };
        user.row(now).insert(&write).await?.id
    };
    let (added, status) = if joined {
        (Added::Joined, UserStatus::Active)
    } else {
        let invitation = invitations::stand(&write, user, &organization, now).await?;
        let added = Added::Invited {
            link: courier::invitation_link(core, Channel::Copied, &invitation),
            expires_at: invitation.expires_at,
        };
        (added, UserStatus::Invited)
    };
    let event = audit::Event::by_command(organization.id, Action::OwnerAdded)
        .about(user)
        .with(json!({ "before": before, "after": told(owner, status) }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization.id).await?;
    Ok(added)
}

/// As the audit log keeps it.
fn told(role: &roles::Model, status: UserStatus) -> serde_json::Value {
    json!({ "role": role.name, "status": status.as_str() })
}

//! New organizations, and owners who are invited from outside.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::json;
use types::{
    access::RoleKind,
    audit::Action,
    contact::{Email, Username},
    ids::{OrganizationId, RoleId, UserId},
    operator::NewOrganization,
    refusal::{LONGEST_NAME, Refusal},
    resources::Access,
    users::UserStatus,
};

use super::find;
use crate::{
    Core, Outcome, audit,
    changes::News,
    channels::{Addressee, Route},
    entity::{organizations, roles, users},
    invitations::{Terms, send_to},
    proof::Operator,
    random,
    seats::Free,
    setup,
    users::{NewUser, PersonName},
};

/// Makes an organization and invites its first owner.
///
/// # Errors
/// `OrganizationNameMissing`, `NameMissing`, `TextTooLong`, `EmailNotValid`.
pub async fn create(
    core: &Core,
    operator: &Operator,
    wanted: &NewOrganization,
) -> Outcome<OrganizationId> {
    let name = wanted.name.trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::OrganizationNameMissing.into());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::TextTooLong.into());
    }
    let owner = Owner::read(&wanted.owner_name, &wanted.owner_email)?;
    let now = core.now();
    let write = core.database.begin().await?;
    let (id, _) = setup::create_organization(&write, core, name.clone(), wanted.language).await?;
    let organization = find(&write, operator, id).await?;
    let event = audit::Event::by_operator(operator, id, Action::OrganizationCreated)
        .with(json!({ "name": name, "language": wanted.language.as_str() }));
    audit::record(&write, core, now, event).await?;
    invite(&write, core, operator, &organization, owner, now).await?;
    told(core, write, id).await?;
    Ok(id)
}

/// Invites somebody as an owner, or once more an owner who has not joined.
///
/// # Errors
/// `NotFound`, `NameMissing`, `TextTooLong`, `EmailNotValid`, `OrganizationSuspended`; `EmailTaken` by a
/// user with another role; `UserActive`, `UserDeactivated`; `OverSeats`.
pub async fn invite_owner(
    core: &Core,
    operator: &Operator,
    organization: OrganizationId,
    name: &str,
    email: &str,
) -> Outcome<()> {
    let owner = Owner::read(name, email)?;
    let now = core.now();
    let write = core.database.begin().await?;
    let organization = find(&write, operator, organization).await?;
    if organization.suspended_at.is_some() {
        return Err(Refusal::OrganizationSuspended.into());
    }
    invite(&write, core, operator, &organization, owner, now).await?;
    told(core, write, organization.id).await
}

struct Owner {
    name: PersonName,
    username: Username,
}

impl Owner {
    fn read(name: &str, email: &str) -> Result<Self, Refusal> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Refusal::NameMissing);
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(Refusal::TextTooLong);
        }
        Ok(Self {
            name: PersonName::split(name),
            username: Email::parse(email)
                .map_err(|_| Refusal::EmailNotValid)?
                .into(),
        })
    }
}

/// Nobody of the organization invites: the invited person stands in the inviter's place.
async fn invite(
    write: &DatabaseTransaction,
    core: &Core,
    operator: &Operator,
    organization: &organizations::Model,
    owner: Owner,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let role = roles::Entity::find()
        .filter(roles::Column::OrganizationId.eq(organization.id))
        .filter(roles::Column::Kind.eq(RoleKind::Owner))
        .one(write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let known = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(organization.id))
        .filter(users::Column::UsernameKey.eq(owner.username.key()))
        .one(write)
        .await?;
    if let Some(user) = &known {
        match user.status {
            UserStatus::Active => return Err(Refusal::UserActive.into()),
            UserStatus::Deactivated => return Err(Refusal::UserDeactivated.into()),
            _ if user.role_id != role.id => return Err(Refusal::EmailTaken.into()),
            _ => {}
        }
    }
    let mut free = Free::of(write, organization.id, now).await?;
    if !free.give(known.as_ref()) {
        return Err(Refusal::OverSeats { free: 0 }.into());
    }
    let email = owner.username.to_string();
    let user = match known {
        Some(user) => {
            let terms = terms(organization, user.id, now);
            let addressee = Addressee {
                user: user.id,
                routes: vec![Route::to_username(&user.username)],
            };
            send_to(write, &[], &[addressee], &terms).await?;
            user.id
        }
        None => add(write, organization, owner, role.id, now).await?,
    };
    let event = audit::Event::by_operator(operator, organization.id, Action::InvitationsSent)
        .about(user)
        .with(json!({ "role": "owner", "email": email, "recipients": 1 }));
    audit::record(write, core, now, event).await
}

/// Someone new, with their first invitation.
async fn add(
    write: &DatabaseTransaction,
    organization: &organizations::Model,
    owner: Owner,
    role: RoleId,
    now: DateTime<Utc>,
) -> Outcome<UserId> {
    let routes = vec![Route::to_username(&owner.username)];
    let user = NewUser {
        organization: organization.id,
        role,
        username: owner.username,
        name: owner.name,
        phone: String::new(),
        job_title: String::new(),
        access: Access::everything(),
        access_by: None,
    };
    let row = user.row(now);
    let id = row.id.clone().take().ok_or(Refusal::NotFound)?;
    let terms = terms(organization, id, now);
    terms.invited(row).insert(write).await?;
    send_to(write, &[Addressee { user: id, routes }], &[], &terms).await?;
    Ok(id)
}

/// Of no batch: nobody of the organization has sent one.
fn terms(organization: &organizations::Model, user: UserId, now: DateTime<Utc>) -> Terms {
    Terms {
        batch: None,
        ..Terms::usual(organization, user, random::id(now), now)
    }
}

async fn told(
    core: &Core,
    write: DatabaseTransaction,
    organization: OrganizationId,
) -> Outcome<()> {
    let news = News {
        changed: &[organization],
        queued: true,
    };
    core.commit_with(write, news).await
}

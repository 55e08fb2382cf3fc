//! Changing the details of a user.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use serde_json::{Map, Value, json};
use types::{
    contact::Email,
    ids::{OrganizationId, UserId},
    refusal::Refusal,
    users::{EditRequest, PersonDetails, PersonField, UserStatus},
};

use super::{address, details};
use crate::{
    Core, Outcome, audit, bulk,
    entity::{roles, users},
    owners::Owners,
    proof::{Admin, ManageUsers},
    roles::{given, may_give},
    users::{FoundBy, PersonName, find},
};

/// Changes the fields in which the request differs from what the admin saw. Another address ends the
/// links to the earlier one: whoever was invited is as if not invited.
///
/// # Errors
/// `NotFound`, `RoleAboveYours`; `ChangedMeanwhile` where a field is no more as the admin saw it;
/// `EmailNotValid`, `EmailTaken`, `PhoneNotValid`, `TextTooLong`; `EmailFixed` for someone who signs
/// in with the address; `LastOwner`.
pub async fn edit(core: &Core, admin: &Admin<ManageUsers>, request: &EditRequest) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let (user, old_role) = find(&write, admin.organization, request.user).await?;
    if !may_give(admin, &old_role) {
        return Err(Refusal::RoleAboveYours.into());
    }
    let stored = details(&user);
    let wanted = wanted(&stored, request)?;
    let changed = wanted.differing(&stored);
    if changed.is_empty() {
        return Ok(());
    }
    let new_role = given(&write, admin, wanted.role).await?;
    if changed.contains(&PersonField::Role) {
        let owners = Owners::of(admin.organization, std::slice::from_ref(&old_role));
        let leaving = HashSet::from([user.id]);
        if owners.has(&user) && !owners.remain_without(&write, &leaving).await? {
            return Err(Refusal::LastOwner.into());
        }
    }
    let mut email = user.email.clone();
    if changed.contains(&PersonField::Email) {
        if user.identity_id.is_some() {
            return Err(Refusal::EmailFixed.into());
        }
        email = free_address(&write, admin.organization, &wanted.email, Some(user.id)).await?;
    }
    let moved = email.key() != user.email_key;
    let link_ended = moved && is_pending(&user);
    store(&write, &user, &wanted, email).await?;
    if moved {
        end_invitation(&write, &user, now).await?;
    }
    let texts = |details: &PersonDetails, role: &roles::Model| -> Map<String, Value> {
        let of = |field: &PersonField| match field {
            PersonField::Role => role.name.clone(),
            field => details.text(*field),
        };
        let fields = changed.iter();
        fields
            .map(|field| (field.to_string(), Value::String(of(field))))
            .collect()
    };
    let event = audit::Event {
        organization: Some(admin.organization),
        actor: Some(admin.user),
        action: audit::USER_EDITED,
        subject: Some(user.id),
        details: json!({
            "before": texts(&stored, &old_role),
            "after": texts(&wanted, &new_role),
            "link_ended": link_ended,
        }),
    };
    audit::record(&write, now, event).await?;
    core.commit(write, admin.organization).await
}

/// What is stored, with the fields that the admin has changed.
fn wanted(stored: &PersonDetails, request: &EditRequest) -> Result<PersonDetails, Refusal> {
    let mut wanted = stored.clone();
    for field in request.wanted.differing(&request.seen) {
        let text = field.read(&request.wanted.text(field))?;
        let now = stored.text(field);
        if text == now {
            continue;
        }
        if request.seen.text(field) != now {
            return Err(Refusal::ChangedMeanwhile);
        }
        wanted.set(field, text);
    }
    Ok(wanted)
}

/// An address that nobody of the organization but `own` has, however it is written.
///
/// # Errors
/// `EmailNotValid`, `EmailTaken`.
pub(super) async fn free_address(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    text: &str,
    own: Option<UserId>,
) -> Outcome<Email> {
    let email = address(text)?;
    let holder = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(organization))
        .filter(users::Column::EmailKey.eq(email.key()))
        .one(read)
        .await?;
    if holder.is_some_and(|holder| Some(holder.id) != own) {
        return Err(Refusal::EmailTaken.into());
    }
    Ok(email)
}

/// Whether a link stands, or may stand again, that another address must end.
fn is_pending(user: &users::Model) -> bool {
    matches!(
        user.status,
        UserStatus::Waiting | UserStatus::Invited | UserStatus::Failed
    )
}

async fn store(
    write: &impl ConnectionTrait,
    user: &users::Model,
    wanted: &PersonDetails,
    email: Email,
) -> Outcome<()> {
    let name = PersonName {
        first: wanted.first_name.clone(),
        last: wanted.last_name.clone(),
    };
    let mut row = user.clone().into_active_model();
    FoundBy::of(&name, &email, &wanted.phone).set(&mut row);
    row.first_name = Set(name.first);
    row.last_name = Set(name.last);
    row.email_key = Set(email.key().to_owned());
    row.email = Set(email);
    row.phone = Set(wanted.phone.clone());
    row.job_title = Set(wanted.job_title.clone());
    row.role_id = Set(wanted.role);
    row.update(write).await?;
    Ok(())
}

/// No link to the earlier address works, not even after undoing what was done before.
async fn end_invitation(
    write: &impl ConnectionTrait,
    user: &users::Model,
    now: DateTime<Utc>,
) -> Outcome<()> {
    if is_pending(user) {
        bulk::revoke(write, &[user], now).await
    } else {
        bulk::end_links(write, &[user.id], now).await
    }
}

//! Changing the details of a user.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use serde_json::json;
use types::{
    audit::Action,
    contact::Username,
    ids::{OrganizationId, UserId},
    refusal::Refusal,
    users::{EditRequest, PersonDetails, PersonField, UserStatus},
};

use super::{details, texts, username};
use crate::{
    Core, Outcome, access, audit, bulk,
    entity::users,
    owners::Owners,
    phones,
    proof::{Admin, ManageUsers},
    roles::{given, may_give},
    users::{FoundBy, PersonName, find},
};

/// Changes the fields in which the request differs from what the admin saw. Another address ends the
/// links to the earlier one: whoever was invited is as if not invited.
///
/// # Errors
/// `NotFound`, `RoleAboveYours`; `AccessAboveYours` for a role that may do more to someone who reaches
/// further; `ChangedMeanwhile` where a field is no more as the admin saw it;
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
        // More rights over all that the user reaches are more than over what the admin does.
        let may_do_more = !new_role.permissions.within(&old_role.permissions);
        if may_do_more && !access::covers(admin, &new_role, &user) {
            return Err(Refusal::AccessAboveYours.into());
        }
    }
    let username = username(&wanted.email, &wanted.phone)?;
    let moved = username.key() != user.username_key;
    if username != user.username && user.identity_id.is_some() {
        return Err(Refusal::EmailFixed.into());
    }
    let username = free_username(&write, admin.organization, username, Some(user.id)).await?;
    let link_ended = moved && is_pending(&user);
    store(&write, &user, &wanted, username).await?;
    if moved {
        end_invitation(&write, &user, now).await?;
    }
    let event = audit::Event::by(admin, Action::UserEdited)
        .about(user.id)
        .with(json!({
            "before": texts(&stored, &old_role, &changed),
            "after": texts(&wanted, &new_role, &changed),
            "link_ended": link_ended,
        }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// What is stored, with the fields that the admin has changed.
fn wanted(stored: &PersonDetails, request: &EditRequest) -> Result<PersonDetails, Refusal> {
    let mut wanted = stored.clone();
    for field in request.wanted.differing(&request.seen) {
        let text = phones::read_field(field, &request.wanted.text(field))?;
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

/// Gives it back where nobody of the organization but `own` has it, however it is written.
///
/// # Errors
/// `EmailTaken`, `PhoneTaken`.
pub(super) async fn free_username(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    username: Username,
    own: Option<UserId>,
) -> Outcome<Username> {
    let holder = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(organization))
        .filter(users::Column::UsernameKey.eq(username.key()))
        .one(read)
        .await?;
    if holder.is_some_and(|holder| Some(holder.id) != own) {
        let taken = match username {
            Username::Email(_) => Refusal::EmailTaken,
            Username::Phone(_) => Refusal::PhoneTaken,
        };
        return Err(taken.into());
    }
    Ok(username)
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
    username: Username,
) -> Outcome<()> {
    let name = PersonName {
        first: wanted.first_name.clone(),
        last: wanted.last_name.clone(),
    };
    let moved = username.key() != user.username_key;
    let mut row = user.clone().into_active_model();
    FoundBy::of(&name, &username, &wanted.phone).set(&mut row);
    row.first_name = Set(name.first);
    row.last_name = Set(name.last);
    row.username_key = Set(username.key().to_owned());
    row.username = Set(username);
    row.phone = Set(wanted.phone.clone());
    if moved {
        // Of the earlier address.
        row.bounced_at = Set(None);
    }
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

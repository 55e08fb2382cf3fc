//! The settings that are texts of a form.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Set};
use types::{
    contact::Domain,
    ids::RoleId,
    organization::{Domains, Setting, Settings},
    refusal::Refusal,
};

use super::{event, find};
use crate::{
    Core, Fault, Outcome, audit,
    entity::{organizations, roles},
    proof::{Admin, ManageOrganization},
    roles::may_give,
};

/// Changes the settings in which `wanted` differs from what the admin saw.
///
/// # Errors
/// `ChangedMeanwhile` where a setting is no more as the admin saw it; those of `Setting::read`;
/// `TimeZoneUnknown`; `NotFound` for a role that is not there, `RoleAboveYours`.
pub async fn change(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    seen: &Settings,
    wanted: &Settings,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let organization = find(&write, admin.organization).await?;
    let before = stored(&organization);
    let after = merged(&before, seen, wanted)?;
    let changed = after.differing(&before);
    if changed.is_empty() {
        return Ok(());
    }
    if changed.contains(&Setting::TimeZone) && after.time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(Refusal::TimeZoneUnknown.into());
    }
    let mut row = organization.clone().into_active_model();
    if changed.contains(&Setting::DefaultRole) {
        row.default_role_id = Set(role(&write, admin, &after.default_role).await?);
    }
    row.name = Set(after.name.clone());
    row.language = Set(after.language.parse().map_err(Fault::broken)?);
    row.time_zone = Set(after.time_zone.clone());
    row.accent = Set(after.accent.clone());
    row.invitation_hours = Set(after.invitation_hours.parse().map_err(Fault::broken)?);
    row.sender_name = Set(after.sender_name.clone());
    row.reply_to = Set(after.reply_to.clone());
    row.offer = Set(after.offer.parse().map_err(Fault::broken)?);
    row.requests = Set(after.requests.parse().map_err(Fault::broken)?);
    row.reminders = Set(after.reminders.parse().map_err(Fault::broken)?);
    row.reminder_hours = Set(after.reminder_hours.parse().map_err(Fault::broken)?);
    let domains = Domains::read(&after.allowed_domains).domains;
    let domains: Vec<&str> = domains.iter().map(Domain::ascii).collect();
    row.allowed_domains = Set(domains.join(" "));
    row.update(&write).await?;
    let mut changes = Vec::with_capacity(changed.len());
    for setting in changed {
        let (old, new) = (before.text(setting), after.text(setting));
        let (old, new) = if setting == Setting::DefaultRole {
            (
                named(&write, admin, old).await?,
                named(&write, admin, new).await?,
            )
        } else {
            (old.to_owned(), new.to_owned())
        };
        changes.push((setting.to_string(), old, new));
    }
    audit::record(&write, core, now, event(admin, changes)).await?;
    core.commit(write, admin.organization).await
}

/// The settings as forms show them.
pub(super) fn stored(organization: &organizations::Model) -> Settings {
    let domains = Domains::read(&organization.allowed_domains).domains;
    let domains: Vec<&str> = domains.iter().map(Domain::as_str).collect();
    let role = organization.default_role_id;
    Settings {
        name: organization.name.clone(),
        language: organization.language.to_string(),
        time_zone: organization.time_zone.clone(),
        accent: organization.accent.clone(),
        invitation_hours: organization.invitation_hours.to_string(),
        default_role: role.map(|role| role.to_string()).unwrap_or_default(),
        allowed_domains: domains.join("\n"),
        sender_name: organization.sender_name.clone(),
        reply_to: organization.reply_to.clone(),
        offer: organization.offer.to_string(),
        requests: organization.requests.to_string(),
        reminders: organization.reminders.to_string(),
        reminder_hours: organization.reminder_hours.to_string(),
    }
}

/// What is stored, with the settings that the admin has changed.
fn merged(stored: &Settings, seen: &Settings, wanted: &Settings) -> Result<Settings, Refusal> {
    let mut merged = stored.clone();
    for setting in wanted.differing(seen) {
        let text = setting.read(wanted.text(setting))?;
        let now = stored.text(setting);
        if text == now {
            continue;
        }
        // A browser writes the line breaks of a form in its own way.
        if seen.text(setting).replace("\r\n", "\n") != now {
            return Err(Refusal::ChangedMeanwhile);
        }
        merged.set(setting, text);
    }
    Ok(merged)
}

/// The role that new people get: one that the admin may give, or the built-in User.
async fn role(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageOrganization>,
    id: &str,
) -> Outcome<Option<RoleId>> {
    if id.is_empty() {
        return Ok(None);
    }
    let role = one(read, admin, id).await?.ok_or(Refusal::NotFound)?;
    if may_give(admin, &role) {
        Ok(Some(role.id))
    } else {
        Err(Refusal::RoleAboveYours.into())
    }
}

/// The role's name, for the audit log; "" for none.
async fn named(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageOrganization>,
    id: &str,
) -> Outcome<String> {
    let role = one(read, admin, id).await?;
    Ok(role.map(|role| role.name).unwrap_or_default())
}

async fn one(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageOrganization>,
    id: &str,
) -> Outcome<Option<roles::Model>> {
    let Ok(id) = id.parse::<RoleId>() else {
        return Ok(None);
    };
    let role = roles::Entity::find_by_id(id).one(read).await?;
    Ok(role.filter(|role| role.organization_id == admin.organization))
}

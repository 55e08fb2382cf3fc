//! What the operator lets an organization do.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, Set,
};
use serde_json::{Value, json};
use types::{
    audit::Action,
    ids::{OrganizationId, ResourceId},
    operator::{MOST_SEATS, OrganizationSettings},
    refusal::{LONGEST_NAME, Refusal},
    resources::{Feature, ResourceKind},
};

use super::{find, list::settings};
use crate::{
    Core, Outcome, audit,
    changes::News,
    entity::{organizations, resources},
    outbox,
    proof::Operator,
    random,
};

/// Nobody of the organization can use it from here on, and nothing is sent for it. Its sessions stay,
/// and are of use again once it is resumed. Suspended already, it stays so.
///
/// # Errors
/// `NotFound`; `SuspendsOwn` for the organization that the operator is signed in to, unless `sure`.
pub async fn suspend(
    core: &Core,
    operator: &Operator,
    organization: OrganizationId,
    sure: bool,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = find(&write, operator, organization).await?;
    if found.suspended_at.is_some() {
        return Ok(());
    }
    if organization == operator.organization && !sure {
        return Err(Refusal::SuspendsOwn.into());
    }
    let mut row = found.into_active_model();
    row.suspended_at = Set(Some(now));
    row.update(&write).await?;
    outbox::hold(&write, organization).await?;
    let event = audit::Event::by_operator(operator, organization, Action::OrganizationSuspended)
        .with(between(
            &json!({ "suspended": false }),
            &json!({ "suspended": true }),
        ));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await
}

/// The organization goes on as it was. What is queued is sent, unless it has expired meanwhile.
///
/// # Errors
/// `NotFound`.
pub async fn resume(core: &Core, operator: &Operator, organization: OrganizationId) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = find(&write, operator, organization).await?;
    if found.suspended_at.is_none() {
        return Ok(());
    }
    let mut row = found.into_active_model();
    row.suspended_at = Set(None);
    row.update(&write).await?;
    outbox::release(&write, organization, now).await?;
    let event = audit::Event::by_operator(operator, organization, Action::OrganizationResumed)
        .with(between(
            &json!({ "suspended": true }),
            &json!({ "suspended": false }),
        ));
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[organization],
        queued: true,
    };
    core.commit_with(write, news).await
}

/// Seats, features and verification. Who holds a seat keeps it, however few there are; a feature that is
/// turned off is nobody's, and what was chosen is kept.
///
/// # Errors
/// `NotFound`, `SeatsNotValid`.
pub async fn change(
    core: &Core,
    operator: &Operator,
    organization: OrganizationId,
    wanted: &OrganizationSettings,
) -> Outcome<()> {
    let seats = match wanted.seats {
        Some(seats) if !(1..=MOST_SEATS).contains(&seats) => {
            return Err(Refusal::SeatsNotValid.into());
        }
        Some(seats) => Some(i32::try_from(seats).map_err(|_| Refusal::SeatsNotValid)?),
        None => None,
    };
    let now = core.now();
    let write = core.database.begin().await?;
    let found = find(&write, operator, organization).await?;
    let before = settings(&found);
    let mut row = found.into_active_model();
    row.seats = Set(seats);
    row.scheduler = Set(wanted.features.contains(&Feature::Scheduler));
    row.upload = Set(wanted.features.contains(&Feature::Upload));
    row.verification = Set(wanted.verification);
    let after = settings(&row.update(&write).await?);
    if before == after {
        return Ok(());
    }
    let event = audit::Event::by_operator(operator, organization, Action::OrganizationChanged)
        .with(between(&told(&before), &told(&after)));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await
}

/// Another page or product, which is enabled.
///
/// # Errors
/// `NotFound`, `ResourceNameMissing`, `TextTooLong`, `ResourceNameTaken`; `NotAllowed` for a location or
/// a line, which are the organization's own matter.
pub async fn add_resource(
    core: &Core,
    operator: &Operator,
    organization: OrganizationId,
    kind: ResourceKind,
    name: &str,
) -> Outcome<ResourceId> {
    if !kind.is_enabled_by_operator() {
        return Err(Refusal::NotAllowed.into());
    }
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::ResourceNameMissing.into());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::TextTooLong.into());
    }
    let now = core.now();
    let write = core.database.begin().await?;
    find(&write, operator, organization).await?;
    let there = resources::Entity::find()
        .filter(resources::Column::OrganizationId.eq(organization))
        .filter(resources::Column::Kind.eq(kind))
        .order_by_asc(resources::Column::Position)
        .all(&write)
        .await?;
    let called = name.to_lowercase();
    if there.iter().any(|row| row.name.to_lowercase() == called) {
        return Err(Refusal::ResourceNameTaken.into());
    }
    let id: ResourceId = random::id(now);
    resources::ActiveModel {
        id: Set(id),
        organization_id: Set(organization),
        kind: Set(kind),
        name: Set(name.to_owned()),
        position: Set(there.last().map_or(1, |row| row.position.saturating_add(1))),
        enabled: Set(true),
        retired_at: Set(None),
    }
    .insert(&write)
    .await?;
    let after = json!({ "kind": kind.as_str(), "name": name, "enabled": true });
    let event = audit::Event::by_operator(operator, organization, Action::ResourceAdded)
        .with(json!({ "resource": id.to_string(), "after": after }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await?;
    Ok(id)
}

/// Lets the organization use a page or product, or takes it from everybody at once; what was chosen is
/// kept.
///
/// # Errors
/// `NotFound`, also for a location or a line.
pub async fn enable(
    core: &Core,
    operator: &Operator,
    organization: OrganizationId,
    resource: ResourceId,
    enabled: bool,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = offered(&write, operator, organization, resource).await?;
    if found.enabled == enabled {
        return Ok(());
    }
    let (kind, name) = (found.kind, found.name.clone());
    let mut row = found.into_active_model();
    row.enabled = Set(enabled);
    row.update(&write).await?;
    let mut details = between(
        &json!({ "enabled": !enabled }),
        &json!({ "enabled": enabled }),
    );
    details["resource"] = json!(resource.to_string());
    details["kind"] = json!(kind.as_str());
    details["name"] = json!(name);
    let event =
        audit::Event::by_operator(operator, organization, Action::ResourceChanged).with(details);
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await
}

/// A page or product of the organization.
async fn offered(
    read: &impl ConnectionTrait,
    operator: &Operator,
    organization: OrganizationId,
    resource: ResourceId,
) -> Outcome<resources::Model> {
    let organization: organizations::Model = find(read, operator, organization).await?;
    let found = resources::Entity::find_by_id(resource)
        .filter(resources::Column::OrganizationId.eq(organization.id))
        .one(read)
        .await?
        .filter(|row| row.kind.is_enabled_by_operator());
    Ok(found.ok_or(Refusal::NotFound)?)
}

fn told(settings: &OrganizationSettings) -> Value {
    let has = |feature| settings.features.contains(&feature);
    json!({
        "seats": settings.seats,
        "scheduler": has(Feature::Scheduler),
        "upload": has(Feature::Upload),
        "verification": settings.verification.as_str(),
    })
}

/// What was changed, as it was and as it is; the rest is not told.
fn between(before: &Value, after: &Value) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return json!({ "before": before, "after": after });
    };
    let (mut old, mut new) = (serde_json::Map::new(), serde_json::Map::new());
    for (field, value) in before {
        let changed = after.get(field).filter(|now| *now != value);
        if let Some(now) = changed {
            old.insert(field.clone(), value.clone());
            new.insert(field.clone(), now.clone());
        }
    }
    json!({ "before": old, "after": new })
}

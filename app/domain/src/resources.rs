//! The locations, pages, products and lines of an organization: what its admins do with their list.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, Set,
};
use serde_json::json;
use types::{
    audit::Action,
    ids::{OrganizationId, ResourceId},
    refusal::Refusal,
    resources::{
        MOST_RESOURCES, NewNames, RenameRequest, ResourceKind, ResourceRow, name_key, read_name,
    },
};

use crate::{
    Core, Outcome, audit, database,
    entity::{resources, users},
    proof::{Admin, ManageOrganization},
    random,
};

/// All of a kind in the organization's order, those that are retired among them.
pub async fn list(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    kind: ResourceKind,
) -> Outcome<Vec<ResourceRow>> {
    let rows = all(core.database.read(), admin.organization, kind).await?;
    Ok(rows.into_iter().map(row).collect())
}

/// Adds one for each line of the text, at the end; answers how many. What the operator enables waits for
/// that, unless it is the operator who adds it.
///
/// # Errors
/// As `NewNames::all`: nothing is added then.
pub async fn add(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    kind: ResourceKind,
    text: &str,
) -> Outcome<u32> {
    let now = core.now();
    let write = core.database.begin().await?;
    let known = all(&write, admin.organization, kind).await?;
    let last = known.iter().map(|row| row.position).max().unwrap_or(0);
    let known: Vec<_> = known.into_iter().map(row).collect();
    let names = NewNames::read(text, &known).all()?;
    let enabled = admin.is_operator || !kind.is_enabled_by_operator();
    let new: Vec<_> = names
        .iter()
        .zip(last + 1..)
        .map(|(name, position)| resources::Model {
            id: random::id(now),
            organization_id: admin.organization,
            kind,
            name: name.clone(),
            position,
            enabled,
            retired_at: None,
        })
        .collect();
    let ids: Vec<_> = new.iter().map(|row| row.id).collect();
    let new = new.into_iter().map(IntoActiveModel::into_active_model);
    database::insert_all::<resources::Entity, resources::ActiveModel>(&write, new.collect())
        .await?;
    let event = audit::Event::by(admin, Action::ResourceAdded).with(json!({
        "kind": kind,
        "resources": ids,
        "before": {},
        "after": { "names": names, "enabled": enabled },
    }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(u32::try_from(names.len()).unwrap_or(u32::MAX))
}

/// Gives it another name.
///
/// # Errors
/// `NotFound` for one that is retired too; `ChangedMeanwhile` where it is not called as the admin saw it;
/// `ResourceNameMissing`, `TextTooLong`, `ResourceNameTaken`, `ResourceNameRetired`.
pub async fn rename(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    request: &RenameRequest,
) -> Outcome<()> {
    let now = core.now();
    let name = read_name(&request.name)?;
    let write = core.database.begin().await?;
    let found = in_use(&write, admin.organization, request.resource).await?;
    if found.name == name {
        return Ok(());
    }
    if found.name != request.seen {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let key = name_key(&name);
    let others = all(&write, admin.organization, found.kind).await?;
    let mut others = others.iter().filter(|row| row.id != found.id);
    if let Some(other) = others.find(|row| name_key(&row.name) == key) {
        let refusal = match other.retired_at {
            Some(_) => Refusal::ResourceNameRetired,
            None => Refusal::ResourceNameTaken,
        };
        return Err(refusal.into());
    }
    let event = audit::Event::by(admin, Action::ResourceChanged).with(json!({
        "kind": found.kind,
        "resource": found.id,
        "before": { "name": found.name },
        "after": { "name": name },
    }));
    let mut changed = found.into_active_model();
    changed.name = Set(name);
    changed.update(&write).await?;
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// Moves it by so many places among those in use, up where `steps` is negative, no further than the end;
/// answers its place, the first being 1.
///
/// # Errors
/// `NotFound` for one that is retired too.
pub async fn move_by(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    id: ResourceId,
    steps: i32,
) -> Outcome<u32> {
    let write = core.database.begin().await?;
    let found = in_use(&write, admin.organization, id).await?;
    let mut rows = all(&write, admin.organization, found.kind).await?;
    // Retired ones keep their place in between, and are passed by.
    let places: Vec<usize> = (0..rows.len())
        .filter(|place| rows[*place].retired_at.is_none())
        .collect();
    let from = places.iter().position(|place| rows[*place].id == id);
    let from = from.ok_or(Refusal::NotFound)?;
    let steps = isize::try_from(steps).unwrap_or_default();
    let to = from.saturating_add_signed(steps).min(places.len() - 1);
    if from != to {
        let moved = rows.remove(places[from]);
        rows.insert(places[to], moved);
        store_order(&write, &rows).await?;
        let event = audit::Event::by(admin, Action::ResourcesOrdered).with(json!({
            "kind": found.kind,
            "resource": id,
            "name": found.name,
            "before": { "place": from + 1 },
            "after": { "place": to + 1 },
        }));
        audit::record(&write, core, core.now(), event).await?;
        core.commit(write, admin.organization).await?;
    }
    Ok(u32::try_from(to + 1).unwrap_or(u32::MAX))
}

/// Orders those of a kind by their names.
pub async fn sort(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    kind: ResourceKind,
) -> Outcome<()> {
    let write = core.database.begin().await?;
    let mut rows = all(&write, admin.organization, kind).await?;
    let before = names_in_use(&rows);
    rows.sort_by_cached_key(|row| name_key(&row.name));
    let after = names_in_use(&rows);
    if before == after {
        return Ok(());
    }
    store_order(&write, &rows).await?;
    let event = audit::Event::by(admin, Action::ResourcesOrdered).with(json!({
        "kind": kind,
        "before": { "names": before },
        "after": { "names": after },
    }));
    audit::record(&write, core, core.now(), event).await?;
    core.commit(write, admin.organization).await
}

/// For how many users it was chosen; those who reach all of its kind are not among them.
///
/// # Errors
/// `NotFound`.
pub async fn count_choosers(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    id: ResourceId,
) -> Outcome<u64> {
    let read = core.database.read();
    find(read, admin.organization, id).await?;
    // The stored text holds the ids of what was chosen, and nothing else looks like one.
    let count = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(admin.organization))
        .filter(users::Column::Access.contains(id.to_string()))
        .count(read)
        .await?;
    Ok(count)
}

/// Takes it out of use: it is offered no more, and reached by nobody. Choices of it are kept. One that is
/// retired stays so.
///
/// # Errors
/// `NotFound`.
pub async fn retire(core: &Core, admin: &Admin<ManageOrganization>, id: ResourceId) -> Outcome<()> {
    set_retired(core, admin, id, true).await
}

/// Puts it back in use, in its place, with the choices of it. One that is in use stays so.
///
/// # Errors
/// `NotFound`, `TooManyResources`.
pub async fn restore(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    id: ResourceId,
) -> Outcome<()> {
    set_retired(core, admin, id, false).await
}

async fn set_retired(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    id: ResourceId,
    retired: bool,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = find(&write, admin.organization, id).await?;
    if found.retired_at.is_some() == retired {
        return Ok(());
    }
    if !retired {
        let rows = all(&write, admin.organization, found.kind).await?;
        if names_in_use(&rows).len() >= MOST_RESOURCES {
            return Err(Refusal::TooManyResources.into());
        }
    }
    let action = if retired {
        Action::ResourceRetired
    } else {
        Action::ResourceRestored
    };
    let event = audit::Event::by(admin, action).with(json!({
        "kind": found.kind,
        "resource": id,
        "name": found.name,
        "before": { "retired": !retired },
        "after": { "retired": retired },
    }));
    let mut changed = found.into_active_model();
    changed.retired_at = Set(retired.then_some(now));
    changed.update(&write).await?;
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// All of a kind in the organization's order.
async fn all(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    kind: ResourceKind,
) -> Outcome<Vec<resources::Model>> {
    Ok(resources::Entity::find()
        .filter(resources::Column::OrganizationId.eq(organization))
        .filter(resources::Column::Kind.eq(kind))
        .order_by_asc(resources::Column::Position)
        .order_by_asc(resources::Column::Id)
        .all(read)
        .await?)
}

async fn find(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ResourceId,
) -> Outcome<resources::Model> {
    let found = resources::Entity::find_by_id(id)
        .filter(resources::Column::OrganizationId.eq(organization))
        .one(read)
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

async fn in_use(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ResourceId,
) -> Outcome<resources::Model> {
    let found = find(read, organization, id).await?;
    match found.retired_at {
        None => Ok(found),
        Some(_) => Err(Refusal::NotFound.into()),
    }
}

/// Numbers them as they stand here.
async fn store_order(write: &impl ConnectionTrait, rows: &[resources::Model]) -> Outcome<()> {
    for (row, position) in rows.iter().zip(1..) {
        if row.position != position {
            let mut row = row.clone().into_active_model();
            row.position = Set(position);
            row.update(write).await?;
        }
    }
    Ok(())
}

fn names_in_use(rows: &[resources::Model]) -> Vec<String> {
    let rows = rows.iter().filter(|row| row.retired_at.is_none());
    rows.map(|row| row.name.clone()).collect()
}

fn row(row: resources::Model) -> ResourceRow {
    ResourceRow {
        id: row.id,
        kind: row.kind,
        name: row.name,
        position: row.position,
        enabled: row.enabled,
        retired_at: row.retired_at,
    }
}

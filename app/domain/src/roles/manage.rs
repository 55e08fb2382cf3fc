//! The organization's own roles: adding, changing, deleting.
//!
//! Nobody makes a role that may do more than their own, and nobody changes or deletes such a role. The
//! built-in ones stay as they are.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect, Set, sea_query::Expr,
};
use serde_json::{Value, json};
use types::{
    access::{Permissions, RoleKind},
    audit::Action,
    ids::{OrganizationId, RoleId},
    import::ImportState,
    refusal::Refusal,
    roles::{RoleDeletion, RoleDetails, RoleEdit, RoleRow, read_name},
};

use super::{all, may_give, named};
use crate::{
    Core, Outcome, audit,
    entity::{imports, organizations, roles, users},
    proof::{Admin, ManageRoles},
    random,
};

/// Every role with how many have it: the built-in ones, then the organization's own by name.
pub async fn list(core: &Core, admin: &Admin<ManageRoles>) -> Outcome<Vec<RoleRow>> {
    let read = core.database.read();
    let mut roles = all(read, admin.organization).await?;
    let users: Vec<(RoleId, i64)> = users::Entity::find()
        .select_only()
        .column(users::Column::RoleId)
        .column_as(users::Column::Id.count(), "users")
        .filter(users::Column::OrganizationId.eq(admin.organization))
        .group_by(users::Column::RoleId)
        .into_tuple()
        .all(read)
        .await?;
    let users: HashMap<RoleId, i64> = users.into_iter().collect();
    roles.sort_by_cached_key(|role| {
        let kinds = RoleKind::ALL.iter();
        let place = kinds.take_while(|kind| **kind != role.kind).count();
        (place, role.name.to_lowercase())
    });
    let rows = roles.into_iter().map(|role| RoleRow {
        id: role.id,
        kind: role.kind,
        users: users
            .get(&role.id)
            .and_then(|count| u64::try_from(*count).ok())
            .unwrap_or_default(),
        given: may_give(admin, &role),
        details: details(&role),
    });
    Ok(rows.collect())
}

/// A role of the organization's own comes into being.
///
/// # Errors
/// `RoleNameMissing`, `TextTooLong`, `RoleNameTaken`; `RoleAboveYours` for a permission that the
/// admin does not have.
pub async fn add(core: &Core, admin: &Admin<ManageRoles>, wanted: &RoleDetails) -> Outcome<RoleId> {
    let wanted = read(wanted)?;
    let now = core.now();
    let write = core.database.begin().await?;
    within_own(admin, &wanted.permissions)?;
    free_name(&write, admin.organization, &wanted.name, None).await?;
    let event = audit::Event::by(admin, Action::RoleAdded).with(json!({ "after": told(&wanted) }));
    let role = roles::ActiveModel {
        id: Set(random::id(now)),
        organization_id: Set(admin.organization),
        kind: Set(RoleKind::Custom),
        name: Set(wanted.name),
        permissions: Set(wanted.permissions),
    }
    .insert(&write)
    .await?;
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(role.id)
}

/// Another name, other permissions. Whoever has the role may do so from their next request on.
///
/// # Errors
/// `NotFound`, `RoleBuiltIn`, `RoleChangedMeanwhile`; `RoleAboveYours` where the role has, or would
/// get, a permission that the admin does not have; `RoleNameMissing`, `TextTooLong`, `RoleNameTaken`.
pub async fn edit(core: &Core, admin: &Admin<ManageRoles>, request: &RoleEdit) -> Outcome<()> {
    let wanted = read(&request.wanted)?;
    let now = core.now();
    let write = core.database.begin().await?;
    let role = own(&write, admin, request.role).await?;
    let stored = details(&role);
    if stored == wanted {
        return Ok(());
    }
    if stored != request.seen {
        return Err(Refusal::RoleChangedMeanwhile.into());
    }
    within_own(admin, &wanted.permissions)?;
    free_name(&write, admin.organization, &wanted.name, Some(role.id)).await?;
    let event = audit::Event::by(admin, Action::RoleChanged).with(json!({
        "role": role.id.to_string(),
        "before": told(&stored),
        "after": told(&wanted),
    }));
    let mut row = role.into_active_model();
    row.name = Set(wanted.name);
    row.permissions = Set(wanted.permissions);
    row.update(&write).await?;
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// Those who have the role get another one, and it is gone. Where it was chosen for people to come
/// (an import that is not done, the organization's default), they get the built-in User. Gives how
/// many users got another role.
///
/// # Errors
/// `NotFound`, also for a role to move to that is not there; `RoleBuiltIn`; `RoleAboveYours` where
/// either role has a permission that the admin does not have; `RoleInUse` where users have it and
/// none is chosen for them.
pub async fn delete(
    core: &Core,
    admin: &Admin<ManageRoles>,
    request: RoleDeletion,
) -> Outcome<u64> {
    let now = core.now();
    let write = core.database.begin().await?;
    let role = own(&write, admin, request.role).await?;
    let roles = all(&write, admin.organization).await?;
    let other = |id| roles.iter().find(|it| it.id == id && it.id != role.id);
    let target = match request.move_to {
        Some(id) => Some(other(id).ok_or(Refusal::NotFound)?),
        None => None,
    };
    if target.is_some_and(|target| !may_give(admin, target)) {
        return Err(Refusal::RoleAboveYours.into());
    }
    let theirs = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(admin.organization))
        .filter(users::Column::RoleId.eq(role.id));
    let moved = theirs.count(&write).await?;
    match target {
        Some(target) => {
            users::Entity::update_many()
                .col_expr(users::Column::RoleId, Expr::value(target.id))
                .filter(users::Column::OrganizationId.eq(admin.organization))
                .filter(users::Column::RoleId.eq(role.id))
                .exec(&write)
                .await?;
        }
        None if moved > 0 => return Err(Refusal::RoleInUse.into()),
        None => {}
    }
    let usual = roles.iter().find(|role| role.kind == RoleKind::User);
    let usual = usual.ok_or(Refusal::NotFound)?;
    let judged_anew = forget_choice(&write, &role, usual.id).await?;
    let event = audit::Event::by(admin, Action::RoleDeleted).with(json!({
        "role": role.id.to_string(),
        "before": told(&details(&role)),
        "users": moved,
        "moved_to": target.map(|target| target.name.clone()),
    }));
    role.into_active_model().delete(&write).await?;
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    if judged_anew {
        core.importing.notify_one();
    }
    Ok(moved)
}

/// Where the role was chosen for people to come, they get the usual one. Gives whether rows of an
/// import have to be judged anew.
async fn forget_choice(
    write: &impl ConnectionTrait,
    role: &roles::Model,
    usual: RoleId,
) -> Outcome<bool> {
    organizations::Entity::update_many()
        .col_expr(
            organizations::Column::DefaultRoleId,
            Expr::value(None::<RoleId>),
        )
        .filter(organizations::Column::Id.eq(role.organization_id))
        .filter(organizations::Column::DefaultRoleId.eq(role.id))
        .exec(write)
        .await?;
    let judged = imports::Entity::update_many()
        .set(imports::ActiveModel {
            state: Set(ImportState::Checking),
            through: Set(0),
            ..Default::default()
        })
        .filter(imports::Column::OrganizationId.eq(role.organization_id))
        .filter(imports::Column::RoleId.eq(role.id))
        .filter(imports::Column::State.is_in([ImportState::Checking, ImportState::Checked]))
        .exec(write)
        .await?;
    imports::Entity::update_many()
        .col_expr(imports::Column::RoleId, Expr::value(usual))
        .filter(imports::Column::OrganizationId.eq(role.organization_id))
        .filter(imports::Column::RoleId.eq(role.id))
        .exec(write)
        .await?;
    Ok(judged.rows_affected > 0)
}

/// A role that the admin may change and delete.
///
/// # Errors
/// `NotFound`, `RoleBuiltIn`, `RoleAboveYours`.
async fn own(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageRoles>,
    role: RoleId,
) -> Outcome<roles::Model> {
    let role = roles::Entity::find_by_id(role)
        .filter(roles::Column::OrganizationId.eq(admin.organization))
        .one(read)
        .await?
        .ok_or(Refusal::NotFound)?;
    if role.kind != RoleKind::Custom {
        return Err(Refusal::RoleBuiltIn.into());
    }
    within_own(admin, &role.permissions)?;
    Ok(role)
}

fn within_own(admin: &Admin<ManageRoles>, permissions: &Permissions) -> Result<(), Refusal> {
    if permissions.within(&admin.permissions) {
        Ok(())
    } else {
        Err(Refusal::RoleAboveYours)
    }
}

/// Tables name roles: no two may be called alike, in any case, nor like a built-in one in any language.
async fn free_name(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    name: &str,
    own: Option<RoleId>,
) -> Outcome<()> {
    let mut others = all(read, organization).await?;
    others.retain(|role| Some(role.id) != own);
    match named(&others, name) {
        Some(_) => Err(Refusal::RoleNameTaken.into()),
        None => Ok(()),
    }
}

/// The details as they are kept; a request may say a permission twice.
fn read(typed: &RoleDetails) -> Result<RoleDetails, Refusal> {
    Ok(RoleDetails {
        name: read_name(&typed.name)?,
        permissions: typed.permissions.iter().collect(),
    })
}

fn details(role: &roles::Model) -> RoleDetails {
    RoleDetails {
        name: role.name.clone(),
        permissions: role.permissions.clone(),
    }
}

/// As the audit log keeps it.
fn told(details: &RoleDetails) -> Value {
    json!({ "name": details.name, "permissions": details.permissions.to_string() })
}

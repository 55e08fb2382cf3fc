//! What a user may reach: why it is so, and changing it.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, Set,
};
use serde_json::json;
use types::{
    access::RoleKind,
    audit::Action,
    refusal::Refusal,
    resources::{Access, Feature, Reach, ResourceKind},
    users::{
        AccessPart, AccessRequest, AccessWhy, InEffect, PersonAccess, PersonFeature, PersonReach,
        PersonResource,
    },
};

use crate::{
    Core, Outcome,
    access::{self, Offered, check, covers, effective},
    audit,
    entity::{resources, roles, users},
    proof::{Admin, ManageUsers},
    roles::may_give,
    users::{called, find},
};

/// What the user reaches, and why.
pub(super) async fn read(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
    user: &users::Model,
    role: &roles::Model,
) -> Outcome<PersonAccess> {
    let offered = Offered::of(read, admin.organization).await?;
    let all = resources::Entity::find()
        .filter(resources::Column::OrganizationId.eq(admin.organization))
        .order_by_asc(resources::Column::Position)
        .order_by_asc(resources::Column::Id)
        .all(read)
        .await?;
    let access = effective(role, user);
    let reaches = ResourceKind::ALL
        .iter()
        .filter_map(|kind| reach(*kind, &access, &all))
        .collect();
    let features = Feature::ALL
        .iter()
        .filter(|feature| access.allows(**feature))
        .map(|feature| PersonFeature {
            feature: *feature,
            in_effect: if offered.features.contains(feature) {
                InEffect::Yes
            } else {
                InEffect::Off
            },
        });
    Ok(PersonAccess {
        why: why(read, user, role).await?,
        editable: role.kind != RoleKind::Owner && covers(admin, role, user),
        permissions: role.permissions.clone(),
        reaches,
        features: features.collect(),
        choices: offered.choices(&admin.access),
        access,
    })
}

/// `None` for a kind of which there is nothing.
fn reach(kind: ResourceKind, access: &Access, all: &[resources::Model]) -> Option<PersonReach> {
    let mut rows = all.iter().filter(|row| row.kind == kind).peekable();
    rows.peek()?;
    let chosen = match access.of(kind) {
        Reach::All => None,
        Reach::Chosen(chosen) => {
            let rows = rows.filter(|row| chosen.contains(&row.id));
            let named = rows.map(|row| PersonResource {
                name: row.name.clone(),
                in_effect: if row.retired_at.is_some() {
                    InEffect::Retired
                } else if row.enabled {
                    InEffect::Yes
                } else {
                    InEffect::Off
                },
            });
            Some(named.collect())
        }
    };
    Some(PersonReach { kind, chosen })
}

async fn why(
    read: &impl ConnectionTrait,
    user: &users::Model,
    role: &roles::Model,
) -> Outcome<AccessWhy> {
    if role.kind == RoleKind::Owner {
        return Ok(AccessWhy::Role);
    }
    let (Some(by), Some(at)) = (user.access_by, user.access_at) else {
        return Ok(AccessWhy::Everyone);
    };
    let by = users::Entity::find_by_id(by)
        .filter(users::Column::OrganizationId.eq(user.organization_id))
        .one(read)
        .await?;
    Ok(AccessWhy::Chosen {
        by: by.as_ref().map(called),
        at,
    })
}

/// Changes the parts in which the request differs from what the admin saw.
///
/// # Errors
/// `NotFound`, `RoleAboveYours`, `AccessAboveYours` where the user reaches, or would reach, further
/// than the admin; `ChangedMeanwhile` where a part is no more as the admin saw it; `NotEnabled`.
pub async fn change_access(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &AccessRequest,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let (user, role) = find(&write, admin.organization, request.user).await?;
    if !may_give(admin, &role) {
        return Err(Refusal::RoleAboveYours.into());
    }
    if !covers(admin, &role, &user) {
        return Err(Refusal::AccessAboveYours.into());
    }
    let before = user.access.clone();
    let mut after = before.clone();
    for part in AccessPart::differing(&request.wanted, &request.seen) {
        if part.is_same(&request.wanted, &before) {
            continue;
        }
        if !part.is_same(&request.seen, &before) {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        part.copy(&request.wanted, &mut after);
    }
    let parts = AccessPart::differing(&before, &after);
    if parts.is_empty() {
        return Ok(());
    }
    check(&write, admin, &after, &before).await?;
    let mut row = user.clone().into_active_model();
    row.access = Set(after.clone());
    row.access_by = Set(Some(admin.user));
    row.access_at = Set(Some(now));
    row.update(&write).await?;
    let told = async |access| access::told(&write, admin.organization, access, &parts).await;
    let event = audit::Event::by(admin, Action::AccessChanged)
        .about(user.id)
        .with(json!({ "before": told(&before).await?, "after": told(&after).await? }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

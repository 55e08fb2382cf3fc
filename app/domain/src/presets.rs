//! Presets: saved choices of role, access and expiry. Each admin is offered those that they may give.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, PaginatorTrait,
    QueryFilter, QueryOrder, Set,
};
use serde_json::json;
use types::{
    audit::Action,
    ids::{PresetId, ResourceId, RoleId},
    invitation::Lifetime,
    presets::{MOST_PRESETS, NewPreset, Preset},
    refusal::{LONGEST_NAME, Refusal},
    resources::{Access, Feature, Reach, ResourceKind},
    users::AccessPart,
};

use crate::{
    Core, Outcome,
    access::{self, Offered, may_grant},
    audit,
    entity::{presets, roles},
    proof::{Admin, ManageUsers},
    random,
    roles::{given, may_give},
};

/// Those whose role and access the admin may give, by name.
pub async fn list(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<Vec<Preset>> {
    let read = core.database.read();
    let rows = presets::Entity::find()
        .filter(presets::Column::OrganizationId.eq(admin.organization))
        .order_by_asc(presets::Column::NameKey)
        .all(read)
        .await?;
    let shelf = Shelf::of(read, admin).await?;
    Ok(rows.iter().filter_map(|row| shelf.offer(row)).collect())
}

/// Keeps a choice under a name.
///
/// # Errors
/// `NameMissing`, `TextTooLong`, `PresetTaken`, `TooManyPresets`; `NotFound` for a role that is not
/// there, `RoleAboveYours`; those of `access::check`.
pub async fn save(
    core: &Core,
    admin: &Admin<ManageUsers>,
    wanted: &NewPreset,
) -> Outcome<PresetId> {
    let name = wanted.name.trim();
    if name.is_empty() {
        return Err(Refusal::NameMissing.into());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::TextTooLong.into());
    }
    let name_key = name.to_lowercase();
    let now = core.now();
    let write = core.database.begin().await?;
    let role = given(&write, admin, wanted.role).await?;
    access::check(&write, admin, &wanted.access, &Access::default()).await?;
    let ours = || {
        let all = presets::Entity::find();
        all.filter(presets::Column::OrganizationId.eq(admin.organization))
    };
    let twin = ours().filter(presets::Column::NameKey.eq(name_key.as_str()));
    if twin.one(&write).await?.is_some() {
        return Err(Refusal::PresetTaken.into());
    }
    if ours().count(&write).await? >= MOST_PRESETS as u64 {
        return Err(Refusal::TooManyPresets.into());
    }
    let row = presets::ActiveModel {
        id: Set(random::id(now)),
        organization_id: Set(admin.organization),
        name: Set(name.to_owned()),
        name_key: Set(name_key),
        role_id: Set(role.id),
        access: Set(wanted.access.clone()),
        hours: Set(wanted.lifetime.stored()),
        created_by: Set(admin.user),
        created_at: Set(now),
    };
    let row = row.insert(&write).await?;
    record(&write, core, admin, Action::PresetSaved, &row, Some(&role)).await?;
    core.commit(write, admin.organization).await?;
    Ok(row.id)
}

/// Deletes a preset that the admin is offered.
///
/// # Errors
/// `NotFound`.
pub async fn delete(core: &Core, admin: &Admin<ManageUsers>, preset: PresetId) -> Outcome<()> {
    let write = core.database.begin().await?;
    let row = presets::Entity::find_by_id(preset)
        .filter(presets::Column::OrganizationId.eq(admin.organization))
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let shelf = Shelf::of(&write, admin).await?;
    if shelf.offer(&row).is_none() {
        return Err(Refusal::NotFound.into());
    }
    row.clone().delete(&write).await?;
    let role = shelf.roles.get(&row.role_id);
    record(&write, core, admin, Action::PresetDeleted, &row, role).await?;
    core.commit(write, admin.organization).await
}

async fn record(
    write: &impl ConnectionTrait,
    core: &Core,
    admin: &Admin<ManageUsers>,
    action: Action,
    row: &presets::Model,
    role: Option<&roles::Model>,
) -> Outcome<()> {
    let all = AccessPart::ALL;
    let event = audit::Event::by(admin, action).with(json!({
        "preset": row.id.to_string(),
        "name": row.name,
        "role": role.map(|role| role.name.as_str()),
        "access": access::told(write, admin.organization, &row.access, all).await?,
        "hours": row.hours,
    }));
    audit::record(write, core, core.now(), event).await
}

/// What presets are made of, as it is now.
struct Shelf<'a> {
    admin: &'a Admin<ManageUsers>,
    roles: HashMap<RoleId, roles::Model>,
    in_use: HashMap<ResourceId, ResourceKind>,
    features: Vec<Feature>,
}

impl<'a> Shelf<'a> {
    async fn of(read: &impl ConnectionTrait, admin: &'a Admin<ManageUsers>) -> Outcome<Self> {
        let roles = crate::roles::all(read, admin.organization).await?;
        let offered = Offered::of(read, admin.organization).await?;
        let in_use = offered.resources.iter().map(|row| (row.id, row.kind));
        Ok(Self {
            admin,
            roles: roles.into_iter().map(|role| (role.id, role)).collect(),
            in_use: in_use.collect(),
            features: offered.features,
        })
    }

    /// What remains of the preset; `None` where it is not the admin's to give.
    fn offer(&self, row: &presets::Model) -> Option<Preset> {
        let role = self.roles.get(&row.role_id);
        if role.is_some_and(|role| !may_give(self.admin, role)) {
            return None;
        }
        let access = self.remaining(&row.access);
        if !may_grant(self.admin, &access) {
            return None;
        }
        let hours = u32::try_from(row.hours).ok();
        let lifetime = hours.and_then(|hours| Lifetime::hours(hours).ok());
        Some(Preset {
            id: row.id,
            name: row.name.clone(),
            role: role.map(|role| role.id),
            lacks: role.is_none() || access != row.access,
            access,
            lifetime: lifetime.unwrap_or(Lifetime::THREE_DAYS),
        })
    }

    fn remaining(&self, saved: &Access) -> Access {
        let mut access = saved.clone();
        for kind in ResourceKind::ALL {
            if let Reach::Chosen(chosen) = saved.of(*kind) {
                let is_there = |id: &&ResourceId| self.in_use.get(id) == Some(kind);
                let left: BTreeSet<ResourceId> = chosen.iter().filter(is_there).copied().collect();
                *access.of_mut(*kind) = Reach::Chosen(left);
            }
        }
        for feature in Feature::ALL {
            let is_on = self.features.contains(feature);
            access.allow(*feature, is_on && saved.allows(*feature));
        }
        access
    }
}

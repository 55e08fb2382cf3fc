//! What users may reach, and who may give it.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use types::{
    access::RoleKind,
    ids::{OrganizationId, ResourceId},
    refusal::Refusal,
    resources::{
        Access, AccessChoices, Feature, Reach, Reached, ReachedKind, ResourceChoice, ResourceKind,
    },
    users::{AccessPart, Concern},
};

use crate::{
    Core, Outcome,
    entity::{organizations, resources, roles, users},
    proof::Member,
    roles::may_give,
};

/// What a user with this role may reach: an Owner everything, others what was chosen. Parts of it may be
/// retired or not enabled at present.
pub(crate) fn effective(role: &roles::Model, user: &users::Model) -> Access {
    match role.kind {
        RoleKind::Owner => Access::everything(),
        _ => user.access.clone(),
    }
}

/// Nobody gives access beyond their own.
pub(crate) fn may_grant(member: &Member, access: &Access) -> bool {
    access.within(&member.access)
}

/// Whether the member could have given all that the user has: what it takes to offer it again.
pub(crate) fn covers(member: &Member, role: &roles::Model, user: &users::Model) -> bool {
    may_give(member, role) && may_grant(member, &effective(role, user))
}

/// What the organization has in use, and has enabled.
pub(crate) struct Offered {
    pub resources: Vec<resources::Model>,
    pub features: Vec<Feature>,
}

impl Offered {
    pub async fn of(read: &impl ConnectionTrait, organization: OrganizationId) -> Outcome<Self> {
        let organization = organizations::Entity::find_by_id(organization)
            .one(read)
            .await?
            .ok_or(Refusal::NotFound)?;
        let resources = resources::Entity::find()
            .filter(resources::Column::OrganizationId.eq(organization.id))
            .filter(resources::Column::Enabled.eq(true))
            .filter(resources::Column::RetiredAt.is_null())
            .order_by_asc(resources::Column::Position)
            .order_by_asc(resources::Column::Id)
            .all(read)
            .await?;
        let enabled = |feature: &Feature| match feature {
            Feature::Scheduler => organization.scheduler,
            Feature::Upload => organization.upload,
        };
        Ok(Self {
            resources,
            features: Feature::ALL.iter().copied().filter(enabled).collect(),
        })
    }

    /// The part of it that somebody with this access reaches.
    pub fn choices(&self, access: &Access) -> AccessChoices {
        let reached = self.resources.iter();
        let reached = reached.filter(|row| access.of(row.kind).has(row.id));
        let kinds = ResourceKind::ALL.iter().copied();
        AccessChoices {
            resources: reached.map(choice).collect(),
            features: self
                .features
                .iter()
                .copied()
                .filter(|feature| access.allows(*feature))
                .collect(),
            all_of: kinds
                .filter(|kind| *access.of(*kind) == Reach::All)
                .collect(),
        }
    }

    /// What somebody with this access reaches now.
    pub fn reached(&self, access: &Access) -> Reached {
        let kinds = ResourceKind::ALL.iter().copied();
        let kinds = kinds.filter(|kind| self.resources.iter().any(|row| row.kind == *kind));
        let names = |kind: ResourceKind| {
            let of_kind = self.resources.iter().filter(|row| row.kind == kind);
            let reached = of_kind.filter(|row| access.of(kind).has(row.id));
            reached.map(|row| row.name.clone()).collect()
        };
        Reached {
            kinds: kinds
                .map(|kind| ReachedKind {
                    kind,
                    all: *access.of(kind) == Reach::All,
                    names: names(kind),
                })
                .collect(),
            features: self
                .features
                .iter()
                .copied()
                .filter(|feature| access.allows(*feature))
                .collect(),
        }
    }
}

/// What the member reaches: of all that was chosen what is in use and enabled now.
pub async fn reached(core: &Core, member: &Member) -> Outcome<Reached> {
    let offered = Offered::of(core.database.read(), member.organization).await?;
    Ok(offered.reached(&member.access))
}

/// What the member may give to others.
pub(crate) async fn choices(
    read: &impl ConnectionTrait,
    member: &Member,
) -> Outcome<AccessChoices> {
    let offered = Offered::of(read, member.organization).await?;
    Ok(offered.choices(&member.access))
}

/// Whether the member may make of `kept`, which a user has already, the access `wanted`. What was kept
/// may stay although it is not offered at present.
///
/// # Errors
/// `AccessAboveYours`; `NotFound` for what is not the organization's, or of another kind; `NotEnabled`.
pub(crate) async fn check(
    read: &impl ConnectionTrait,
    member: &Member,
    wanted: &Access,
    kept: &Access,
) -> Outcome<()> {
    if !may_grant(member, wanted) {
        return Err(Refusal::AccessAboveYours.into());
    }
    let offered = Offered::of(read, member.organization).await?;
    let in_use: HashMap<ResourceId, ResourceKind> = offered
        .resources
        .iter()
        .map(|row| (row.id, row.kind))
        .collect();
    let mut missing: BTreeSet<(ResourceKind, ResourceId)> = BTreeSet::new();
    for kind in ResourceKind::ALL {
        let Reach::Chosen(chosen) = wanted.of(*kind) else {
            continue;
        };
        let stays = |id: &ResourceId| match kept.of(*kind) {
            Reach::Chosen(kept) => kept.contains(id),
            Reach::All => false,
        };
        let new = chosen.iter().filter(|id| !stays(id));
        let new = new.filter(|id| in_use.get(id) != Some(kind));
        missing.extend(new.map(|id| (*kind, *id)));
    }
    if !missing.is_empty() {
        let known = resources::Entity::find()
            .filter(resources::Column::OrganizationId.eq(member.organization))
            .filter(resources::Column::Id.is_in(missing.iter().map(|(_, id)| *id)))
            .all(read)
            .await?;
        let known: BTreeSet<_> = known.iter().map(|row| (row.kind, row.id)).collect();
        let refusal = if missing.is_subset(&known) {
            Refusal::NotEnabled
        } else {
            Refusal::NotFound
        };
        return Err(refusal.into());
    }
    let off = |feature: &&Feature| {
        wanted.allows(**feature) && !kept.allows(**feature) && !offered.features.contains(feature)
    };
    match Feature::ALL.iter().find(off) {
        Some(_) => Err(Refusal::NotEnabled.into()),
        None => Ok(()),
    }
}

/// The access of somebody new: as chosen or, where nothing is, as much as the member has and no
/// feature.
///
/// # Errors
/// Those of `check`.
pub(crate) async fn given(
    read: &impl ConnectionTrait,
    member: &Member,
    wanted: Option<&Access>,
) -> Outcome<Access> {
    match wanted {
        Some(wanted) => {
            check(read, member, wanted, &Access::default()).await?;
            Ok(wanted.clone())
        }
        None => Ok(choices(read, member).await?.usual()),
    }
}

/// These parts of an access for the audit log: by name what is chosen, "all" where all is.
pub(crate) async fn told(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    access: &Access,
    parts: &[AccessPart],
) -> Outcome<Value> {
    let names: HashMap<ResourceId, String> = resources::Entity::find()
        .filter(resources::Column::OrganizationId.eq(organization))
        .all(read)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let told = |part: &AccessPart| match part.about() {
        Concern::Feature(feature) => json!(access.allows(feature)),
        Concern::Kind(kind) => match access.of(kind) {
            Reach::All => json!("all"),
            Reach::Chosen(chosen) => {
                let mut names: Vec<&String> =
                    chosen.iter().filter_map(|id| names.get(id)).collect();
                names.sort();
                json!(names)
            }
        },
    };
    let parts = parts.iter();
    Ok(Value::Object(
        parts.map(|part| (part.to_string(), told(part))).collect(),
    ))
}

/// A resource as lists show it.
pub(crate) fn choice(row: &resources::Model) -> ResourceChoice {
    ResourceChoice {
        id: row.id,
        kind: row.kind,
        name: row.name.clone(),
    }
}

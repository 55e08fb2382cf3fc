//! All organizations, and all that there is to say of one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Func, Query},
};
use types::{
    access::RoleKind,
    ids::OrganizationId,
    operator::{
        OWNERS_SHOWN, OfferedResource, OrganizationPage, OrganizationRow, OrganizationSettings,
        OwnerRow,
    },
    resources::{Feature, ResourceKind},
    users::{ShownStatus, UserStatus},
};

use super::find;
use crate::{
    Core, Outcome, batches,
    entity::{organizations, resources, roles, users},
    proof::Operator,
    seats,
};

/// Every organization, by name.
pub async fn list(core: &Core, _operator: &Operator) -> Outcome<Vec<OrganizationRow>> {
    let read = core.database.read();
    let mut found = organizations::Entity::find().all(read).await?;
    found.sort_by_cached_key(|organization| (organization.name.to_lowercase(), organization.id));
    let mut counts = counts(read, None).await?;
    let mut rows = Vec::with_capacity(found.len());
    for organization in found {
        let counts = counts.remove(&organization.id).unwrap_or_default();
        rows.push(row(read, organization, counts, core.now()).await?);
    }
    Ok(rows)
}

/// What the page of one organization shows.
///
/// # Errors
/// `NotFound`.
pub async fn read(
    core: &Core,
    operator: &Operator,
    organization: OrganizationId,
) -> Outcome<OrganizationPage> {
    let read = core.database.read();
    let now = core.now();
    let found = find(read, operator, organization).await?;
    let counts = counts(read, Some(organization)).await?;
    let counts = counts.get(&organization).copied().unwrap_or_default();
    let offered = [ResourceKind::Page, ResourceKind::Product];
    let resources = resources::Entity::find()
        .filter(resources::Column::OrganizationId.eq(organization))
        .filter(resources::Column::Kind.is_in(offered))
        .filter(resources::Column::RetiredAt.is_null())
        .order_by_asc(resources::Column::Kind)
        .order_by_asc(resources::Column::Position)
        .order_by_asc(resources::Column::Id)
        .all(read)
        .await?;
    Ok(OrganizationPage {
        settings: settings(&found),
        resources: resources
            .into_iter()
            .map(|row| OfferedResource {
                id: row.id,
                kind: row.kind,
                name: row.name,
                enabled: row.enabled,
            })
            .collect(),
        owners: owners(read, organization, now).await?,
        chosen: operator.organization == organization,
        organization: row(read, found, counts, now).await?,
        now,
    })
}

/// What is set for it now.
pub(super) fn settings(organization: &organizations::Model) -> OrganizationSettings {
    let enabled = |feature: &Feature| match feature {
        Feature::Scheduler => organization.scheduler,
        Feature::Upload => organization.upload,
    };
    OrganizationSettings {
        seats: organization.seats.map(i32::unsigned_abs),
        features: Feature::ALL.iter().copied().filter(enabled).collect(),
        verification: organization.verification,
    }
}

async fn owners(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<Vec<OwnerRow>> {
    let owners = users::Entity::find()
        .inner_join(roles::Entity)
        .filter(users::Column::OrganizationId.eq(organization))
        .filter(roles::Column::Kind.eq(RoleKind::Owner))
        .order_by_asc(users::Column::Id)
        .limit(OWNERS_SHOWN)
        .all(read)
        .await?;
    Ok(owners
        .into_iter()
        .map(|user| OwnerRow {
            name: batches::name_of(&user),
            status: ShownStatus::of(user.status, user.expires_at, now),
            email: user.username.to_string(),
        })
        .collect())
}

/// The users of one organization.
#[derive(Clone, Copy, Default)]
struct Counts {
    users: u64,
    pending: u64,
    failed: u64,
}

#[derive(FromQueryResult)]
struct Count {
    organization_id: OrganizationId,
    status: UserStatus,
    total: i64,
}

/// Of all organizations, or of one: sums of what the database counts by itself.
async fn counts(
    read: &impl ConnectionTrait,
    only: Option<OrganizationId>,
) -> Outcome<HashMap<OrganizationId, Counts>> {
    let total = Expr::col(Alias::new("total")).sum();
    let mut query = Query::select();
    query
        .column(Alias::new("organization_id"))
        .column(Alias::new("status"))
        .expr_as(
            Func::cast_as(total, Alias::new("BIGINT")),
            Alias::new("total"),
        )
        .from(Alias::new("user_counts"))
        .group_by_col(Alias::new("organization_id"))
        .group_by_col(Alias::new("status"));
    if let Some(only) = only {
        query.and_where(Expr::col(Alias::new("organization_id")).eq(only));
    }
    let rows = Count::find_by_statement(read.get_database_backend().build(&query))
        .all(read)
        .await?;
    let mut counts: HashMap<OrganizationId, Counts> = HashMap::new();
    for row in rows {
        let of = counts.entry(row.organization_id).or_default();
        let total = row.total.unsigned_abs();
        of.users += total;
        match row.status {
            UserStatus::Waiting | UserStatus::Invited => of.pending += total,
            UserStatus::Failed => of.failed += total,
            UserStatus::NotInvited | UserStatus::Active | UserStatus::Deactivated => {}
        }
    }
    Ok(counts)
}

async fn row(
    read: &impl ConnectionTrait,
    organization: organizations::Model,
    counts: Counts,
    now: DateTime<Utc>,
) -> Outcome<OrganizationRow> {
    Ok(OrganizationRow {
        seats: seats::of(read, organization.id, now).await?,
        id: organization.id,
        name: organization.name,
        users: counts.users,
        pending: counts.pending,
        failed: counts.failed,
        suspended_at: organization.suspended_at,
        created_at: organization.created_at,
    })
}

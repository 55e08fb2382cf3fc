//! Organizations for which nothing is sent at present: the operator has suspended them, or their own admin has
//! paused what is queued.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, Set,
    sea_query::{Expr, Query, SimpleExpr},
};
use serde_json::json;
use types::{audit::Action, ids::OrganizationId, refusal::Refusal};

use crate::{
    Core, Outcome, audit,
    changes::News,
    entity::{
        deliveries::{self, DeliveryState},
        organizations,
    },
    proof::{Admin, ManageOrganization},
};

/// Messages whose organization, if they have one, lets them go out.
pub(super) fn sendable() -> SimpleExpr {
    let stopped = Condition::any()
        .add(organizations::Column::SuspendedAt.is_not_null())
        .add(organizations::Column::PausedAt.is_not_null());
    let theirs = Query::select()
        .expr(Expr::value(1))
        .from(organizations::Entity)
        .and_where(
            Expr::col((organizations::Entity, organizations::Column::Id))
                .equals((deliveries::Entity, deliveries::Column::OrganizationId)),
        )
        .cond_where(stopped)
        .to_owned();
    Expr::exists(theirs).not()
}

/// Nothing of the organization's goes out until it is resumed; what is being handed over at this moment
/// still does. Paused already, it stays so.
pub async fn pause(core: &Core, admin: &Admin<ManageOrganization>) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = find(&write, admin.organization()).await?;
    if found.paused_at.is_some() {
        return Ok(());
    }
    let organization = found.id;
    let mut row = found.into_active_model();
    row.paused_at = Set(Some(now));
    row.update(&write).await?;
    hold(&write, organization).await?;
    let event = audit::Event::by(admin, Action::DeliveryPaused)
        .with(json!({ "before": { "paused": false }, "after": { "paused": true } }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await
}

/// What is queued goes out, unless it has expired meanwhile.
pub async fn resume(core: &Core, admin: &Admin<ManageOrganization>) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = find(&write, admin.organization()).await?;
    if found.paused_at.is_none() {
        return Ok(());
    }
    let organization = found.id;
    let mut row = found.into_active_model();
    row.paused_at = Set(None);
    row.update(&write).await?;
    release(&write, organization, now).await?;
    let event = audit::Event::by(admin, Action::DeliveryResumed)
        .with(json!({ "before": { "paused": true }, "after": { "paused": false } }));
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[organization],
        queued: true,
    };
    core.commit_with(write, news).await
}

async fn find(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<organizations::Model> {
    let found = organizations::Entity::find_by_id(organization)
        .one(read)
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Later than any queue is looked at.
pub(super) fn held() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Part of a transaction: what is queued for the organization is out of the way until `release`; it would
/// be claimed by nobody anyway.
pub(crate) async fn hold(
    write: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<()> {
    let queued = deliveries::Column::State.eq(DeliveryState::Queued);
    set_due(write, organization, queued, held()).await
}

/// Part of a transaction: what was held is due at once, unless something else stops it still.
pub(crate) async fn release(
    write: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let queued = deliveries::Column::State.eq(DeliveryState::Queued);
    let waiting = queued
        .and(deliveries::Column::DueAt.eq(held()))
        .and(sendable());
    set_due(write, organization, waiting, now).await
}

async fn set_due(
    write: &impl ConnectionTrait,
    organization: OrganizationId,
    which: SimpleExpr,
    due: DateTime<Utc>,
) -> Outcome<()> {
    deliveries::Entity::update_many()
        .col_expr(deliveries::Column::DueAt, Expr::value(due))
        .filter(which)
        .filter(deliveries::Column::OrganizationId.eq(organization))
        // So that what was settled long ago is not looked at.
        .filter(deliveries::Column::SettledAt.is_null())
        .exec(write)
        .await?;
    Ok(())
}

//! How many users have each status.
//!
//! The database keeps a count for each status and, of those who are invited, for each hour in which
//! they expire (see the migration). Who expired in hours gone by is a sum; only the hour that has
//! begun is counted anew.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter,
    sea_query::{Alias, Expr, Query},
};
use types::{
    ids::OrganizationId,
    users::{StatusCounts, UserStatus},
};

use super::order::moment;
use crate::{Outcome, entity::users};

#[derive(FromQueryResult)]
struct Count {
    status: UserStatus,
    expires_hour: String,
    total: i64,
}

pub(super) async fn read(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<StatusCounts> {
    let this_hour = now.format("%Y-%m-%dT%H").to_string();
    let engine = read.get_database_backend();
    let rows = Query::select()
        .columns(["status", "expires_hour", "total"].map(Alias::new))
        .from(Alias::new("user_counts"))
        .and_where(Expr::col(Alias::new("organization_id")).eq(organization))
        .to_owned();
    let rows = Count::find_by_statement(engine.build(&rows))
        .all(read)
        .await?;
    let mut counts = StatusCounts::default();
    let mut undecided = 0;
    for row in rows {
        let total = row.total.unsigned_abs();
        match row.status {
            UserStatus::NotInvited => counts.not_invited += total,
            UserStatus::Waiting => counts.waiting += total,
            UserStatus::Invited if row.expires_hour < this_hour => counts.expired += total,
            UserStatus::Invited if row.expires_hour == this_hour => undecided += total,
            UserStatus::Invited => counts.invited += total,
            UserStatus::Failed => counts.failed += total,
            UserStatus::Active => counts.active += total,
            UserStatus::Deactivated => counts.deactivated += total,
        }
    }
    if undecided > 0 {
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let expired = users::Entity::find()
            .filter(users::Column::OrganizationId.eq(organization))
            .filter(users::Column::Status.eq(UserStatus::Invited))
            .filter(moment(users::Column::ExpiresAt, engine).gte(hour))
            .filter(moment(users::Column::ExpiresAt, engine).lte(now))
            .count(read)
            .await?;
        counts.expired += expired;
        counts.invited += undecided.saturating_sub(expired);
    }
    Ok(counts)
}

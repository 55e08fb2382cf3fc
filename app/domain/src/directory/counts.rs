//! How many users have each status.
//!
//! The database keeps a count for each status and, of those who are invited, for each hour in which
//! they expire (see the migration). Who expired in hours gone by is a sum; only the hour that has
//! begun is counted anew.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter,
    sea_query::{Alias, Expr, Func, Query, SimpleExpr},
};
use types::{
    ids::OrganizationId,
    users::{StatusCounts, UserStatus},
};

use super::order::moment;
use crate::{Outcome, entity::users};

/// The users of one status; `past` and `this_hour` are of those who are invited, by their expiry.
#[derive(FromQueryResult)]
struct Count {
    status: UserStatus,
    total: i64,
    past: i64,
    this_hour: i64,
}

pub(crate) async fn read(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<StatusCounts> {
    let this_hour = now.format("%Y-%m-%dT%H").to_string();
    let engine = read.get_database_backend();
    let total = || Expr::col(Alias::new("total"));
    let expires_hour = || Expr::col(Alias::new("expires_hour"));
    let sum = |counted: SimpleExpr| Func::cast_as(counted.sum(), Alias::new("BIGINT"));
    let only = |condition: SimpleExpr| sum(Expr::case(condition, total()).finally(0).into());
    let rows = Query::select()
        .column(Alias::new("status"))
        .expr_as(sum(total()), Alias::new("total"))
        .expr_as(only(expires_hour().lt(&this_hour)), Alias::new("past"))
        .expr_as(only(expires_hour().eq(&this_hour)), Alias::new("this_hour"))
        .from(Alias::new("user_counts"))
        .and_where(Expr::col(Alias::new("organization_id")).eq(organization))
        .group_by_col(Alias::new("status"))
        .to_owned();
    let rows = Count::find_by_statement(engine.build(&rows))
        .all(read)
        .await?;
    let mut counts = StatusCounts::default();
    let mut undecided = 0;
    for row in rows {
        let total = row.total.unsigned_abs();
        match row.status {
            UserStatus::NotInvited => counts.not_invited = total,
            UserStatus::Waiting => counts.waiting = total,
            UserStatus::Invited => {
                counts.expired = row.past.unsigned_abs();
                undecided = row.this_hour.unsigned_abs();
                counts.invited = total.saturating_sub(counts.expired + undecided);
            }
            UserStatus::Failed => counts.failed = total,
            UserStatus::Active => counts.active = total,
            UserStatus::Deactivated => counts.deactivated = total,
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

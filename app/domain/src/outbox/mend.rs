//! What a clock that was wrong has left behind.
//!
//! Moments are written down as the clock tells them. When it is set back, whatever was put off or claimed
//! before would wait as long again. So nothing waits longer from now than it would have to if it had been put
//! off just now. A clock that goes forward makes everything due that waits: each message is tried once, at the
//! usual pace, and a try more is all that it costs.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{CaseStatement, Expr},
};

use super::{LAST_WAIT, WAITS, hold::held, in_state, rests, wait_after};
use crate::{
    Core, Outcome,
    entity::deliveries::{self, Column, DeliveryState},
};

/// At the start of a courier, and whenever the clock was set back. `lease` is the longest there is.
pub(crate) async fn mend(core: &Core, lease: Duration) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    deliveries::Entity::update_many()
        .col_expr(Column::DueAt, latest(now))
        .filter(in_state(DeliveryState::Queued))
        .filter(Expr::col(Column::DueAt).gt(latest(now)))
        .filter(Column::DueAt.lt(held()))
        .exec(&write)
        .await?;
    deliveries::Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now + lease))
        .filter(in_state(DeliveryState::Sending))
        .filter(Column::DueAt.gt(now + lease))
        .exec(&write)
        .await?;
    rests::shorten(&write, now).await?;
    write.commit().await?;
    Ok(())
}

/// Until when a message may have to wait, by the number of its tries.
fn latest(now: DateTime<Utc>) -> Expr {
    let mut latest = CaseStatement::new().case(Expr::col(Column::Attempt).lte(0), now);
    for attempt in (1..).take(WAITS.len()) {
        let until = now + wait_after(attempt);
        latest = latest.case(Expr::col(Column::Attempt).eq(attempt), until);
    }
    latest.finally(now + LAST_WAIT).into()
}

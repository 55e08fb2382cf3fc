//! One turn of a courier: some tries have ended, others begin in their place, in one transaction.
//!
//! A try is written down before it begins, so that whatever may have reached a server is counted as tried,
//! and nothing else is. What was taken out of the queue meanwhile does not begin.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, ExprTrait,
    sea_query::{Expr, Query, UpdateStatement},
};
use types::ids::DeliveryId;

use super::{
    hold::sendable,
    in_state,
    rests::Rests,
    settle::{self, Tried},
    values,
};
use crate::{
    Core, Outcome,
    changes::News,
    entity::deliveries::{self, Column, DeliveryState},
};

/// A message that was claimed, at the number of tries that it had then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub delivery: DeliveryId,
    pub attempt: i32,
}

/// What is to be written down.
pub(crate) struct Turn<'a> {
    pub ended: Vec<&'a Tried>,
    pub begin: Vec<Held>,
    /// Claimed, and not to be begun now: anybody may claim it.
    pub give_back: Vec<Held>,
    /// How long a try may take, with time to settle it.
    pub lease: Duration,
}

/// What came of it.
pub(crate) struct Turned {
    /// Of those that were to begin; the others are nobody's to send any more, or not for now.
    pub begun: HashSet<DeliveryId>,
    /// Who rests, where that has changed.
    pub rests: Option<Rests>,
}

pub(crate) async fn turn(core: &Core, rests: &Rests, turn: &Turn<'_>) -> Outcome<Turned> {
    let now = core.now();
    let write = core.database.begin().await?;
    let organizations = settle::write(&write, &turn.ended, now).await?;
    let rests = Rests::learn(&write, rests, &turn.ended, now).await?;
    give_back(&write, &turn.give_back, now).await?;
    let begun = begin(&write, &turn.begin, now + turn.lease).await?;
    let news = News {
        changed: &organizations,
        queued: false,
    };
    core.commit_with(write, news).await?;
    Ok(Turned { begun, rests })
}

async fn begin(
    write: &DatabaseTransaction,
    held: &[Held],
    lease_ends: DateTime<Utc>,
) -> Outcome<HashSet<DeliveryId>> {
    if held.is_empty() {
        return Ok(HashSet::new());
    }
    let update = still_held(held)
        .value(
            Column::Attempt,
            Expr::col((deliveries::Entity, Column::Attempt)).add(1),
        )
        .value(Column::DueAt, lease_ends)
        .and_where(sendable())
        .returning_col(Column::Id)
        .to_owned();
    let rows = write.query_all(&update).await?;
    let begun = rows
        .iter()
        .map(|row| row.try_get::<DeliveryId>("", "id"))
        .collect::<Result<_, _>>()?;
    Ok(begun)
}

async fn give_back(write: &DatabaseTransaction, held: &[Held], now: DateTime<Utc>) -> Outcome<()> {
    if held.is_empty() {
        return Ok(());
    }
    let update = still_held(held)
        .value(Column::State, DeliveryState::Queued)
        .value(Column::DueAt, now)
        .to_owned();
    write.execute(&update).await?;
    Ok(())
}

/// Leaves alone what was taken out of the queue, and what another courier has begun since.
fn still_held(held: &[Held]) -> UpdateStatement {
    let rows = held
        .iter()
        .map(|held| [held.delivery.into(), held.attempt.into()]);
    Query::update()
        .table(deliveries::Entity)
        .from(values::given(rows))
        .and_where(Expr::col((deliveries::Entity, Column::Id)).eq(values::column(1)))
        .and_where(Expr::col((deliveries::Entity, Column::Attempt)).eq(values::column(2)))
        .and_where(in_state(DeliveryState::Sending))
        .to_owned()
}

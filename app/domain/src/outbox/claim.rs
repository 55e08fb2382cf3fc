//! Claiming: due messages are put aside for one courier, for as long as a lease says.
//!
//! Each domain has a queue of its own. Those that rest, or of which the courier has enough, are passed by
//! without a look at what waits in them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::Query,
};
use types::ids::DeliveryId;

use super::{hold::sendable, in_state, rests::Rests};
use crate::{
    Core, Outcome,
    entity::deliveries::{self, Column, DeliveryState},
};

/// What is put aside ahead of its turn is found again so soon after a crash.
pub(crate) const AHEAD: Duration = Duration::seconds(30);

/// What a courier can make use of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub most: usize,
    /// Of the domains that it knows.
    pub of: HashMap<String, usize>,
    /// Of each other domain.
    pub of_others: usize,
    /// What it has already.
    pub held: HashSet<DeliveryId>,
}

impl Wanted {
    fn of(&self, domain: &str) -> usize {
        self.of.get(domain).copied().unwrap_or(self.of_others)
    }
}

/// The first message in the queue of a domain.
#[derive(FromQueryResult)]
struct Head {
    domain: String,
    due_at: DateTime<Utc>,
}

/// Goes from one domain to the next by the index, whatever there is between them.
const HEADS: &str = "
    WITH RECURSIVE heads (domain) AS (
        SELECT (SELECT domain FROM deliveries WHERE state = 'queued' ORDER BY domain LIMIT 1)
        UNION ALL
        SELECT (SELECT deliveries.domain FROM deliveries
                WHERE deliveries.state = 'queued' AND deliveries.domain > heads.domain
                ORDER BY deliveries.domain LIMIT 1)
        FROM heads WHERE heads.domain IS NOT NULL
    )
    SELECT heads.domain, (SELECT deliveries.due_at FROM deliveries
        WHERE deliveries.state = 'queued' AND deliveries.domain = heads.domain
        ORDER BY deliveries.due_at LIMIT 1) AS due_at
    FROM heads WHERE heads.domain IS NOT NULL";

/// Puts due messages aside. They don't count as tried, and may be lost with the process: then they are claimed
/// again. Tells, too, who rests.
pub(crate) async fn claim(
    core: &Core,
    wanted: &Wanted,
) -> Outcome<(Vec<deliveries::Model>, Rests)> {
    let now = core.now();
    let read = core.database.read();
    let rests = Rests::read(read).await?;
    let mut found = left_behind(read, wanted, &rests, now).await?;
    let heads = Statement::from_string(read.get_database_backend(), HEADS);
    let mut heads = Head::find_by_statement(heads).all(read).await?;
    heads.retain(|head| head.due_at <= now && !rests.is_resting(&head.domain, now));
    heads.sort_unstable_by_key(|head| head.due_at);
    // Of each the same: what was queued together stands together, and is written down together.
    let share = wanted.most.div_ceil(heads.len().max(1));
    for head in heads {
        let left = wanted.most.saturating_sub(found.len());
        let room = room(wanted, &rests, &head.domain).min(share).min(left);
        if room == 0 {
            continue;
        }
        let due = deliveries::Entity::find()
            .filter(in_state(DeliveryState::Queued))
            .filter(Column::Domain.eq(head.domain))
            .filter(Column::DueAt.lte(now))
            .filter(sendable())
            .order_by_asc(Column::DueAt)
            .limit(room as u64)
            .all(read)
            .await?;
        found.extend(due);
    }
    if !found.is_empty() {
        let ours = put_aside(core, &found, now).await?;
        found.retain(|row| ours.contains(&row.id));
    }
    Ok((found, rests))
}

/// Where there is doubt, one message is enough to find out.
fn room(wanted: &Wanted, rests: &Rests, domain: &str) -> usize {
    let room = wanted.of(domain);
    if rests.is_doubtful(domain) {
        room.min(1)
    } else {
        room
    }
}

/// What a courier had claimed that is no more. There is never much of it.
async fn left_behind(
    read: &impl ConnectionTrait,
    wanted: &Wanted,
    rests: &Rests,
    now: DateTime<Utc>,
) -> Outcome<Vec<deliveries::Model>> {
    let mut rows = deliveries::Entity::find()
        .filter(in_state(DeliveryState::Sending))
        .filter(Column::DueAt.lte(now))
        .filter(sendable())
        .limit((wanted.most + wanted.held.len()) as u64)
        .all(read)
        .await?;
    let mut taken: HashMap<String, usize> = HashMap::new();
    rows.retain(|row| {
        let taken = taken.entry(row.domain.clone()).or_default();
        let is_wanted = !wanted.held.contains(&row.id)
            && !rests.is_resting(&row.domain, now)
            && *taken < room(wanted, rests, &row.domain);
        *taken += usize::from(is_wanted);
        is_wanted
    });
    rows.truncate(wanted.most);
    Ok(rows)
}

/// Somebody else may have been quicker: gives those that are ours.
async fn put_aside(
    core: &Core,
    found: &[deliveries::Model],
    now: DateTime<Utc>,
) -> Outcome<HashSet<DeliveryId>> {
    let write = core.database.begin().await?;
    let ids = found.iter().map(|row| row.id);
    let is_free = Condition::any()
        .add(in_state(DeliveryState::Queued))
        .add(in_state(DeliveryState::Sending).and(Column::DueAt.lte(now)));
    let update = Query::update()
        .table(deliveries::Entity)
        .value(Column::State, DeliveryState::Sending)
        .value(Column::DueAt, now + AHEAD)
        .and_where(Column::Id.is_in(ids))
        .cond_where(is_free)
        .returning_col(Column::Id)
        .to_owned();
    let rows = write.query_all(&update).await?;
    let ours = rows
        .iter()
        .map(|row| row.try_get::<DeliveryId>("", "id"))
        .collect::<Result<_, _>>()?;
    write.commit().await?;
    Ok(ours)
}

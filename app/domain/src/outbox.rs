//! The outbox: messages to deliver, in the database until they are settled.
//!
//! A row is queued in the transaction that causes it, claimed for a while, written down as begun, sent outside
//! of any transaction, and settled. Whoever has begun must settle before the lease runs out; after that the row
//! may be claimed again, so nothing is lost with a process that dies.
//!
//! - `claim`: what is due; `turn`: tries that end and others that begin; `settle`: what became of a message
//! - `blame`: whose fault it is that one was not taken; `rests`: who is left alone for a while
//! - `hold`: organizations for which nothing is sent; `mend`: what a wrong clock has left behind

pub(crate) mod blame;
pub(crate) mod claim;
mod hold;
pub(crate) mod mend;
pub(crate) mod rests;
pub(crate) mod settle;
pub(crate) mod turn;
mod values;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Set,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr},
};
use types::ids::{BatchId, DeliveryId, InvitationId, OrganizationId, PasswordResetId};

pub(crate) use self::hold::{hold, release};
pub use self::hold::{pause, resume};
use crate::{
    Outcome,
    channels::Route,
    entity::{
        deliveries::{self, DeliveryState},
        delivery_events::{self, EventKind},
    },
    ports::Answer,
    random,
};

/// Waits before the second, third, ... try, in minutes; then every 12 hours.
const WAITS: [i64; 5] = [1, 5, 30, 2 * 60, 6 * 60];
const LAST_WAIT: Duration = Duration::hours(12);

/// How long to wait after try number `attempt` (from 1).
fn wait_after(attempt: i32) -> Duration {
    usize::try_from(attempt - 1)
        .ok()
        .and_then(|index| WAITS.get(index))
        .map_or(LAST_WAIT, |minutes| Duration::minutes(*minutes))
}

/// When the last try of a message that waits for another one was given up.
pub(crate) fn put_off_at(row: &deliveries::Model) -> DateTime<Utc> {
    Ord::max(row.due_at - wait_after(row.attempt), row.created_at)
}

/// What a message carries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Invitation {
        organization: OrganizationId,
        invitation: InvitationId,
        generation: i32,
        batch: Option<BatchId>,
    },
    /// The word to somebody that they are in.
    Welcome(OrganizationId, InvitationId),
    PasswordReset(PasswordResetId),
}

/// The generation of a message about an invitation that carries no link to it.
pub(crate) const WELCOME: i32 = 0;

/// A row that is due at once; to be inserted in the transaction that causes it.
pub(crate) fn queued(
    subject: Subject,
    route: Route,
    now: DateTime<Utc>,
) -> deliveries::ActiveModel {
    let (organization, invitation, reset, batch, generation) = match subject {
        Subject::Invitation {
            organization,
            invitation,
            generation,
            batch,
        } => (
            Some(organization),
            Some(invitation),
            None,
            batch,
            generation,
        ),
        Subject::Welcome(organization, invitation) => {
            (Some(organization), Some(invitation), None, None, WELCOME)
        }
        Subject::PasswordReset(reset) => (None, None, Some(reset), None, 0),
    };
    deliveries::ActiveModel {
        id: Set(random::id(now)),
        invitation_id: Set(invitation),
        password_reset_id: Set(reset),
        batch_id: Set(batch),
        generation: Set(generation),
        channel: Set(route.channel),
        state: Set(DeliveryState::Queued),
        attempt: Set(0),
        due_at: Set(now),
        answer_code: Set(None),
        answer_words: Set(None),
        created_at: Set(now),
        settled_at: Set(None),
        organization_id: Set(organization),
        domain: Set(route.domain),
        reminder: Set(0),
        reference: Set(None),
    }
}

/// Part of a transaction: something has happened to a message, beside its last answer.
pub(crate) fn event(
    delivery: DeliveryId,
    kind: EventKind,
    answer: Answer,
    now: DateTime<Utc>,
) -> delivery_events::ActiveModel {
    delivery_events::ActiveModel {
        id: Set(random::id(now)),
        delivery_id: Set(delivery),
        at: Set(now),
        kind: Set(kind),
        code: Set(answer.code.map(i32::from)),
        words: Set(answer.words),
        until: Set(None),
    }
}

/// Part of a transaction: takes what is not settled of these invitations out of the queue.
pub(crate) async fn cancel(
    write: &impl ConnectionTrait,
    invitations: SimpleExpr,
    now: DateTime<Utc>,
) -> Outcome<()> {
    deliveries::Entity::update_many()
        .col_expr(
            deliveries::Column::State,
            Expr::value(DeliveryState::Cancelled),
        )
        .col_expr(deliveries::Column::SettledAt, Expr::value(Some(now)))
        .filter(invitations)
        .filter(unsettled())
        .exec(write)
        .await?;
    Ok(())
}

fn unsettled() -> SimpleExpr {
    deliveries::Column::State.is_in([DeliveryState::Queued, DeliveryState::Sending])
}

/// Written out, not bound: the queue's indexes hold one state each, and an engine uses such an index only where it
/// reads that state in the statement. SQLite would else plan the statement anew for each value.
fn in_state(state: DeliveryState) -> SimpleExpr {
    Expr::col((deliveries::Entity, deliveries::Column::State))
        .eq(SimpleExpr::Constant(state.into()))
}

/// Of a message: whether it came back after it was sent.
fn came_back() -> SelectStatement {
    Query::select()
        .expr(Expr::value(1))
        .from(delivery_events::Entity)
        .and_where(
            Expr::col((delivery_events::Entity, delivery_events::Column::DeliveryId))
                .equals((deliveries::Entity, deliveries::Column::Id)),
        )
        .and_where(
            delivery_events::Column::Kind.is_in([EventKind::Bounced, EventKind::SmsUndelivered]),
        )
        .to_owned()
}

/// Whether another message of the same generation has arrived, as far as anybody knows, or still may.
pub(crate) async fn is_reached(
    read: &impl ConnectionTrait,
    invitation: InvitationId,
    generation: i32,
    except: DeliveryId,
) -> Outcome<bool> {
    let other = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(invitation))
        .filter(deliveries::Column::Generation.eq(generation))
        .filter(deliveries::Column::Id.ne(except))
        .filter(deliveries::Column::State.is_in([
            DeliveryState::Queued,
            DeliveryState::Sending,
            DeliveryState::Sent,
        ]))
        .filter(Expr::exists(came_back()).not())
        .one(read)
        .await?;
    Ok(other.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_day() {
        let minutes: Vec<i64> = (1..=7)
            .map(|attempt| wait_after(attempt).num_minutes())
            .collect();
        assert_eq!(minutes, [1, 5, 30, 120, 360, 720, 720]);
    }
}

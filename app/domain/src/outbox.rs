//! The outbox: messages to deliver, in the database until they are settled.
//!
//! A row is queued in the transaction that causes it, claimed under a lease, sent outside of any
//! transaction, and settled. Whoever claims must settle before the lease runs out; after that the
//! row may be claimed again, so nothing is lost with a process that dies.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{Expr, LockBehavior, LockType, Query, SimpleExpr},
};
use types::{
    ids::{BatchId, DeliveryId, InvitationId, OrganizationId, PasswordResetId},
    invitation::Channel,
    users::UserStatus,
};

use crate::{
    Core, Outcome,
    changes::News,
    entity::{
        deliveries::{self, DeliveryState},
        invitations, users,
    },
    ports::{Answer, MailError},
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
        invitation: InvitationId,
        generation: i32,
        batch: Option<BatchId>,
    },
    PasswordReset(PasswordResetId),
}

/// A row that is due at once; to be inserted in the transaction that causes it.
pub(crate) fn queued(
    subject: Subject,
    channel: Channel,
    now: DateTime<Utc>,
) -> deliveries::ActiveModel {
    let (invitation, reset, batch, generation) = match subject {
        Subject::Invitation {
            invitation,
            generation,
            batch,
        } => (Some(invitation), None, batch, generation),
        Subject::PasswordReset(reset) => (None, Some(reset), None, 0),
    };
    deliveries::ActiveModel {
        id: Set(random::id(now)),
        invitation_id: Set(invitation),
        password_reset_id: Set(reset),
        batch_id: Set(batch),
        generation: Set(generation),
        channel: Set(channel),
        state: Set(DeliveryState::Queued),
        attempt: Set(0),
        due_at: Set(now),
        answer_code: Set(None),
        answer_words: Set(None),
        created_at: Set(now),
        settled_at: Set(None),
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

/// Takes up to `limit` due messages for the time of `lease`; each counts as a try begun.
pub(crate) async fn claim(
    core: &Core,
    limit: u64,
    lease: Duration,
) -> Outcome<Vec<deliveries::Model>> {
    let now = core.now();
    let write = core.database.begin().await?;
    let mut claimed: Vec<deliveries::Model> = Vec::new();
    // One state at a time: so the index gives them in order, however many are waiting.
    for state in [DeliveryState::Sending, DeliveryState::Queued] {
        let due = deliveries::Entity::find()
            .filter(deliveries::Column::State.eq(state))
            .filter(deliveries::Column::DueAt.lte(now))
            .order_by_asc(deliveries::Column::DueAt)
            .limit(limit.saturating_sub(claimed.len() as u64))
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(&write)
            .await?;
        claimed.extend(due);
    }
    if claimed.is_empty() {
        return Ok(claimed);
    }
    let ids: Vec<DeliveryId> = claimed.iter().map(|row| row.id).collect();
    deliveries::Entity::update_many()
        .col_expr(
            deliveries::Column::State,
            Expr::value(DeliveryState::Sending),
        )
        .col_expr(
            deliveries::Column::Attempt,
            Expr::col(deliveries::Column::Attempt).add(1),
        )
        .col_expr(deliveries::Column::DueAt, Expr::value(now + lease))
        .filter(deliveries::Column::Id.is_in(ids))
        .exec(&write)
        .await?;
    write.commit().await?;
    for row in &mut claimed {
        row.attempt += 1;
    }
    Ok(claimed)
}

/// A try that has come to its end.
pub(crate) struct Tried {
    pub delivery: DeliveryId,
    /// The try that this is the end of: another one's row is not touched.
    pub attempt: i32,
    pub result: Result<Answer, MailError>,
    /// No try begins after this.
    pub give_up_at: DateTime<Utc>,
    pub invited: Option<Invited>,
}

/// The invitation that a message carried.
#[derive(Clone, Copy)]
pub(crate) struct Invited {
    pub organization: OrganizationId,
    pub invitation: InvitationId,
    pub generation: i32,
}

/// Writes down the ends of several tries in one transaction.
pub(crate) async fn settle(core: &Core, tries: &[Tried]) -> Outcome<()> {
    if tries.is_empty() {
        return Ok(());
    }
    let now = core.now();
    let write = core.database.begin().await?;
    let mut organizations: Vec<OrganizationId> = Vec::new();
    for tried in tries {
        let ruling = Ruling::of(tried, now);
        let ours = Condition::all()
            .add(deliveries::Column::Id.eq(tried.delivery))
            .add(deliveries::Column::Attempt.eq(tried.attempt))
            .add(deliveries::Column::State.eq(DeliveryState::Sending));
        let written = deliveries::Entity::update_many()
            .set(deliveries::ActiveModel {
                state: Set(ruling.state),
                due_at: Set(ruling.next_try.unwrap_or(now)),
                answer_code: Set(ruling.answer.code.map(i32::from)),
                answer_words: Set(Some(ruling.answer.words.clone())),
                settled_at: Set(ruling.next_try.is_none().then_some(now)),
                ..Default::default()
            })
            .filter(ours)
            .exec(&write)
            .await?;
        // Replaced, revoked or claimed again meanwhile: the status is not ours to set.
        if written.rows_affected == 0 {
            continue;
        }
        if let Some(invited) = tried.invited {
            tell_user(&write, invited, &ruling).await?;
            if !organizations.contains(&invited.organization) {
                organizations.push(invited.organization);
            }
        }
    }
    let news = News {
        changed: &organizations,
        queued: false,
    };
    core.commit_with(write, news).await
}

/// What follows from the end of a try.
struct Ruling {
    state: DeliveryState,
    next_try: Option<DateTime<Utc>>,
    answer: Answer,
}

impl Ruling {
    fn of(tried: &Tried, now: DateTime<Utc>) -> Self {
        let next = now + wait_after(tried.attempt);
        let (state, next_try, answer) = match &tried.result {
            Ok(answer) => (DeliveryState::Sent, None, answer),
            Err(MailError::Temporary(answer)) if next < tried.give_up_at => {
                (DeliveryState::Queued, Some(next), answer)
            }
            Err(MailError::Temporary(answer) | MailError::Permanent(answer)) => {
                (DeliveryState::Failed, None, answer)
            }
        };
        Self {
            state,
            next_try,
            answer: answer.clone(),
        }
    }
}

/// The status follows the message only while it carries the current generation and the person
/// has not come in meanwhile.
async fn tell_user(write: &impl ConnectionTrait, invited: Invited, ruling: &Ruling) -> Outcome<()> {
    let (status, code, words) = match ruling.state {
        DeliveryState::Sent => (UserStatus::Invited, None, None),
        DeliveryState::Failed => (
            UserStatus::Failed,
            ruling.answer.code,
            Some(ruling.answer.words.clone()),
        ),
        _ => (
            UserStatus::Waiting,
            ruling.answer.code,
            Some(ruling.answer.words.clone()),
        ),
    };
    let user = Query::select()
        .column(invitations::Column::UserId)
        .from(invitations::Entity)
        .and_where(invitations::Column::Id.eq(invited.invitation))
        .and_where(invitations::Column::Generation.eq(invited.generation))
        .to_owned();
    users::Entity::update_many()
        .set(users::ActiveModel {
            status: Set(status),
            failure_code: Set(code.map(i32::from)),
            failure_words: Set(words),
            ..Default::default()
        })
        .filter(users::Column::Id.in_subquery(user))
        .filter(users::Column::Status.eq(UserStatus::Waiting))
        .exec(write)
        .await?;
    Ok(())
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

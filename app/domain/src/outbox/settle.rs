//! The end of a try, written down: what became of the message, and what its user's status is now.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, ExprTrait, Set,
    sea_query::{Expr, Query},
};
use types::{
    ids::{DeliveryId, InvitationId, OrganizationId},
    invitation::Channel,
    users::UserStatus,
};

use super::{blame::Blame, came_back, event, in_state, values, wait_after};
use crate::{
    Core, Outcome,
    changes::News,
    database::{self, CHUNK},
    entity::{
        deliveries::{self, DeliveryState},
        delivery_events::{self, EventKind},
        invitations, users,
    },
    ports::{Answer, SendError, Taken},
};

/// A try that has come to its end.
pub(crate) struct Tried {
    pub delivery: DeliveryId,
    /// The try that this is the end of: another one's row is not touched.
    pub attempt: i32,
    pub channel: Channel,
    pub domain: String,
    pub result: Result<Taken, SendError>,
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

impl Tried {
    pub fn answer(&self) -> &Answer {
        match &self.result {
            Ok(taken) => &taken.answer,
            Err(error) => error.answer(),
        }
    }

    /// Whether the answer is another's, and not ours.
    pub fn was_heard(&self) -> bool {
        self.result.is_ok() || self.answer().code.is_some()
    }

    pub fn blame(&self) -> Option<Blame> {
        Blame::of(self.channel, &self.result)
    }
}

/// What follows from the end of a try.
struct Ruling<'a> {
    tried: &'a Tried,
    state: DeliveryState,
    next_try: Option<DateTime<Utc>>,
}

impl<'a> Ruling<'a> {
    fn of(tried: &'a Tried, now: DateTime<Utc>) -> Self {
        let next = now + wait_after(tried.attempt);
        let (state, next_try) = match &tried.result {
            Ok(_) => (DeliveryState::Sent, None),
            Err(SendError::Temporary(_) | SendError::Unavailable(_)) if next < tried.give_up_at => {
                (DeliveryState::Queued, Some(next))
            }
            Err(_) => (DeliveryState::Failed, None),
        };
        Self {
            tried,
            state,
            next_try,
        }
    }

    fn code(&self) -> Option<i32> {
        self.tried.answer().code.map(i32::from)
    }

    fn words(&self) -> String {
        self.tried.answer().words.clone()
    }

    fn reference(&self) -> Option<String> {
        let taken = self.tried.result.as_ref().ok()?;
        taken.reference.clone()
    }
}

/// Settles messages that are not tried any more.
pub(crate) async fn give_up(core: &Core, overdue: &[Tried]) -> Outcome<()> {
    if overdue.is_empty() {
        return Ok(());
    }
    let overdue: Vec<&Tried> = overdue.iter().collect();
    let begun = core.database.begin().await?;
    let organizations = write(&begun, &overdue, core.now()).await?;
    let news = News {
        changed: &organizations,
        queued: false,
    };
    core.commit_with(begun, news).await
}

/// Part of a transaction: writes down the ends of some tries, and gives the organizations of which something
/// has changed.
pub(super) async fn write(
    write: &DatabaseTransaction,
    tries: &[&Tried],
    now: DateTime<Utc>,
) -> Outcome<Vec<OrganizationId>> {
    let mut organizations = Vec::new();
    for tries in tries.chunks(CHUNK) {
        let rulings: Vec<_> = tries.iter().map(|tried| Ruling::of(tried, now)).collect();
        let ours = tell_deliveries(write, &rulings, now).await?;
        // Replaced, revoked or begun again meanwhile: the others are not ours to speak of.
        let rulings: Vec<_> = rulings
            .into_iter()
            .filter(|ruling| ours.contains(&ruling.tried.delivery))
            .collect();
        tell_users(write, &rulings).await?;
        tell_timeline(write, &rulings, now).await?;
        organizations.extend(
            rulings
                .iter()
                .filter_map(|ruling| Some(ruling.tried.invited?.organization)),
        );
    }
    organizations.sort_unstable();
    organizations.dedup();
    Ok(organizations)
}

async fn tell_deliveries(
    write: &DatabaseTransaction,
    rulings: &[Ruling<'_>],
    now: DateTime<Utc>,
) -> Outcome<HashSet<DeliveryId>> {
    use deliveries::Column as C;
    let rows = rulings.iter().map(|ruling| {
        [
            ruling.tried.delivery.into(),
            ruling.tried.attempt.into(),
            ruling.state.into(),
            ruling.next_try.unwrap_or(now).into(),
            ruling.code().into(),
            ruling.words().into(),
            ruling.next_try.is_none().then_some(now).into(),
            ruling.reference().into(),
        ]
    });
    let update = Query::update()
        .table(deliveries::Entity)
        .from(values::given(rows))
        .value(C::State, values::column(3))
        .value(C::DueAt, values::column(4))
        .value(C::AnswerCode, values::column(5))
        .value(C::AnswerWords, values::column(6))
        .value(C::SettledAt, values::column(7))
        .value(C::Reference, values::column(8))
        .and_where(Expr::col((deliveries::Entity, C::Id)).eq(values::column(1)))
        .and_where(Expr::col((deliveries::Entity, C::Attempt)).eq(values::column(2)))
        .and_where(in_state(DeliveryState::Sending))
        .returning_col(C::Id)
        .to_owned();
    let rows = write.query_all(&update).await?;
    let ours = rows
        .iter()
        .map(|row| row.try_get::<DeliveryId>("", "id"))
        .collect::<Result<_, _>>()?;
    Ok(ours)
}

/// The status follows a message only while it carries the current generation and the person has not come in
/// meanwhile. One of two messages is enough to be invited, and both must fail to be in error.
async fn tell_users(write: &DatabaseTransaction, rulings: &[Ruling<'_>]) -> Outcome<()> {
    use users::Column as C;
    let rows: Vec<_> = rulings
        .iter()
        .filter_map(|ruling| {
            let invited = ruling.tried.invited?;
            let (status, code, words) = match ruling.state {
                DeliveryState::Sent => (UserStatus::Invited, None, None),
                DeliveryState::Failed => (UserStatus::Failed, ruling.code(), Some(ruling.words())),
                _ => (UserStatus::Waiting, ruling.code(), Some(ruling.words())),
            };
            Some([
                invited.invitation.into(),
                invited.generation.into(),
                status.into(),
                code.into(),
                words.into(),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let invitation = |column| Expr::col((invitations::Entity, column));
    let status = || Expr::col((users::Entity, C::Status));
    let turns = |from: UserStatus, to: UserStatus| status().eq(from).and(values::column(3).eq(to));
    let goes_with = Condition::any()
        .add(status().eq(UserStatus::Waiting))
        .add(turns(UserStatus::Failed, UserStatus::Invited))
        // What was sent the other way may have come back.
        .add(turns(UserStatus::Invited, UserStatus::Failed));
    let may_arrive = Query::select()
        .expr(Expr::value(1))
        .from(deliveries::Entity)
        .and_where(
            deliveries::Column::InvitationId
                .into_expr()
                .eq(values::column(1)),
        )
        .and_where(
            deliveries::Column::Generation
                .into_expr()
                .eq(values::column(2)),
        )
        .and_where(deliveries::Column::State.is_in([
            DeliveryState::Queued,
            DeliveryState::Sending,
            DeliveryState::Sent,
        ]))
        .and_where(Expr::exists(came_back()).not())
        .to_owned();
    let is_settled = Condition::any()
        .add(values::column(3).ne(UserStatus::Failed))
        .add(Expr::exists(may_arrive).not());
    let update = Query::update()
        .table(users::Entity)
        .from(values::given(rows))
        .from(invitations::Entity)
        .value(C::Status, values::column(3))
        .value(C::FailureCode, values::column(4))
        .value(C::FailureWords, values::column(5))
        .and_where(invitation(invitations::Column::Id).eq(values::column(1)))
        .and_where(invitation(invitations::Column::Generation).eq(values::column(2)))
        .and_where(
            Expr::col((users::Entity, C::Id))
                .equals((invitations::Entity, invitations::Column::UserId)),
        )
        .cond_where(goes_with)
        .cond_where(is_settled)
        .to_owned();
    write.execute(&update).await?;
    Ok(())
}

/// A row keeps only its last answer; those before are told by its events.
async fn tell_timeline(
    write: &DatabaseTransaction,
    rulings: &[Ruling<'_>],
    now: DateTime<Utc>,
) -> Outcome<()> {
    let events: Vec<_> = rulings
        .iter()
        .filter_map(|ruling| {
            let until = ruling.next_try?;
            let answer = ruling.tried.answer().clone();
            let event = event(ruling.tried.delivery, EventKind::PutOff, answer, now);
            Some(delivery_events::ActiveModel {
                until: Set(Some(until)),
                ..event
            })
        })
        .collect();
    database::insert_all::<delivery_events::Entity, _>(write, events).await?;
    Ok(())
}

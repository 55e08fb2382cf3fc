//! What has happened to a user, told from what the database has. Each fact has one source: sending
//! and the acts on many are in the batches, what became of messages is in the outbox, the rest is in
//! the audit log.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;
use types::{
    batch::Act,
    ids::{BatchId, UserId},
    users::{Failure, HISTORY_SHOWN, HistoryEvent, HistoryLine, PersonField},
};

use crate::{
    Outcome, audit,
    entity::{
        audit_events, batch_recipients, batches,
        deliveries::{self, DeliveryState},
        invitations, users,
    },
    outbox,
    users::called,
};

/// The newest lines, from the newest on.
pub(super) async fn of(
    read: &impl ConnectionTrait,
    user: &users::Model,
) -> Outcome<Vec<HistoryLine>> {
    let told = Told {
        acts: acts(read, user.id).await?,
        audited: audited(read, user.id).await?,
    };
    let invitation = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user.id))
        .one(read)
        .await?;
    let mut facts = told.facts(user);
    if let Some(invitation) = invitation {
        facts.extend(
            invitation
                .accepted_at
                .map(|at| Fact::new(at, None, HistoryEvent::Accepted)),
        );
        for row in messages(read, &invitation).await? {
            facts.extend(of_message(&row));
        }
    }
    facts.sort_by_key(|fact| std::cmp::Reverse((fact.at, fact.place())));
    facts.truncate(HISTORY_SHOWN);
    name(read, user, facts).await
}

/// A line whose doer has no name yet.
struct Fact {
    at: DateTime<Utc>,
    by: Option<UserId>,
    event: HistoryEvent,
}

impl Fact {
    fn new(at: DateTime<Utc>, by: Option<UserId>, event: HistoryEvent) -> Self {
        Self { at, by, event }
    }

    /// Its place among those of the same moment.
    fn place(&self) -> u8 {
        match self.event {
            HistoryEvent::Added => 0,
            HistoryEvent::Changed { .. } => 1,
            HistoryEvent::Revoked
            | HistoryEvent::Deactivated
            | HistoryEvent::Activated
            | HistoryEvent::RevokeUndone
            | HistoryEvent::DeactivateUndone => 2,
            HistoryEvent::Cancelled => 3,
            HistoryEvent::Sent { .. } | HistoryEvent::AskedForNew => 4,
            HistoryEvent::PutOff { .. } => 5,
            HistoryEvent::Delivered | HistoryEvent::Failed(_) => 6,
            HistoryEvent::LinkCopied => 7,
            HistoryEvent::Accepted => 8,
        }
    }
}

/// The user's part in a batch.
type Part = (batch_recipients::Model, batches::Model);

/// What was done to the user by batches, the newest first; being left out is nothing.
async fn acts(read: &impl ConnectionTrait, user: UserId) -> Outcome<Vec<Part>> {
    let touched = Condition::any()
        .add(batch_recipients::Column::Before.is_not_null())
        .add(batch_recipients::Column::DeliveryId.is_not_null());
    let parts = batch_recipients::Entity::find()
        .filter(batch_recipients::Column::UserId.eq(user))
        .filter(touched)
        .order_by_desc(batch_recipients::Column::BatchId)
        .limit(HISTORY_SHOWN as u64)
        .all(read)
        .await?;
    let ids = parts.iter().map(|part| part.batch_id);
    let batches: HashMap<BatchId, batches::Model> = batches::Entity::find()
        .filter(batches::Column::Id.is_in(ids))
        .all(read)
        .await?
        .into_iter()
        .map(|batch| (batch.id, batch))
        .collect();
    let parts = parts.into_iter();
    Ok(parts
        .filter_map(|part| {
            let batch = batches.get(&part.batch_id)?.clone();
            Some((part, batch))
        })
        .collect())
}

async fn audited(read: &impl ConnectionTrait, user: UserId) -> Outcome<Vec<audit_events::Model>> {
    let told_here = [audit::USER_ADDED, audit::USER_EDITED, audit::LINK_COPIED];
    Ok(audit_events::Entity::find()
        .filter(audit_events::Column::SubjectId.eq(user))
        .filter(audit_events::Column::Action.is_in(told_here))
        .order_by_desc(audit_events::Column::Id)
        .limit(HISTORY_SHOWN as u64)
        .all(read)
        .await?)
}

async fn messages(
    read: &impl ConnectionTrait,
    invitation: &invitations::Model,
) -> Outcome<Vec<deliveries::Model>> {
    Ok(deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(invitation.id))
        .order_by_desc(deliveries::Column::Generation)
        .limit(HISTORY_SHOWN as u64)
        .all(read)
        .await?)
}

/// What became of a message, and who asked for it where that was the person.
fn of_message(row: &deliveries::Model) -> Vec<Fact> {
    let mut facts = Vec::new();
    if row.batch_id.is_none() {
        facts.push(Fact::new(row.created_at, None, HistoryEvent::AskedForNew));
    }
    let answer = Failure {
        code: row.answer_code.and_then(|code| u16::try_from(code).ok()),
        words: row.answer_words.clone().unwrap_or_default(),
    };
    let (at, event) = match row.state {
        DeliveryState::Queued if row.answer_words.is_some() => (
            Some(outbox::put_off_at(row)),
            HistoryEvent::PutOff {
                until: row.due_at,
                answer,
            },
        ),
        DeliveryState::Queued | DeliveryState::Sending => return facts,
        DeliveryState::Sent => (row.settled_at, HistoryEvent::Delivered),
        DeliveryState::Failed => (row.settled_at, HistoryEvent::Failed(answer)),
        DeliveryState::Cancelled => (row.settled_at, HistoryEvent::Cancelled),
    };
    facts.extend(at.map(|at| Fact::new(at, None, event)));
    facts
}

/// What batches and the audit log say.
struct Told {
    acts: Vec<Part>,
    audited: Vec<audit_events::Model>,
}

/// What the audit log keeps of an edit, as far as it is told.
#[derive(Deserialize)]
struct Edit {
    after: HashMap<String, String>,
    link_ended: bool,
}

impl Told {
    fn facts(&self, user: &users::Model) -> Vec<Fact> {
        let mut facts = vec![Fact::new(
            user.created_at,
            self.who_added(user),
            HistoryEvent::Added,
        )];
        for part in &self.acts {
            facts.extend(self.of_act(part));
        }
        for row in &self.audited {
            let event = match row.action.as_str() {
                audit::LINK_COPIED => HistoryEvent::LinkCopied,
                audit::USER_EDITED => match edited(row) {
                    Some(event) => event,
                    None => continue,
                },
                _ => continue,
            };
            facts.push(Fact::new(row.at, row.actor_id, event));
        }
        facts
    }

    /// Whoever added the user, or invited them before they were in the directory.
    fn who_added(&self, user: &users::Model) -> Option<UserId> {
        let added = self.audited.iter();
        let added = added
            .filter(|row| row.action == audit::USER_ADDED)
            .find_map(|row| row.actor_id);
        added.or_else(|| {
            let (_, batch) = self.acts.last()?;
            (batch.created_at == user.created_at).then_some(batch.sender_id)
        })
    }

    fn of_act(&self, part: &Part) -> Vec<Fact> {
        let (recipient, batch) = part;
        let done = |event| Fact::new(batch.created_at, Some(batch.sender_id), event);
        if recipient.delivery_id.is_some() {
            let to = recipient.address.clone();
            return vec![done(HistoryEvent::Sent { to })];
        }
        let (event, undone) = match batch.act {
            Act::Revoke => (HistoryEvent::Revoked, Some(HistoryEvent::RevokeUndone)),
            Act::Deactivate => (
                HistoryEvent::Deactivated,
                Some(HistoryEvent::DeactivateUndone),
            ),
            Act::Activate => (HistoryEvent::Activated, None),
            Act::Send => return Vec::new(),
        };
        let undone = undone.zip(batch.undone_at.filter(|at| self.was_undone(batch, *at)));
        // Nobody undoes what somebody else has done.
        let undone = undone.map(|(event, at)| Fact::new(at, Some(batch.sender_id), event));
        std::iter::once(done(event)).chain(undone).collect()
    }

    /// Undoing leaves out whom somebody has acted on since.
    fn was_undone(&self, batch: &batches::Model, undone_at: DateTime<Utc>) -> bool {
        let acted = self
            .acts
            .iter()
            .any(|(_, later)| later.id > batch.id && later.created_at <= undone_at);
        let moved = self.audited.iter().any(|row| {
            (batch.created_at..=undone_at).contains(&row.at)
                && matches!(edited(row), Some(HistoryEvent::Changed { fields, .. })
                    if fields.contains(&PersonField::Email))
        });
        !acted && !moved
    }
}

/// `None` for what is no edit.
fn edited(row: &audit_events::Model) -> Option<HistoryEvent> {
    if row.action != audit::USER_EDITED {
        return None;
    }
    let edit: Edit = serde_json::from_str(&row.details).ok()?;
    let all = PersonField::ALL.iter().copied();
    Some(HistoryEvent::Changed {
        fields: all
            .filter(|field| edit.after.contains_key(field.as_str()))
            .collect(),
        link_ended: edit.link_ended,
    })
}

/// The facts with the names of who did it.
async fn name(
    read: &impl ConnectionTrait,
    user: &users::Model,
    facts: Vec<Fact>,
) -> Outcome<Vec<HistoryLine>> {
    let mut ids: Vec<UserId> = facts.iter().filter_map(|fact| fact.by).collect();
    ids.sort_unstable();
    ids.dedup();
    let names: HashMap<UserId, String> = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(user.organization_id))
        .filter(users::Column::Id.is_in(ids))
        .all(read)
        .await?
        .iter()
        .map(|user| (user.id, called(user)))
        .collect();
    let facts = facts.into_iter();
    Ok(facts
        .map(|fact| HistoryLine {
            at: fact.at,
            by: fact.by.and_then(|id| names.get(&id).cloned()),
            event: fact.event,
        })
        .collect())
}

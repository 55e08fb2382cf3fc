//! What has happened to a user, told from what the database has. Each fact has one source: sending
//! and the acts on many are in the batches, what became of messages is in the outbox, the rest is in
//! the audit log.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use types::{
    audit::Action,
    batch::{Act, Verdict},
    ids::{BatchId, UserId},
    users::{AccessPart, Failure, HISTORY_SHOWN, HistoryEvent, HistoryLine, PersonField},
};

use crate::{
    Outcome,
    entity::{
        audit_events, batch_recipients, batches,
        deliveries::{self, DeliveryState},
        delivery_events::{self, EventKind},
        invitations,
        openings::{self, OpenedBy},
        users,
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
        facts.extend(invitation.accepted_at.map(|at| {
            Fact::new(
                at,
                By::Itself,
                HistoryEvent::Accepted {
                    channel: invitation.accepted_channel,
                },
            )
        }));
        let messages = messages(read, &invitation).await?;
        for row in &messages {
            facts.extend(of_message(row, told.was_sent_by_operator(row.created_at)));
        }
        facts.extend(happened(read, &messages).await?);
        facts.extend(opened(read, &invitation).await?);
    }
    facts.sort_by_key(|fact| std::cmp::Reverse((fact.at, fact.place())));
    facts.truncate(HISTORY_SHOWN);
    name(read, user, facts).await
}

/// A line whose doer has no name yet.
struct Fact {
    at: DateTime<Utc>,
    by: By,
    event: HistoryEvent,
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The person, or no person.
    Itself,
    User(UserId),
    /// A user who was deleted since.
    Deleted,
}

impl By {
    /// `None`: deleted since.
    fn user(id: Option<UserId>) -> Self {
        id.map_or(Self::Deleted, Self::User)
    }
}

impl Fact {
    fn new(at: DateTime<Utc>, by: By, event: HistoryEvent) -> Self {
        Self { at, by, event }
    }

    /// Its place among those of the same moment.
    fn place(&self) -> u8 {
        match self.event {
            HistoryEvent::Added => 0,
            HistoryEvent::Changed { .. }
            | HistoryEvent::AccessChanged { .. }
            | HistoryEvent::Imported => 1,
            HistoryEvent::Revoked
            | HistoryEvent::Deactivated
            | HistoryEvent::Activated
            | HistoryEvent::RevokeUndone
            | HistoryEvent::DeactivateUndone => 2,
            HistoryEvent::Cancelled => 3,
            HistoryEvent::AddressConfirmed | HistoryEvent::RequestGranted => 4,
            HistoryEvent::Sent { .. } | HistoryEvent::AskedForNew | HistoryEvent::Reminded => 5,
            HistoryEvent::PutOff { .. } => 6,
            HistoryEvent::Delivered { .. } | HistoryEvent::Failed(_) => 7,
            HistoryEvent::SmsDelivered
            | HistoryEvent::SmsUndelivered(_)
            | HistoryEvent::Bounced(_) => 8,
            HistoryEvent::LinkCopied | HistoryEvent::Printed => 9,
            HistoryEvent::OpenedByScanner => 10,
            HistoryEvent::Opened { .. } => 11,
            HistoryEvent::AskedForApproval
            | HistoryEvent::AskedAdmins
            | HistoryEvent::PasswordSpent => 12,
            HistoryEvent::Accepted { .. } | HistoryEvent::Declined => 13,
            HistoryEvent::Approved
            | HistoryEvent::ApprovalRefused
            | HistoryEvent::RequestRefused => 14,
        }
    }
}

/// The user's part in a batch.
type Part = (batch_recipients::Model, batches::Model);

/// What was done to the user by batches, the newest first; being left out is nothing.
async fn acts(read: &impl ConnectionTrait, user: UserId) -> Outcome<Vec<Part>> {
    let touched = serde_json::to_string(&Verdict::Ready)?;
    let parts = batch_recipients::Entity::find()
        .filter(batch_recipients::Column::UserId.eq(user))
        .filter(batch_recipients::Column::Verdict.eq(touched))
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
    let told_here = [
        Action::UserAdded,
        Action::UserEdited,
        Action::AccessChanged,
        Action::InvitationLinkCopied,
        Action::InvitationPrinted,
        Action::InvitationDeclined,
        Action::TemporaryPasswordSpent,
        // Where an admin decides; what is sent at once is told of by its message.
        Action::InvitationAskedFor,
        Action::RequestGranted,
        Action::RequestRefused,
        Action::AddressConfirmed,
        Action::ApprovalAskedFor,
        Action::ApprovalGranted,
        Action::ApprovalRefused,
        // By the operator; what admins send is told of by its batch, and of nobody in particular.
        Action::InvitationsSent,
    ];
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
        .filter(deliveries::Column::Generation.ne(outbox::WELCOME))
        .order_by_desc(deliveries::Column::Generation)
        .limit(HISTORY_SHOWN as u64)
        .all(read)
        .await?)
}

/// What became of a message, and who asked for it where that was the person.
fn of_message(row: &deliveries::Model, is_told: bool) -> Vec<Fact> {
    let queued = match row.reminder {
        0 if row.batch_id.is_some() || is_told => None,
        0 => Some(HistoryEvent::AskedForNew),
        _ => Some(HistoryEvent::Reminded),
    };
    let queued = queued.map(|event| Fact::new(row.created_at, By::Itself, event));
    let answer = || said(row.answer_code, row.answer_words.as_deref());
    let settled = match row.state {
        // Tries that were put off are events of their own.
        DeliveryState::Queued | DeliveryState::Sending => None,
        DeliveryState::Sent => Some(HistoryEvent::Delivered {
            channel: row.channel,
            answer: answer(),
        }),
        DeliveryState::Failed => Some(HistoryEvent::Failed(answer())),
        DeliveryState::Cancelled => Some(HistoryEvent::Cancelled),
    };
    let settled = settled
        .zip(row.settled_at)
        .map(|(event, at)| Fact::new(at, By::Itself, event));
    queued.into_iter().chain(settled).collect()
}

fn said(code: Option<i32>, words: Option<&str>) -> Failure {
    Failure {
        code: code.and_then(|code| u16::try_from(code).ok()),
        words: words.unwrap_or_default().to_owned(),
    }
}

/// What happened to the messages beside their last answer.
async fn happened(
    read: &impl ConnectionTrait,
    messages: &[deliveries::Model],
) -> Outcome<Vec<Fact>> {
    let ids = messages.iter().map(|row| row.id);
    let events = delivery_events::Entity::find()
        .filter(delivery_events::Column::DeliveryId.is_in(ids))
        .order_by_desc(delivery_events::Column::At)
        .limit(HISTORY_SHOWN as u64)
        .all(read)
        .await?;
    let events = events.into_iter().map(|row| {
        let answer = said(row.code, Some(&row.words));
        let event = match row.kind {
            EventKind::PutOff => HistoryEvent::PutOff {
                until: row.until.unwrap_or(row.at),
                answer,
            },
            EventKind::Bounced => HistoryEvent::Bounced(answer),
            EventKind::SmsDelivered => HistoryEvent::SmsDelivered,
            EventKind::SmsUndelivered => HistoryEvent::SmsUndelivered(answer),
        };
        Fact::new(row.at, By::Itself, event)
    });
    Ok(events.collect())
}

async fn opened(
    read: &impl ConnectionTrait,
    invitation: &invitations::Model,
) -> Outcome<Vec<Fact>> {
    let openings = openings::Entity::find()
        .filter(openings::Column::InvitationId.eq(invitation.id))
        .order_by_desc(openings::Column::Generation)
        .limit(HISTORY_SHOWN as u64)
        .all(read)
        .await?;
    let openings = openings.into_iter().map(|row| {
        let event = match row.by {
            OpenedBy::Person => HistoryEvent::Opened {
                channel: row.channel,
            },
            OpenedBy::Scanner => HistoryEvent::OpenedByScanner,
        };
        Fact::new(row.at, By::Itself, event)
    });
    Ok(openings.collect())
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

/// The same of another access.
#[derive(Deserialize)]
struct AccessChange {
    after: HashMap<String, serde_json::Value>,
}

/// What it keeps of asking for a new invitation.
#[derive(Deserialize)]
struct AskedFor {
    waits: bool,
}

/// What the audit log keeps of an invitation by the operator.
#[derive(Deserialize)]
struct Sent {
    email: String,
}

impl Told {
    fn facts(&self, user: &users::Model) -> Vec<Fact> {
        let mut facts = vec![Fact::new(
            user.created_at,
            self.who_added(user),
            HistoryEvent::Added,
        )];
        for part in &self.acts {
            facts.extend(self.of_act(user, part));
        }
        for row in &self.audited {
            let event = match row.action {
                Action::InvitationLinkCopied => HistoryEvent::LinkCopied,
                Action::InvitationPrinted => HistoryEvent::Printed,
                Action::InvitationDeclined => HistoryEvent::Declined,
                Action::TemporaryPasswordSpent => HistoryEvent::PasswordSpent,
                Action::InvitationAskedFor if waits(row) => HistoryEvent::AskedAdmins,
                Action::RequestGranted => HistoryEvent::RequestGranted,
                Action::RequestRefused => HistoryEvent::RequestRefused,
                Action::AddressConfirmed => HistoryEvent::AddressConfirmed,
                Action::ApprovalAskedFor => HistoryEvent::AskedForApproval,
                Action::ApprovalGranted => HistoryEvent::Approved,
                Action::ApprovalRefused => HistoryEvent::ApprovalRefused,
                Action::UserEdited => match edited(row) {
                    Some(event) => event,
                    None => continue,
                },
                Action::AccessChanged => HistoryEvent::AccessChanged {
                    parts: access_parts(row),
                },
                Action::InvitationsSent => match serde_json::from_str::<Sent>(&row.details) {
                    Ok(sent) => HistoryEvent::Sent { to: sent.email },
                    Err(_) => continue,
                },
                _ => continue,
            };
            let by = row.actor_id.map_or(By::Itself, By::User);
            facts.push(Fact::new(row.at, by, event));
        }
        facts
    }

    /// Whoever added the user, or invited them before they were in the directory.
    fn who_added(&self, user: &users::Model) -> By {
        let added = self.audited.iter();
        let added = added
            .filter(|row| row.action == Action::UserAdded)
            .find_map(|row| row.actor_id);
        let brought = || {
            let (_, batch) = self.acts.last()?;
            let by_it = batch.created_at == user.created_at || came_with(user, batch);
            by_it.then(|| By::user(batch.sender_id))
        };
        added.map(By::User).or_else(brought).unwrap_or(By::Itself)
    }

    fn of_act(&self, user: &users::Model, part: &Part) -> Vec<Fact> {
        let (recipient, batch) = part;
        let by = By::user(batch.sender_id);
        let done = |event| Fact::new(batch.created_at, by, event);
        let mut facts = Vec::new();
        if batch.act == Act::Import && !came_with(user, batch) {
            facts.push(done(HistoryEvent::Imported));
        }
        if recipient.delivery_id.is_some() {
            if batch.act == Act::Activate {
                facts.push(done(HistoryEvent::Activated));
            }
            let to = recipient.address.clone();
            facts.push(done(HistoryEvent::Sent { to }));
            return facts;
        }
        let (event, undone) = match batch.act {
            Act::Revoke => (HistoryEvent::Revoked, Some(HistoryEvent::RevokeUndone)),
            Act::Deactivate => (
                HistoryEvent::Deactivated,
                Some(HistoryEvent::DeactivateUndone),
            ),
            Act::Activate => (HistoryEvent::Activated, None),
            Act::Send | Act::Import => return facts,
        };
        let undone = undone.zip(batch.undone_at.filter(|at| self.was_undone(batch, *at)));
        // Nobody undoes what somebody else has done.
        let undone = undone.map(|(event, at)| Fact::new(at, by, event));
        std::iter::once(done(event)).chain(undone).collect()
    }

    /// Whether the audit log tells of the message that was queued then.
    fn was_sent_by_operator(&self, at: DateTime<Utc>) -> bool {
        let sent = |row: &&audit_events::Model| row.action == Action::InvitationsSent;
        self.audited.iter().filter(sent).any(|row| row.at == at)
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

/// Whether the import brought the user into the directory: it goes in steps, after its batch.
fn came_with(user: &users::Model, batch: &batches::Model) -> bool {
    batch.act == Act::Import && user.created_at >= batch.created_at
}

/// `None` for what is no edit.
fn edited(row: &audit_events::Model) -> Option<HistoryEvent> {
    if row.action != Action::UserEdited {
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

/// Whether what the person asked for was for an admin to decide.
fn waits(row: &audit_events::Model) -> bool {
    let details: Result<AskedFor, _> = serde_json::from_str(&row.details);
    details.is_ok_and(|details| details.waits)
}

/// Of which parts another access was chosen.
fn access_parts(row: &audit_events::Model) -> Vec<AccessPart> {
    let details: Result<AccessChange, _> = serde_json::from_str(&row.details);
    let all = AccessPart::ALL.iter().copied();
    details.map_or_else(
        |_| Vec::new(),
        |change| {
            all.filter(|part| change.after.contains_key(part.as_str()))
                .collect()
        },
    )
}

/// The facts with the names of who did it.
async fn name(
    read: &impl ConnectionTrait,
    user: &users::Model,
    facts: Vec<Fact>,
) -> Outcome<Vec<HistoryLine>> {
    let mut ids: Vec<UserId> = facts
        .iter()
        .filter_map(|fact| match fact.by {
            By::User(id) => Some(id),
            By::Itself | By::Deleted => None,
        })
        .collect();
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
            by: match fact.by {
                By::Itself => None,
                By::User(id) => Some(names.get(&id).cloned().unwrap_or_default()),
                By::Deleted => Some(String::new()),
            },
            event: fact.event,
        })
        .collect())
}

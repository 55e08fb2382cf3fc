//! Reports: what became of each recipient of a batch, read from the database as it stands now.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, sea_query::Expr,
};
use types::{
    batch::{
        BATCH_PAGE, BatchCounts, BatchRecipient, BatchReport, BatchSummary, Outcome as Fate,
        RecipientVerdict, SKIPPED_SHOWN, SendPreview, Verdict,
    },
    ids::BatchId,
    import::MOST_ROWS,
    refusal::Refusal,
    users::Failure,
};
use uuid::Uuid;

use crate::{
    Core, Fault, Outcome,
    entity::{
        batch_recipients, batches,
        deliveries::{self, DeliveryState},
        invitations, users,
    },
    proof::{Admin, ManageUsers},
    spreadsheet::{self, harmless},
    users::called,
};

/// Batches that the list shows.
const NEWEST: u64 = 100;

/// The newest batches of the admin's organization.
pub async fn list(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<Vec<BatchSummary>> {
    let read = core.database.read();
    let found = batches::Entity::find()
        .filter(batches::Column::OrganizationId.eq(admin.organization))
        .order_by_desc(batches::Column::Id)
        .limit(NEWEST)
        .find_also_related(users::Entity)
        .all(read)
        .await?;
    let ids: Vec<BatchId> = found.iter().map(|(batch, _)| batch.id).collect();
    let mut counts = counts(read, &ids).await?;
    Ok(found
        .into_iter()
        .map(|(batch, sender)| BatchSummary {
            counts: counts.remove(&batch.id).unwrap_or_default(),
            id: batch.id,
            act: batch.act,
            undone: batch.undone_at.is_some(),
            created_at: batch.created_at,
            sender: sender.as_ref().map(called).unwrap_or_default(),
        })
        .collect())
}

/// One page of the report, from the recipient behind `after`.
///
/// # Errors
/// `NotFound`.
pub async fn report(
    core: &Core,
    admin: &Admin<ManageUsers>,
    id: BatchId,
    after: u32,
) -> Outcome<BatchReport> {
    let read = core.database.read();
    let (batch, sender) = batches::Entity::find_by_id(id)
        .filter(batches::Column::OrganizationId.eq(admin.organization))
        .find_also_related(users::Entity)
        .one(read)
        .await?
        .ok_or(Refusal::NotFound)?;
    let mut recipients = recipients(read, id, after, u64::from(BATCH_PAGE) + 1).await?;
    let more = recipients.len() > BATCH_PAGE as usize;
    recipients.truncate(BATCH_PAGE as usize);
    Ok(BatchReport {
        summary: BatchSummary {
            id,
            act: batch.act,
            undone: batch.undone_at.is_some(),
            created_at: batch.created_at,
            sender: sender.as_ref().map(called).unwrap_or_default(),
            counts: counts(read, &[id]).await?.remove(&id).unwrap_or_default(),
        },
        next: if more {
            recipients.last().map(|recipient| recipient.position)
        } else {
            None
        },
        recipients,
        now: core.now(),
    })
}

/// The batch that the same request has made already.
pub(crate) async fn with_key(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
    key: Uuid,
) -> Outcome<Option<BatchId>> {
    let batch = batches::Entity::find()
        .filter(batches::Column::OrganizationId.eq(admin.organization))
        .filter(batches::Column::Key.eq(key))
        .one(read)
        .await?;
    Ok(batch.map(|batch| batch.id))
}

/// How a report names a user of the directory; "" without a name.
pub(crate) fn name_of(user: &users::Model) -> String {
    format!("{} {}", user.first_name, user.last_name)
        .trim()
        .to_owned()
}

/// What would become of the users, with those who are left out.
pub(crate) fn preview<'a>(
    lines: impl Iterator<Item = (&'a users::Model, &'a Verdict)>,
) -> SendPreview {
    let mut preview = SendPreview::default();
    for (user, verdict) in lines {
        preview.counts.add(verdict);
        if *verdict != Verdict::Ready && preview.skipped.len() < SKIPPED_SHOWN {
            preview.skipped.push(RecipientVerdict {
                address: user.username.to_string(),
                name: name_of(user),
                verdict: verdict.clone(),
                user: Some(user.id),
            });
        }
    }
    preview
}

/// The whole report as CSV: position, address, name, outcome, code and words of the last answer.
///
/// # Errors
/// `NotFound`.
pub async fn report_csv(core: &Core, admin: &Admin<ManageUsers>, id: BatchId) -> Outcome<String> {
    let read = core.database.read();
    batches::Entity::find_by_id(id)
        .filter(batches::Column::OrganizationId.eq(admin.organization))
        .one(read)
        .await?
        .ok_or(Refusal::NotFound)?;
    let all = recipients(read, id, 0, u64::from(MOST_ROWS)).await?;
    let mut csv = csv::Writer::from_writer(spreadsheet::MARK.to_vec());
    csv.write_record(["position", "address", "name", "outcome", "code", "answer"])
        .map_err(Fault::broken)?;
    for recipient in all {
        let (outcome, failure) = words(&recipient.outcome);
        let code = failure.and_then(|failure| failure.code);
        csv.write_record([
            recipient.position.to_string(),
            harmless(&recipient.address),
            harmless(&recipient.name),
            outcome.to_owned(),
            code.map(|code| code.to_string()).unwrap_or_default(),
            failure
                .map(|failure| harmless(&failure.words))
                .unwrap_or_default(),
        ])
        .map_err(Fault::broken)?;
    }
    let bytes = csv.into_inner().map_err(|e| Fault::broken(e.to_string()))?;
    String::from_utf8(bytes).map_err(Fault::broken)
}

/// The outcome as a word for machines, and the failure behind it.
fn words(outcome: &Fate) -> (&'static str, Option<&Failure>) {
    match outcome {
        Fate::Skipped(verdict) => (
            match verdict {
                Verdict::Ready => "ready",
                Verdict::Duplicate => "duplicate",
                Verdict::AlreadyActive => "already_active",
                Verdict::AlreadyInvited => "already_invited",
                Verdict::Deactivated => "deactivated",
                Verdict::DomainNotAllowed => "domain_not_allowed",
                Verdict::RoleAboveYours => "role_above_yours",
                Verdict::NotInvited => "not_invited",
                Verdict::NotExpired => "not_expired",
                Verdict::NotDeactivated => "not_deactivated",
                Verdict::Yourself => "yourself",
                Verdict::LastOwner => "last_owner",
                Verdict::OverSeats => "over_seats",
                Verdict::NotValid(_) => "not_valid",
                Verdict::NoEmail => "no_email",
                Verdict::NoPhone => "no_phone",
                Verdict::ChannelNotAllowed => "channel_not_allowed",
                Verdict::NoMailServer => "no_mail_server",
                Verdict::Bounced => "bounced",
            },
            None,
        ),
        Fate::Waiting { failure } => ("waiting", failure.as_ref()),
        Fate::Sent => ("sent", None),
        Fate::Failed(failure) => ("failed", Some(failure)),
        Fate::Cancelled => ("cancelled", None),
        Fate::Accepted => ("accepted", None),
        Fate::Done => ("done", None),
    }
}

/// A recipient with what the outbox and the invitation say of them.
#[derive(FromQueryResult)]
struct Row {
    position: i32,
    address: String,
    name: String,
    verdict: String,
    state: Option<DeliveryState>,
    answer_code: Option<i32>,
    answer_words: Option<String>,
    generation: Option<i32>,
    current_generation: Option<i32>,
    accepted: Option<bool>,
}

async fn recipients(
    read: &impl ConnectionTrait,
    batch: BatchId,
    after: u32,
    limit: u64,
) -> Outcome<Vec<BatchRecipient>> {
    let rows = batch_recipients::Entity::find()
        .select_only()
        .columns([
            batch_recipients::Column::Position,
            batch_recipients::Column::Address,
            batch_recipients::Column::Name,
            batch_recipients::Column::Verdict,
        ])
        .column_as(deliveries::Column::State, "state")
        .column_as(deliveries::Column::AnswerCode, "answer_code")
        .column_as(deliveries::Column::AnswerWords, "answer_words")
        .column_as(deliveries::Column::Generation, "generation")
        .column_as(invitations::Column::Generation, "current_generation")
        .column_as(invitations::Column::AcceptedAt.is_not_null(), "accepted")
        .join(
            JoinType::LeftJoin,
            batch_recipients::Relation::Deliveries.def(),
        )
        .join(JoinType::LeftJoin, deliveries::Relation::Invitations.def())
        .filter(batch_recipients::Column::BatchId.eq(batch))
        .filter(batch_recipients::Column::Position.gt(i32::try_from(after).unwrap_or(i32::MAX)))
        .order_by_asc(batch_recipients::Column::Position)
        .limit(limit)
        .into_model::<Row>()
        .all(read)
        .await?;
    rows.into_iter().map(Row::shown).collect()
}

impl Row {
    fn shown(self) -> Outcome<BatchRecipient> {
        let outcome = match self.state {
            None => match serde_json::from_str::<Verdict>(&self.verdict)? {
                // Nothing was to be sent.
                Verdict::Ready => Fate::Done,
                verdict => Fate::Skipped(verdict),
            },
            Some(state) => self.fate(state),
        };
        Ok(BatchRecipient {
            position: self.position.unsigned_abs(),
            address: self.address,
            name: self.name,
            outcome,
        })
    }

    fn fate(&self, state: DeliveryState) -> Fate {
        if self.accepted == Some(true) && self.generation == self.current_generation {
            return Fate::Accepted;
        }
        let failure = self.answer_words.clone().map(|words| Failure {
            code: self.answer_code.and_then(|code| u16::try_from(code).ok()),
            words,
        });
        match state {
            DeliveryState::Queued | DeliveryState::Sending => Fate::Waiting { failure },
            DeliveryState::Sent => Fate::Sent,
            DeliveryState::Failed => Fate::Failed(failure.unwrap_or(Failure {
                code: None,
                words: String::new(),
            })),
            DeliveryState::Cancelled => Fate::Cancelled,
        }
    }
}

#[derive(FromQueryResult)]
struct Count {
    batch_id: BatchId,
    state: Option<DeliveryState>,
    accepted: Option<bool>,
    ready: bool,
    total: i64,
}

/// Whether a recipient's verdict, which is JSON, is `Ready`.
const READY: &str = r#""batch_recipients"."verdict" = '"ready"'"#;

async fn counts(
    read: &impl ConnectionTrait,
    batches: &[BatchId],
) -> Outcome<HashMap<BatchId, BatchCounts>> {
    let accepted = || {
        invitations::Column::AcceptedAt.is_not_null().and(
            deliveries::Column::Generation
                .into_expr()
                .equals((invitations::Entity, invitations::Column::Generation)),
        )
    };
    let rows = batch_recipients::Entity::find()
        .select_only()
        .column(batch_recipients::Column::BatchId)
        .column_as(deliveries::Column::State, "state")
        .column_as(accepted(), "accepted")
        .column_as(Expr::cust(READY), "ready")
        .column_as(batch_recipients::Column::Position.count(), "total")
        .join(
            JoinType::LeftJoin,
            batch_recipients::Relation::Deliveries.def(),
        )
        .join(JoinType::LeftJoin, deliveries::Relation::Invitations.def())
        .filter(batch_recipients::Column::BatchId.is_in(batches.iter().copied()))
        .group_by(batch_recipients::Column::BatchId)
        .group_by(deliveries::Column::State)
        .group_by(accepted())
        .group_by(Expr::cust(READY))
        .into_model::<Count>()
        .all(read)
        .await?;
    let mut counts: HashMap<BatchId, BatchCounts> = HashMap::new();
    for row in rows {
        let of_batch = counts.entry(row.batch_id).or_default();
        let count = match row.state {
            None if row.ready => &mut of_batch.done,
            None => &mut of_batch.skipped,
            Some(_) if row.accepted == Some(true) => &mut of_batch.accepted,
            Some(DeliveryState::Queued | DeliveryState::Sending) => &mut of_batch.waiting,
            Some(DeliveryState::Sent) => &mut of_batch.sent,
            Some(DeliveryState::Failed) => &mut of_batch.failed,
            Some(DeliveryState::Cancelled) => &mut of_batch.cancelled,
        };
        *count += u32::try_from(row.total).unwrap_or(u32::MAX);
    }
    Ok(counts)
}

//! How delivering goes: an organization's outbox in numbers, and what went wrong of late.
//!
//! - `reasons`: which errors are the same; stopping all of it is the outbox's

mod reasons;

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use types::{
    delivery::{
        DeliveryPage, ERRORS_OF_DAYS, ErrorGroup, Example, MOST_COUNTED, MOST_REASONS,
        RestingDomain, Sent,
    },
    ids::{InvitationId, OrganizationId},
};

use self::reasons::{Reason, Reasons};
use crate::{
    Core, Outcome,
    entity::{
        deliveries::{self, DeliveryState},
        invitations, mail_domains, users,
    },
    organization, outbox,
    proof::{Admin, ManageOrganization, ManageUsers},
};

pub use crate::outbox::{pause, resume};

/// Stands in `mail_domains` for the mail server itself.
const MAIL_SERVER: &str = "*";
/// Domains at rest that the page names.
const MOST_RESTING: usize = 100;

/// What waits in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages that are queued or being sent.
    pub waiting: u64,
    /// For how long the oldest of them has been waiting.
    pub oldest_seconds: u64,
}

/// The outbox of the whole installation at this moment, without a word about whose it is.
pub async fn depth(core: &Core) -> Outcome<Depth> {
    let (waiting, oldest) = queue(core.database.read(), unsettled()).await?;
    let since = oldest.map_or(0, |oldest| (core.now() - oldest).num_seconds());
    Ok(Depth {
        waiting,
        oldest_seconds: u64::try_from(since).unwrap_or_default(),
    })
}

/// Whether the organization's messages wait for `resume`.
pub async fn is_paused(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<bool> {
    let organization = organization::find(core.database.read(), admin.organization).await?;
    Ok(organization.paused_at.is_some())
}

/// What the page "Delivery" shows.
pub async fn read(core: &Core, admin: &Admin<ManageOrganization>) -> Outcome<DeliveryPage> {
    let now = core.now();
    let read = core.database.read();
    let organization = organization::find(read, admin.organization).await?;
    let (waiting, oldest) = queue(read, waiting(admin.organization)).await?;
    let sent = async |since| sent_since(read, admin.organization, now - since).await;
    let sent = Sent {
        minute: sent(Duration::minutes(1)).await?,
        hour: sent(Duration::hours(1)).await?,
        day: sent(Duration::days(1)).await?,
    };
    let (errors, all_counted) = errors(read, admin.organization, now).await?;
    Ok(DeliveryPage {
        paused_at: organization.paused_at,
        waiting,
        oldest,
        sent,
        errors,
        all_counted,
        resting: resting(read, admin.organization, now).await?,
        now,
    })
}

fn unsettled() -> Select<deliveries::Entity> {
    deliveries::Entity::find().filter(deliveries::Column::SettledAt.is_null())
}

fn waiting(organization: OrganizationId) -> Select<deliveries::Entity> {
    unsettled().filter(deliveries::Column::OrganizationId.eq(organization))
}

/// How many wait, and since when the oldest of them does.
async fn queue(
    read: &impl ConnectionTrait,
    which: Select<deliveries::Entity>,
) -> Outcome<(u64, Option<DateTime<Utc>>)> {
    let (waiting, oldest): (i64, Option<DateTime<Utc>>) = which
        .select_only()
        .column_as(deliveries::Column::CreatedAt.count(), "waiting")
        .column_as(deliveries::Column::CreatedAt.min(), "oldest")
        .into_tuple()
        .one(read)
        .await?
        .unwrap_or_default();
    Ok((u64::try_from(waiting).unwrap_or_default(), oldest))
}

async fn sent_since(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    since: DateTime<Utc>,
) -> Outcome<u64> {
    Ok(settled(organization, DeliveryState::Sent, since)
        .count(read)
        .await?)
}

fn settled(
    organization: OrganizationId,
    state: DeliveryState,
    since: DateTime<Utc>,
) -> Select<deliveries::Entity> {
    deliveries::Entity::find()
        .filter(deliveries::Column::OrganizationId.eq(organization))
        .filter(deliveries::Column::State.eq(state))
        .filter(deliveries::Column::SettledAt.gt(since))
}

/// What went wrong, by its reason, the newest first; and whether all of it was looked at.
async fn errors(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<(Vec<ErrorGroup>, bool)> {
    let since = now - Duration::days(ERRORS_OF_DAYS);
    let failed = settled(organization, DeliveryState::Failed, since)
        .order_by_desc(deliveries::Column::SettledAt)
        .limit(MOST_COUNTED)
        .all(read)
        .await?;
    // Queued once more since its last try went wrong.
    let put_off = waiting(organization)
        .filter(deliveries::Column::AnswerWords.is_not_null())
        .order_by_desc(deliveries::Column::CreatedAt)
        .limit(MOST_COUNTED)
        .all(read)
        .await?;
    let all_counted = [&failed, &put_off]
        .iter()
        .all(|rows| (rows.len() as u64) < MOST_COUNTED);
    let mut reasons = Reasons::default();
    for row in failed {
        reasons.add(&row, true, row.settled_at.unwrap_or(row.created_at));
    }
    for row in put_off {
        // What is held is due at the end of time.
        let put_off_at = outbox::put_off_at(&row).min(now);
        reasons.add(&row, false, put_off_at);
    }
    let reasons = reasons.newest(MOST_REASONS);
    let examples = examples(read, organization, &reasons).await?;
    let groups = reasons.into_iter().map(|reason| {
        let example = reason.invitation.and_then(|id| examples.get(&id).cloned());
        reason.group(example)
    });
    Ok((groups.collect(), all_counted))
}

/// Whom an invitation is for, as far as they are the organization's.
async fn examples(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    reasons: &[Reason],
) -> Outcome<HashMap<InvitationId, Example>> {
    let ids = reasons.iter().filter_map(|reason| reason.invitation);
    let found = invitations::Entity::find()
        .filter(invitations::Column::Id.is_in(ids))
        .filter(invitations::Column::OrganizationId.eq(organization))
        .find_also_related(users::Entity)
        .all(read)
        .await?;
    let examples = found.into_iter().filter_map(|(invitation, user)| {
        let user = user?;
        let example = Example {
            user: user.id,
            called: crate::users::called(&user),
        };
        Some((invitation.id, example))
    });
    Ok(examples.collect())
}

/// The domains at rest for which the organization has messages.
async fn resting(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<Vec<RestingDomain>> {
    let at_rest = mail_domains::Entity::find()
        .filter(mail_domains::Column::RestingUntil.gt(now))
        .order_by_desc(mail_domains::Column::RestingUntil)
        .all(read)
        .await?;
    if at_rest.is_empty() {
        return Ok(Vec::new());
    }
    let counts: Vec<(String, i64)> = waiting(organization)
        .select_only()
        .column(deliveries::Column::Domain)
        .column_as(deliveries::Column::Id.count(), "waiting")
        .group_by(deliveries::Column::Domain)
        .into_tuple()
        .all(read)
        .await?;
    let of_domain: HashMap<&str, u64> = counts
        .iter()
        .map(|(domain, count)| (domain.as_str(), u64::try_from(*count).unwrap_or_default()))
        .collect();
    let all_mail = of_domain
        .iter()
        .filter(|(domain, _)| !domain.is_empty())
        .map(|(_, count)| count)
        .sum();
    let resting = at_rest.into_iter().filter_map(|row| {
        let waiting = match row.domain.as_str() {
            MAIL_SERVER => all_mail,
            domain => of_domain.get(domain).copied().unwrap_or_default(),
        };
        (waiting > 0).then(|| RestingDomain {
            until: row.resting_until,
            failures: u32::try_from(row.failures).unwrap_or_default(),
            code: row.code.and_then(|code| u16::try_from(code).ok()),
            words: row.words,
            domain: row.domain,
            waiting,
        })
    });
    Ok(resting.take(MOST_RESTING).collect())
}

//! Reminders of invitations that are about to end.
//!
//! An organization says how many (`reminders`) and how long before the end (`reminder_hours`): the last
//! one goes out so long before it, each other one as long before the next. The time before the end so
//! falls into windows, counted from the end; a reminder belongs to a window. An invitation knows of how
//! many windows one may still go out (`reminders_ahead`). So one is never sent twice, whatever the clock
//! does: whoever comes into a window gets its reminder at once, and those of windows that were passed over
//! are not caught up on.
//!
//! An invitation that stands for less than one window more gets none there: it would come right after
//! the invitation itself.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SelectTwo,
    Set, sea_query::Expr,
};
use types::{
    ids::{InvitationId, OrganizationId},
    invitation::Channel,
    users::UserStatus,
};

use crate::{
    Core, Outcome,
    changes::News,
    channels::Route,
    database,
    entity::{
        deliveries::{self, DeliveryState},
        invitations, organizations, users,
    },
    outbox::{self, Subject},
};

/// Of an invitation that was just sent: more than any organization may have.
pub(crate) const ALL_AHEAD: i32 = 100;

/// Invitations that one transaction reminds of.
const STEP: u64 = 500;

/// Queues every reminder that is due; gives how many there were.
pub async fn pass(core: &Core) -> Outcome<usize> {
    let reminding = organizations::Entity::find()
        .filter(organizations::Column::Reminders.gt(0))
        .filter(organizations::Column::SuspendedAt.is_null())
        .all(core.database.read())
        .await?;
    let mut queued = 0;
    for organization in reminding {
        for window in 1..=organization.reminders {
            let window = Window::of(&organization, window, core.now());
            // Most of the time there is nothing to do, and then nobody is held up by a write.
            let mut due = window.due().one(core.database.read()).await?.is_some();
            while due {
                let step = step(core, organization.id, window.number).await?;
                queued += step.queued;
                due = step.looked_at == STEP;
            }
        }
    }
    Ok(queued)
}

/// A stretch of time before the end of invitations.
struct Window {
    organization: OrganizationId,
    /// From 1, which ends with the invitation.
    number: i32,
    length: Duration,
    now: DateTime<Utc>,
}

impl Window {
    fn of(organization: &organizations::Model, number: i32, now: DateTime<Utc>) -> Self {
        Self {
            organization: organization.id,
            number,
            length: Duration::hours(i64::from(organization.reminder_hours)),
            now,
        }
    }

    /// Invitations that are in the window, and have no reminder of it or of a later one.
    fn due(&self) -> SelectTwo<invitations::Entity, users::Entity> {
        let hours = i32::try_from(self.length.num_hours()).unwrap_or(i32::MAX);
        invitations::Entity::find()
            .find_also_related(users::Entity)
            .filter(invitations::Column::OrganizationId.eq(self.organization))
            .filter(invitations::Column::AcceptedAt.is_null())
            .filter(invitations::Column::RevokedAt.is_null())
            .filter(invitations::Column::ExpiresAt.gt(self.now + self.length * (self.number - 1)))
            .filter(invitations::Column::ExpiresAt.lte(self.now + self.length * self.number))
            .filter(invitations::Column::RemindersAhead.gte(self.number))
            .filter(invitations::Column::Hours.gte(hours.saturating_mul(self.number + 1)))
            // Neither deactivated nor declined, and the invitation itself has gone out.
            .filter(users::Column::Status.eq(UserStatus::Invited))
            .order_by_asc(invitations::Column::ExpiresAt)
    }
}

#[derive(Default)]
struct Step {
    looked_at: u64,
    queued: usize,
}

/// Reminds of at most `STEP` invitations, in one transaction.
async fn step(core: &Core, organization: OrganizationId, window: i32) -> Outcome<Step> {
    let now = core.now();
    let write = core.database.begin().await?;
    let organization = organizations::Entity::find_by_id(organization)
        .one(&write)
        .await?;
    // The settings may be others by now.
    let Some(organization) = organization.filter(|it| it.reminders >= window) else {
        return Ok(Step::default());
    };
    let window = Window::of(&organization, window, now);
    let due = window.due().limit(STEP).all(&write).await?;
    if due.is_empty() {
        return Ok(Step::default());
    }
    let due: Vec<(invitations::Model, users::Model)> = due
        .into_iter()
        .filter_map(|(invitation, user)| Some((invitation, user?)))
        .collect();
    let told = told(&write, &due).await?;
    let mut rows = Vec::with_capacity(due.len());
    for (invitation, user) in &due {
        let Some(told) = told.get(&invitation.id) else {
            continue;
        };
        // One whose message took its time has just arrived.
        let is_fresh = now - told.at < window.length / 2;
        if is_fresh {
            continue;
        }
        for channel in &told.channels {
            let subject = Subject::Invitation {
                organization: organization.id,
                invitation: invitation.id,
                generation: invitation.generation,
                batch: None,
            };
            rows.push(deliveries::ActiveModel {
                reminder: Set(told.reminders + 1),
                ..outbox::queued(subject, route(*channel, user), now)
            });
        }
    }
    invitations::Entity::update_many()
        .col_expr(
            invitations::Column::RemindersAhead,
            Expr::value(window.number - 1),
        )
        .filter(invitations::Column::Id.is_in(due.iter().map(|(invitation, _)| invitation.id)))
        .exec(&write)
        .await?;
    let step = Step {
        looked_at: due.len() as u64,
        queued: rows.len(),
    };
    database::insert_all::<deliveries::Entity, _>(&write, rows).await?;
    let news = News {
        changed: &[organization.id],
        queued: step.queued > 0,
    };
    core.commit_with(write, news).await?;
    Ok(step)
}

/// The same way once more; the address is as the invitation found it, or its generation were another.
fn route(channel: Channel, user: &users::Model) -> Route {
    match user.username.email() {
        Some(email) if channel == Channel::Email => Route {
            channel,
            domain: email.domain().to_owned(),
        },
        _ => Route {
            channel,
            domain: String::new(),
        },
    }
}

/// How somebody was told of their invitation's present generation.
struct Told {
    at: DateTime<Utc>,
    channels: Vec<Channel>,
    /// How many reminders there are already.
    reminders: i32,
}

/// Invitations whose link went out by a message. One that was only copied is for whoever copied it to
/// remind of.
async fn told(
    read: &impl ConnectionTrait,
    due: &[(invitations::Model, users::Model)],
) -> Outcome<HashMap<InvitationId, Told>> {
    let generations: HashMap<InvitationId, i32> = due
        .iter()
        .map(|(row, _)| (row.id, row.generation))
        .collect();
    let messages = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.is_in(generations.keys().copied()))
        .all(read)
        .await?;
    let mut told: HashMap<InvitationId, Told> = HashMap::new();
    let current = |row: &&deliveries::Model| {
        let generation = row.invitation_id.and_then(|id| generations.get(&id));
        generation == Some(&row.generation)
    };
    let mut reminders: HashMap<InvitationId, i32> = HashMap::new();
    for row in messages.iter().filter(current) {
        let Some(id) = row.invitation_id else {
            continue;
        };
        if row.reminder > 0 {
            let most = reminders.entry(id).or_default();
            *most = row.reminder.max(*most);
        } else if row.state == DeliveryState::Sent {
            let at = row.settled_at.unwrap_or(row.created_at);
            let told = told.entry(id).or_insert_with(|| Told {
                at,
                channels: Vec::new(),
                reminders: 0,
            });
            told.at = told.at.max(at);
            told.channels.push(row.channel);
        }
    }
    for (id, most) in reminders {
        if let Some(told) = told.get_mut(&id) {
            told.reminders = most;
        }
    }
    Ok(told)
}

//! A page of the organization's audit log.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Order},
};
use types::{
    audit::{
        Doer, EventPlace, EventRow, EventsFilter, EventsPage, EventsQuery, EventsTurn, PersonNamed,
        Sought, Who,
    },
    contact::Username,
    ids::{OrganizationId, UserId},
    users::UsersFilter,
};

use super::details::Told;
use crate::{
    Core, Outcome, directory,
    entity::{audit_events, users},
    proof::{Admin, ViewAudit},
    users::called,
};

/// Events of a page.
const ROWS: usize = 50;
/// Who is offered to choose from where a text is of several.
const OFFERED: usize = 10;

/// One page of the filtered log, the newest first; without events where a text means no one person.
pub async fn list(
    core: &Core,
    admin: &Admin<ViewAudit>,
    query: &EventsQuery,
) -> Outcome<EventsPage> {
    let read = core.database.read();
    let now = core.now();
    let scope = Scope::of(read, admin.organization, &query.filter, now).await?;
    let mut found = match &scope.events {
        Some(_) => {
            let rows = scope.turned(query.turn).limit(ROWS as u64 + 1);
            rows.all(read).await?
        }
        None => Vec::new(),
    };
    let has_more = found.len() > ROWS;
    found.truncate(ROWS);
    let backwards = matches!(query.turn, EventsTurn::Before(_));
    if backwards {
        found.reverse();
    }
    let is_first = match query.turn {
        EventsTurn::First => true,
        EventsTurn::After(_) => false,
        EventsTurn::Before(_) => !has_more,
    };
    let before = found.first().filter(|_| !is_first).map(place);
    let after = found.last().filter(|_| has_more || backwards).map(place);
    Ok(EventsPage {
        events: told(read, admin.organization, &found).await?,
        before,
        after,
        by: scope.by,
        about: scope.about,
        now,
    })
}

fn place(event: &audit_events::Model) -> EventPlace {
    EventPlace {
        at: event.at.timestamp_micros(),
        sequence: event.sequence.unwrap_or_default(),
    }
}

/// What a filter asks for.
pub(super) struct Scope {
    pub by: Sought,
    pub about: Sought,
    /// `None` where a text means no one person.
    events: Option<Select<audit_events::Entity>>,
}

impl Scope {
    pub async fn of(
        read: &impl ConnectionTrait,
        organization: OrganizationId,
        filter: &EventsFilter,
        now: DateTime<Utc>,
    ) -> Outcome<Self> {
        let by = seek(read, organization, &filter.by, now).await?;
        let about = seek(read, organization, &filter.about, now).await?;
        let (by_id, about_id) = (id(&by, &filter.by), id(&about, &filter.about));
        let events = match (by_id, about_id) {
            (Ok(by), Ok(about)) => Some(matching(organization, filter, by, about)),
            _ => None,
        };
        Ok(Self { by, about, events })
    }

    /// The events of a page and all behind it.
    pub fn turned(&self, turn: EventsTurn) -> Select<audit_events::Entity> {
        let rows = self
            .events
            .clone()
            .unwrap_or_else(audit_events::Entity::find);
        let (place, order) = match turn {
            EventsTurn::First => (None, Order::Desc),
            EventsTurn::After(place) => (Some(place), Order::Desc),
            EventsTurn::Before(place) => (Some(place), Order::Asc),
        };
        let place = place.and_then(|place| {
            let at = DateTime::from_timestamp_micros(place.at)?;
            Some((at, place.sequence))
        });
        let rows = match place {
            Some((at, sequence)) => rows.filter(beyond(at, sequence, &order)),
            None => rows,
        };
        rows.order_by(audit_events::Column::At, order.clone())
            .order_by(audit_events::Column::Sequence, order)
    }

    pub fn is_of_somebody(&self) -> bool {
        self.events.is_some()
    }
}

/// SQLite finds its place in an index by a plain comparison; pairs only decide about rows.
fn beyond(at: DateTime<Utc>, sequence: i64, order: &Order) -> sea_orm::sea_query::SimpleExpr {
    let column = || audit_events::Column::At.into_simple_expr();
    let pair = Expr::tuple([column(), audit_events::Column::Sequence.into_simple_expr()]);
    let place = Expr::tuple([Expr::value(at), Expr::value(sequence)]);
    match order {
        Order::Desc => column().lte(at).and(pair.lt(place)),
        _ => column().gte(at).and(pair.gt(place)),
    }
}

fn matching(
    organization: OrganizationId,
    filter: &EventsFilter,
    by: Option<UserId>,
    about: Option<UserId>,
) -> Select<audit_events::Entity> {
    let mut rows =
        audit_events::Entity::find().filter(audit_events::Column::OrganizationId.eq(organization));
    if let Some(by) = by {
        rows = rows.filter(audit_events::Column::ActorId.eq(by));
    }
    if let Some(about) = about {
        rows = rows.filter(audit_events::Column::SubjectId.eq(about));
    }
    if let Some(action) = filter.action {
        rows = rows.filter(audit_events::Column::Action.eq(action));
    }
    if let Some(start) = filter.days.start() {
        rows = rows.filter(audit_events::Column::At.gte(start));
    }
    if let Some(end) = filter.days.end() {
        rows = rows.filter(audit_events::Column::At.lt(end));
    }
    rows
}

/// Whom it is about; an error where that is no one person.
fn id(sought: &Sought, text: &str) -> Result<Option<UserId>, ()> {
    match sought {
        Sought::Anybody => Ok(None),
        Sought::One(person) => Ok(Some(person.id)),
        // Events keep the id of who is gone.
        Sought::Gone => text.parse().map(Some).map_err(|_| ()),
        Sought::Several(_) | Sought::Nobody => Err(()),
    }
}

/// Who is meant: by id, by the whole address, or by a part of name or address.
async fn seek(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    text: &str,
    now: DateTime<Utc>,
) -> Outcome<Sought> {
    if text.is_empty() {
        return Ok(Sought::Anybody);
    }
    let ours = users::Entity::find().filter(users::Column::OrganizationId.eq(organization));
    if let Ok(id) = text.parse::<UserId>() {
        let found = ours.filter(users::Column::Id.eq(id)).one(read).await?;
        return Ok(found.map_or(Sought::Gone, |user| Sought::One(named(&user))));
    }
    if let Ok(username) = Username::parse(text) {
        let holder = users::Column::UsernameKey.eq(username.key());
        if let Some(user) = ours.filter(holder).one(read).await? {
            return Ok(Sought::One(named(&user)));
        }
    }
    let filter = UsersFilter {
        q: text.to_owned(),
        ..UsersFilter::default()
    };
    let found = directory::oldest(read, organization, &filter, now, None).await?;
    Ok(match found.as_slice() {
        [] => Sought::Nobody,
        [user] => Sought::One(named(user)),
        several => Sought::Several(several.iter().take(OFFERED).map(named).collect()),
    })
}

fn named(user: &users::Model) -> PersonNamed {
    PersonNamed {
        id: user.id,
        name: called(user),
        email: user.username.to_string(),
    }
}

/// The people whom events name, as they are called now.
pub(super) struct Names(HashMap<UserId, PersonNamed>);

impl Names {
    pub async fn of(
        read: &impl ConnectionTrait,
        organization: OrganizationId,
        events: &[audit_events::Model],
    ) -> Outcome<Self> {
        let ids = events.iter();
        let ids = ids.flat_map(|event| [event.actor_id, event.subject_id]);
        let mut ids: Vec<UserId> = ids.flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = users::Entity::find()
            .filter(users::Column::OrganizationId.eq(organization))
            .filter(users::Column::Id.is_in(ids))
            .all(read)
            .await?;
        let found = found.iter();
        Ok(Self(found.map(|user| (user.id, named(user))).collect()))
    }

    pub fn user(&self, id: UserId) -> Who {
        let person = self.0.get(&id);
        person.map_or(Who::Deleted, |person| Who::Person(person.clone()))
    }

    pub fn doer(&self, event: &audit_events::Model) -> Who {
        match (event.doer, event.actor_id) {
            (Doer::Operator, _) => Who::Operator,
            (Doer::Command, _) => Who::Command,
            (Doer::User | Doer::Visitor, Some(actor)) => self.user(actor),
            (Doer::Visitor, None) => Who::Visitor,
            (Doer::User, None) => Who::Deleted,
        }
    }
}

async fn told(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    events: &[audit_events::Model],
) -> Outcome<Vec<EventRow>> {
    let names = Names::of(read, organization, events).await?;
    let rows = events.iter().map(|event| {
        let told = Told::of(&event.details);
        EventRow {
            sequence: event.sequence.unwrap_or_default(),
            at: event.at,
            who: names.doer(event),
            action: event.action,
            subject: event.subject_id.map(|subject| names.user(subject)),
            count: told.count,
            batch: told.batch,
            origin: event.origin.clone(),
            changed: told.changed,
            forgotten: event.forgotten,
        }
    });
    Ok(rows.collect())
}

//! The audit log as a CSV file, written as it is read: however long it is.

use std::sync::Arc;

use chrono::SecondsFormat;
use futures::{Stream, stream};
use sea_orm::QuerySelect;
use types::audit::{EventPlace, EventsFilter, EventsTurn, Who};

use super::read::{Names, Scope};
use crate::{
    Core, Fault, Outcome,
    database::CHUNK,
    entity::audit_events,
    proof::{Admin, ViewAudit},
    spreadsheet::{self, harmless},
};

const COLUMNS: [&str; 10] = [
    "number",
    "at",
    "by",
    "by_email",
    "as",
    "action",
    "about",
    "about_email",
    "from",
    "details",
];

/// What is still to be written.
enum Rest {
    All,
    From(EventsTurn),
    Nothing,
}

/// The filtered events, the newest first, some lines at a time; after a line with the columns' names.
/// Formulas are made harmless.
pub fn csv(
    core: Arc<Core>,
    admin: Admin<ViewAudit>,
    filter: EventsFilter,
) -> impl Stream<Item = Outcome<Vec<u8>>> + Send {
    let begin = (core, admin, filter, Rest::All);
    stream::try_unfold(begin, |(core, admin, filter, rest)| async move {
        let (lines, rest) = match rest {
            Rest::Nothing => return Ok(None),
            Rest::All => (head()?, Rest::From(EventsTurn::First)),
            Rest::From(turn) => {
                let events = chunk(&core, &admin, &filter, turn).await?;
                let lines = lines(&core, &admin, &events).await?;
                let rest = match events.last() {
                    Some(event) => Rest::From(EventsTurn::After(EventPlace {
                        at: event.at.timestamp_micros(),
                        sequence: event.sequence.unwrap_or_default(),
                    })),
                    None => Rest::Nothing,
                };
                (lines, rest)
            }
        };
        Ok(Some((lines, (core, admin, filter, rest))))
    })
}

async fn chunk(
    core: &Core,
    admin: &Admin<ViewAudit>,
    filter: &EventsFilter,
    turn: EventsTurn,
) -> Outcome<Vec<audit_events::Model>> {
    let read = core.database.read();
    let scope = Scope::of(read, admin.organization, filter, core.now()).await?;
    if !scope.is_of_somebody() {
        return Ok(Vec::new());
    }
    Ok(scope.turned(turn).limit(CHUNK as u64).all(read).await?)
}

fn head() -> Outcome<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(spreadsheet::MARK.to_vec());
    csv.write_record(COLUMNS).map_err(Fault::broken)?;
    csv.into_inner().map_err(|e| Fault::broken(e.to_string()))
}

async fn lines(
    core: &Core,
    admin: &Admin<ViewAudit>,
    events: &[audit_events::Model],
) -> Outcome<Vec<u8>> {
    let names = Names::of(core.database.read(), admin.organization, events).await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    for event in events {
        let (by, by_email) = texts(event.actor_id.map(|id| names.user(id)));
        let (about, about_email) = texts(event.subject_id.map(|id| names.user(id)));
        csv.write_record([
            event.sequence.unwrap_or_default().to_string(),
            event.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            harmless(&by),
            harmless(&by_email),
            event.doer.to_string(),
            event.action.to_string(),
            harmless(&about),
            harmless(&about_email),
            event.origin.clone(),
            harmless(&event.details),
        ])
        .map_err(Fault::broken)?;
    }
    csv.into_inner().map_err(|e| Fault::broken(e.to_string()))
}

/// Name and address; empty for nobody, and for who is in the directory no more.
fn texts(who: Option<Who>) -> (String, String) {
    match who {
        Some(Who::Person(person)) => (person.name, person.email),
        _ => (String::new(), String::new()),
    }
}

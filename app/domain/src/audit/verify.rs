//! Whether the audit log is as it was written: a walk along the chain, some events at a time.
//!
//! Columns are read one by one: one that somebody has made unreadable is a finding, not a fault.

use std::{collections::HashMap, fmt};

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait, Select, TryGetable,
};
use types::{audit::Action, ids::UserId};
use uuid::Uuid;

use super::{
    chain::{self, Sealed},
    forget::NOTHING,
};
use crate::{
    Core, Outcome,
    database::CHUNK,
    entity::{audit_events, organizations},
    tokens::{Keys, Purpose},
};

/// What a walk along the chain has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Intact { events: i64 },
    Broken(Finding),
}

/// The first event that is not as it was written, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub sequence: Option<i64>,
    pub id: Option<Uuid>,
    pub action: Option<String>,
    pub at: Option<DateTime<Utc>>,
    pub wrong: Wrong,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It says something else than what was sealed.
    Changed,
    /// The column holds what cannot be read.
    Unreadable(&'static str),
    /// The events of these numbers are gone; the finding is the one behind them, if there is one.
    Removed { first: i64, last: i64 },
    /// It has no seal: Usher did not write it.
    Unsealed,
    /// Its seal was not made with the installation's keys.
    Forged,
    /// It was written under another number.
    Moved { from: i64 },
    /// Its details are gone, but its user was not deleted.
    Emptied,
    /// Where the chain ends is not kept, or was changed.
    Head,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Wrong::Head = self.wrong {
            return f.write_str("the audit log's end (table audit_head) is missing or was changed");
        }
        if let Wrong::Removed { first, last } = self.wrong {
            if first == last {
                write!(f, "event {first} was removed")?;
            } else {
                write!(f, "events {first} to {last} were removed")?;
            }
            return match self.sequence {
                Some(_) => write!(f, ", before {}", Named(self)),
                None => f.write_str(", from the end"),
            };
        }
        write!(f, "{} ", Named(self))?;
        match self.wrong {
            Wrong::Changed => f.write_str("was changed"),
            Wrong::Unreadable(column) => write!(f, "was changed: its {column} can't be read"),
            Wrong::Unsealed => f.write_str("was inserted: it has no seal"),
            Wrong::Forged => f.write_str(
                "was inserted, or its seal was changed: the seal is not of this installation's keys",
            ),
            Wrong::Moved { from } => write!(f, "is out of order: it was written as event {from}"),
            Wrong::Emptied => {
                f.write_str("was changed: its details are gone, but nobody deleted its user")
            }
            Wrong::Removed { .. } | Wrong::Head => Ok(()),
        }
    }
}

struct Named<'a>(&'a Finding);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            sequence,
            id,
            action,
            at,
            ..
        } = self.0;
        match sequence {
            Some(sequence) => write!(f, "event {sequence}")?,
            None => f.write_str("an event without a number")?,
        }
        let id = id.map_or_else(|| "unknown id".to_owned(), |id| id.to_string());
        let action = action.as_deref().unwrap_or("unknown action");
        let at = at.map_or_else(
            || "unknown time".to_owned(),
            |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        );
        write!(f, " ({id}, {action}, {at})")
    }
}

/// Walks along the chain to its end, or to the first event that is not as it was written. Memory does not
/// grow with the number of events. Others may write meanwhile.
pub async fn verify(core: &Core) -> Outcome<Verdict> {
    let walk = Walk {
        read: core.database.read(),
        keys: &core.keys,
    };
    Ok(match walk.along().await? {
        Ok(events) => Verdict::Intact { events },
        Err(finding) => Verdict::Broken(finding),
    })
}

/// An event as its columns are.
struct Row {
    sequence: i64,
    id: Uuid,
    organization: Option<Uuid>,
    doer: String,
    actor: Option<Uuid>,
    action: String,
    subject: Option<Uuid>,
    details: String,
    origin: String,
    at: DateTime<Utc>,
    digest: Option<Vec<u8>>,
    mac: Option<Vec<u8>>,
    forgotten: bool,
}

impl Row {
    fn read(row: &QueryResult) -> Result<Self, Finding> {
        fn column<T: TryGetable>(row: &QueryResult, name: &'static str) -> Result<T, Finding> {
            row.try_get("", name).map_err(|_| Finding {
                sequence: row.try_get("", "sequence").ok(),
                id: row.try_get("", "id").ok(),
                action: row.try_get("", "action").ok(),
                at: row.try_get("", "at").ok(),
                wrong: Wrong::Unreadable(name),
            })
        }
        Ok(Self {
            sequence: column(row, "sequence")?,
            id: column(row, "id")?,
            organization: column(row, "organization_id")?,
            doer: column(row, "doer")?,
            actor: column(row, "actor_id")?,
            action: column(row, "action")?,
            subject: column(row, "subject_id")?,
            details: column(row, "details")?,
            origin: column(row, "origin")?,
            at: column(row, "at")?,
            digest: column(row, "digest")?,
            mac: column(row, "mac")?,
            forgotten: column(row, "forgotten")?,
        })
    }

    fn is(&self, wrong: Wrong) -> Finding {
        Finding {
            sequence: Some(self.sequence),
            id: Some(self.id),
            action: Some(self.action.clone()),
            at: Some(self.at),
            wrong,
        }
    }

    /// Whether it was sealed as the event of that number, behind that seal.
    fn fits(&self, keys: &Keys, sequence: i64, previous: &[u8]) -> bool {
        let (Some(digest), Some(mac)) = (&self.digest, &self.mac) else {
            return false;
        };
        let sealed = Sealed {
            sequence,
            id: self.id,
            organization: self.organization,
            doer: &self.doer,
            actor: self.actor,
            action: &self.action,
            subject: self.subject,
            origin: &self.origin,
            at: self.at,
            digest,
        };
        keys.has_sealed(Purpose::AuditEvent, &sealed.text(previous), mac)
    }

    fn has_its_details(&self, keys: &Keys) -> bool {
        let digest = self.digest.as_deref().unwrap_or_default();
        keys.has_sealed(Purpose::AuditDetails, self.details.as_bytes(), digest)
    }
}

/// The number and the seal of the event that was walked past last.
struct Place {
    sequence: i64,
    mac: Vec<u8>,
}

struct Walk<'a> {
    read: &'a DatabaseConnection,
    keys: &'a Keys,
}

/// The outer result is the database's, the inner one the chain's.
type Walked<T> = Outcome<Result<T, Finding>>;

impl Walk<'_> {
    async fn along(&self) -> Walked<i64> {
        let mut place = Place {
            sequence: 0,
            mac: Vec::new(),
        };
        let mut through = None;
        loop {
            let rows = self.behind(through, CHUNK as u64).await?;
            if rows.is_empty() {
                match self.at_end(&place).await? {
                    Ok(End::Reached) => return Ok(Ok(place.sequence)),
                    // Somebody has written since.
                    Ok(End::Farther) => continue,
                    Err(finding) => return Ok(Err(finding)),
                }
            }
            let mut events = Vec::with_capacity(rows.len());
            let mut unreadable = None;
            for row in &rows {
                match Row::read(row) {
                    Ok(event) => events.push(event),
                    Err(finding) => {
                        unreadable = Some(finding);
                        break;
                    }
                }
            }
            let deleted = self.deleted(&events).await?;
            for event in events {
                if let Err(finding) = self.step(&place, &event, &deleted).await? {
                    return Ok(Err(finding));
                }
                through = Some(event.sequence);
                place = Place {
                    sequence: event.sequence,
                    mac: event.mac.unwrap_or_default(),
                };
            }
            if let Some(finding) = unreadable {
                return Ok(Err(finding));
            }
        }
    }

    /// The events behind a number, in their order.
    async fn behind(&self, through: Option<i64>, most: u64) -> Result<Vec<QueryResult>, DbErr> {
        let rows = audit_events::Entity::find()
            .filter(audit_events::Column::Sequence.is_not_null())
            .order_by_asc(audit_events::Column::Sequence)
            .limit(most);
        let rows = match through {
            Some(through) => rows.filter(audit_events::Column::Sequence.gt(through)),
            None => rows,
        };
        self.raw(rows).await
    }

    async fn raw(&self, rows: Select<audit_events::Entity>) -> Result<Vec<QueryResult>, DbErr> {
        let statement = rows.build(self.read.get_database_backend());
        self.read.query_all_raw(statement).await
    }

    /// The users of forgotten events who were deleted, each with the event that says so. That event is
    /// walked past too, later on.
    async fn deleted(&self, events: &[Row]) -> Outcome<HashMap<Uuid, i64>> {
        let forgotten = events.iter().filter(|event| event.forgotten);
        let mut users: Vec<Uuid> = forgotten.filter_map(|event| event.subject).collect();
        users.sort_unstable();
        users.dedup();
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        let found: Vec<(Option<UserId>, Option<i64>)> = audit_events::Entity::find()
            .select_only()
            .column(audit_events::Column::SubjectId)
            .column_as(audit_events::Column::Sequence.max(), "sequence")
            .filter(audit_events::Column::SubjectId.is_in(users))
            .filter(audit_events::Column::Action.eq(Action::UserDeleted))
            .group_by(audit_events::Column::SubjectId)
            .into_tuple()
            .all(self.read)
            .await?;
        let found = found.into_iter();
        Ok(found
            .filter_map(|(user, sequence)| Some((user?.0, sequence?)))
            .collect())
    }

    /// Looks at the event that stands behind the place.
    async fn step(&self, place: &Place, event: &Row, deleted: &HashMap<Uuid, i64>) -> Walked<()> {
        let expected = place.sequence + 1;
        if event.sequence < expected {
            return Ok(Err(event.is(Wrong::Forged)));
        }
        if event.sequence > expected {
            return Ok(Err(event.is(Wrong::Removed {
                first: expected,
                last: event.sequence - 1,
            })));
        }
        if event.mac.is_none() || event.digest.is_none() {
            return Ok(Err(event.is(Wrong::Unsealed)));
        }
        if !event.fits(self.keys, event.sequence, &place.mac) {
            let wrong = self.misfit(event).await?;
            return Ok(Err(event.is(wrong)));
        }
        let wrong = if event.forgotten {
            let gone = event.subject.and_then(|user| deleted.get(&user));
            if event.details != NOTHING {
                Some(Wrong::Changed)
            } else if gone.is_none_or(|deleted| *deleted <= event.sequence) {
                Some(Wrong::Emptied)
            } else {
                None
            }
        } else {
            (!event.has_its_details(self.keys)).then_some(Wrong::Changed)
        };
        Ok(wrong.map_or(Ok(()), |wrong| Err(event.is(wrong))))
    }

    /// Why an event does not stand where it was written.
    async fn misfit(&self, event: &Row) -> Outcome<Wrong> {
        if let Some(from) = self.written_as(event).await? {
            return Ok(Wrong::Moved { from });
        }
        // Where the chain goes on from its seal, the seal is the one that was written.
        let mac = event.mac.as_deref().unwrap_or_default();
        let next = self.behind(Some(event.sequence), 1).await?;
        let goes_on = match next.first().map(Row::read) {
            Some(Ok(next)) => next.fits(self.keys, next.sequence, mac),
            Some(Err(_)) => false,
            None => {
                let head = chain::head(self.read).await?;
                head.is_some_and(|head| head.last == mac && chain::is_ours(self.keys, &head))
            }
        };
        Ok(if goes_on {
            Wrong::Changed
        } else {
            Wrong::Forged
        })
    }

    /// The number under which an event was written that stands under another one now.
    async fn written_as(&self, event: &Row) -> Outcome<Option<i64>> {
        let mut through = None;
        loop {
            let rows = self.behind(through, CHUNK as u64).await?;
            if rows.is_empty() {
                return Ok(None);
            }
            for row in &rows {
                let Ok(sequence) = row.try_get::<i64>("", "sequence") else {
                    return Ok(None);
                };
                through = Some(sequence);
                let Ok(mac) = row.try_get::<Vec<u8>>("", "mac") else {
                    continue;
                };
                // Behind that event, or, where it has moved too, where that event is now.
                for number in [sequence + 1, sequence] {
                    if number != event.sequence && event.fits(self.keys, number, &mac) {
                        return Ok(Some(number));
                    }
                }
            }
        }
    }

    /// Whether the chain ends here, and nothing stands beside it.
    async fn at_end(&self, place: &Place) -> Walked<End> {
        let nowhere = |wrong| Finding {
            sequence: None,
            id: None,
            action: None,
            at: None,
            wrong,
        };
        let head = chain::head(self.read).await?;
        if place.sequence == 0 {
            // Who sets up an installation is in the log.
            let begun = organizations::Entity::find()
                .one(self.read)
                .await?
                .is_some();
            if begun {
                return Ok(Err(nowhere(Wrong::Head)));
            }
            if head.is_none() {
                return Ok(Ok(End::Reached));
            }
        }
        let head = head.filter(|head| chain::is_ours(self.keys, head));
        let Some(head) = head else {
            return Ok(Err(nowhere(Wrong::Head)));
        };
        if head.sequence > place.sequence {
            let more = self.behind(Some(place.sequence), 1).await?;
            return Ok(if more.is_empty() {
                Err(nowhere(Wrong::Removed {
                    first: place.sequence + 1,
                    last: head.sequence,
                }))
            } else {
                Ok(End::Farther)
            });
        }
        if head.sequence < place.sequence || head.last != place.mac {
            return Ok(Err(nowhere(Wrong::Head)));
        }
        let beside = audit_events::Entity::find()
            .filter(audit_events::Column::Sequence.is_null())
            .order_by_asc(audit_events::Column::Id)
            .limit(1);
        let beside = self.raw(beside).await?;
        Ok(match beside.first() {
            None => Ok(End::Reached),
            Some(row) => Err(Finding {
                sequence: None,
                id: row.try_get("", "id").ok(),
                action: row.try_get("", "action").ok(),
                at: row.try_get("", "at").ok(),
                wrong: Wrong::Unsealed,
            }),
        })
    }
}

enum End {
    Reached,
    /// There are events that were written meanwhile.
    Farther,
}

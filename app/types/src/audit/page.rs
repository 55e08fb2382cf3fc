//! A page of the audit log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Action, query::EventPlace};
use crate::ids::{BatchId, UserId};

/// The events that a query leaves, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsPage {
    pub events: Vec<EventRow>,
    /// Where the page before ends, and where the next one begins.
    pub before: Option<EventPlace>,
    pub after: Option<EventPlace>,
    /// Whom the filters mean.
    pub by: Sought,
    pub about: Sought,
    pub now: DateTime<Utc>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    /// Its number in the installation's chain.
    pub sequence: i64,
    pub at: DateTime<Utc>,
    pub who: Who,
    pub action: Action,
    /// To whom, where it was one user.
    pub subject: Option<Who>,
    /// To how many, where it was done to several at once.
    pub count: Option<u64>,
    /// The act on many that it was.
    pub batch: Option<BatchId>,
    /// A network address; "" where there was none.
    pub origin: String,
    pub changed: Vec<Changed>,
    /// Whether the details went with the user whom they were about.
    pub forgotten: bool,
}

/// Somebody, as an event names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    Person(PersonNamed),
    /// A user who is in the directory no more.
    Deleted,
    /// Someone who holds a link.
    Visitor,
    /// The person who runs the installation.
    Operator,
    /// The command `usher`.
    Command,
}

/// A user of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonNamed {
    pub id: UserId,
    /// The name of today, or the address where there is none.
    pub name: String,
    pub email: String,
}

/// A field that an event says something of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its stored name; parts of it stand behind a dot each.
    pub field: String,
    /// `None` where only what it is was written.
    pub before: Option<Detail>,
    pub after: Detail,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    Nothing,
    Is(bool),
    Text(String),
}

/// Whom a person's filter means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sought {
    #[default]
    Anybody,
    One(PersonNamed),
    /// The id is of nobody who is in the directory now.
    Gone,
    /// The text is of several: one has to be chosen. There may be more of them.
    Several(Vec<PersonNamed>),
    Nobody,
}

//! How an organization's delivering goes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// What `/settings/delivery` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPage {
    /// Since when nothing is sent; `None`: sending goes on.
    pub paused_at: Option<DateTime<Utc>>,
    /// Messages that are queued or being sent.
    pub waiting: u64,
    /// When the oldest of them was queued.
    pub oldest: Option<DateTime<Utc>>,
    pub sent: Sent,
    /// What went wrong of late, the newest first.
    pub errors: Vec<ErrorGroup>,
    /// Whether all errors are counted, or the latest `MOST_COUNTED` of each kind.
    pub all_counted: bool,
    pub resting: Vec<RestingDomain>,
    pub now: DateTime<Utc>,
}

impl DeliveryPage {
    /// Whether there is nothing to tell yet.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0 && self.sent.day == 0 && self.errors.is_empty()
    }
}

/// Messages that were handed over in the time before now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub minute: u64,
    pub hour: u64,
    pub day: u64,
}

/// Days back of which errors are told.
pub const ERRORS_OF_DAYS: i64 = 7;
/// Errors that are looked at, of those that are given up and of the others.
pub const MOST_COUNTED: u64 = 5_000;
/// The most reasons that are told.
pub const MOST_REASONS: usize = 20;

/// Messages that failed, or were put off, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorGroup {
    pub code: Option<u16>,
    /// The server's words about the latest one.
    pub words: String,
    /// Whether they are given up; if not, they are tried again.
    pub given_up: bool,
    pub count: u64,
    pub latest: DateTime<Utc>,
    pub example: Option<Example>,
    /// The domain of all of them; "": there are several.
    pub domain: String,
}

/// One of those whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    pub user: UserId,
    /// Name, or address.
    pub called: String,
}

/// A domain that gets nothing for a while, since its mail server asked for it or does not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestingDomain {
    /// In ASCII; `*`: the mail server itself; "": the gateway for text messages.
    pub domain: String,
    pub until: DateTime<Utc>,
    /// Tries in a row that went wrong.
    pub failures: u32,
    pub code: Option<u16>,
    pub words: String,
    /// The organization's messages that wait for it.
    pub waiting: u64,
}

//! The directory: users, their status, and the list's filter.

mod person;
mod query;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::{RoleChoice, RoleKind},
    contact::Email,
    ids::UserId,
    language::Language,
};

pub use self::{
    person::{
        EditRequest, HISTORY_SHOWN, HistoryEvent, HistoryLine, PersonDetails, PersonField,
        PersonPage,
    },
    query::{LONGEST_FILTER, PageSize, Period, Place, Sort, SortBy, Turn, UsersFilter, UsersQuery},
};

/// The stored status of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum UserStatus {
    NotInvited,
    Waiting,
    Invited,
    Failed,
    Active,
    Deactivated,
}

crate::stored_words!(UserStatus {
    NotInvited = "not_invited",
    Waiting = "waiting",
    Invited = "invited",
    Failed = "failed",
    Active = "active",
    Deactivated = "deactivated",
});

/// The status as people see it: an invited user whose time is over is shown as expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownStatus {
    NotInvited,
    Waiting,
    Invited,
    Expired,
    Failed,
    Active,
    Deactivated,
}

crate::stored_words!(ShownStatus {
    NotInvited = "not_invited",
    Waiting = "waiting",
    Invited = "invited",
    Expired = "expired",
    Failed = "failed",
    Active = "active",
    Deactivated = "deactivated",
});

impl ShownStatus {
    /// Expiry is decided here and in the list's condition (domain, `users.rs`), by the clock alone.
    pub fn of(status: UserStatus, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match status {
            UserStatus::NotInvited => Self::NotInvited,
            UserStatus::Waiting => Self::Waiting,
            UserStatus::Invited if expires_at.is_some_and(|at| at <= now) => Self::Expired,
            UserStatus::Invited => Self::Invited,
            UserStatus::Failed => Self::Failed,
            UserStatus::Active => Self::Active,
            UserStatus::Deactivated => Self::Deactivated,
        }
    }
}

/// What the navigation "Status" offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    #[default]
    All,
    NotInvited,
    Waiting,
    Invited,
    Expired,
    Failed,
    Active,
    Deactivated,
    Unconfirmed,
}

crate::stored_words!(StatusFilter {
    All = "all",
    NotInvited = "not_invited",
    Waiting = "waiting",
    Invited = "invited",
    Expired = "expired",
    Failed = "failed",
    Active = "active",
    Deactivated = "deactivated",
    Unconfirmed = "unconfirmed",
});

/// Why an invitation could not be delivered: the answer's code, if there was one, and its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub code: Option<u16>,
    pub words: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    /// E.164, or "".
    pub phone: String,
    pub role: RoleKind,
    pub role_name: String,
    pub status: ShownStatus,
    /// Set where the status is `Failed`, and while a retry is awaited.
    pub failure: Option<Failure>,
    pub invited_at: Option<DateTime<Utc>>,
    /// Name, or e-mail, of who sent the standing invitation.
    pub inviter: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// One page of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersPage {
    pub rows: Vec<UserRow>,
    /// Where the page before and the next one are, if there are such.
    pub before: Option<Place>,
    pub after: Option<Place>,
    /// Of the whole directory, whatever the filter.
    pub counts: StatusCounts,
    /// The roles of the organization, to filter by.
    pub roles: Vec<RoleChoice>,
    /// The server's time: what "expired" and "in 3 days" are measured from.
    pub now: DateTime<Utc>,
}

/// How many users have each shown status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    pub not_invited: u64,
    pub waiting: u64,
    pub invited: u64,
    pub expired: u64,
    pub failed: u64,
    pub active: u64,
    pub deactivated: u64,
}

impl StatusCounts {
    pub fn of(&self, filter: StatusFilter) -> u64 {
        let unconfirmed =
            self.not_invited + self.waiting + self.invited + self.expired + self.failed;
        match filter {
            StatusFilter::All => unconfirmed + self.active + self.deactivated,
            StatusFilter::NotInvited => self.not_invited,
            StatusFilter::Waiting => self.waiting,
            StatusFilter::Invited => self.invited,
            StatusFilter::Expired => self.expired,
            StatusFilter::Failed => self.failed,
            StatusFilter::Active => self.active,
            StatusFilter::Deactivated => self.deactivated,
            StatusFilter::Unconfirmed => unconfirmed,
        }
    }
}

/// What the invite dialog offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteChoices {
    /// The roles that the sender may give, the most modest first.
    pub roles: Vec<RoleChoice>,
    pub default_hours: u32,
    pub default_language: Language,
}

//! The directory: users, their status, and the list's filter.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::{RoleChoice, RoleKind},
    contact::Email,
    ids::UserId,
    language::Language,
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

/// Which users to list: the address of `/users` says the same (`?status=&q=&after=`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersQuery {
    pub status: StatusFilter,
    /// Part of a name or an e-mail address.
    pub q: String,
    /// The last user of the page before.
    pub after: Option<UserId>,
}

impl UsersQuery {
    /// Reads the values of the address; a word that is not known counts as not given.
    pub fn from_address(status: Option<&str>, q: Option<&str>, after: Option<&str>) -> Self {
        Self {
            status: status
                .and_then(|word| word.parse().ok())
                .unwrap_or_default(),
            q: q.unwrap_or_default().trim().to_owned(),
            after: after.and_then(|id| id.parse().ok()),
        }
    }
}

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
    pub role: RoleKind,
    pub role_name: String,
    pub status: ShownStatus,
    /// Set where the status is `Failed`, and while a retry is awaited.
    pub failure: Option<Failure>,
    pub invited_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Users a page holds.
pub const USERS_PAGE: u32 = 50;

/// One page of the directory, newest users first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersPage {
    pub rows: Vec<UserRow>,
    /// Set where more follow: the `after` of the next page.
    pub next: Option<UserId>,
    pub counts: StatusCounts,
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

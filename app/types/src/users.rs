//! The directory: users, their status, and the list's filter.

mod access;
mod person;
mod query;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::{RoleChoice, RoleKind},
    contact::Username,
    ids::{RoleId, UserId},
    language::Language,
    organization::Seats,
    resources::AccessChoices,
};

pub use self::{
    access::{
        AccessPart, AccessRequest, AccessWhy, Concern, InEffect, PersonAccess, PersonFeature,
        PersonReach, PersonResource,
    },
    person::{
        DeleteRequest, EditRequest, HISTORY_SHOWN, HistoryEvent, HistoryLine, PersonDetails,
        PersonField, PersonPage,
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

    /// Whether an invitation stands.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Waiting | Self::Invited | Self::Failed)
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
    pub username: Username,
    /// E.164, or "".
    pub phone: String,
    pub role: RoleKind,
    pub role_name: String,
    pub status: ShownStatus,
    /// Set where the status is `Failed`, and while a retry is awaited.
    pub failure: Option<Failure>,
    /// Whether messages to the address came back, and nothing is sent to it any more.
    pub bounced: bool,
    pub invited_at: Option<DateTime<Utc>>,
    /// Name, or e-mail, of who sent the standing invitation; "" for someone who was deleted since.
    pub inviter: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether the person has accepted, at some time.
    pub joined: bool,
    /// Whether the person has signed up, and an admin has to decide.
    pub awaits_approval: bool,
    /// When the person has declined the last invitation.
    pub declined_at: Option<DateTime<Utc>>,
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
    /// How many wait for approval.
    pub awaiting: u64,
    /// `None`: any number.
    pub seats: Option<Seats>,
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
    /// What the sender may give.
    pub access: AccessChoices,
    /// The one of them for new people, where nobody chooses another.
    pub default_role: Option<RoleId>,
    pub default_hours: u32,
    pub default_language: Language,
}

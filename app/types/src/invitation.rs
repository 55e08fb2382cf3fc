//! Invitations: for how long, by which way, and what the invitee's page shows.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{contact::Username, organization::Look, refusal::Refusal};

/// How long an invitation stands, in whole hours: 1 hour to 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Lifetime(u32);

impl Lifetime {
    pub const DAY: Self = Self(24);
    pub const THREE_DAYS: Self = Self(72);
    pub const WEEK: Self = Self(7 * 24);
    pub const LONGEST: Self = Self(30 * 24);

    /// # Errors
    /// `LifetimeOutOfRange` below an hour or above 30 days.
    pub fn hours(hours: u32) -> Result<Self, Refusal> {
        (1..=Self::LONGEST.0)
            .contains(&hours)
            .then_some(Self(hours))
            .ok_or(Refusal::LifetimeOutOfRange)
    }

    pub const fn in_hours(self) -> u32 {
        self.0
    }

    /// As a column holds it; at most 720.
    pub fn stored(self) -> i32 {
        i32::try_from(self.0).unwrap_or(i32::MAX)
    }

    pub fn duration(self) -> Duration {
        Duration::hours(i64::from(self.0))
    }
}

impl TryFrom<u32> for Lifetime {
    type Error = Refusal;

    fn try_from(hours: u32) -> Result<Self, Refusal> {
        Self::hours(hours)
    }
}

impl From<Lifetime> for u32 {
    fn from(lifetime: Lifetime) -> Self {
        lifetime.0
    }
}

/// The way a link travels. `Copied` is a link that an admin handed over, which proves no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Channel {
    Email,
    Sms,
    Copied,
}

/// A key is never a counter of the database's.
#[cfg(feature = "database")]
impl sea_orm::TryFromU64 for Channel {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64(stringify!(Channel)))
    }
}

crate::stored_words!(Channel {
    Email = "email",
    Sms = "sms",
    Copied = "copied",
});

/// By which ways the sender of an invitation wants it to travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Via {
    /// By e-mail to those who have an address, by SMS to the others.
    #[default]
    Automatic,
    Email,
    Sms,
    /// By all the ways that there are to the person.
    Both,
}

crate::stored_words!(Via {
    Automatic = "automatic",
    Email = "email",
    Sms = "sms",
    Both = "both",
});

/// What `/accept` shows.
#[allow(clippy::large_enum_variant, reason = "one is made for a page")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationPage {
    /// The offer stands.
    Open(Offer),
    /// It does not.
    Closed(ClosedPage),
    /// No link was followed, or one that Usher never made.
    Unknown,
}

/// An invitation that can't be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedPage {
    pub why: Closed,
    pub organization: String,
    pub look: Look,
    /// Whether a new one can be asked for.
    pub can_ask: bool,
    /// What became of asking an admin for a new one; `None`: nobody has asked.
    pub asked: Option<Asked>,
    /// Name, or e-mail, of whom to ask about it; "" where that is whoever invited.
    pub contact: String,
}

/// Why an invitation cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closed {
    Expired,
    Replaced,
    Revoked,
    Used,
    /// The sign-up is kept until an admin decides.
    AwaitsApproval,
    /// An admin has decided against it.
    Refused,
    /// The person has said that they don't want it.
    Declined,
    /// Nobody can join the organization at present.
    Suspended,
}

/// Where a request for a new invitation stands that an admin decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    Waits,
    Refused,
}

/// A standing invitation, as the invitee sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub organization: String,
    pub look: Look,
    /// Name, or e-mail, of the person who invited; "": the organization itself.
    pub inviter: String,
    /// Words that the inviter added; may be empty.
    pub message: String,
    pub username: Username,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub job_title: String,
    pub expires_at: DateTime<Utc>,
    pub way_in: WayIn,
}

/// How the invitee gets in: depends on whether the address has an identity and who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WayIn {
    /// The address is new: choose a password.
    SignUp,
    /// The address has an identity: its password joins.
    SignIn,
    /// That identity is signed in: one button joins.
    Join,
    /// Someone else is signed in: `signed_in_as` is their address.
    SwitchAccount { signed_in_as: Username },
}

/// What an admin copies when mail doesn't arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedInvitation {
    pub link: String,
    /// The whole invitation with its link, in the invitee's language.
    pub text: String,
}

//! What is set for a whole organization.
//!
//! - `settings`: what its admins set; `color`: the accent; `wording`: its own words in messages

mod color;
mod settings;
mod wording;

use serde::{Deserialize, Serialize};

pub use self::{
    color::{Accent, Color},
    settings::{
        Domains, InvitationsPage, LARGEST_LOGO, LONGEST_BEFORE, Logo, MOST_DOMAINS, MOST_REMINDERS,
        OrganizationPage, Setting, Settings, Unit, UnreadDomain, hours_of,
    },
    wording::{
        LONGEST_SMS, Part, Placeholder, Wording, WordingKey, WordingPart, WordingRequest,
        completed, fill, missing, parts, unknown,
    },
};

/// How a page or a message shows that it is this organization's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The path of the logo on this installation; `None`: it has none.
    pub logo: Option<String>,
    /// `None`: Usher's own colour.
    pub accent: Option<Accent>,
}

/// By which ways the operator lets an organization reach people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Verification {
    /// "Confirm only by e-mail"
    #[default]
    EmailOnly,
    /// "E-mail or SMS"
    EmailOrSms,
}

crate::stored_words!(Verification {
    EmailOnly = "email_only",
    EmailOrSms = "email_or_sms",
});

/// The seats of an organization: users who are active, and invitations that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    pub taken: u64,
    /// `None`: any number.
    pub total: Option<u64>,
}

impl Seats {
    /// How many more can be taken; `None`: any number.
    pub fn free(self) -> Option<u64> {
        self.total.map(|total| total.saturating_sub(self.taken))
    }
}

/// What an invitation carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum OfferBy {
    /// A personal link.
    #[default]
    Link,
    /// "Username and temporary password"
    TemporaryPassword,
}

crate::stored_words!(OfferBy {
    Link = "link",
    TemporaryPassword = "temporary_password",
});

/// What becomes of it when somebody asks for a new invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Requests {
    /// It is sent, unless the earlier one was revoked.
    #[default]
    AtOnce,
    /// An admin decides.
    Approved,
}

crate::stored_words!(Requests {
    AtOnce = "at_once",
    Approved = "approved",
});

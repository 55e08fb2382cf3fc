//! One user's page: the details that an admin may change, and what has happened.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccessPart, Failure, PersonAccess, UserRow};
use crate::{
    access::RoleChoice,
    contact::{Email, Phone, Username},
    ids::{RoleId, UserId},
    invitation::Channel,
    refusal::{LONGEST_NAME, Refusal},
};

/// A detail of a user that an admin may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonField {
    FirstName,
    LastName,
    Email,
    Phone,
    JobTitle,
    Role,
}

crate::stored_words!(PersonField {
    FirstName = "first_name",
    LastName = "last_name",
    Email = "email",
    Phone = "phone",
    JobTitle = "job_title",
    Role = "role",
});

impl PersonField {
    /// The text as it is kept: trimmed, an address as people read it, a phone number as E.164.
    ///
    /// # Errors
    /// `EmailNotValid`, `PhoneNotValid`, `PhoneWithoutCountryCode`, `TextTooLong`.
    pub fn read(self, typed: &str) -> Result<String, Refusal> {
        let typed = typed.trim();
        match self {
            Self::FirstName | Self::LastName | Self::JobTitle
                if typed.chars().count() > LONGEST_NAME =>
            {
                Err(Refusal::TextTooLong)
            }
            Self::Email if !typed.is_empty() => Email::parse(typed)
                .map(|email| email.to_string())
                .map_err(|_| Refusal::EmailNotValid),
            Self::Phone if !typed.is_empty() => Phone::parse(typed)
                .map(|phone| phone.as_str().to_owned())
                .map_err(|fault| fault.refusal(typed)),
            _ => Ok(typed.to_owned()),
        }
    }
}

/// The details as they are kept, or as somebody types them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetails {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub job_title: String,
    pub role: RoleId,
}

impl PersonDetails {
    /// Of nobody yet.
    pub fn blank(role: RoleId) -> Self {
        Self {
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            phone: String::new(),
            job_title: String::new(),
            role,
        }
    }

    /// The text of a field; of the role its id.
    pub fn text(&self, field: PersonField) -> String {
        match field {
            PersonField::FirstName => self.first_name.clone(),
            PersonField::LastName => self.last_name.clone(),
            PersonField::Email => self.email.clone(),
            PersonField::Phone => self.phone.clone(),
            PersonField::JobTitle => self.job_title.clone(),
            PersonField::Role => self.role.to_string(),
        }
    }

    /// Sets the text of a field. What is no id leaves the role as it was.
    pub fn set(&mut self, field: PersonField, text: String) {
        match field {
            PersonField::FirstName => self.first_name = text,
            PersonField::LastName => self.last_name = text,
            PersonField::Email => self.email = text,
            PersonField::Phone => self.phone = text,
            PersonField::JobTitle => self.job_title = text,
            PersonField::Role => self.role = text.parse().unwrap_or(self.role),
        }
    }

    /// The fields in which the other one differs.
    pub fn differing(&self, other: &Self) -> Vec<PersonField> {
        let all = PersonField::ALL.iter().copied();
        all.filter(|field| self.text(*field) != other.text(*field))
            .collect()
    }

    /// What the person is told apart by: the address or, without one, the number.
    pub fn username(&self) -> Option<Username> {
        match self.email.trim() {
            "" => Phone::parse(&self.phone).ok().map(Username::Phone),
            email => Email::parse(email).ok().map(Username::Email),
        }
    }

    /// Whether both are told apart by the same address or number, however it is written.
    pub fn same_address(&self, other: &Self) -> bool {
        match (self.username(), other.username()) {
            (Some(one), Some(two)) => one.key() == two.key(),
            _ => self.email == other.email && self.phone == other.phone,
        }
    }
}

/// To change a user. Only fields in which `wanted` differs from `seen` are touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditRequest {
    pub user: UserId,
    /// What the admin began with. A field that is something else by now is refused
    /// (`ChangedMeanwhile`).
    pub seen: PersonDetails,
    pub wanted: PersonDetails,
}

/// All that a user's page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPage {
    /// As the list shows the user.
    pub row: UserRow,
    pub details: PersonDetails,
    /// Whether the admin may change the user: not one whose role is above theirs.
    pub editable: bool,
    /// Whether the temporary password was typed wrong so often that it works no more.
    pub password_spent: bool,
    /// Whether the person signs in here with the address, which then stays as it is.
    pub joined: bool,
    /// The roles that the admin may give, the most modest first.
    pub roles: Vec<RoleChoice>,
    pub access: PersonAccess,
    /// The newest first, at most `HISTORY_SHOWN`.
    pub history: Vec<HistoryLine>,
    /// The server's time.
    pub now: DateTime<Utc>,
}

/// How many lines of the history a page shows.
pub const HISTORY_SHOWN: usize = 100;

/// One thing that happened to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    pub at: DateTime<Utc>,
    /// Name, or e-mail, of who did it, "" for someone who was deleted since; `None` where it was the
    /// person, or no person.
    pub by: Option<String>,
    pub event: HistoryEvent,
}

/// What can happen to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryEvent {
    /// Came into the directory.
    Added,
    /// Which details were changed, and whether the link to the earlier address ended by it.
    Changed {
        fields: Vec<PersonField>,
        link_ended: bool,
    },
    /// Another access was chosen; which parts are other ones.
    AccessChanged {
        parts: Vec<AccessPart>,
    },
    /// Was updated from a table.
    Imported,
    Revoked,
    Deactivated,
    Activated,
    RevokeUndone,
    DeactivateUndone,
    /// The person asked for a new invitation, and it was queued.
    AskedForNew,
    /// An invitation was queued.
    Sent {
        to: String,
    },
    /// A try has failed, and there will be another.
    PutOff {
        until: DateTime<Utc>,
        answer: Failure,
    },
    /// The mail server, or the gateway, has taken the message, in its words.
    Delivered {
        channel: Channel,
        answer: Failure,
    },
    Failed(Failure),
    /// The gateway says that the SMS has arrived, or has not.
    SmsDelivered,
    SmsUndelivered(Failure),
    /// Came back after it was taken.
    Bounced(Failure),
    /// An admin lets the address be written to again after that.
    AddressConfirmed,
    /// A reminder was queued.
    Reminded,
    /// Somebody has opened the page for the first time, by the link that travelled so.
    Opened {
        channel: Channel,
    },
    /// The same by what looks like a mail scanner.
    OpenedByScanner,
    /// Taken out of the queue before it went out.
    Cancelled,
    LinkCopied,
    /// Link or temporary password stand on a printed sheet.
    Printed,
    /// The temporary password works no more, after too many wrong tries.
    PasswordSpent,
    Declined,
    /// The person asked for a new invitation, and an admin has to decide.
    AskedAdmins,
    RequestGranted,
    RequestRefused,
    /// By the link that travelled so.
    Accepted {
        channel: Option<Channel>,
    },
    /// The person has signed up, and had to wait.
    AskedForApproval,
    Approved,
    ApprovalRefused,
}

/// To delete a user for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteRequest {
    pub user: UserId,
    /// The user's address, typed to confirm.
    pub email: String,
}

//! One act of inviting or sending to N users: the request, what would become of it, the report.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    contact::EmailFault,
    ids::{BatchId, RoleId, UserId},
    invitation::{Lifetime, Via},
    language::Language,
    resources::Access,
    users::{Failure, UsersFilter},
};

/// Whom to send to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// The raw text of the box "E-mail addresses"; read by `recipients::parse`.
    Pasted(String),
    /// Users of the directory.
    Users(Vec<UserId>),
    /// All users of the directory who match.
    Matching(UsersFilter),
}

/// What a batch does to each of its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Act {
    Send,
    Revoke,
    Deactivate,
    Activate,
    /// Of a table into the directory, with or without sending.
    Import,
}

crate::stored_words!(Act {
    Send = "send",
    Revoke = "revoke",
    Deactivate = "deactivate",
    Activate = "activate",
    Import = "import",
});

/// What is done to many besides sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Revoke,
    Deactivate,
    Activate,
}

impl From<Change> for Act {
    fn from(change: Change) -> Self {
        match change {
            Change::Revoke => Self::Revoke,
            Change::Deactivate => Self::Deactivate,
            Change::Activate => Self::Activate,
        }
    }
}

/// To revoke, deactivate or activate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// Made once for each act: the same key again is the same batch.
    pub key: Uuid,
    pub act: Change,
    /// Users of the directory.
    pub audience: Audience,
    /// How many the admin saw would be changed. Another number by now is refused (`ListChanged`).
    pub seen: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRequest {
    /// Made once for each act: the same key again is the same batch.
    pub key: Uuid,
    pub audience: Audience,
    /// `None`: users keep theirs; new ones become User.
    pub role: Option<RoleId>,
    /// `None`: users keep theirs; new ones get what the sender may give, without features.
    pub access: Option<Access>,
    /// `None`: as the organization has it.
    pub lifetime: Option<Lifetime>,
    /// `None`: as the organization has it.
    pub language: Option<Language>,
    /// By which ways it travels.
    #[serde(default)]
    pub via: Via,
    /// Added to the invitation; at most `LONGEST_MESSAGE` characters.
    pub message: String,
    /// Whether people with a standing invitation get a new one, which ends the older link.
    pub resend: bool,
    /// How many the sender saw would be sent to. Another number by now is refused (`ListChanged`).
    pub seen: u32,
}

/// To see an invitation's e-mail before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRequest {
    /// An entry of the box "E-mail addresses"; "": somebody is made up.
    pub recipient: String,
    /// `None`: as a new user gets it.
    pub role: Option<RoleId>,
    /// `None`: as the organization has it.
    pub lifetime: Option<Lifetime>,
    /// `None`: as the organization has it.
    pub language: Option<Language>,
    pub message: String,
}

/// The head of that e-mail; its body is read by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterPreview {
    pub to: String,
    pub subject: String,
}

/// Invitations anew for those whose earlier one has expired, each as it was: for as long, in its
/// language and with its message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewRequest {
    /// Made once for this act: the same key again is the same batch.
    pub key: Uuid,
    pub audience: Audience,
    /// How many the sender saw would be sent to.
    pub seen: u32,
}

/// What becomes of one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Is sent an invitation.
    Ready,
    /// The same address stands earlier in the list.
    Duplicate,
    AlreadyActive,
    /// Has a standing invitation, and `resend` was not asked for.
    AlreadyInvited,
    Deactivated,
    /// The organization does not invite addresses of this domain.
    DomainNotAllowed,
    /// Has a role or access beyond what the sender may give.
    RoleAboveYours,
    /// Has no invitation to revoke, or to renew.
    NotInvited,
    /// The invitation to renew has not expired.
    NotExpired,
    NotDeactivated,
    /// Nobody deactivates themselves.
    Yourself,
    /// The organization would be without an active Owner.
    LastOwner,
    /// The organization has no free seat left for them.
    OverSeats,
    /// Is no e-mail address.
    NotValid(EmailFault),
    /// Has no e-mail address, and nothing else may be used.
    NoEmail,
    /// Has no phone number to send an SMS to.
    NoPhone,
    /// The organization sends no SMS.
    ChannelNotAllowed,
    /// Nothing takes mail for the address's domain.
    NoMailServer,
    /// An earlier message came back: the address does not exist, or takes no mail.
    Bounced,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientVerdict {
    pub address: String,
    pub name: String,
    pub verdict: Verdict,
    /// Set for users of the directory.
    pub user: Option<UserId>,
}

/// How many of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    pub ready: u32,
    pub duplicate: u32,
    pub already_active: u32,
    pub already_invited: u32,
    pub deactivated: u32,
    pub domain_not_allowed: u32,
    pub role_above_yours: u32,
    pub not_invited: u32,
    pub not_expired: u32,
    pub not_deactivated: u32,
    pub yourself: u32,
    pub last_owner: u32,
    pub over_seats: u32,
    pub not_valid: u32,
    pub no_email: u32,
    pub no_phone: u32,
    pub channel_not_allowed: u32,
    pub no_mail_server: u32,
    pub bounced: u32,
}

impl VerdictCounts {
    /// All who are not ready.
    pub fn skipped(&self) -> u32 {
        self.duplicate
            + self.already_active
            + self.already_invited
            + self.deactivated
            + self.domain_not_allowed
            + self.role_above_yours
            + self.not_invited
            + self.not_expired
            + self.not_deactivated
            + self.yourself
            + self.last_owner
            + self.over_seats
            + self.not_valid
            + self.no_email
            + self.no_phone
            + self.channel_not_allowed
            + self.no_mail_server
            + self.bounced
    }

    pub fn add(&mut self, verdict: &Verdict) {
        let count = match verdict {
            Verdict::Ready => &mut self.ready,
            Verdict::Duplicate => &mut self.duplicate,
            Verdict::AlreadyActive => &mut self.already_active,
            Verdict::AlreadyInvited => &mut self.already_invited,
            Verdict::Deactivated => &mut self.deactivated,
            Verdict::DomainNotAllowed => &mut self.domain_not_allowed,
            Verdict::RoleAboveYours => &mut self.role_above_yours,
            Verdict::NotInvited => &mut self.not_invited,
            Verdict::NotExpired => &mut self.not_expired,
            Verdict::NotDeactivated => &mut self.not_deactivated,
            Verdict::Yourself => &mut self.yourself,
            Verdict::LastOwner => &mut self.last_owner,
            Verdict::OverSeats => &mut self.over_seats,
            Verdict::NotValid(_) => &mut self.not_valid,
            Verdict::NoEmail => &mut self.no_email,
            Verdict::NoPhone => &mut self.no_phone,
            Verdict::ChannelNotAllowed => &mut self.channel_not_allowed,
            Verdict::NoMailServer => &mut self.no_mail_server,
            Verdict::Bounced => &mut self.bounced,
        };
        *count += 1;
    }
}

/// What sending would do now; nothing has been done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPreview {
    pub counts: VerdictCounts,
    /// Those who are not `Ready`, at most `SKIPPED_SHOWN` of them.
    pub skipped: Vec<RecipientVerdict>,
}

/// What came of activating and sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    pub batch: BatchId,
    /// How many of those who were activated were sent an invitation.
    pub sent: u32,
}

/// How many skipped recipients a preview names.
pub const SKIPPED_SHOWN: usize = 200;

/// Where a recipient of a batch stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Skipped(Verdict),
    /// In the queue; `failure` is set where a try was put off.
    Waiting {
        failure: Option<Failure>,
    },
    Sent,
    Failed(Failure),
    /// Replaced by a newer invitation, revoked, or deactivated before it went out.
    Cancelled,
    Accepted,
    /// Revoked, deactivated or activated.
    Done,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRecipient {
    /// Place in the list, from 1.
    pub position: u32,
    /// "" for someone who was deleted since.
    pub address: String,
    pub name: String,
    pub outcome: Outcome,
}

/// How many recipients of a batch stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchCounts {
    pub waiting: u32,
    pub sent: u32,
    pub failed: u32,
    pub cancelled: u32,
    pub accepted: u32,
    /// By an act that sends nothing.
    pub done: u32,
    pub skipped: u32,
}

impl BatchCounts {
    /// Messages that the batch had to deliver.
    pub fn to_send(&self) -> u32 {
        self.waiting + self.sent + self.failed + self.cancelled + self.accepted
    }

    /// Messages that are off the queue, one way or another.
    pub fn settled(&self) -> u32 {
        self.to_send() - self.waiting
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSummary {
    pub id: BatchId,
    pub act: Act,
    /// Whether it was undone.
    pub undone: bool,
    pub created_at: DateTime<Utc>,
    /// Name, or e-mail, of the sender; "" for someone who was deleted since.
    pub sender: String,
    pub counts: BatchCounts,
}

/// Recipients that a page of the report holds.
pub const BATCH_PAGE: u32 = 100;

/// One page of a batch's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReport {
    pub summary: BatchSummary,
    pub recipients: Vec<BatchRecipient>,
    /// Set where more follow: the `after` of the next page.
    pub next: Option<u32>,
    pub now: DateTime<Utc>,
}

//! The only three doors to the outside: mail, SMS, and time.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use types::contact::{Email, Phone};

/// One e-mail, ready to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingEmail {
    /// Left and right part, without angle brackets; the same for every attempt.
    pub message_id: String,
    pub to: Email,
    /// Name of the person, or "".
    pub to_name: String,
    /// Who sends it, beside the installation's address; "": as the installation is called.
    pub from_name: String,
    /// Where it comes back to if it cannot be delivered; `None`: to the installation's address.
    pub return_path: Option<String>,
    /// Where answers go; `None`: to the installation's address.
    pub reply_to: Option<Email>,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What the other side said: its code, if the talk got that far, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub code: Option<u16>,
    pub words: String,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Worth another try: 4xx, no answer in time, connection closed. It may be about this recipient or all of
    /// their domain.
    #[error("not now: {}", .0.words)]
    Temporary(Answer),
    /// Worth another try, and it would be the same for any recipient: no connection, no greeting, our settings.
    #[error("not available: {}", .0.words)]
    Unavailable(Answer),
    /// Will not change by itself: 5xx.
    #[error("refused: {}", .0.words)]
    Permanent(Answer),
}

impl SendError {
    pub fn answer(&self) -> &Answer {
        match self {
            Self::Temporary(answer) | Self::Unavailable(answer) | Self::Permanent(answer) => answer,
        }
    }
}

/// Hands e-mail to a server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Returns once the server has taken responsibility for the message, or an error if it has not.
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError>;
}

/// Whether a domain takes mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesMail {
    Yes,
    No,
    /// Nobody could say for sure.
    Unknown,
}

/// Knows, before anything is sent, where mail cannot go: the same door as the mailer's, looked at from outside.
#[async_trait]
pub trait MailDomains: Send + Sync {
    /// `domain` is in ASCII.
    async fn takes_mail(&self, domain: &str) -> TakesMail;
}

/// One SMS, ready to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingSms {
    /// The same for every attempt.
    pub id: String,
    pub to: Phone,
    pub text: String,
}

/// A gateway has taken responsibility for an SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub answer: Answer,
    /// What it calls the message when it calls back; `None` where it never does.
    pub reference: Option<String>,
}

/// Hands SMS to a gateway.
#[async_trait]
pub trait SmsGateway: Send + Sync {
    /// Returns once the gateway has taken responsibility for the message, or an error if it has not.
    async fn send(&self, sms: &OutgoingSms) -> Result<Taken, SendError>;
}

/// The two ways out for messages.
#[derive(Clone)]
pub struct Carriers {
    pub mailer: Arc<dyn Mailer>,
    pub sms: Arc<dyn SmsGateway>,
}

/// Tells the time.
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

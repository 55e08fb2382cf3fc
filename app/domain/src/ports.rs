//! The only three doors to the outside: mail, (from its issue on) SMS, and time.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use types::contact::Email;

/// One e-mail, ready to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingEmail {
    /// Left and right part, without angle brackets; the same for every attempt.
    pub message_id: String,
    pub to: Email,
    /// Name of the person, or "".
    pub to_name: String,
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
pub enum MailError {
    /// Worth another try: 4xx, no connection, no answer in time, connection closed.
    #[error("not now: {}", .0.words)]
    Temporary(Answer),
    /// Will not change by itself: 5xx.
    #[error("refused: {}", .0.words)]
    Permanent(Answer),
}

/// Hands e-mail to a server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Returns once the server has taken responsibility for the message, or an error if it has not.
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, MailError>;
}

/// Tells the time.
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

//! The built-in catcher of messages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::MessageId;

/// A caught message, newest first in lists. Its HTML part is served at `/mailbox/<id>/html`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaughtMessage {
    pub id: MessageId,
    pub at: DateTime<Utc>,
    pub to: String,
    /// "" of a text message, which goes to a number.
    pub subject: String,
    pub text: String,
}

impl CaughtMessage {
    pub fn is_sms(&self) -> bool {
        !self.to.contains('@')
    }
}

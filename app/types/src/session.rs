//! Who is signed in, and what the public forms carry from one request to the next.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::{Permissions, RoleKind},
    contact::Email,
    ids::{SessionId, UserId},
    language::Language,
    refusal::Refusal,
};

/// The signed-in person, in the organization that the session has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub user: UserId,
    pub organization: String,
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub role: RoleKind,
    pub role_name: String,
    pub permissions: Permissions,
    pub language: Language,
    /// Whether `/mailbox` is there.
    pub mailbox: bool,
}

/// One signed-in browser of the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: SessionId,
    pub user_agent: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub current: bool,
}

/// What a public form says after its redirect: the reason it was refused and what had been typed
/// (never a password), or that it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub refusal: Option<Refusal>,
    /// Something broke; the log has the cause under this reference.
    pub broken: Option<String>,
    pub done: bool,
    pub typed: BTreeMap<String, String>,
}

impl Flash {
    /// What was typed into the field, or "".
    pub fn typed(&self, field: &str) -> String {
        self.typed.get(field).cloned().unwrap_or_default()
    }
}

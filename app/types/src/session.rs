//! Who is signed in, and what the public forms carry from one request to the next.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::{Permissions, RoleKind},
    contact::Username,
    ids::{OrganizationId, SessionId, UserId},
    language::Language,
    refusal::Refusal,
};

/// The signed-in person, in the organization that the session has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub user: UserId,
    pub organization: String,
    /// The path of its logo, if it has one.
    pub logo: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub username: Username,
    pub role: RoleKind,
    pub role_name: String,
    pub permissions: Permissions,
    pub language: Language,
    /// Whether the person runs the installation.
    pub operator: bool,
    /// Whether the organization writes text messages, beside e-mail.
    pub by_sms: bool,
    /// Whether `/mailbox` is there.
    pub mailbox: bool,
    /// Where the person is active, this organization among them.
    pub organizations: Vec<Membership>,
}

/// An organization in which a person is active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub id: OrganizationId,
    pub name: String,
    /// Whether nobody of it can use it at present.
    pub suspended: bool,
    /// Whether the session has chosen it.
    pub chosen: bool,
}

/// Someone who is signed in, but cannot use the organization that the session has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outsider {
    pub username: Username,
    /// Whether the person runs the installation.
    pub operator: bool,
    /// The chosen organization, where the person is active in it and it is suspended.
    pub suspended: Option<String>,
    /// Where the person is active.
    pub organizations: Vec<Membership>,
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

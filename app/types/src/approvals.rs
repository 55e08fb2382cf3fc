//! What waits for an admin: sign-ups of people whose inviter could not invite them so any more, and
//! requests for a new invitation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::RoleKind,
    contact::Username,
    ids::{ApprovalId, RequestId, UserId},
};

/// Why a sign-up waits. The stored word is the snake-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Reason {
    /// Whoever invited is no active user of the organization any more.
    InviterLeft,
    /// Whoever invited may not invite any more.
    InviterWithoutRight,
    /// The role is beyond that of whoever invited.
    RoleBeyondInviter,
    /// The access reaches further than that of whoever invited.
    AccessBeyondInviter,
}

crate::stored_words!(Reason {
    InviterLeft = "inviter_left",
    InviterWithoutRight = "inviter_without_right",
    RoleBeyondInviter = "role_beyond_inviter",
    AccessBeyondInviter = "access_beyond_inviter",
});

/// How the waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Decision {
    Granted,
    Refused,
    /// Nobody has decided: the invitation was sent anew or revoked, or the user was deactivated.
    Withdrawn,
}

crate::stored_words!(Decision {
    Granted = "granted",
    Refused = "refused",
    Withdrawn = "withdrawn",
});

/// A sign-up that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalRow {
    pub id: ApprovalId,
    pub user: UserId,
    /// Name, or e-mail.
    pub called: String,
    pub username: Username,
    pub role: RoleKind,
    pub role_name: String,
    /// Name, or e-mail, of who invited; `None` for someone who was deleted since.
    pub inviter: Option<String>,
    pub reason: Reason,
    pub asked_at: DateTime<Utc>,
    /// Whether the role and the access are within the admin's own.
    pub approvable: bool,
    /// Whether the role is within the admin's own.
    pub refusable: bool,
}

/// With what somebody has asked for a new invitation. The stored word is the snake-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Held {
    /// Its time was over.
    Expired,
    /// A newer one was on its way.
    Replaced,
    /// An admin had taken it back.
    Revoked,
}

crate::stored_words!(Held {
    Expired = "expired",
    Replaced = "replaced",
    Revoked = "revoked",
});

/// A request for a new invitation that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    pub id: RequestId,
    pub user: UserId,
    /// Name, or username.
    pub called: String,
    pub username: Username,
    pub role: RoleKind,
    pub role_name: String,
    pub held: Held,
    pub asked_at: DateTime<Utc>,
    /// Whether the role and the access are within the admin's own.
    pub approvable: bool,
    /// Whether the role is within the admin's own.
    pub refusable: bool,
}

/// Those who wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalsPage {
    /// Who has waited longest comes first; at most `APPROVALS_SHOWN`.
    pub rows: Vec<ApprovalRow>,
    /// How many there are.
    pub total: u64,
    /// In the same order, and as many.
    pub requests: Vec<RequestRow>,
    pub requests_total: u64,
    /// The server's time.
    pub now: DateTime<Utc>,
}

/// How many sign-ups that wait a page shows, and how many requests.
pub const APPROVALS_SHOWN: usize = 200;

//! The audit log: who did what to whom.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde_json::Value;
use types::ids::{OrganizationId, UserId};

use crate::{Outcome, entity::audit_events, random};

pub(crate) const USER_ADDED: &str = "user_added";
pub(crate) const USER_EDITED: &str = "user_edited";
pub(crate) const LINK_COPIED: &str = "invitation_link_copied";

/// What is remembered of one change; `details` hold no secret.
pub(crate) struct Event {
    pub organization: Option<OrganizationId>,
    pub actor: Option<UserId>,
    pub action: &'static str,
    pub subject: Option<UserId>,
    pub details: Value,
}

/// Part of the transaction that makes the change.
pub(crate) async fn record(
    write: &impl ConnectionTrait,
    now: DateTime<Utc>,
    event: Event,
) -> Outcome<()> {
    audit_events::ActiveModel {
        id: Set(random::id(now)),
        organization_id: Set(event.organization),
        actor_id: Set(event.actor),
        action: Set(event.action.to_owned()),
        subject_id: Set(event.subject),
        details: Set(event.details.to_string()),
        at: Set(now),
    }
    .insert(write)
    .await?;
    Ok(())
}

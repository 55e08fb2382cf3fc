//! The audit log: who did what to whom, when, and from where.
//!
//! - `chain`: events are sealed, each with the one before it; `verify`: whether they still are as they were
//!   written; `forget`: the details about a user who is deleted
//! - `read`: a page of it; `details`: what a page says of an event's details; `export`: all of it as a file

mod chain;
mod details;
mod export;
mod forget;
mod read;
mod verify;

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use types::{
    audit::{Action, Doer},
    ids::{OrganizationId, UserId},
};

pub use self::{
    chain::seal,
    export::csv,
    forget::forget,
    read::list,
    verify::{Finding, Verdict, Wrong, verify},
};
use crate::{
    Core, Outcome,
    entity::audit_events,
    proof::{Member, Operator, Origin},
    random,
};

/// What is remembered of one change; `details` hold no secret.
pub(crate) struct Event {
    organization: Option<OrganizationId>,
    doer: Doer,
    actor: Option<UserId>,
    origin: Origin,
    action: Action,
    subject: Option<UserId>,
    details: Value,
}

impl Event {
    /// Done by a user, to their own organization.
    pub fn by(member: &Member, action: Action) -> Self {
        Self {
            actor: Some(member.user),
            ..Self::new(
                Some(member.organization),
                Doer::User,
                member.origin.clone(),
                action,
            )
        }
    }

    /// Done by someone who holds a link; `organization` is that of the link, if it has one.
    pub fn by_visitor(
        origin: &Origin,
        organization: Option<OrganizationId>,
        action: Action,
    ) -> Self {
        Self::new(organization, Doer::Visitor, origin.clone(), action)
    }

    pub fn by_operator(operator: &Operator, organization: OrganizationId, action: Action) -> Self {
        let origin = operator.origin.clone();
        Self::new(Some(organization), Doer::Operator, origin, action)
    }

    pub fn by_command(organization: OrganizationId, action: Action) -> Self {
        let nowhere = Origin::default();
        Self::new(Some(organization), Doer::Command, nowhere, action)
    }

    fn new(
        organization: Option<OrganizationId>,
        doer: Doer,
        origin: Origin,
        action: Action,
    ) -> Self {
        Self {
            organization,
            doer,
            actor: None,
            origin,
            action,
            subject: None,
            details: json!({}),
        }
    }

    /// The user to whom it was done.
    #[must_use]
    pub fn about(self, subject: UserId) -> Self {
        Self {
            subject: Some(subject),
            ..self
        }
    }

    /// Which user it was, where whoever did it has become one by it.
    #[must_use]
    pub fn acting_as(self, user: UserId) -> Self {
        Self {
            actor: Some(user),
            ..self
        }
    }

    /// A JSON object; what was changed as `before` and `after`.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}

/// Part of the transaction that makes the change.
pub(crate) async fn record(
    write: &impl ConnectionTrait,
    core: &Core,
    now: DateTime<Utc>,
    event: Event,
) -> Outcome<()> {
    let event = audit_events::Model {
        id: random::id(now),
        organization_id: event.organization,
        doer: event.doer,
        actor_id: event.actor,
        action: event.action,
        subject_id: event.subject,
        details: event.details.to_string(),
        origin: event.origin.to_string(),
        // What both engines give back as it was.
        at: now.trunc_subsecs(6),
        sequence: None,
        digest: None,
        mac: None,
        forgotten: false,
    };
    chain::append(write, &core.keys, event).await
}

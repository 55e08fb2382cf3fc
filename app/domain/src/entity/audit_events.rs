use sea_orm::entity::prelude::*;
use types::ids::{AuditEventId, OrganizationId, UserId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    pub organization_id: Option<OrganizationId>,
    /// `None`: the person themselves before they had a user, or the command line.
    pub actor_id: Option<UserId>,
    pub action: String,
    pub subject_id: Option<UserId>,
    /// JSON.
    pub details: String,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

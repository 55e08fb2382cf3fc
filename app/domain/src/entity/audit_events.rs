use sea_orm::entity::prelude::*;
use types::{
    audit::{Action, Doer},
    ids::{AuditEventId, OrganizationId, UserId},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    pub organization_id: Option<OrganizationId>,
    pub doer: Doer,
    /// Which user did it, where that is known.
    pub actor_id: Option<UserId>,
    pub action: Action,
    pub subject_id: Option<UserId>,
    /// JSON.
    pub details: String,
    /// The network address that the request came from; "" where there was none.
    pub origin: String,
    pub at: DateTimeUtc,
    /// The place in the chain, from 1 on; see `audit::chain`.
    pub sequence: Option<i64>,
    pub digest: Option<Vec<u8>>,
    pub mac: Option<Vec<u8>>,
    /// Whether the details were taken away with the user whom they were about.
    pub forgotten: bool,
}

impl ActiveModelBehavior for ActiveModel {}

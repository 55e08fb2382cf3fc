use sea_orm::entity::prelude::*;
use types::ids::{IdentityId, OrganizationId, SessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// SHA-256 of the cookie's 256-bit secret.
    #[sea_orm(unique)]
    pub secret_hash: Vec<u8>,
    pub identity_id: IdentityId,
    /// The organization that the session has chosen.
    pub organization_id: OrganizationId,
    pub user_agent: String,
    pub created_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

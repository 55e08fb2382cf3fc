use sea_orm::entity::prelude::*;
use types::{
    contact::Username,
    ids::{IdentityId, OrganizationId},
    language::Language,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    pub username: Username,
    /// `Username::key`.
    #[sea_orm(unique)]
    pub username_key: String,
    /// When a link that was mailed to the address was used.
    pub username_proven_at: Option<DateTimeUtc>,
    /// PHC string.
    pub password_hash: String,
    pub language: Language,
    /// Runs the installation.
    pub is_operator: bool,
    /// The organization that was used last.
    pub last_organization_id: Option<OrganizationId>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

use sea_orm::entity::prelude::*;
use types::{ids::OrganizationId, language::Language};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    pub name: String,
    /// How long its invitations stand.
    pub invitation_hours: i32,
    pub language: Language,
    /// IANA name.
    pub time_zone: String,
    /// Domains in ASCII with spaces between them; "": any.
    pub allowed_domains: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

use sea_orm::entity::prelude::*;
use types::{ids::OrganizationId, invitation::Channel, language::Language};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wordings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: Channel,
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: Language,
    /// "": Usher's own words; so are the others.
    pub subject: String,
    /// Of a text message all of it.
    pub opening: String,
    pub closing: String,
}

impl ActiveModelBehavior for ActiveModel {}

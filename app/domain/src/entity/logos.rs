use sea_orm::entity::prelude::*;
use types::ids::OrganizationId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logos")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    pub png: Vec<u8>,
    /// Its name in the address; see `organization::logo`.
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}

use sea_orm::entity::prelude::*;
use types::ids::{OrganizationId, ResourceId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResourceId,
    pub organization_id: OrganizationId,
    /// `location`, `page`, `product` or `line`.
    pub kind: String,
    pub name: String,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}

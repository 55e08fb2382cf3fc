use sea_orm::entity::prelude::*;
use types::{
    ids::{OrganizationId, ResourceId},
    resources::ResourceKind,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResourceId,
    pub organization_id: OrganizationId,
    pub kind: ResourceKind,
    pub name: String,
    pub position: i32,
    /// Whether the operator lets the organization use it; choices of it are kept meanwhile.
    pub enabled: bool,
    /// Since when it is offered no more, and reached by nobody.
    pub retired_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

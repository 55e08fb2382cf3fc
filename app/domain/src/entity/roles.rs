use sea_orm::entity::prelude::*;
use types::{
    access::{Permissions, RoleKind},
    ids::{OrganizationId, RoleId},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleId,
    pub organization_id: OrganizationId,
    pub kind: RoleKind,
    pub name: String,
    pub permissions: Permissions,
}

impl ActiveModelBehavior for ActiveModel {}

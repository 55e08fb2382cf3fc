use sea_orm::entity::prelude::*;
use types::{
    ids::{OrganizationId, PresetId, RoleId, UserId},
    resources::Access,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "presets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PresetId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, case-folded; unique in the organization.
    pub name_key: String,
    /// The role may be gone meanwhile.
    pub role_id: RoleId,
    pub access: Access,
    pub hours: i32,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

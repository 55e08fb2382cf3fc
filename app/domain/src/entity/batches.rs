use sea_orm::entity::prelude::*;
use types::{
    batch::Act,
    ids::{BatchId, OrganizationId, UserId},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BatchId,
    pub organization_id: OrganizationId,
    /// `None`: a user who was deleted since.
    pub sender_id: Option<UserId>,
    /// The request's idempotency key; unique in the organization.
    pub key: Uuid,
    pub act: Act,
    /// When it was undone; only some acts can be.
    pub undone_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "sender_id", to = "id")]
    pub sender: HasOne<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

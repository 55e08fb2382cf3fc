use sea_orm::entity::prelude::*;
use types::ids::{BatchId, DeliveryId, UserId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_recipients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    /// Place in the list, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// "" of someone who was deleted since.
    pub address: String,
    pub name: String,
    /// A `types::batch::Verdict` as JSON.
    pub verdict: String,
    pub user_id: Option<UserId>,
    /// Set for those who were sent to.
    pub delivery_id: Option<DeliveryId>,
    /// How the user was, as JSON, where the act can be undone.
    pub before: Option<String>,
    #[sea_orm(belongs_to, from = "delivery_id", to = "id")]
    pub delivery: HasOne<super::deliveries::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

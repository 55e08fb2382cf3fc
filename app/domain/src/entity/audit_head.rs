use sea_orm::entity::prelude::*;

/// Where the chain of audit events ends; there is one row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Of the last event.
    pub sequence: i64,
    /// The last event's seal.
    pub last: Vec<u8>,
    /// Over both.
    pub mac: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}

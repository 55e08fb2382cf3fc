use sea_orm::entity::prelude::*;
use types::ids::{DeliveryEventId, DeliveryId};

/// What happened to a message, beside its last answer.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryEventId,
    pub delivery_id: DeliveryId,
    pub at: DateTimeUtc,
    pub kind: EventKind,
    pub code: Option<i32>,
    pub words: String,
    /// Put off: until when.
    pub until: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum EventKind {
    /// A try did not succeed; there will be another.
    PutOff,
    /// Came back after it was taken.
    Bounced,
    SmsDelivered,
    SmsUndelivered,
}

types::stored_words!(EventKind {
    PutOff = "put_off",
    Bounced = "bounced",
    SmsDelivered = "sms_delivered",
    SmsUndelivered = "sms_undelivered",
});

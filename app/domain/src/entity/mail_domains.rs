use sea_orm::entity::prelude::*;

/// Somebody who has lately refused messages whoever they were for, and is left alone for a while; forgotten
/// once a message is taken.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_domains")]
pub struct Model {
    /// The domain of addresses, in ASCII; "*" is the mail server itself, "" the SMS gateway.
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain: String,
    /// May be over: then one message at a time is tried until one is taken.
    pub resting_until: DateTimeUtc,
    /// In a row.
    pub failures: i32,
    pub code: Option<i32>,
    pub words: String,
}

impl ActiveModelBehavior for ActiveModel {}

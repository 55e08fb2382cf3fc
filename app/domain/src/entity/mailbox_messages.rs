use sea_orm::entity::prelude::*;
use types::ids::MessageId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox_messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub at: DateTimeUtc,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl ActiveModelBehavior for ActiveModel {}

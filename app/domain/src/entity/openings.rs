use sea_orm::entity::prelude::*;
use types::{ids::InvitationId, invitation::Channel};

/// The first time that an invitation's page was opened.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "openings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation_id: InvitationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub generation: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub by: OpenedBy,
    /// The way the link had travelled.
    pub channel: Channel,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum OpenedBy {
    Person,
    /// What looks like a program that examines mail, or fetches pages ahead.
    Scanner,
}

types::stored_words!(OpenedBy {
    Person = "person",
    Scanner = "scanner",
});

/// A key is never a counter of the database's.
impl sea_orm::TryFromU64 for OpenedBy {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("OpenedBy"))
    }
}

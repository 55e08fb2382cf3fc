use sea_orm::entity::prelude::*;
use types::{contact::Email, ids::IdentityId, language::Language};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    pub email: Email,
    /// `Email::key`.
    #[sea_orm(unique)]
    pub email_key: String,
    /// When a link that was mailed to the address was used.
    pub email_proven_at: Option<DateTimeUtc>,
    /// PHC string.
    pub password_hash: String,
    pub language: Language,
    /// Runs the installation.
    pub is_operator: bool,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

use sea_orm::entity::prelude::*;
use types::ids::{IdentityId, PasswordResetId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_resets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasswordResetId,
    pub identity_id: IdentityId,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
    #[sea_orm(belongs_to, from = "identity_id", to = "id")]
    pub identity: HasOne<super::identities::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

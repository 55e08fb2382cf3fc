use sea_orm::entity::prelude::*;
use types::{
    ids::{InvitationId, OrganizationId, UserId},
    invitation::Channel,
    language::Language,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// One invitation a user.
    #[sea_orm(unique)]
    pub user_id: UserId,
    pub inviter_id: UserId,
    /// Raised by every resend and by revoking, which ends every earlier link.
    pub generation: i32,
    pub hours: i32,
    pub language: Language,
    pub message: String,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub accepted_at: Option<DateTimeUtc>,
    pub accepted_channel: Option<Channel>,
    #[sea_orm(belongs_to, relation_enum = "User", from = "user_id", to = "id")]
    pub user: HasOne<super::users::Entity>,
    #[sea_orm(belongs_to, from = "organization_id", to = "id")]
    pub organization: HasOne<super::organizations::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

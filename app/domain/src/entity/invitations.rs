use sea_orm::entity::prelude::*;
use types::{
    ids::{InvitationId, OrganizationId, UserId},
    invitation::Channel,
    language::Language,
    organization::OfferBy,
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
    /// `None`: a user who was deleted since.
    pub inviter_id: Option<UserId>,
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
    /// What the messages of this generation carry.
    pub offer: OfferBy,
    /// Wrong temporary passwords since it was sent.
    pub password_tries: i32,
    /// When the person has said no; sending anew clears it.
    pub declined_at: Option<DateTimeUtc>,
    /// Of how many windows before the end a reminder may still go out; see `reminders`.
    pub reminders_ahead: i32,
    #[sea_orm(belongs_to, relation_enum = "User", from = "user_id", to = "id")]
    pub user: HasOne<super::users::Entity>,
    #[sea_orm(belongs_to, from = "organization_id", to = "id")]
    pub organization: HasOne<super::organizations::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

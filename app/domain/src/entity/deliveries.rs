use sea_orm::entity::prelude::*;
use types::{
    ids::{BatchId, DeliveryId, InvitationId, OrganizationId, PasswordResetId},
    invitation::Channel,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    /// What it carries: an invitation or the link to a new password, never both.
    pub invitation_id: Option<InvitationId>,
    pub password_reset_id: Option<PasswordResetId>,
    pub batch_id: Option<BatchId>,
    /// Of the invitation, for a message with its link; 0 otherwise.
    pub generation: i32,
    pub channel: Channel,
    pub state: DeliveryState,
    /// Tries begun so far.
    pub attempt: i32,
    /// Queued: when to try. Being sent: when the lease runs out and it may be claimed again.
    pub due_at: DateTimeUtc,
    pub answer_code: Option<i32>,
    pub answer_words: Option<String>,
    pub created_at: DateTimeUtc,
    pub settled_at: Option<DateTimeUtc>,
    /// Whose message it is; `None` of what belongs to no one organization.
    pub organization_id: Option<OrganizationId>,
    /// Of the address it goes to, in ASCII; "" for an SMS.
    pub domain: String,
    /// 0: the invitation itself; otherwise which reminder of this generation it is.
    pub reminder: i32,
    /// What the gateway calls an SMS that it has taken.
    pub reference: Option<String>,
    #[sea_orm(belongs_to, from = "invitation_id", to = "id")]
    pub invitation: HasOne<super::invitations::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum DeliveryState {
    Queued,
    Sending,
    Sent,
    Failed,
    Cancelled,
}

types::stored_words!(DeliveryState {
    Queued = "queued",
    Sending = "sending",
    Sent = "sent",
    Failed = "failed",
    Cancelled = "cancelled",
});

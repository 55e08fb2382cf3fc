use sea_orm::entity::prelude::*;
use types::{
    approvals::{Decision, Held},
    ids::{InvitationId, OrganizationId, RequestId, UserId},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequestId,
    pub organization_id: OrganizationId,
    /// Who asks for a new invitation.
    pub user_id: UserId,
    pub invitation_id: InvitationId,
    /// Of the invitation at that moment.
    pub generation: i32,
    pub why: Held,
    pub asked_at: DateTimeUtc,
    /// `None` while it waits.
    pub decided_at: Option<DateTimeUtc>,
    pub decided_by: Option<UserId>,
    pub decision: Option<Decision>,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: HasOne<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

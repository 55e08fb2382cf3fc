use sea_orm::entity::prelude::*;
use types::{
    approvals::{Decision, Reason},
    ids::{ApprovalId, IdentityId, InvitationId, OrganizationId, UserId},
    invitation::Channel,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approvals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalId,
    pub organization_id: OrganizationId,
    /// Who has signed up.
    pub user_id: UserId,
    pub invitation_id: InvitationId,
    /// Of the invitation that was followed, and the way its link came.
    pub generation: i32,
    pub channel: Channel,
    /// What the person will sign in with; `None` once it was deleted.
    pub identity_id: Option<IdentityId>,
    pub reason: Reason,
    pub asked_at: DateTimeUtc,
    /// `None` while it waits.
    pub decided_at: Option<DateTimeUtc>,
    pub decided_by: Option<UserId>,
    pub decision: Option<Decision>,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: HasOne<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

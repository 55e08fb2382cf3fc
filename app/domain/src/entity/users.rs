use sea_orm::entity::prelude::*;
use types::{
    contact::Username,
    ids::{IdentityId, OrganizationId, RoleId, UserId},
    resources::Access,
    users::UserStatus,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub organization_id: OrganizationId,
    /// Set from acceptance on.
    pub identity_id: Option<IdentityId>,
    pub role_id: RoleId,
    pub username: Username,
    /// `Username::key`; unique in the organization.
    pub username_key: String,
    /// E.164, or "".
    pub phone: String,
    pub first_name: String,
    pub last_name: String,
    pub job_title: String,
    /// What the person is called, case-folded, to order by: the name, or the address without one.
    pub name_key: String,
    /// Name, address and phone number, case-folded, for the search.
    pub search: String,
    pub status: UserStatus,
    /// The last answer that kept the invitation from being delivered.
    pub failure_code: Option<i32>,
    pub failure_words: Option<String>,
    /// When a message to the address came back for good: it is not written to until changed or confirmed.
    pub bounced_at: Option<DateTimeUtc>,
    /// When the standing invitation was sent; `None` where there is none.
    pub invited_at: Option<DateTimeUtc>,
    /// When it ends, or ended; `approvals::NO_END` while the person's sign-up waits.
    pub expires_at: Option<DateTimeUtc>,
    /// As chosen; of an Owner it is everything, whatever stands here.
    pub access: Access,
    /// Who chose it; `None`: nobody, it is what everyone has.
    pub access_by: Option<UserId>,
    pub access_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "role_id", to = "id")]
    pub role: HasOne<super::roles::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

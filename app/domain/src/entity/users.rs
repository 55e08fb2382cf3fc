use sea_orm::entity::prelude::*;
use types::{
    contact::Email,
    ids::{IdentityId, OrganizationId, RoleId, UserId},
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
    pub email: Email,
    /// `Email::key`; unique in the organization.
    pub email_key: String,
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
    /// When the standing invitation was sent; `None` where there is none.
    pub invited_at: Option<DateTimeUtc>,
    /// When it ends, or ended.
    pub expires_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "role_id", to = "id")]
    pub role: HasOne<super::roles::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use sea_orm::entity::prelude::*;
use types::{
    ids::{OrganizationId, RoleId},
    language::Language,
    organization::{OfferBy, Requests, Verification},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    pub name: String,
    /// How long its invitations stand.
    pub invitation_hours: i32,
    pub language: Language,
    /// IANA name.
    pub time_zone: String,
    /// Domains in ASCII with spaces between them; "": any.
    pub allowed_domains: String,
    /// Since when nobody of it can sign in, and nothing is sent.
    pub suspended_at: Option<DateTimeUtc>,
    /// Since when its own admin lets nothing be sent.
    pub paused_at: Option<DateTimeUtc>,
    /// How many may be active or hold a standing invitation; `None`: any number.
    pub seats: Option<i32>,
    pub verification: Verification,
    /// Whether the operator has enabled the feature.
    pub scheduler: bool,
    /// Whether the operator has enabled the feature.
    pub upload: bool,
    /// `#rrggbb`; "": Usher's own.
    pub accent: String,
    pub offer: OfferBy,
    /// Of new users, where nothing else is chosen; `None`: the built-in User.
    pub default_role_id: Option<RoleId>,
    /// Beside the address that mail comes from; "": as the installation has it.
    pub sender_name: String,
    /// An address; "": none.
    pub reply_to: String,
    /// What becomes of it when somebody asks for a new invitation.
    pub requests: Requests,
    /// How many remind of an invitation that is about to end.
    pub reminders: i32,
    /// Before the end, and between one reminder and the next.
    pub reminder_hours: i32,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

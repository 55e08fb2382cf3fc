//! The audit log: the words for what was done, and by whom; and a page of it.

mod page;
mod query;

use serde::{Deserialize, Serialize};

pub use self::{
    page::{Changed, Detail, EventRow, EventsPage, PersonNamed, Sought, Who},
    query::{EventPlace, EventsFilter, EventsQuery, EventsTurn},
};

/// What was done. The stored word is the snake-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Action {
    // Organizations
    OrganizationCreated,
    OrganizationChanged,
    OrganizationSuspended,
    OrganizationResumed,
    DeliveryPaused,
    DeliveryResumed,
    // Users
    UserAdded,
    UserEdited,
    UsersImported,
    UsersDeactivated,
    UsersActivated,
    UserDeleted,
    AccessChanged,
    AddressConfirmed,
    BatchUndone,
    // Invitations
    InvitationsSent,
    InvitationsRevoked,
    InvitationLinkCopied,
    InvitationPrinted,
    InvitationAskedFor,
    InvitationAccepted,
    InvitationDeclined,
    /// The temporary password was typed wrong so often that it works no more.
    TemporaryPasswordSpent,
    RequestGranted,
    RequestRefused,
    ApprovalAskedFor,
    ApprovalGranted,
    ApprovalRefused,
    // Roles, resources and presets
    RoleAdded,
    RoleChanged,
    RoleDeleted,
    OwnerAdded,
    ResourceAdded,
    ResourceChanged,
    ResourceRetired,
    ResourceRestored,
    ResourcesOrdered,
    PresetSaved,
    PresetDeleted,
    // The person's own
    PasswordChanged,
    PasswordReset,
}

crate::stored_words!(Action {
    OrganizationCreated = "organization_created",
    OrganizationChanged = "organization_changed",
    OrganizationSuspended = "organization_suspended",
    OrganizationResumed = "organization_resumed",
    DeliveryPaused = "delivery_paused",
    DeliveryResumed = "delivery_resumed",
    UserAdded = "user_added",
    UserEdited = "user_edited",
    UsersImported = "users_imported",
    UsersDeactivated = "users_deactivated",
    UsersActivated = "users_activated",
    UserDeleted = "user_deleted",
    AccessChanged = "access_changed",
    AddressConfirmed = "address_confirmed",
    BatchUndone = "batch_undone",
    InvitationsSent = "invitations_sent",
    InvitationsRevoked = "invitations_revoked",
    InvitationLinkCopied = "invitation_link_copied",
    InvitationPrinted = "invitation_printed",
    InvitationAskedFor = "invitation_asked_for",
    InvitationAccepted = "invitation_accepted",
    InvitationDeclined = "invitation_declined",
    TemporaryPasswordSpent = "temporary_password_spent",
    RequestGranted = "request_granted",
    RequestRefused = "request_refused",
    ApprovalAskedFor = "approval_asked_for",
    ApprovalGranted = "approval_granted",
    ApprovalRefused = "approval_refused",
    RoleAdded = "role_added",
    RoleChanged = "role_changed",
    RoleDeleted = "role_deleted",
    OwnerAdded = "owner_added",
    ResourceAdded = "resource_added",
    ResourceChanged = "resource_changed",
    ResourceRetired = "resource_retired",
    ResourceRestored = "resource_restored",
    ResourcesOrdered = "resources_ordered",
    PresetSaved = "preset_saved",
    PresetDeleted = "preset_deleted",
    PasswordChanged = "password_changed",
    PasswordReset = "password_reset",
});

/// In what capacity it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Doer {
    /// A user of the organization.
    User,
    /// Someone who holds a link, before they are a user.
    Visitor,
    /// The person who runs the installation.
    Operator,
    /// The command `usher`.
    Command,
}

crate::stored_words!(Doer {
    User = "user",
    Visitor = "visitor",
    Operator = "operator",
    Command = "command",
});

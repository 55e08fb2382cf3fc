//! Identifiers: UUID v7 behind a type of their own, so that one cannot be taken for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
        pub struct $name(pub Uuid);

        /// A key is never a counter of the database's.
        #[cfg(feature = "database")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A tenant.
    OrganizationId,
    /// What a person signs in with.
    IdentityId,
    /// A person in one organization's directory.
    UserId,
    /// A named set of permissions.
    RoleId,
    /// A location, page, product or line.
    ResourceId,
    /// A saved choice of role, access and expiry.
    PresetId,
    /// A sign-up that waits for an admin.
    ApprovalId,
    /// A request for a new invitation.
    RequestId,
    /// The standing offer to one user.
    InvitationId,
    /// One message of the outbox.
    DeliveryId,
    /// Something that happened to a message.
    DeliveryEventId,
    /// One act of inviting or sending.
    BatchId,
    /// A table on its way into the directory.
    ImportId,
    /// A request for a new password.
    PasswordResetId,
    /// One signed-in browser.
    SessionId,
    /// One line of the audit log.
    AuditEventId,
    /// A message caught by the mailbox.
    MessageId,
}

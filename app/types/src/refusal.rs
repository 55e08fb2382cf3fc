//! Every reason for a "no". Each has one sentence for a person in the locale files.

use serde::{Deserialize, Serialize};

use crate::import::Unreadable;

/// Why something was not done; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[error("{self:?}")]
pub enum Refusal {
    // Who calls
    NotSignedIn,
    NotAllowed,
    NotFound,
    TooManyRequests,
    RequestTooLarge,

    // What was typed
    EmailNotValid,
    FirstNameMissing,
    NameMissing,
    OrganizationNameMissing,
    PhoneNotValid,
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooWeak,
    TextTooLong,

    // Signing in
    WrongCredentials,
    WrongPassword,
    ResetLinkNotValid,

    // Setting up
    SetupCodeWrong,
    AlreadySetUp,

    // Inviting
    NobodyToInvite,
    TooManyRecipients,
    LifetimeOutOfRange,
    ListChanged,
    RoleAboveYours,
    NotInvitedYet,
    UserActive,
    UserDeactivated,

    // Changing one
    EmailTaken,
    EmailFixed,
    ChangedMeanwhile,

    // Changing many
    NobodyToChange,
    NotYourself,
    LastOwner,
    TooLateToUndo,

    // Importing
    Unreadable(Unreadable),
    NobodyToImport,
    StillChecking,
    ImportBegun,

    // Accepting
    InvitationUnknown,
    InvitationExpired,
    InvitationReplaced,
    InvitationRevoked,
    InvitationUsed,
    SignInInstead,
    OtherIdentity,
}

/// The most recipients of one batch.
pub const MOST_RECIPIENTS: u32 = 10_000;
/// The longest message to add to an invitation, in characters.
pub const LONGEST_MESSAGE: usize = 2_000;
/// The longest name, job title or organization name, in characters.
pub const LONGEST_NAME: usize = 200;

//! Every reason for a "no". Each has one sentence for a person in the locale files.

use serde::{Deserialize, Serialize};

use crate::{contact::Digits, import::Unreadable};

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
    PhoneWithoutCountryCode(Digits),
    /// No country has numbers like this.
    PhoneImpossible,
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
    /// Access to something that the giver does not have.
    AccessAboveYours,
    /// A product, page or feature that the operator has not enabled, or a retired resource.
    NotEnabled,
    NotInvitedYet,
    UserActive,
    UserDeactivated,
    PresetTaken,
    TooManyPresets,

    // Roles
    RoleNameMissing,
    RoleNameTaken,
    /// One of the three that every organization has.
    RoleBuiltIn,
    /// Users have it, and no other role is chosen for them.
    RoleInUse,
    RoleChangedMeanwhile,

    // Changing one
    PhoneTaken,
    /// Neither an address nor a number.
    NoContact,
    EmailTaken,
    EmailFixed,
    ChangedMeanwhile,
    /// What was typed to confirm is not the user's address.
    EmailDiffers,

    // Locations, pages, products, lines
    ResourceNameMissing,
    ResourceNameTaken,
    ResourceNameRetired,
    TooManyResources,

    // Changing many
    NobodyToChange,
    /// More than `MOST_SLIPS`.
    TooManyToPrint,
    NotYourself,
    LastOwner,
    TooLateToUndo,

    // Importing
    Unreadable(Unreadable),
    NobodyToImport,
    StillChecking,
    ImportBegun,

    // Setting the organization
    OneLineOnly,
    ColorNotValid,
    TimeZoneUnknown,
    DomainsNotValid,
    /// How many reminders there are, or how long before the end.
    RemindersOutOfRange,
    /// A word in braces for which nothing is filled in.
    PlaceholderUnknown,
    /// A text message without `{link}`.
    LinkMissing,
    /// A text message without username, temporary password or where to sign in.
    PasswordPlaceMissing,
    SmsTooLong,
    LogoTooLarge,
    LogoUnreadable,
    /// Not what stands before `._domainkey`.
    SelectorNotValid,

    // Accepting
    InvitationUnknown,
    InvitationExpired,
    InvitationReplaced,
    InvitationRevoked,
    InvitationUsed,
    InvitationDeclined,
    SignInInstead,
    OtherIdentity,
    /// The sign-up is kept, and waits for an admin.
    AwaitsApproval,
    ApprovalRefused,

    // Approving
    ApprovalDecided,
    RequestDecided,

    // Organizations
    /// Nobody of it can use it at present.
    OrganizationSuspended,
    /// Suspending the organization that one is signed in to needs a second yes.
    SuspendsOwn,
    SeatsNotValid,
    /// As many seats are free, and fewer than are needed.
    OverSeats {
        free: u32,
    },
    /// Said to someone who wants to join.
    NoSeatLeft,
}

/// The most recipients of one batch.
pub const MOST_RECIPIENTS: u32 = 10_000;
/// The most people on one printed sheet.
pub const MOST_SLIPS: usize = 500;
/// The longest message to add to an invitation, in characters.
pub const LONGEST_MESSAGE: usize = 2_000;
/// The longest name, job title or organization name, in characters.
pub const LONGEST_NAME: usize = 200;

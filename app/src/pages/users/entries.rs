//! What can be done with one user, in the menu of a row and on the user's page.

use types::users::{ShownStatus, UserRow};

use crate::{
    components::icon::IconName,
    i18n::{Locale, td_string},
};

/// An entry of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Send,
    Resend,
    CopyLink,
    CopyInvitation,
    Revoke,
    /// Leads to the user's page.
    Edit,
    Deactivate,
    Activate,
}

impl Entry {
    pub fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::Send => td_string!(locale, users.send_invitation),
            Self::Resend => td_string!(locale, users.resend_invitation),
            Self::CopyLink => td_string!(locale, users.copy_link),
            Self::CopyInvitation => td_string!(locale, users.copy_invitation),
            Self::Revoke => td_string!(locale, users.revoke),
            Self::Edit => td_string!(locale, users.edit),
            Self::Deactivate => td_string!(locale, users.deactivate),
            Self::Activate => td_string!(locale, users.activate),
        }
    }

    pub const fn icon(self) -> IconName {
        match self {
            Self::Send => IconName::Send,
            Self::Resend => IconName::Refresh,
            Self::CopyLink => IconName::Link,
            Self::CopyInvitation => IconName::Copy,
            Self::Revoke => IconName::Close,
            Self::Edit => IconName::User,
            Self::Deactivate => IconName::Ban,
            Self::Activate => IconName::CheckCircle,
        }
    }

    /// Whether it takes something away.
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::Revoke | Self::Deactivate)
    }
}

/// The entries for a user, in their order; `can_copy` is the sender's right to copy links.
pub fn entries(user: &UserRow, can_copy: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    match user.status {
        ShownStatus::Active => return vec![Entry::Edit, Entry::Deactivate],
        ShownStatus::Deactivated => return vec![Entry::Edit, Entry::Activate],
        ShownStatus::NotInvited => entries.push(Entry::Send),
        ShownStatus::Failed if user.invited_at.is_none() => entries.push(Entry::Send),
        _ => entries.push(Entry::Resend),
    }
    if user.status != ShownStatus::NotInvited {
        if can_copy {
            entries.extend([Entry::CopyLink, Entry::CopyInvitation]);
        }
        entries.push(Entry::Revoke);
    }
    entries.extend([Entry::Edit, Entry::Deactivate]);
    entries
}

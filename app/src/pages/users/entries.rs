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
    /// Sends to an address to which messages came back.
    TryAgain,
    CopyLink,
    CopyInvitation,
    Print,
    Revoke,
    /// Leads to the user's page.
    Edit,
    Deactivate,
    Activate,
    ActivateAndSend,
    Delete,
}

impl Entry {
    pub fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::Send => td_string!(locale, users.send_invitation),
            Self::Resend => td_string!(locale, users.resend_invitation),
            Self::TryAgain => td_string!(locale, users.try_address_again),
            Self::CopyLink => td_string!(locale, users.copy_link),
            Self::CopyInvitation => td_string!(locale, users.copy_invitation),
            Self::Print => td_string!(locale, users.print_sheet),
            Self::Revoke => td_string!(locale, users.revoke),
            Self::Edit => td_string!(locale, users.edit),
            Self::Deactivate => td_string!(locale, users.deactivate),
            Self::Activate => td_string!(locale, users.activate),
            Self::ActivateAndSend => td_string!(locale, users.activate_and_send),
            Self::Delete => td_string!(locale, users.delete),
        }
    }

    pub const fn icon(self) -> IconName {
        match self {
            Self::Send | Self::ActivateAndSend => IconName::Send,
            Self::Resend | Self::TryAgain => IconName::Refresh,
            Self::CopyLink => IconName::Link,
            Self::CopyInvitation => IconName::Copy,
            Self::Print => IconName::Printer,
            Self::Revoke => IconName::Close,
            Self::Edit => IconName::User,
            Self::Deactivate => IconName::Ban,
            Self::Activate => IconName::CheckCircle,
            Self::Delete => IconName::Trash,
        }
    }

    /// Whether it takes something away.
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::Revoke | Self::Deactivate | Self::Delete)
    }
}

/// The entries for a user, in their order; `can_copy` is the sender's right to copy links.
pub fn entries(user: &UserRow, can_copy: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    match user.status {
        ShownStatus::Active => return vec![Entry::Edit, Entry::Deactivate, Entry::Delete],
        ShownStatus::Deactivated => {
            if !user.joined {
                entries.push(Entry::ActivateAndSend);
            }
            entries.extend([Entry::Activate, Entry::Edit, Entry::Delete]);
            return entries;
        }
        _ if user.bounced => entries.push(Entry::TryAgain),
        ShownStatus::NotInvited => entries.push(Entry::Send),
        ShownStatus::Failed if user.invited_at.is_none() => entries.push(Entry::Send),
        _ => entries.push(Entry::Resend),
    }
    if user.status != ShownStatus::NotInvited {
        if can_copy && !user.awaits_approval {
            entries.extend([Entry::CopyLink, Entry::CopyInvitation]);
            if user.status.stands() {
                entries.push(Entry::Print);
            }
        }
        entries.push(Entry::Revoke);
    }
    entries.extend([Entry::Edit, Entry::Deactivate, Entry::Delete]);
    entries
}

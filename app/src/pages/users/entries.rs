//! What the menu of a user offers.

use types::users::{ShownStatus, UserRow};

/// An entry of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Send,
    Resend,
    CopyLink,
    CopyInvitation,
    Revoke,
    Deactivate,
    Activate,
}

/// The entries for a user, in their order; `can_copy` is the sender's right to copy links.
pub fn entries(user: &UserRow, can_copy: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    match user.status {
        ShownStatus::Active => return vec![Entry::Deactivate],
        ShownStatus::Deactivated => return vec![Entry::Activate],
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
    entries.push(Entry::Deactivate);
    entries
}

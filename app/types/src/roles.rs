//! Roles as their page shows and changes them.

use serde::{Deserialize, Serialize};

use crate::{
    access::{Permissions, RoleKind},
    ids::RoleId,
    refusal::{LONGEST_NAME, Refusal},
};

/// What an organization says of a role of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDetails {
    pub name: String,
    pub permissions: Permissions,
}

/// A role in the list of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub id: RoleId,
    pub kind: RoleKind,
    pub details: RoleDetails,
    /// How many users have it, whatever their status.
    pub users: u64,
    /// Whether the reader may give it to others.
    pub given: bool,
}

impl RoleRow {
    /// Whether somebody with these permissions may change and delete it.
    pub fn is_changed_by(&self, own: &Permissions) -> bool {
        self.kind == RoleKind::Custom && self.details.permissions.within(own)
    }
}

/// To change a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleEdit {
    pub role: RoleId,
    /// What the admin began with. A role that is something else by now is refused
    /// (`RoleChangedMeanwhile`).
    pub seen: RoleDetails,
    pub wanted: RoleDetails,
}

/// To delete a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDeletion {
    pub role: RoleId,
    /// The role of those who have this one.
    pub move_to: Option<RoleId>,
}

/// The name of a role as it is kept: words with one space between them.
///
/// # Errors
/// `RoleNameMissing`, `TextTooLong`.
pub fn read_name(typed: &str) -> Result<String, Refusal> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let name = words.join(" ");
    if name.is_empty() {
        Err(Refusal::RoleNameMissing)
    } else if name.chars().count() > LONGEST_NAME {
        Err(Refusal::TextTooLong)
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_words_with_one_space_between_them() {
        assert_eq!(read_name("  Front\t desk "), Ok("Front desk".to_owned()));
        assert_eq!(read_name(" \n "), Err(Refusal::RoleNameMissing));
        assert_eq!(read_name(&"я".repeat(LONGEST_NAME)).map(|_| ()), Ok(()));
        let long = "я".repeat(LONGEST_NAME + 1);
        assert_eq!(read_name(&long), Err(Refusal::TextTooLong));
    }
}

//! Who may do what.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ids::RoleId, words::UnknownWord};

/// A right that a role can carry. The stored word is the snake-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    ManageUsers,
    CopyInvitationLinks,
    ManageRoles,
    ManageOrganization,
    ViewAudit,
}

crate::stored_words!(Permission {
    ManageUsers = "manage_users",
    CopyInvitationLinks = "copy_invitation_links",
    ManageRoles = "manage_roles",
    ManageOrganization = "manage_organization",
    ViewAudit = "view_audit",
});

/// A set of permissions; stored as the words, separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub struct Permissions(Vec<Permission>);

impl Permissions {
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().copied()
    }

    /// With the permission, or without it.
    pub fn set(&mut self, permission: Permission, has: bool) {
        let others = self.iter().filter(|other| *other != permission);
        *self = others.chain(has.then_some(permission)).collect();
    }

    /// Whether every one of these is in `other` too: the test for "not beyond their own".
    pub fn within(&self, other: &Self) -> bool {
        self.0.iter().all(|permission| other.has(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set: Vec<_> = permissions.into_iter().collect();
        set.sort_unstable();
        set.dedup();
        Self(set)
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, permission) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{}", permission.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for Permissions {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace().map(str::parse).collect()
    }
}

/// Where a role comes from: three are built in, an organization adds its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum RoleKind {
    Owner,
    Admin,
    User,
    Custom,
}

crate::stored_words!(RoleKind {
    Owner = "owner",
    Admin = "admin",
    User = "user",
    Custom = "custom",
});

/// A role as lists and select boxes show it. Built-in roles are named by their kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    pub id: RoleId,
    pub kind: RoleKind,
    pub name: String,
}

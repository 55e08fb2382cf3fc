//! What permissions are called, and what each allows.

use types::access::Permission;

use crate::i18n::{Locale, td_string};

/// The name, as a checkbox has it.
pub fn name(locale: Locale, permission: Permission) -> &'static str {
    match permission {
        Permission::ManageUsers => td_string!(locale, roles.permission.manage_users),
        Permission::CopyInvitationLinks => {
            td_string!(locale, roles.permission.copy_invitation_links)
        }
        Permission::ManageRoles => td_string!(locale, roles.permission.manage_roles),
        Permission::ManageOrganization => td_string!(locale, roles.permission.manage_organization),
        Permission::ViewAudit => td_string!(locale, roles.permission.view_audit),
    }
}

/// One sentence.
pub fn about(locale: Locale, permission: Permission) -> &'static str {
    match permission {
        Permission::ManageUsers => td_string!(locale, roles.permission.manage_users_about),
        Permission::CopyInvitationLinks => {
            td_string!(locale, roles.permission.copy_invitation_links_about)
        }
        Permission::ManageRoles => td_string!(locale, roles.permission.manage_roles_about),
        Permission::ManageOrganization => {
            td_string!(locale, roles.permission.manage_organization_about)
        }
        Permission::ViewAudit => td_string!(locale, roles.permission.view_audit_about),
    }
}

//! Proofs: values that only a check can make, required as arguments by what needs the check.

use std::{marker::PhantomData, ops::Deref};

use types::{
    access::{Permission, Permissions, RoleKind},
    contact::Email,
    ids::{IdentityId, OrganizationId, SessionId, UserId},
    language::Language,
    refusal::Refusal,
    session::Me,
};

/// A right that a function can require in its signature.
pub trait Right {
    const PERMISSION: Permission;
}

macro_rules! rights {
    ($($name:ident)*) => {$(
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Right for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )*};
}

rights! { ManageUsers CopyInvitationLinks ManageRoles ManageOrganization ViewAudit }

/// Someone with a valid session; made by `sessions::signed_in`.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(crate) session: SessionId,
    pub(crate) identity: IdentityId,
    pub(crate) organization: OrganizationId,
    pub(crate) email: Email,
}

impl SignedIn {
    pub fn email(&self) -> &Email {
        &self.email
    }
}

/// An active user of the organization that the session has chosen; made by `sessions::member`.
#[derive(Clone, Debug)]
pub struct Member {
    pub(crate) session: SessionId,
    pub(crate) identity: IdentityId,
    pub(crate) organization: OrganizationId,
    pub(crate) user: UserId,
    pub(crate) email: Email,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) language: Language,
    pub(crate) organization_name: String,
    pub(crate) role_kind: RoleKind,
    pub(crate) role_name: String,
    pub(crate) permissions: Permissions,
}

impl Member {
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// What pages know of the person; `mailbox` is whether `/mailbox` is there.
    pub fn me(self, mailbox: bool) -> Me {
        Me {
            user: self.user,
            organization: self.organization_name,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            role: self.role_kind,
            role_name: self.role_name,
            permissions: self.permissions,
            language: self.language,
            mailbox,
        }
    }

    /// # Errors
    /// `NotAllowed` where the member's role does not carry the right.
    pub fn with<R: Right>(self, _right: R) -> Result<Admin<R>, Refusal> {
        if self.permissions.has(R::PERMISSION) {
            Ok(Admin {
                member: self,
                right: PhantomData,
            })
        } else {
            Err(Refusal::NotAllowed)
        }
    }
}

/// A member who has the right `R`.
#[derive(Clone, Debug)]
pub struct Admin<R> {
    member: Member,
    right: PhantomData<R>,
}

impl<R> Deref for Admin<R> {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.member
    }
}

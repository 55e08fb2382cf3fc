//! Proofs: values that only a check can make, required as arguments by what needs the check.

use std::{fmt, marker::PhantomData, net::IpAddr, ops::Deref};

use types::{
    access::{Permission, Permissions, RoleKind},
    contact::Username,
    ids::{IdentityId, OrganizationId, SessionId, UserId},
    language::Language,
    organization::Verification,
    refusal::Refusal,
    resources::Access,
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

/// Where a request came from, for the audit log; the default is nowhere: the command line.
#[derive(Clone, Debug, Default)]
pub struct Origin(Option<IpAddr>);

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        Self(Some(address))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => Ok(()),
        }
    }
}

/// Someone with a valid session; made by `sessions::signed_in`.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(crate) session: SessionId,
    pub(crate) identity: IdentityId,
    pub(crate) organization: OrganizationId,
    pub(crate) username: Username,
    pub(crate) is_operator: bool,
    pub(crate) origin: Origin,
}

impl SignedIn {
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// # Errors
    /// `NotAllowed` for someone who does not run the installation.
    pub fn operator(self) -> Result<Operator, Refusal> {
        if self.is_operator {
            Ok(Operator(self))
        } else {
            Err(Refusal::NotAllowed)
        }
    }
}

/// The person who runs the installation; need not be a user of the organization that is changed.
#[derive(Clone, Debug)]
pub struct Operator(SignedIn);

impl Deref for Operator {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

/// An active user of the organization that the session has chosen; made by `sessions::member`.
#[derive(Clone, Debug)]
pub struct Member {
    pub(crate) session: SessionId,
    pub(crate) identity: IdentityId,
    pub(crate) organization: OrganizationId,
    pub(crate) user: UserId,
    pub(crate) username: Username,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) language: Language,
    pub(crate) organization_name: String,
    pub(crate) verification: Verification,
    pub(crate) role_kind: RoleKind,
    pub(crate) role_name: String,
    pub(crate) permissions: Permissions,
    /// What they may reach: of an Owner everything.
    pub(crate) access: Access,
    pub(crate) is_operator: bool,
    pub(crate) origin: Origin,
}

impl Member {
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    pub fn username(&self) -> &Username {
        &self.username
    }

    /// What pages know of the person; `mailbox` is whether `/mailbox` is there. The logo is left to
    /// `organization::logo_path`.
    pub fn me(self, mailbox: bool) -> Me {
        Me {
            user: self.user,
            organization: self.organization_name,
            logo: None,
            first_name: self.first_name,
            last_name: self.last_name,
            username: self.username,
            role: self.role_kind,
            role_name: self.role_name,
            permissions: self.permissions,
            language: self.language,
            operator: self.is_operator,
            by_sms: self.verification == Verification::EmailOrSms,
            mailbox,
            // Where else, only the session knows: the gate adds it.
            organizations: Vec::new(),
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

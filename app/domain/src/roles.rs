//! Roles: what they carry, and who may give them.
//!
//! `manage`: the organization's own ones

mod manage;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use types::{
    access::{Permission, Permissions, RoleChoice, RoleKind},
    ids::{OrganizationId, RoleId},
    language::Language,
    refusal::Refusal,
    users::InviteChoices,
};

pub use self::manage::{add, delete, edit, list};
use crate::{
    Core, Outcome, access,
    entity::{organizations, roles},
    proof::{Admin, ManageUsers, Member},
    random,
};

/// The three built-in roles of a new organization, by kind.
pub(crate) struct BuiltIn {
    pub owner: RoleId,
    pub admin: RoleId,
    pub user: RoleId,
}

pub(crate) async fn create_built_in(
    write: &impl ConnectionTrait,
    core: &Core,
    organization: OrganizationId,
) -> Outcome<BuiltIn> {
    let now = core.now();
    let built_in = BuiltIn {
        owner: random::id(now),
        admin: random::id(now),
        user: random::id(now),
    };
    let row = |id, kind, name: &str, permissions| roles::ActiveModel {
        id: Set(id),
        organization_id: Set(organization),
        kind: Set(kind),
        name: Set(name.to_owned()),
        permissions: Set(permissions),
    };
    roles::Entity::insert_many([
        row(built_in.owner, RoleKind::Owner, "Owner", Permissions::all()),
        row(built_in.admin, RoleKind::Admin, "Admin", Permissions::all()),
        row(
            built_in.user,
            RoleKind::User,
            "User",
            Permissions::default(),
        ),
    ])
    .exec_without_returning(write)
    .await?;
    Ok(built_in)
}

/// Nobody gives a role beyond their own, and only an Owner makes Owners.
pub(crate) fn may_give(member: &Member, role: &roles::Model) -> bool {
    gives(member.role_kind, &member.permissions, role)
}

/// The same for someone who has the role `own`.
pub(crate) fn role_gives(own: &roles::Model, role: &roles::Model) -> bool {
    gives(own.kind, &own.permissions, role)
}

fn gives(own: RoleKind, permissions: &Permissions, role: &roles::Model) -> bool {
    match role.kind {
        RoleKind::Owner => own == RoleKind::Owner,
        _ => role.permissions.within(permissions),
    }
}

/// The role that people call so, in any language and case.
pub(crate) fn named<'a>(roles: &'a [roles::Model], text: &str) -> Option<&'a roles::Model> {
    let wanted = text.trim().to_lowercase();
    roles.iter().find(|role| {
        Language::ALL
            .iter()
            .any(|language| called(role, *language).to_lowercase() == wanted)
    })
}

/// A role's name for the person who gets it: built-in ones are in the person's language.
pub(crate) fn called(role: &roles::Model, language: Language) -> &str {
    match (role.kind, language) {
        (RoleKind::Custom, _) => &role.name,
        (RoleKind::Owner, Language::En) => "Owner",
        (RoleKind::Admin, Language::En) => "Admin",
        (RoleKind::User, Language::En) => "User",
        (RoleKind::Owner, Language::Ru) => "владелец",
        (RoleKind::Admin, Language::Ru) => "администратор",
        (RoleKind::User, Language::Ru) => "пользователь",
    }
}

/// Every role of the member's organization.
pub(crate) async fn all(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<Vec<roles::Model>> {
    Ok(roles::Entity::find()
        .filter(roles::Column::OrganizationId.eq(organization))
        .all(read)
        .await?)
}

/// A role of the organization that the admin may give.
///
/// # Errors
/// `NotFound`, `RoleAboveYours`.
pub(crate) async fn given(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
    role: RoleId,
) -> Outcome<roles::Model> {
    let role = roles::Entity::find_by_id(role)
        .filter(roles::Column::OrganizationId.eq(admin.organization))
        .one(read)
        .await?
        .ok_or(Refusal::NotFound)?;
    if may_give(admin, &role) {
        Ok(role)
    } else {
        Err(Refusal::RoleAboveYours.into())
    }
}

/// A role as select boxes show it.
pub(crate) fn choice(role: &roles::Model) -> RoleChoice {
    RoleChoice {
        id: role.id,
        kind: role.kind,
        name: role.name.clone(),
    }
}

/// The role of new people, where nobody chooses another: the organization's default or, where there is
/// none or the member may not give it, the built-in User.
pub(crate) fn usual<'a>(
    roles: &'a [roles::Model],
    organization: &organizations::Model,
    member: &Member,
) -> Option<&'a roles::Model> {
    let default = roles
        .iter()
        .find(|role| Some(role.id) == organization.default_role_id && may_give(member, role));
    default.or_else(|| roles.iter().find(|role| role.kind == RoleKind::User))
}

/// The same, read.
pub(crate) async fn usual_of(
    read: &impl ConnectionTrait,
    member: &Member,
) -> Outcome<Option<roles::Model>> {
    let organization = crate::organization::find(read, member.organization).await?;
    let roles = all(read, member.organization).await?;
    Ok(usual(&roles, &organization, member).cloned())
}

/// The roles that the member may give, the most modest first.
pub(crate) async fn offered(
    read: &impl ConnectionTrait,
    member: &Member,
) -> Outcome<Vec<RoleChoice>> {
    let mut offered: Vec<_> = all(read, member.organization)
        .await?
        .into_iter()
        .filter(|role| may_give(member, role))
        .collect();
    // The most modest first: the built-in User, own roles by what they carry, Admin, Owner.
    offered.sort_by_key(|role| {
        let carried = Permission::ALL
            .iter()
            .filter(|permission| role.permissions.has(**permission))
            .count();
        (role.kind == RoleKind::Owner, carried, role.name.clone())
    });
    Ok(offered.iter().map(choice).collect())
}

/// What the dialog "Invite users" offers.
pub async fn invite_choices(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<InviteChoices> {
    let read = core.database.read();
    let organization = crate::organization::find(read, admin.organization).await?;
    let usual = usual_of(read, admin).await?;
    let usual = usual.filter(|role| may_give(admin, role));
    Ok(InviteChoices {
        roles: offered(read, admin).await?,
        access: access::choices(read, admin).await?,
        default_role: usual.map(|role| role.id),
        default_hours: organization.invitation_hours.try_into().unwrap_or_default(),
        default_language: organization.language,
    })
}

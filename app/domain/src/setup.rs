//! The first organization and its owner.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, PaginatorTrait, Set};
use serde_json::json;
use types::{
    audit::Action,
    contact::{Email, Username},
    ids::{IdentityId, OrganizationId},
    invitation::Lifetime,
    language::Language,
    refusal::{LONGEST_NAME, Refusal},
    resources::Access,
    users::UserStatus,
};

use crate::{
    Core, Outcome, audit,
    entity::{identities, organizations, users},
    passwords,
    proof::Origin,
    random,
    roles::{self, BuiltIn},
    sessions::Authenticated,
    users::{NewUser, PersonName},
};

/// What it takes to begin.
pub struct Request {
    pub organization: String,
    pub owner_name: String,
    pub owner_email: String,
    pub password: String,
    pub language: Language,
}

/// Whether there is no organization yet.
pub async fn is_awaited(core: &Core) -> Outcome<bool> {
    let count = organizations::Entity::find()
        .count(core.database.read())
        .await?;
    Ok(count == 0)
}

/// The one-time code that the server prints while it awaits its first organization.
pub fn code(core: &Core) -> &str {
    &core.setup_code
}

/// The page `/setup`: whoever runs the server knows the code.
///
/// # Errors
/// `SetupCodeWrong`, and those of `create`.
pub async fn with_code(
    core: &Core,
    origin: &Origin,
    typed: &str,
    request: Request,
) -> Outcome<Authenticated> {
    let bare = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect()
    };
    if !is_awaited(core).await? {
        return Err(Refusal::AlreadySetUp.into());
    }
    if bare(typed) != bare(&core.setup_code) {
        return Err(Refusal::SetupCodeWrong.into());
    }
    make(core, Some(origin), request).await
}

/// The command `usher setup`: makes the organization, its owner, and the operator, who is the same.
///
/// # Errors
/// `AlreadySetUp`, `OrganizationNameMissing`, `NameMissing`, `TextTooLong`, `EmailNotValid`, and
/// those of `passwords::read_new`.
pub async fn create(core: &Core, request: Request) -> Outcome<Authenticated> {
    make(core, None, request).await
}

/// `from`: where the page was asked for; `None`: the command line.
async fn make(core: &Core, from: Option<&Origin>, request: Request) -> Outcome<Authenticated> {
    let organization_name = request.organization.trim().to_owned();
    let owner_name = request.owner_name.trim();
    if organization_name.is_empty() {
        return Err(Refusal::OrganizationNameMissing.into());
    }
    if owner_name.is_empty() {
        return Err(Refusal::NameMissing.into());
    }
    if organization_name
        .chars()
        .count()
        .max(owner_name.chars().count())
        > LONGEST_NAME
    {
        return Err(Refusal::TextTooLong.into());
    }
    let username: Username = Email::parse(&request.owner_email)
        .map_err(|_| Refusal::EmailNotValid)?
        .into();
    let about = [
        organization_name.clone(),
        owner_name.to_owned(),
        username.to_string(),
    ];
    let password = passwords::read_new(&request.password, &about)?;
    let password_hash = core.hasher.hash(&password).await?;

    let now = core.now();
    let write = core.database.begin().await?;
    if organizations::Entity::find().count(&write).await? > 0 {
        return Err(Refusal::AlreadySetUp.into());
    }
    let (organization, roles) =
        create_organization(&write, core, organization_name.clone(), request.language).await?;
    let identity: IdentityId = random::id(now);
    identities::ActiveModel {
        id: Set(identity),
        username: Set(username.clone()),
        username_key: Set(username.key().to_owned()),
        username_proven_at: Set(None),
        password_hash: Set(password_hash),
        language: Set(request.language),
        is_operator: Set(true),
        last_organization_id: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await?;
    let name = PersonName::split(owner_name);
    let owner = NewUser {
        organization,
        role: roles.owner,
        username,
        name,
        phone: String::new(),
        job_title: String::new(),
        access: Access::everything(),
        access_by: None,
    };
    let owner = users::ActiveModel {
        identity_id: Set(Some(identity)),
        status: Set(UserStatus::Active),
        ..owner.row(now)
    }
    .insert(&write)
    .await?
    .id;
    let event = match from {
        Some(origin) => {
            audit::Event::by_visitor(origin, Some(organization), Action::OrganizationCreated)
        }
        None => audit::Event::by_command(organization, Action::OrganizationCreated),
    }
    .acting_as(owner)
    .about(owner)
    .with(json!({ "after": { "name": organization_name } }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await?;
    Ok(Authenticated {
        identity,
        organization: Some(organization),
    })
}

/// Part of a transaction: an organization with its built-in roles.
pub(crate) async fn create_organization(
    write: &impl ConnectionTrait,
    core: &Core,
    name: String,
    language: Language,
) -> Outcome<(OrganizationId, BuiltIn)> {
    let now = core.now();
    let organization: OrganizationId = random::id(now);
    organizations::ActiveModel {
        id: Set(organization),
        name: Set(name),
        invitation_hours: Set(Lifetime::THREE_DAYS.stored()),
        language: Set(language),
        time_zone: Set("UTC".to_owned()),
        created_at: Set(now),
        ..Default::default()
    }
    .insert(write)
    .await?;
    let roles = roles::create_built_in(write, core, organization).await?;
    Ok((organization, roles))
}

//! One user: their page, changing and adding them.
//!
//! - `edit`: what an admin may change; `history`: what has happened

mod edit;
mod history;

use sea_orm::ActiveModelTrait;
use serde_json::json;
use types::{
    contact::Email,
    ids::UserId,
    refusal::Refusal,
    users::{PersonDetails, PersonField, PersonPage},
};

pub use self::edit::edit;
use crate::{
    Core, Outcome, audit, directory,
    entity::users,
    proof::{Admin, ManageUsers},
    roles::{self, may_give},
    users::{NewUser, PersonName, find},
};

/// All that the user's page shows.
///
/// # Errors
/// `NotFound`.
pub async fn read(core: &Core, admin: &Admin<ManageUsers>, user: UserId) -> Outcome<PersonPage> {
    let read = core.database.read();
    let now = core.now();
    let (user, role) = find(read, admin.organization, user).await?;
    let history = history::of(read, &user).await?;
    let page = PersonPage {
        details: details(&user),
        editable: may_give(admin, &role),
        joined: user.identity_id.is_some(),
        roles: roles::invite_choices(core, admin).await?.roles,
        history,
        now,
        row: directory::rows(read, vec![user], &[role], now)
            .await?
            .pop()
            .ok_or(Refusal::NotFound)?,
    };
    Ok(page)
}

/// The user comes into the directory, not invited.
///
/// # Errors
/// `EmailNotValid`, `EmailTaken`, `PhoneNotValid`, `TextTooLong`; `NotFound` for a role that is not
/// there, `RoleAboveYours`.
pub async fn add(
    core: &Core,
    admin: &Admin<ManageUsers>,
    typed: &PersonDetails,
) -> Outcome<UserId> {
    let mut person = typed.clone();
    for field in PersonField::ALL {
        person.set(*field, field.read(&typed.text(*field))?);
    }
    let now = core.now();
    let write = core.database.begin().await?;
    roles::given(&write, admin, person.role).await?;
    let user = NewUser {
        organization: admin.organization,
        role: person.role,
        email: edit::free_address(&write, admin.organization, &person.email, None).await?,
        name: PersonName {
            first: person.first_name,
            last: person.last_name,
        },
        phone: person.phone,
        job_title: person.job_title,
    };
    let user = user.row(now).insert(&write).await?.id;
    let event = audit::Event {
        organization: Some(admin.organization),
        actor: Some(admin.user),
        action: audit::USER_ADDED,
        subject: Some(user),
        details: json!({}),
    };
    audit::record(&write, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(user)
}

fn details(user: &users::Model) -> PersonDetails {
    PersonDetails {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.to_string(),
        phone: user.phone.clone(),
        job_title: user.job_title.clone(),
        role: user.role_id,
    }
}

/// The address, read.
fn address(text: &str) -> Result<Email, Refusal> {
    Email::parse(text).map_err(|_| Refusal::EmailNotValid)
}

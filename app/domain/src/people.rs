//! One user: their page, changing and adding them.
//!
//! - `edit`: what an admin may change; `confirm`: an address that may be tried again; `access`: what the user may reach; `delete`: forgetting them;
//!   `history`: what has happened

mod access;
mod confirm;
mod delete;
mod edit;
mod history;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use types::{
    audit::Action,
    contact::{Email, Phone, Username},
    ids::UserId,
    refusal::Refusal,
    resources::Access,
    users::{PersonDetails, PersonField, PersonPage, ShownStatus},
};

pub use self::{access::change_access, confirm::try_again, delete::delete, edit::edit};
use crate::{
    Core, Outcome,
    access::given,
    audit, directory,
    entity::{invitations, roles as role_rows, users},
    phones,
    proof::{Admin, ManageUsers},
    roles::{self, may_give},
    temporary_password,
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
    let invitation = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user.id))
        .one(read)
        .await?;
    let stands = ShownStatus::of(user.status, user.expires_at, now).stands();
    let page = PersonPage {
        details: details(&user),
        editable: may_give(admin, &role),
        password_spent: stands
            && invitation
                .as_ref()
                .is_some_and(temporary_password::is_spent),
        joined: user.identity_id.is_some(),
        roles: roles::invite_choices(core, admin).await?.roles,
        access: access::read(read, admin, &user, &role).await?,
        history,
        now,
        row: directory::rows(read, vec![user], &[role], now)
            .await?
            .pop()
            .ok_or(Refusal::NotFound)?,
    };
    Ok(page)
}

/// The user comes into the directory, not invited. Without an access, they get what the admin may
/// give, without features.
///
/// # Errors
/// `EmailNotValid`, `EmailTaken`, `PhoneNotValid`, `PhoneTaken`, `NoContact`, `TextTooLong`; `NotFound` for a role that is not
/// there, `RoleAboveYours`; those of `access::check`.
pub async fn add(
    core: &Core,
    admin: &Admin<ManageUsers>,
    typed: &PersonDetails,
    access: Option<&Access>,
) -> Outcome<UserId> {
    let mut person = typed.clone();
    for field in PersonField::ALL {
        person.set(*field, phones::read_field(*field, &typed.text(*field))?);
    }
    let now = core.now();
    let write = core.database.begin().await?;
    let role = roles::given(&write, admin, person.role).await?;
    let new_access = given(&write, admin, access).await?;
    let user = NewUser {
        organization: admin.organization,
        role: person.role,
        username: edit::free_username(
            &write,
            admin.organization,
            username(&person.email, &person.phone)?,
            None,
        )
        .await?,
        name: PersonName {
            first: person.first_name,
            last: person.last_name,
        },
        phone: person.phone,
        job_title: person.job_title,
        access: new_access,
        access_by: access.map(|_| admin.user),
    };
    let user = user.row(now).insert(&write).await?;
    let event = audit::Event::by(admin, Action::UserAdded)
        .about(user.id)
        .with(json!({ "after": texts(&details(&user), &role, PersonField::ALL) }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(user.id)
}

fn details(user: &users::Model) -> PersonDetails {
    PersonDetails {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user
            .username
            .email()
            .map(Email::to_string)
            .unwrap_or_default(),
        phone: user.phone.clone(),
        job_title: user.job_title.clone(),
        role: user.role_id,
    }
}

/// The fields as the audit log keeps them: a role by its name.
fn texts(
    details: &PersonDetails,
    role: &role_rows::Model,
    fields: &[PersonField],
) -> Map<String, Value> {
    let of = |field: PersonField| match field {
        PersonField::Role => role.name.clone(),
        field => details.text(field),
    };
    let fields = fields.iter().map(|field| (field.to_string(), of(*field)));
    fields
        .map(|(field, text)| (field, Value::String(text)))
        .collect()
}

/// What somebody's own act has changed of their details, before and after, for the audit log.
pub(crate) fn changes(before: &users::Model, after: &users::Model) -> (Value, Value) {
    let (before, after) = (details(before), details(after));
    let changed = before.differing(&after);
    let texts = |details: &PersonDetails| -> Value {
        let fields = changed.iter();
        fields
            .map(|field| (field.to_string(), Value::String(details.text(*field))))
            .collect::<Map<_, _>>()
            .into()
    };
    (texts(&before), texts(&after))
}

/// What tells a person apart who has this address, or this number without one.
///
/// # Errors
/// `EmailNotValid`, `PhoneNotValid`; `NoContact` where there is neither.
fn username(email: &str, phone: &str) -> Result<Username, Refusal> {
    if !email.is_empty() {
        let email = Email::parse(email).map_err(|_| Refusal::EmailNotValid)?;
        return Ok(email.into());
    }
    if phone.is_empty() {
        return Err(Refusal::NoContact);
    }
    let phone = Phone::parse(phone).map_err(|_| Refusal::PhoneNotValid)?;
    Ok(phone.into())
}

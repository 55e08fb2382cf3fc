//! Signing in with address and password, and changing the password.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use types::{contact::Email, ids::IdentityId, refusal::Refusal};

use crate::{
    Core, Outcome, audit,
    entity::identities,
    passwords,
    proof::Member,
    sessions::{self, Authenticated},
};

/// Whether address and password belong together; the answer and its time are the same for an
/// unknown address and for a wrong password.
///
/// # Errors
/// `WrongCredentials`.
pub async fn verify(core: &Core, email: &str, password: &str) -> Outcome<Authenticated> {
    let known = match Email::parse(email) {
        Ok(email) => by_email(core.database.read(), &email).await?,
        Err(_) => None,
    };
    let stored = known
        .as_ref()
        .map(|identity| identity.password_hash.as_str());
    let matches = core.hasher.verify(password, stored).await?;
    match known {
        Some(identity) if matches => Ok(Authenticated {
            identity: identity.id,
            organization: None,
        }),
        _ => Err(Refusal::WrongCredentials.into()),
    }
}

/// Changes the person's password and ends every other session of theirs.
///
/// # Errors
/// `WrongPassword` and those of `passwords::read_new`.
pub async fn change_password(
    core: &Core,
    member: &Member,
    current: &str,
    new: &str,
) -> Outcome<()> {
    let identity = identities::Entity::find_by_id(member.identity)
        .one(core.database.read())
        .await?
        .ok_or(Refusal::NotFound)?;
    let stored = Some(identity.password_hash.as_str());
    if !core.hasher.verify(current, stored).await? {
        return Err(Refusal::WrongPassword.into());
    }
    let about = [
        member.email.to_string(),
        member.first_name.clone(),
        member.last_name.clone(),
    ];
    let hash = core.hasher.hash(&passwords::read_new(new, &about)?).await?;
    let write = core.database.begin().await?;
    set_password(&write, member.identity, hash).await?;
    sessions::end_all(&write, member.identity, Some(member.session)).await?;
    let event = audit::Event {
        organization: Some(member.organization),
        actor: Some(member.user),
        action: "password_changed",
        subject: Some(member.user),
        details: json!({}),
    };
    audit::record(&write, core.now(), event).await?;
    write.commit().await?;
    Ok(())
}

pub(crate) async fn by_email(
    read: &impl ConnectionTrait,
    email: &Email,
) -> Outcome<Option<identities::Model>> {
    Ok(identities::Entity::find()
        .filter(identities::Column::EmailKey.eq(email.key()))
        .one(read)
        .await?)
}

pub(crate) async fn set_password(
    write: &impl ConnectionTrait,
    identity: IdentityId,
    hash: String,
) -> Outcome<()> {
    identities::Entity::update_many()
        .col_expr(identities::Column::PasswordHash, Expr::value(hash))
        .filter(identities::Column::Id.eq(identity))
        .exec(write)
        .await?;
    Ok(())
}

/// Sets the language of a person's pages and messages.
pub async fn set_language(
    core: &Core,
    who: &crate::proof::SignedIn,
    language: types::language::Language,
) -> Outcome<()> {
    let write = core.database.begin().await?;
    identities::Entity::update_many()
        .col_expr(identities::Column::Language, Expr::value(language))
        .filter(identities::Column::Id.eq(who.identity))
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(())
}

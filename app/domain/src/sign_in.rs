//! Signing in with username and password, and changing the password.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use types::{audit::Action, contact::Username, ids::IdentityId, refusal::Refusal};

use crate::{
    Core, Fault, Outcome, audit,
    entity::identities,
    passwords, phones,
    proof::{Member, Origin},
    sessions::{self, Authenticated},
    tallies::SignIn,
    temporary_password,
};

/// Whether username and password belong together; the answer and its time are the same for an
/// unknown username and for a wrong password.
///
/// # Errors
/// `WrongCredentials`.
pub async fn verify(core: &Core, username: &str, password: &str) -> Outcome<Authenticated> {
    let known = match phones::username(username) {
        Ok(username) => by_username(core.database.read(), &username).await?,
        Err(_) => None,
    };
    let stored = known
        .as_ref()
        .map(|identity| identity.password_hash.as_str());
    let matches = core.hasher.verify(password, stored).await?;
    counted(
        core,
        match known {
            Some(identity) if matches => Ok(Authenticated {
                identity: identity.id,
                organization: None,
            }),
            _ => Err(Refusal::WrongCredentials.into()),
        },
    )
}

/// What became of a try to sign in goes into the numbers.
fn counted<T>(core: &Core, outcome: Outcome<T>) -> Outcome<T> {
    match &outcome {
        Ok(_) => core.tallies.signed_in(SignIn::Done),
        Err(Fault::Refused(_)) => core.tallies.signed_in(SignIn::Refused),
        Err(Fault::Broken(_)) => {}
    }
    outcome
}

/// How somebody is let in at the sign-in page.
#[derive(Debug)]
pub enum Entered {
    /// With a password of their own.
    In(Authenticated),
    /// With the temporary password of an invitation; this is the token of its link.
    Invited(String),
}

/// As `verify`, for the page where a temporary password may be typed, too.
///
/// # Errors
/// `WrongCredentials`.
pub async fn enter(
    core: &Core,
    origin: &Origin,
    username: &str,
    password: &str,
) -> Outcome<Entered> {
    counted(core, admit(core, origin, username, password).await)
}

async fn admit(core: &Core, origin: &Origin, username: &str, password: &str) -> Outcome<Entered> {
    let Ok(username) = phones::username(username) else {
        core.hasher.verify(password, None).await?;
        return Err(Refusal::WrongCredentials.into());
    };
    let known = by_username(core.database.read(), &username).await?;
    let stored = known
        .as_ref()
        .map(|identity| identity.password_hash.as_str());
    // At the same time: hashing takes longer than counting a try, and it takes its time for everyone.
    let (matches, tried) = tokio::try_join!(
        core.hasher.verify(password, stored),
        temporary_password::try_out(core, origin, &username, password, known.is_some()),
    )?;
    match (known, tried.opens.clone()) {
        (Some(identity), _) if matches => {
            temporary_password::take_back(core, &tried).await?;
            Ok(Entered::In(Authenticated {
                identity: identity.id,
                organization: None,
            }))
        }
        (_, Some(token)) => Ok(Entered::Invited(token)),
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
        member.username.to_string(),
        member.first_name.clone(),
        member.last_name.clone(),
    ];
    let hash = core.hasher.hash(&passwords::read_new(new, &about)?).await?;
    let write = core.database.begin().await?;
    set_password(&write, member.identity, hash).await?;
    sessions::end_all(&write, member.identity, Some(member.session)).await?;
    let event = audit::Event::by(member, Action::PasswordChanged).about(member.user);
    audit::record(&write, core, core.now(), event).await?;
    write.commit().await?;
    Ok(())
}

pub(crate) async fn by_username(
    read: &impl ConnectionTrait,
    username: &Username,
) -> Outcome<Option<identities::Model>> {
    Ok(identities::Entity::find()
        .filter(identities::Column::UsernameKey.eq(username.key()))
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

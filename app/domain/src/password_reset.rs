//! Forgotten passwords: a single-use link to the identity's address or number, valid for an hour.

use std::sync::Arc;

use chrono::Duration;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set,
    sea_query::Expr,
};
use serde_json::json;
use types::{audit::Action, contact::Username, ids::PasswordResetId, refusal::Refusal};

use crate::{
    Core, Outcome, audit,
    changes::News,
    channels::Route,
    entity::{identities, password_resets},
    outbox::{self, Subject},
    passwords, phones,
    proof::Origin,
    random, sessions, sign_in,
};

const LIFETIME: Duration = Duration::hours(1);
/// Asking again within this time sends nothing more.
const BETWEEN_ASKS: Duration = Duration::minutes(2);

/// Queues a message if the username has an identity. The work is done behind the answer, so that
/// neither the answer nor its time tells which addresses are known.
///
/// # Errors
/// `EmailNotValid`; of a number `PhoneWithoutCountryCode`, `PhoneImpossible`, `PhoneNotValid`.
pub fn request(core: &Arc<Core>, username: &str) -> Result<(), Refusal> {
    let username = phones::username(username)?;
    let core = Arc::clone(core);
    tokio::spawn(async move {
        if let Err(fault) = queue(&core, &username).await {
            tracing::error!(%fault, "a password reset was not queued");
        }
    });
    Ok(())
}

pub(crate) async fn queue(core: &Core, username: &Username) -> Outcome<()> {
    let Some(identity) = sign_in::by_username(core.database.read(), username).await? else {
        return Ok(());
    };
    let now = core.now();
    let write = core.database.begin().await?;
    let last = password_resets::Entity::find()
        .filter(password_resets::Column::IdentityId.eq(identity.id))
        .order_by_desc(password_resets::Column::Id)
        .one(&write)
        .await?;
    if last.is_some_and(|reset| reset.used_at.is_none() && now - reset.created_at < BETWEEN_ASKS) {
        return Ok(());
    }
    let reset: PasswordResetId = random::id(now);
    password_resets::ActiveModel {
        id: Set(reset),
        identity_id: Set(identity.id),
        created_at: Set(now),
        expires_at: Set(now + LIFETIME),
        used_at: Set(None),
    }
    .insert(&write)
    .await?;
    outbox::queued(
        Subject::PasswordReset(reset),
        Route::to_username(&identity.username),
        now,
    )
    .insert(&write)
    .await?;
    let news = News {
        changed: &[],
        queued: true,
    };
    core.commit_with(write, news).await
}

/// Whether the link still works.
pub async fn is_open(core: &Core, token: &str) -> Outcome<bool> {
    match find(core, core.database.read(), token).await? {
        Some(_) => Ok(true),
        None => Ok(false),
    }
}

/// Sets the new password, ends every session of the person and every other link of this kind.
///
/// # Errors
/// `ResetLinkNotValid`, and those of `passwords::read_new`.
pub async fn complete(core: &Core, origin: &Origin, token: &str, password: &str) -> Outcome<()> {
    let (_, identity) = find(core, core.database.read(), token)
        .await?
        .ok_or(Refusal::ResetLinkNotValid)?;
    let password = passwords::read_new(password, &[identity.username.to_string()])?;
    let hash = core.hasher.hash(&password).await?;
    let now = core.now();
    let write = core.database.begin().await?;
    // Again, now that nobody else can write: the first one wins.
    let (_, identity) = find(core, &write, token)
        .await?
        .ok_or(Refusal::ResetLinkNotValid)?;
    password_resets::Entity::update_many()
        .col_expr(password_resets::Column::UsedAt, Expr::value(Some(now)))
        .filter(password_resets::Column::IdentityId.eq(identity.id))
        .filter(password_resets::Column::UsedAt.is_null())
        .exec(&write)
        .await?;
    sign_in::set_password(&write, identity.id, hash).await?;
    // The link came to it.
    identities::Entity::update_many()
        .col_expr(identities::Column::UsernameProvenAt, Expr::value(Some(now)))
        .filter(identities::Column::Id.eq(identity.id))
        .filter(identities::Column::UsernameProvenAt.is_null())
        .exec(&write)
        .await?;
    sessions::end_all(&write, identity.id, None).await?;
    let event = audit::Event::by_visitor(origin, None, Action::PasswordReset)
        .with(json!({ "identity": identity.id.to_string() }));
    audit::record(&write, core, now, event).await?;
    write.commit().await?;
    Ok(())
}

async fn find(
    core: &Core,
    read: &impl ConnectionTrait,
    token: &str,
) -> Outcome<Option<(password_resets::Model, identities::Model)>> {
    let Some(id) = core.keys.read_password_reset(token) else {
        return Ok(None);
    };
    let found = password_resets::Entity::find_by_id(id)
        .filter(password_resets::Column::UsedAt.is_null())
        .filter(password_resets::Column::ExpiresAt.gt(core.now()))
        .find_also_related(identities::Entity)
        .one(read)
        .await?;
    Ok(found.and_then(|(reset, identity)| Some((reset, identity?))))
}

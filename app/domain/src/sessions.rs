//! Sessions: an opaque 256-bit secret in a cookie, stored as its SHA-256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, Set, sea_query::Expr,
};
use sha2::{Digest, Sha256};
use types::{
    ids::{IdentityId, OrganizationId, SessionId},
    refusal::Refusal,
    session::SessionRow,
    users::UserStatus,
};

use crate::{
    Core, Outcome,
    entity::{identities, organizations, roles, sessions, users},
    proof::{Member, SignedIn},
    random,
};

/// A session ends when it was not used for this long.
pub const IDLE: Duration = Duration::days(7);
/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE: Duration = Duration::days(30);
/// Uses within this time are not written down again.
const TOUCH: Duration = Duration::minutes(1);

const LONGEST_USER_AGENT: usize = 300;

/// Someone who has just proven who they are, and may have a session. Made by setting up, signing
/// in and accepting.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    pub(crate) identity: IdentityId,
    /// `None`: the first organization in which the person is active.
    pub(crate) organization: Option<OrganizationId>,
}

/// Starts a session and gives the secret for its cookie (43 characters).
///
/// # Errors
/// `UserDeactivated` where the person is active nowhere.
pub async fn start(core: &Core, who: Authenticated, user_agent: &str) -> Outcome<String> {
    let now = core.now();
    let write = core.database.begin().await?;
    let mut active = users::Entity::find()
        .filter(users::Column::IdentityId.eq(who.identity))
        .filter(users::Column::Status.eq(UserStatus::Active));
    if let Some(organization) = who.organization {
        active = active.filter(users::Column::OrganizationId.eq(organization));
    }
    let user = active
        .order_by_asc(users::Column::Id)
        .one(&write)
        .await?
        .ok_or(Refusal::UserDeactivated)?;
    let secret = random::secret();
    sessions::ActiveModel {
        id: Set(random::id(now)),
        secret_hash: Set(hash(&secret)),
        identity_id: Set(who.identity),
        organization_id: Set(user.organization_id),
        user_agent: Set(user_agent.chars().take(LONGEST_USER_AGENT).collect()),
        created_at: Set(now),
        last_seen_at: Set(now),
    }
    .insert(&write)
    .await?;
    // Those of theirs that have ended are of no use to anyone.
    sessions::Entity::delete_many()
        .filter(sessions::Column::IdentityId.eq(who.identity))
        .filter(ended(now))
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(URL_SAFE_NO_PAD.encode(secret))
}

/// Who a session's cookie belongs to; `None` if to nobody, or no more.
pub async fn signed_in(core: &Core, cookie: &str) -> Outcome<Option<SignedIn>> {
    let Ok(secret) = URL_SAFE_NO_PAD.decode(cookie) else {
        return Ok(None);
    };
    let now = core.now();
    let found = sessions::Entity::find()
        .filter(sessions::Column::SecretHash.eq(hash(&secret)))
        .filter(ended(now).not())
        .one(core.database.read())
        .await?;
    let Some(session) = found else {
        return Ok(None);
    };
    let Some(identity) = identities::Entity::find_by_id(session.identity_id)
        .one(core.database.read())
        .await?
    else {
        return Ok(None);
    };
    if now - session.last_seen_at > TOUCH {
        let write = core.database.begin().await?;
        sessions::Entity::update_many()
            .col_expr(sessions::Column::LastSeenAt, Expr::value(now))
            .filter(sessions::Column::Id.eq(session.id))
            .exec(&write)
            .await?;
        write.commit().await?;
    }
    Ok(Some(SignedIn {
        session: session.id,
        identity: identity.id,
        organization: session.organization_id,
        email: identity.email,
    }))
}

/// The active user behind a session; `None` for someone who was deactivated meanwhile.
pub async fn member(core: &Core, signed_in: &SignedIn) -> Outcome<Option<Member>> {
    let read = core.database.read();
    let found = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(signed_in.organization))
        .filter(users::Column::IdentityId.eq(signed_in.identity))
        .filter(users::Column::Status.eq(UserStatus::Active))
        .find_also_related(roles::Entity)
        .one(read)
        .await?;
    let Some((user, Some(role))) = found else {
        return Ok(None);
    };
    let organization = organizations::Entity::find_by_id(user.organization_id)
        .one(read)
        .await?;
    let identity = identities::Entity::find_by_id(signed_in.identity)
        .one(read)
        .await?;
    let (Some(organization), Some(identity)) = (organization, identity) else {
        return Ok(None);
    };
    Ok(Some(Member {
        session: signed_in.session,
        identity: signed_in.identity,
        organization: organization.id,
        user: user.id,
        email: identity.email,
        first_name: user.first_name,
        last_name: user.last_name,
        language: identity.language,
        organization_name: organization.name,
        role_kind: role.kind,
        role_name: role.name,
        permissions: role.permissions,
    }))
}

/// Ends this session.
pub async fn end(core: &Core, signed_in: &SignedIn) -> Outcome<()> {
    end_where(core, sessions::Column::Id.eq(signed_in.session)).await
}

/// The person's sessions, the last used first.
pub async fn list(core: &Core, member: &Member) -> Outcome<Vec<SessionRow>> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::IdentityId.eq(member.identity))
        .filter(ended(core.now()).not())
        .order_by_desc(sessions::Column::LastSeenAt)
        .all(core.database.read())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionRow {
            id: row.id,
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            current: row.id == member.session,
        })
        .collect())
}

/// Ends one session of the person; another one's is not touched.
pub async fn end_one(core: &Core, member: &Member, session: SessionId) -> Outcome<()> {
    let own = sessions::Column::IdentityId.eq(member.identity);
    end_where(core, own.and(sessions::Column::Id.eq(session))).await
}

/// Ends every session of the person but the one that asks.
pub async fn end_others(core: &Core, member: &Member) -> Outcome<()> {
    let own = sessions::Column::IdentityId.eq(member.identity);
    end_where(core, own.and(sessions::Column::Id.ne(member.session))).await
}

/// Part of a transaction: ends the sessions of an identity, but for the one to keep.
pub(crate) async fn end_all(
    write: &impl ConnectionTrait,
    identity: IdentityId,
    keep: Option<SessionId>,
) -> Outcome<()> {
    let mut which = Condition::all().add(sessions::Column::IdentityId.eq(identity));
    if let Some(keep) = keep {
        which = which.add(sessions::Column::Id.ne(keep));
    }
    sessions::Entity::delete_many()
        .filter(which)
        .exec(write)
        .await?;
    Ok(())
}

async fn end_where(core: &Core, which: sea_orm::sea_query::SimpleExpr) -> Outcome<()> {
    let write = core.database.begin().await?;
    sessions::Entity::delete_many()
        .filter(which)
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(())
}

fn ended(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(sessions::Column::LastSeenAt.lt(now - IDLE))
        .add(sessions::Column::CreatedAt.lt(now - ABSOLUTE))
}

fn hash(secret: &[u8]) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

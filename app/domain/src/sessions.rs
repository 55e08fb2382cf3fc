//! Sessions: an opaque 256-bit secret in a cookie, stored as its SHA-256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set, sea_query::Expr,
};
use sha2::{Digest, Sha256};
use types::{
    ids::{IdentityId, OrganizationId, SessionId},
    refusal::Refusal,
    session::{Membership, Outsider, SessionRow},
    users::UserStatus,
};

use crate::{
    Core, Outcome, approvals,
    entity::{identities, organizations, roles, sessions, users},
    proof::{Member, Origin, SignedIn},
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
    /// `None`: the organization that the person has used last.
    pub(crate) organization: Option<OrganizationId>,
}

/// Starts a session and gives the secret for its cookie (43 characters).
///
/// # Errors
/// Where the person is active nowhere: `AwaitsApproval` while a sign-up of theirs waits, else
/// `UserDeactivated`. An operator may come in all the same.
pub async fn start(core: &Core, who: Authenticated, user_agent: &str) -> Outcome<String> {
    let now = core.now();
    let write = core.database.begin().await?;
    let organization = first_organization(&write, who).await?;
    let secret = random::secret();
    sessions::ActiveModel {
        id: Set(random::id(now)),
        secret_hash: Set(hash(&secret)),
        identity_id: Set(who.identity),
        organization_id: Set(organization),
        user_agent: Set(user_agent.chars().take(LONGEST_USER_AGENT).collect()),
        created_at: Set(now),
        last_seen_at: Set(now),
    }
    .insert(&write)
    .await?;
    remember(&write, who.identity, organization).await?;
    // Those of theirs that have ended are of no use to anyone.
    sessions::Entity::delete_many()
        .filter(sessions::Column::IdentityId.eq(who.identity))
        .filter(ended(now))
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(URL_SAFE_NO_PAD.encode(secret))
}

/// Where a session begins: where the person was last, else in the first organization, but rather in one
/// that is not suspended. An operator who is active nowhere is in one without a seat in it.
async fn first_organization(
    read: &impl ConnectionTrait,
    who: Authenticated,
) -> Outcome<OrganizationId> {
    let mut active: Vec<organizations::Model> = active_in(read, who.identity).await?;
    if let Some(wanted) = who.organization {
        active.retain(|organization| organization.id == wanted);
    }
    let identity = identities::Entity::find_by_id(who.identity)
        .one(read)
        .await?
        .ok_or(Refusal::NotSignedIn)?;
    let last = identity.last_organization_id;
    // Stable: of equals the oldest.
    let first = active.into_iter().min_by_key(|organization| {
        let is_last = Some(organization.id) == last;
        (
            organization.suspended_at.is_some(),
            !is_last,
            organization.id,
        )
    });
    if let Some(organization) = first {
        return Ok(organization.id);
    }
    if !identity.is_operator {
        let waits = approvals::awaited(read, who.identity).await?;
        let refusal = if waits {
            Refusal::AwaitsApproval
        } else {
            Refusal::UserDeactivated
        };
        return Err(refusal.into());
    }
    let any = organizations::Entity::find()
        .order_by_asc(organizations::Column::Id)
        .one(read)
        .await?
        .ok_or(Refusal::UserDeactivated)?;
    Ok(any.id)
}

/// The organizations in which the person is active.
async fn active_in(
    read: &impl ConnectionTrait,
    identity: IdentityId,
) -> Outcome<Vec<organizations::Model>> {
    let theirs = users::Entity::find()
        .select_only()
        .column(users::Column::OrganizationId)
        .filter(users::Column::IdentityId.eq(identity))
        .filter(users::Column::Status.eq(UserStatus::Active))
        .into_query();
    Ok(organizations::Entity::find()
        .filter(organizations::Column::Id.in_subquery(theirs))
        .order_by_asc(organizations::Column::Name)
        .order_by_asc(organizations::Column::Id)
        .all(read)
        .await?)
}

/// The next session begins there.
async fn remember(
    write: &impl ConnectionTrait,
    identity: IdentityId,
    organization: OrganizationId,
) -> Outcome<()> {
    identities::Entity::update_many()
        .col_expr(
            identities::Column::LastOrganizationId,
            Expr::value(Some(organization)),
        )
        .filter(identities::Column::Id.eq(identity))
        .exec(write)
        .await?;
    Ok(())
}

/// From here on the session is in another organization.
///
/// # Errors
/// `NotFound` where the person is not active in it; `OrganizationSuspended`.
pub async fn choose(
    core: &Core,
    signed_in: &SignedIn,
    organization: OrganizationId,
) -> Outcome<()> {
    let write = core.database.begin().await?;
    let active = active_in(&write, signed_in.identity).await?;
    let wanted = active.iter().find(|active| active.id == organization);
    if wanted.ok_or(Refusal::NotFound)?.suspended_at.is_some() {
        return Err(Refusal::OrganizationSuspended.into());
    }
    sessions::Entity::update_many()
        .col_expr(sessions::Column::OrganizationId, Expr::value(organization))
        .filter(sessions::Column::Id.eq(signed_in.session))
        .exec(&write)
        .await?;
    remember(&write, signed_in.identity, organization).await?;
    // Pages of the same browser that still show the organization before.
    core.commit(write, signed_in.organization).await
}

/// Where the person is active.
pub async fn memberships(core: &Core, signed_in: &SignedIn) -> Outcome<Vec<Membership>> {
    let active = active_in(core.database.read(), signed_in.identity).await?;
    let active = active.into_iter().map(|organization| Membership {
        chosen: organization.id == signed_in.organization,
        id: organization.id,
        name: organization.name,
        suspended: organization.suspended_at.is_some(),
    });
    Ok(active.collect())
}

/// What someone who is no member of the chosen organization can do; `None` for who can do nothing.
pub async fn outsider(core: &Core, signed_in: &SignedIn) -> Outcome<Option<Outsider>> {
    let organizations = memberships(core, signed_in).await?;
    if organizations.is_empty() && !signed_in.is_operator {
        return Ok(None);
    }
    let chosen = organizations.iter().find(|it| it.chosen && it.suspended);
    Ok(Some(Outsider {
        username: signed_in.username.clone(),
        operator: signed_in.is_operator,
        suspended: chosen.map(|it| it.name.clone()),
        organizations,
    }))
}

/// Why the person is no member of the chosen organization.
pub async fn why_no_member(core: &Core, signed_in: &SignedIn) -> Outcome<Refusal> {
    let active = active_in(core.database.read(), signed_in.identity).await?;
    let is_chosen = |it: &organizations::Model| it.id == signed_in.organization;
    if active.iter().any(is_chosen) {
        Ok(Refusal::OrganizationSuspended)
    } else {
        Ok(Refusal::NotSignedIn)
    }
}

/// Who a session's cookie belongs to; `None` if to nobody, or no more.
pub async fn signed_in(core: &Core, cookie: &str, origin: Origin) -> Outcome<Option<SignedIn>> {
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
        username: identity.username,
        is_operator: identity.is_operator,
        origin,
    }))
}

/// The active user behind a session; `None` for someone who was deactivated meanwhile, and where the
/// organization is suspended.
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
    if organization.suspended_at.is_some() {
        return Ok(None);
    }
    let access = crate::access::effective(&role, &user);
    Ok(Some(Member {
        session: signed_in.session,
        identity: signed_in.identity,
        organization: organization.id,
        user: user.id,
        username: identity.username,
        first_name: user.first_name,
        last_name: user.last_name,
        language: identity.language,
        organization_name: organization.name,
        verification: organization.verification,
        role_kind: role.kind,
        role_name: role.name,
        permissions: role.permissions,
        access,
        is_operator: signed_in.is_operator,
        origin: signed_in.origin.clone(),
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

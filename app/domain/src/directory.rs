//! The list of an organization's users: filtered, ordered, a page at a time.
//!
//! - `condition`: what a filter means
//! - `order`: what rows are ordered by, and where a page begins
//! - `reach`: by which index to go about it
//! - `counts`: how many users have each status

mod condition;
pub(crate) mod counts;
mod order;
mod reach;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};
use types::{
    contact::Username,
    ids::{OrganizationId, RoleId, UserId},
    users::{Failure, ShownStatus, Turn, UserRow, UserStatus, UsersFilter, UsersPage, UsersQuery},
};

pub(crate) use self::condition::contains;
pub use self::reach::Ways;
use self::{order::Order, reach::Reach};
use crate::{
    Core, Outcome, approvals, database,
    entity::{invitations, roles, users},
    proof::{Admin, ManageUsers},
    requests, seats,
    users::name_or_username,
};

/// One page of the admin's directory.
pub async fn list(
    core: &Core,
    admin: &Admin<ManageUsers>,
    query: &UsersQuery,
) -> Outcome<UsersPage> {
    let read = core.database.read();
    let now = core.now();
    let scope = Scope {
        organization: admin.organization,
        filter: &query.filter,
        now,
    };
    let order = Order::of(query.sort, read.get_database_backend());
    let size = usize::from(query.size.rows());
    let page = async {
        let reach = Reach::find(read, &scope, core.ways, Some(query.sort.by)).await?;
        let found = order.page(scope.select(&reach), &query.turn);
        fetch(read, found.limit(size as u64 + 1)).await
    };
    let (counts, seats, roles, awaiting, mut found) = tokio::try_join!(
        counts::read(read, admin.organization, now),
        seats::limited(read, admin.organization, now),
        crate::roles::all(read, admin.organization),
        awaiting(read, admin.organization),
        page,
    )?;
    let more = found.len() > size;
    found.truncate(size);
    let (is_before, is_after) = match query.turn {
        Turn::First => (false, more),
        Turn::After(_) => (true, more),
        Turn::Before(_) => {
            // Read backwards from the place.
            found.reverse();
            (more, true)
        }
    };
    let place = |user: Option<&users::Model>| user.map(|user| order.place(user));
    let (before, after) = (place(found.first()), place(found.last()));
    Ok(UsersPage {
        before: before.filter(|_| is_before),
        after: after.filter(|_| is_after),
        rows: rows(read, found, &roles, now).await?,
        counts,
        roles: roles.iter().map(crate::roles::choice).collect(),
        awaiting,
        seats,
        now,
    })
}

/// How many sign-ups and requests wait for an admin.
async fn awaiting(read: &impl ConnectionTrait, organization: OrganizationId) -> Outcome<u64> {
    let sign_ups = approvals::count(read, organization).await?;
    Ok(sign_ups + requests::count(read, organization).await?)
}

/// The rows, in their order. On PostgreSQL their ids first: the order's index has all that is asked
/// about, so that rows which are passed by on the way to a full page are not looked up.
async fn fetch(
    read: &impl ConnectionTrait,
    page: Select<users::Entity>,
) -> Outcome<Vec<users::Model>> {
    if read.get_database_backend() != DbBackend::Postgres {
        return Ok(page.all(read).await?);
    }
    let ids: Vec<UserId> = page
        .select_only()
        .column(users::Column::Id)
        .into_tuple()
        .all(read)
        .await?;
    let rows = users::Entity::find()
        .filter(users::Column::Id.is_in(ids.iter().copied()))
        .all(read)
        .await?;
    let mut rows: HashMap<UserId, users::Model> =
        rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

/// How many users match.
pub async fn count(core: &Core, admin: &Admin<ManageUsers>, filter: &UsersFilter) -> Outcome<u64> {
    let read = core.database.read();
    let now = core.now();
    if !filter.is_refined() {
        let counts = counts::read(read, admin.organization, now).await?;
        return Ok(counts.of(filter.status));
    }
    let scope = Scope {
        organization: admin.organization,
        filter,
        now,
    };
    let reach = Reach::find(read, &scope, core.ways, None).await?;
    Ok(scope.select(&reach).count(read).await?)
}

/// Which rows are asked for.
struct Scope<'a> {
    organization: OrganizationId,
    filter: &'a UsersFilter,
    now: DateTime<Utc>,
}

impl Scope<'_> {
    fn select(&self, reach: &Reach) -> Select<users::Entity> {
        users::Entity::find().filter(condition::of(self, reach))
    }
}

/// The rows with what other tables say of them.
pub(crate) async fn rows(
    read: &impl ConnectionTrait,
    found: Vec<users::Model>,
    roles: &[roles::Model],
    now: DateTime<Utc>,
) -> Outcome<Vec<UserRow>> {
    let mut inviters = inviters(read, &found).await?;
    let awaiting = approvals::awaiting(read, &found).await?;
    let declined = declined(read, &found).await?;
    let roles: HashMap<RoleId, &roles::Model> = roles.iter().map(|role| (role.id, role)).collect();
    Ok(found
        .into_iter()
        .filter_map(|user| {
            let role = roles.get(&user.role_id)?;
            Some(UserRow {
                id: user.id,
                status: ShownStatus::of(user.status, user.expires_at, now),
                bounced: user.bounced_at.is_some(),
                failure: user.failure_words.map(|words| Failure {
                    code: user.failure_code.and_then(|code| u16::try_from(code).ok()),
                    words,
                }),
                first_name: user.first_name,
                last_name: user.last_name,
                username: user.username,
                phone: user.phone,
                role: role.kind,
                role_name: role.name.clone(),
                invited_at: user.invited_at,
                inviter: inviters.remove(&user.id),
                expires_at: approvals::shown_end(user.expires_at),
                joined: user.identity_id.is_some(),
                awaits_approval: awaiting.contains(&user.id),
                declined_at: declined.get(&user.id).copied(),
            })
        })
        .collect())
}

/// When those of the users who are not invited have declined.
async fn declined(
    read: &impl ConnectionTrait,
    found: &[users::Model],
) -> Outcome<HashMap<UserId, DateTime<Utc>>> {
    let ids: Vec<UserId> = found
        .iter()
        .filter(|user| user.status == UserStatus::NotInvited)
        .map(|user| user.id)
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = invitations::Entity::find()
        .select_only()
        .column(invitations::Column::UserId)
        .column(invitations::Column::DeclinedAt)
        .filter(invitations::Column::UserId.is_in(ids))
        .filter(invitations::Column::DeclinedAt.is_not_null())
        .into_tuple()
        .all(read)
        .await?;
    Ok(found.into_iter().collect())
}

#[derive(FromQueryResult)]
struct Inviter {
    user_id: UserId,
    /// All three are empty for someone who was deleted since.
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<Username>,
}

/// Who sent the standing invitation of each user who has one.
async fn inviters(
    read: &impl ConnectionTrait,
    found: &[users::Model],
) -> Outcome<HashMap<UserId, String>> {
    let invited = found
        .iter()
        .filter(|user| user.invited_at.is_some())
        .map(|user| user.id);
    let inviter = invitations::Entity::belongs_to(users::Entity)
        .from(invitations::Column::InviterId)
        .to(users::Column::Id);
    let found = invitations::Entity::find()
        .select_only()
        .column(invitations::Column::UserId)
        .columns([
            users::Column::FirstName,
            users::Column::LastName,
            users::Column::Username,
        ])
        .join(JoinType::LeftJoin, inviter.into())
        .filter(invitations::Column::UserId.is_in(invited))
        // An owner whom the operator has invited stands there as their own inviter.
        .filter(
            Condition::any()
                .add(invitations::Column::InviterId.is_null())
                .add(
                    Expr::col(invitations::Column::UserId)
                        .ne(Expr::col(invitations::Column::InviterId)),
                ),
        )
        .into_model::<Inviter>()
        .all(read)
        .await?;
    Ok(found
        .into_iter()
        .map(|it| {
            let first = it.first_name.unwrap_or_default();
            let last = it.last_name.unwrap_or_default();
            let called = it
                .username
                .map(|username| name_or_username(&first, &last, &username));
            (it.user_id, called.unwrap_or_default())
        })
        .collect())
}

/// The matching users behind `last`, oldest first, some at a time.
pub(crate) async fn chunk(
    core: &Core,
    admin: &Admin<ManageUsers>,
    filter: &UsersFilter,
    last: Option<UserId>,
) -> Outcome<Vec<users::Model>> {
    let read = core.database.read();
    oldest(read, admin.organization, filter, core.now(), last).await
}

pub(crate) async fn oldest(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    filter: &UsersFilter,
    now: DateTime<Utc>,
    last: Option<UserId>,
) -> Outcome<Vec<users::Model>> {
    let scope = Scope {
        organization,
        filter,
        now,
    };
    let reach = Reach::find(read, &scope, Ways::default(), None).await?;
    let mut rows = scope.select(&reach);
    if let Some(last) = last {
        rows = rows.filter(users::Column::Id.gt(last));
    }
    let found = rows
        .order_by_asc(users::Column::Id)
        .limit(database::CHUNK as u64)
        .all(read)
        .await?;
    Ok(found)
}

//! The directory.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LikeExpr},
};
use types::{
    contact::Email,
    ids::{OrganizationId, UserId},
    refusal::Refusal,
    users::{
        Failure, ShownStatus, StatusCounts, StatusFilter, USERS_PAGE, UserRow, UserStatus,
        UsersPage, UsersQuery,
    },
};

use crate::{
    Core, Outcome,
    entity::{roles, users},
    proof::{Admin, ManageUsers},
};

/// One page of the admin's directory, newest users first.
pub async fn list(
    core: &Core,
    admin: &Admin<ManageUsers>,
    query: &UsersQuery,
) -> Outcome<UsersPage> {
    let read = core.database.read();
    let now = core.now();
    let mut page = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(admin.organization))
        .filter(with_status(query.status, now));
    if !query.q.is_empty() {
        page = page.filter(users::Column::Search.like(contains(&query.q)));
    }
    if let Some(after) = query.after {
        page = page.filter(users::Column::Id.lt(after));
    }
    let mut found = page
        .order_by_desc(users::Column::Id)
        .limit(u64::from(USERS_PAGE) + 1)
        .find_also_related(roles::Entity)
        .all(read)
        .await?;
    let more = found.len() > USERS_PAGE as usize;
    found.truncate(USERS_PAGE as usize);
    let rows: Vec<_> = found
        .into_iter()
        .filter_map(|(user, role)| Some(shown(user, role?, now)))
        .collect();
    Ok(UsersPage {
        next: if more {
            rows.last().map(|row| row.id)
        } else {
            None
        },
        counts: counts(read, admin.organization, now).await?,
        rows,
        now,
    })
}

fn shown(user: users::Model, role: roles::Model, now: DateTime<Utc>) -> UserRow {
    UserRow {
        id: user.id,
        status: ShownStatus::of(user.status, user.expires_at, now),
        failure: user.failure_words.map(|words| Failure {
            code: user.failure_code.and_then(|code| u16::try_from(code).ok()),
            words,
        }),
        first_name: user.first_name,
        last_name: user.last_name,
        email: user.email,
        role: role.kind,
        role_name: role.name,
        invited_at: user.invited_at,
        expires_at: user.expires_at,
    }
}

/// The condition of a status; the counterpart of `ShownStatus::of`.
fn with_status(filter: StatusFilter, now: DateTime<Utc>) -> Condition {
    let is = |status: UserStatus| users::Column::Status.eq(status);
    let all = Condition::all();
    match filter {
        StatusFilter::All => all,
        StatusFilter::NotInvited => all.add(is(UserStatus::NotInvited)),
        StatusFilter::Waiting => all.add(is(UserStatus::Waiting)),
        StatusFilter::Invited => all
            .add(is(UserStatus::Invited))
            .add(users::Column::ExpiresAt.gt(now)),
        StatusFilter::Expired => all
            .add(is(UserStatus::Invited))
            .add(users::Column::ExpiresAt.lte(now)),
        StatusFilter::Failed => all.add(is(UserStatus::Failed)),
        StatusFilter::Active => all.add(is(UserStatus::Active)),
        StatusFilter::Deactivated => all.add(is(UserStatus::Deactivated)),
        StatusFilter::Unconfirmed => {
            all.add(users::Column::Status.is_not_in([UserStatus::Active, UserStatus::Deactivated]))
        }
    }
}

#[derive(FromQueryResult)]
struct Count {
    status: UserStatus,
    total: i64,
    expired: Option<i64>,
}

async fn counts(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<StatusCounts> {
    let past = Expr::case(users::Column::ExpiresAt.lte(now), 1).finally(0);
    let rows = users::Entity::find()
        .select_only()
        .column(users::Column::Status)
        .column_as(users::Column::Id.count(), "total")
        .column_as(Expr::expr(past).sum(), "expired")
        .filter(users::Column::OrganizationId.eq(organization))
        .group_by(users::Column::Status)
        .into_model::<Count>()
        .all(read)
        .await?;
    let mut counts = StatusCounts::default();
    for row in rows {
        let total = row.total.unsigned_abs();
        let expired = row.expired.unwrap_or_default().unsigned_abs();
        match row.status {
            UserStatus::NotInvited => counts.not_invited = total,
            UserStatus::Waiting => counts.waiting = total,
            UserStatus::Invited => {
                counts.expired = expired;
                counts.invited = total.saturating_sub(expired);
            }
            UserStatus::Failed => counts.failed = total,
            UserStatus::Active => counts.active = total,
            UserStatus::Deactivated => counts.deactivated = total,
        }
    }
    Ok(counts)
}

/// A user of the organization with their role.
pub(crate) async fn find(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    user: UserId,
) -> Outcome<(users::Model, roles::Model)> {
    let found = users::Entity::find_by_id(user)
        .filter(users::Column::OrganizationId.eq(organization))
        .find_also_related(roles::Entity)
        .one(read)
        .await?;
    match found {
        Some((user, Some(role))) => Ok((user, role)),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// Name, or e-mail where there is no name.
pub(crate) fn called(user: &users::Model) -> String {
    let name = format!("{} {}", user.first_name, user.last_name);
    let name = name.trim();
    if name.is_empty() {
        user.email.to_string()
    } else {
        name.to_owned()
    }
}

/// A person's name in two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub first: String,
    pub last: String,
}

impl PersonName {
    /// "Ann Lee" and "Lee, Ann" are the same person; what stands after the first word is the
    /// last name.
    pub fn split(text: &str) -> Self {
        let (first, last) = match text.split_once(',') {
            Some((last, first)) => (first, last),
            None => text
                .trim()
                .split_once(char::is_whitespace)
                .unwrap_or((text, "")),
        };
        Self {
            first: first.trim().to_owned(),
            last: last.trim().to_owned(),
        }
    }
}

/// What the search looks through.
pub(crate) fn search_text(first_name: &str, last_name: &str, email: &Email) -> String {
    format!("{first_name} {last_name} {email}")
        .trim()
        .to_lowercase()
}

fn contains(q: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for letter in q.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_people_write_them() {
        let split = |text: &str| {
            let name = PersonName::split(text);
            (name.first, name.last)
        };
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(split("Ann Lee"), pair("Ann", "Lee"));
        assert_eq!(split("Lee, Ann"), pair("Ann", "Lee"));
        assert_eq!(split("Ann"), pair("Ann", ""));
        assert_eq!(
            split("  Ana María de la Cruz "),
            pair("Ana", "María de la Cruz")
        );
        assert_eq!(split(""), pair("", ""));
    }
}

//! What a filter means, in SQL.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, ExprTrait, IntoSimpleExpr,
    sea_query::{Alias, Expr, Func, LikeExpr, SimpleExpr},
};
use types::users::{Period, StatusFilter, UserStatus};

use super::{
    Scope,
    order::{moment, never},
    reach::Reach,
};
use crate::entity::users;

/// The rows that are asked for. What the chosen way serves stands there as it is; the rest stands
/// aside, where it decides about a row but not about the way.
pub(super) fn of(scope: &Scope<'_>, reach: &Reach) -> Condition {
    let filter = scope.filter;
    let aside = |condition: SimpleExpr| reach.aside(condition);
    let mut all = Condition::all().add_option(reach.rows());
    all = all.add(reach.served(users::Column::OrganizationId.eq(scope.organization)));
    if let Some(condition) = with_status(filter.status) {
        all = all.add(reach.served(condition));
    }
    if let Some(condition) = by_expiry(filter.status, scope.now, reach.engine) {
        all = all.add(reach.about(users::Column::ExpiresAt, condition));
    }
    if let Some(role) = filter.role {
        all = all.add(aside(users::Column::RoleId.eq(role)));
    }
    if !folded(&filter.q).is_empty() {
        all = all.add(users::Column::Search.like(contains(&folded(&filter.q))));
    }
    for (text, column) in [
        (
            folded(&filter.name),
            users::Column::NameKey.into_simple_expr(),
        ),
        (
            folded(&filter.email),
            // The local part is ASCII and the domain is in small letters already.
            Func::lower(users::Column::Username.into_simple_expr()).into(),
        ),
        (
            phone(&filter.phone),
            users::Column::Phone.into_simple_expr(),
        ),
    ] {
        if !text.is_empty() {
            all = all.add(within_text(column, &text, reach.engine));
        }
    }
    // What is looked for in one column stands in the text that has an index, too.
    if reach.engine == DbBackend::Postgres
        && let Some(text) = searched(scope).filter(|text| !folded(&filter.q).contains(text))
    {
        all = all.add(users::Column::Search.like(contains(&text)));
    }
    for (period, column) in [
        (filter.invited, users::Column::InvitedAt),
        (filter.expires, users::Column::ExpiresAt),
    ] {
        for condition in within(period, column, reach.engine) {
            all = all.add(reach.about(column, condition));
        }
    }
    all
}

/// The counterpart of `ShownStatus::of`, together with `by_expiry`.
pub(super) fn with_status(filter: StatusFilter) -> Option<SimpleExpr> {
    let is = |status: UserStatus| Some(users::Column::Status.eq(status));
    match filter {
        StatusFilter::All => None,
        StatusFilter::NotInvited => is(UserStatus::NotInvited),
        StatusFilter::Waiting => is(UserStatus::Waiting),
        StatusFilter::Invited | StatusFilter::Expired => is(UserStatus::Invited),
        StatusFilter::Failed => is(UserStatus::Failed),
        StatusFilter::Active => is(UserStatus::Active),
        StatusFilter::Deactivated => is(UserStatus::Deactivated),
        StatusFilter::Unconfirmed => Some(users::Column::Status.is_in([
            UserStatus::NotInvited,
            UserStatus::Waiting,
            UserStatus::Invited,
            UserStatus::Failed,
        ])),
    }
}

pub(super) fn by_expiry(
    filter: StatusFilter,
    now: DateTime<Utc>,
    engine: DbBackend,
) -> Option<SimpleExpr> {
    let expires = moment(users::Column::ExpiresAt, engine);
    match filter {
        StatusFilter::Invited => Some(expires.gt(now)),
        StatusFilter::Expired => Some(expires.lte(now)),
        _ => None,
    }
}

pub(super) fn within(period: Period, column: users::Column, engine: DbBackend) -> Vec<SimpleExpr> {
    if period.is_all() {
        return Vec::new();
    }
    let at = || moment(column, engine);
    let from = match period.start() {
        Some(start) => at().gte(start),
        // In the index's own words: the column itself would have each row read.
        None => at().gt(Expr::cust(never(engine))),
    };
    let to = period.end().map(|end| at().lt(end));
    std::iter::once(from).chain(to).collect()
}

/// The last digits of a number tell it from others; the first ones, of a country and of an operator,
/// are those of half the directory.
const TELLING_DIGITS: usize = 7;

/// The text that a row that matches has somewhere in `search`: the longest that was given, or its
/// telling part.
pub(super) fn searched(scope: &Scope<'_>) -> Option<String> {
    let filter = scope.filter;
    let text = [
        folded(&filter.q),
        folded(&filter.name),
        folded(&filter.email),
        phone(&filter.phone),
    ]
    .into_iter()
    .max_by_key(|text| text.chars().count())
    .filter(|text| !text.is_empty())?;
    // Letters of a number are bytes.
    let first = text.len().saturating_sub(TELLING_DIGITS);
    Some(match text.get(first..) {
        Some(last) if text == phone(&text) => last.to_owned(),
        _ => text,
    })
}

/// As the columns hold it. A phone number may be written with the usual signs between its digits.
fn folded(text: &str) -> String {
    let is_number = text.chars().filter(char::is_ascii_digit).count() > 2
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() .".contains(c));
    if is_number {
        phone(text)
    } else {
        text.trim().to_lowercase()
    }
}

fn phone(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect()
}

/// PostgreSQL would take this for another reason, independent of the indexed text's, that few rows
/// match, if it were a LIKE too.
fn within_text(column: SimpleExpr, text: &str, engine: DbBackend) -> SimpleExpr {
    match engine {
        DbBackend::Postgres => {
            let place = Func::cust(Alias::new("strpos")).arg(column).arg(text);
            SimpleExpr::from(place).gt(0)
        }
        _ => column.like(contains(text)),
    }
}

/// The text, anywhere.
pub(crate) fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// The row's number: SQLite only, and no part of the entity.
pub(super) fn number() -> SimpleExpr {
    Expr::col((Alias::new("users"), Alias::new("number")))
}

//! By which index to go about a list.
//!
//! PostgreSQL decides that itself, by its statistics. SQLite has none unless somebody analyzes, and
//! then they grow old; so here is decided what matters: whether to walk along the order until the
//! page is full, which is quick where many rows match, or to take the few rows that a filter leaves
//! and to sort those.

use futures::future::{try_join, try_join_all};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QuerySelect, QueryTrait, Statement,
    sea_query::{Alias, Expr, Query, SelectStatement, SimpleExpr},
};
use types::users::{SortBy, StatusFilter};

use super::{
    Scope,
    condition::{by_expiry, number, searched, with_status, within},
};
use crate::{Outcome, entity::users};

/// From how many rows on which way is taken, on SQLite.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// So many rows are sorted rather than looked for along an order.
    pub few: u64,
    /// Of so many rows that a text may leave, the numbers are gathered first: then those that are not
    /// among them are passed by without being read.
    pub some: u64,
}

impl Default for Ways {
    /// About where the ways take as long, at a million users.
    fn default() -> Self {
        Self {
            few: 4_000,
            some: 40_000,
        }
    }
}

/// Parts of a text that are looked up; more would hardly leave fewer rows.
const PARTS: usize = 16;

pub(super) struct Reach {
    pub engine: DbBackend,
    /// The numbers of the few rows to look through; `None`: along the order.
    few: Option<SelectStatement>,
    /// Along the order, the numbers of the rows to look at; `None`: all.
    some: Option<SelectStatement>,
    order: Option<SortBy>,
}

impl Reach {
    pub async fn find(
        read: &impl ConnectionTrait,
        scope: &Scope<'_>,
        ways: Ways,
        order: Option<SortBy>,
    ) -> Outcome<Self> {
        let engine = read.get_database_backend();
        let mut reach = Self {
            engine,
            few: None,
            some: None,
            order,
        };
        if engine != DbBackend::Sqlite {
            return Ok(reach);
        }
        let is_few = |found: u64| ways.few > 0 && found <= ways.few;
        let text = with_text(scope);
        let others = candidates(scope);
        let (found, counted) = try_join(
            async {
                match &text {
                    Some(rows) => estimate(read, ways.few, rows).await,
                    None => Ok(u64::MAX),
                }
            },
            try_join_all(others.iter().map(|rows| count(read, ways.few, rows))),
        )
        .await?;
        if is_few(found) {
            reach.few = text;
            return Ok(reach);
        }
        let few = |(_, count): &(_, Count)| is_few(count.total.unsigned_abs());
        reach.few = others
            .into_iter()
            .zip(counted)
            .find(few)
            .map(|(rows, _)| rows);
        reach.some = text.filter(|_| reach.few.is_none() && found <= ways.some);
        Ok(reach)
    }

    /// The condition that only the few, or some, rows fulfil.
    pub fn rows(&self) -> Option<SimpleExpr> {
        if let Some(few) = self.few.clone() {
            return Some(number().in_subquery(few));
        }
        let some = self.some.clone()?;
        Some(self.aside(number().in_subquery(some)))
    }

    /// A condition on a moment: served where it is what rows are ordered by.
    pub fn about(&self, column: users::Column, condition: SimpleExpr) -> SimpleExpr {
        let is_order = matches!(
            (self.order, column),
            (Some(SortBy::Invited), users::Column::InvitedAt)
                | (Some(SortBy::Expires), users::Column::ExpiresAt)
        );
        if is_order {
            self.served(condition)
        } else {
            self.aside(condition)
        }
    }

    /// A condition that the order's index has.
    pub fn served(&self, condition: SimpleExpr) -> SimpleExpr {
        if self.few.is_some() {
            self.aside(condition)
        } else {
            condition
        }
    }

    /// A condition that is no reason to take another way.
    pub fn aside(&self, condition: SimpleExpr) -> SimpleExpr {
        match self.engine {
            // SQLite looks for indexes in comparisons alone.
            DbBackend::Sqlite => condition.is(Expr::cust("TRUE")),
            _ => condition,
        }
    }
}

/// The rows that hold the parts of the text that is looked for; a few more than those that match.
fn with_text(scope: &Scope<'_>) -> Option<SelectStatement> {
    let parts = parts(&searched(scope)?)?;
    let rows = Query::select()
        .expr_as(Expr::cust("rowid"), Alias::new("number"))
        .from(Alias::new("users_search"))
        .and_where(Expr::cust_with_values("users_search MATCH ?", [parts]))
        .to_owned();
    Some(rows)
}

/// What else may leave few rows, by an index of its own each.
fn candidates(scope: &Scope<'_>) -> Vec<SelectStatement> {
    let filter = scope.filter;
    let ours = || {
        users::Entity::find()
            .select_only()
            .expr(number())
            .filter(users::Column::OrganizationId.eq(scope.organization))
    };
    let mut candidates = Vec::new();
    if let Some(role) = filter.role {
        candidates.push(ours().filter(users::Column::RoleId.eq(role)).into_query());
    }
    for (period, column) in [
        (filter.invited, users::Column::InvitedAt),
        (filter.expires, users::Column::ExpiresAt),
    ] {
        let conditions = within(period, column, DbBackend::Sqlite);
        if !conditions.is_empty() {
            let rows = conditions.into_iter().fold(ours(), QueryFilter::filter);
            candidates.push(rows.into_query());
        }
    }
    let is_part = matches!(
        filter.status,
        StatusFilter::Invited | StatusFilter::Expired | StatusFilter::Unconfirmed
    );
    if is_part {
        let expiry = by_expiry(filter.status, scope.now, DbBackend::Sqlite);
        let rows = with_status(filter.status)
            .into_iter()
            .chain(expiry)
            .fold(ours(), QueryFilter::filter);
        candidates.push(rows.into_query());
    }
    candidates
}

/// Of the first rows: how many, the number of the last one, and the highest number of all.
#[derive(Default, FromQueryResult)]
struct Count {
    total: i64,
    last: Option<i64>,
    highest: Option<i64>,
}

/// Counts no further than it must: to one more than `few`.
async fn count(read: &impl ConnectionTrait, few: u64, rows: &SelectStatement) -> Outcome<Count> {
    let some = rows.clone().limit(few + 1).to_owned();
    let count = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), Alias::new("total"))
        .expr_as(Expr::cust("MAX(number)"), Alias::new("last"))
        .expr_as(
            Expr::cust("(SELECT MAX(number) FROM users)"),
            Alias::new("highest"),
        )
        .from_subquery(some, Alias::new("some"))
        .to_owned();
    let statement: Statement = read.get_database_backend().build(&count);
    let count = Count::find_by_statement(statement).one(read).await?;
    Ok(count.unwrap_or_default())
}

/// How many rows there are: counted if they are few, otherwise as many as the first of them, which come
/// by their numbers, let expect.
async fn estimate(read: &impl ConnectionTrait, few: u64, rows: &SelectStatement) -> Outcome<u64> {
    let count = count(read, few, rows).await?;
    let total = count.total.unsigned_abs();
    if total <= few {
        return Ok(total);
    }
    let last = count.last.unwrap_or_default().unsigned_abs();
    let highest = count.highest.unwrap_or_default().unsigned_abs();
    Ok(total
        .saturating_mul(highest)
        .checked_div(last)
        .unwrap_or(total))
}

/// All parts of three letters, as the text index takes them; `None` where the text is shorter.
fn parts(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut parts: Vec<String> = letters
        .windows(3)
        .map(|part| {
            let part: String = part.iter().collect();
            format!("\"{}\"", part.replace('"', "\"\""))
        })
        .collect();
    parts.sort_unstable();
    parts.dedup();
    // Spread over the text: neighbours say nearly the same.
    let step = parts.len().div_ceil(PARTS).max(1);
    let parts: Vec<String> = parts.into_iter().step_by(step).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

//! By which index to go about a list.
//!
//! PostgreSQL decides that itself, by its statistics. SQLite has none unless somebody analyzes, and
//! then they grow old; so here is decided what matters: whether to walk along the order until the
//! page is full, which is quick where many rows match, or to take the few rows that a filter leaves
//! and to sort those.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QuerySelect, QueryTrait, Statement,
    sea_query::{Alias, Expr, Query, SelectStatement, SimpleExpr},
};
use types::users::{SortBy, StatusCounts, StatusFilter};

use super::{
    Scope,
    condition::{by_expiry, number, searched, with_status, within},
};
use crate::{Outcome, entity::users};

/// So many rows are sorted rather than looked for along an order: about where both take as long, at
/// a million users.
pub(crate) const FEW: u64 = 4_000;

/// Parts of a text that are looked up; more would hardly leave fewer rows.
const PARTS: usize = 16;

pub(super) struct Reach {
    pub engine: DbBackend,
    /// The numbers of the few rows to look through; `None`: along the order.
    few: Option<SelectStatement>,
    order: Option<SortBy>,
}

impl Reach {
    pub async fn find(
        read: &impl ConnectionTrait,
        scope: &Scope<'_>,
        few: u64,
        counts: StatusCounts,
        order: Option<SortBy>,
    ) -> Outcome<Self> {
        let engine = read.get_database_backend();
        let mut reach = Self {
            engine,
            few: None,
            order,
        };
        if engine == DbBackend::Sqlite && few > 0 {
            for candidate in candidates(scope, few, counts) {
                if is_few(read, few, &candidate).await? {
                    reach.few = Some(candidate);
                    break;
                }
            }
        }
        Ok(reach)
    }

    /// The condition that only the few rows fulfil.
    pub fn rows(&self) -> Option<SimpleExpr> {
        let few = self.few.clone()?;
        Some(number().in_subquery(few))
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

/// What may leave few rows, by an index of its own each.
fn candidates(scope: &Scope<'_>, few: u64, counts: StatusCounts) -> Vec<SelectStatement> {
    let filter = scope.filter;
    let ours = || {
        users::Entity::find()
            .select_only()
            .expr(number())
            .filter(users::Column::OrganizationId.eq(scope.organization))
    };
    let mut candidates = Vec::new();
    if let Some(parts) = searched(scope).and_then(|text| parts(&text)) {
        candidates.push(
            Query::select()
                .expr(Expr::cust("rowid"))
                .from(Alias::new("users_search"))
                .and_where(Expr::cust_with_values("users_search MATCH ?", [parts]))
                .to_owned(),
        );
    }
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
    let has_few = counts.of(filter.status) <= few;
    let is_part = matches!(
        filter.status,
        StatusFilter::Invited | StatusFilter::Expired | StatusFilter::Unconfirmed
    );
    if (has_few && is_part) || filter.status == StatusFilter::Expired {
        let expiry = by_expiry(filter.status, scope.now, DbBackend::Sqlite);
        let rows = with_status(filter.status)
            .into_iter()
            .chain(expiry)
            .fold(ours(), QueryFilter::filter);
        candidates.push(rows.into_query());
    }
    candidates
}

#[derive(FromQueryResult)]
struct Count {
    total: i64,
}

/// Counts no further than it must.
async fn is_few(read: &impl ConnectionTrait, few: u64, rows: &SelectStatement) -> Outcome<bool> {
    let some = rows.clone().limit(few + 1).to_owned();
    let count = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), Alias::new("total"))
        .from_subquery(some, Alias::new("some"))
        .to_owned();
    let statement: Statement = read.get_database_backend().build(&count);
    let count = Count::find_by_statement(statement).one(read).await?;
    Ok(count.is_some_and(|count| count.total.unsigned_abs() <= few))
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

//! What rows are ordered by, and where a page begins.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{
    DbBackend, ExprTrait, IntoSimpleExpr, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, Order as Direction, SimpleExpr},
};
use types::users::{Place, Sort, SortBy, Turn};

use crate::entity::users;

/// An order that an index serves from any place on: the key, then the id.
pub(super) struct Order {
    sort: Sort,
    engine: DbBackend,
}

impl Order {
    pub fn of(sort: Sort, engine: DbBackend) -> Self {
        Self { sort, engine }
    }

    /// The rows behind a place (or before it, the nearest first).
    pub fn page(&self, rows: Select<users::Entity>, turn: &Turn) -> Select<users::Entity> {
        let (place, backwards) = match turn {
            Turn::First => (None, false),
            Turn::After(place) => (Some(place), false),
            Turn::Before(place) => (Some(place), true),
        };
        let descending = self.sort.descending != backwards;
        let direction = if descending {
            Direction::Desc
        } else {
            Direction::Asc
        };
        let rows = match place {
            Some(place) => rows.filter(self.beyond(place, descending)),
            None => rows,
        };
        let id = users::Column::Id.into_simple_expr();
        match self.key() {
            Some(key) => rows
                .order_by(key, direction.clone())
                .order_by(id, direction),
            None => rows.order_by(id, direction),
        }
    }

    fn beyond(&self, place: &Place, descending: bool) -> SimpleExpr {
        let beyond = |left: SimpleExpr, right: SimpleExpr| {
            if descending {
                left.lt(right)
            } else {
                left.gt(right)
            }
        };
        let id = users::Column::Id.into_simple_expr();
        let Some(key) = self.key() else {
            return beyond(id, Expr::value(place.id));
        };
        let value = || self.value(&place.key);
        // SQLite finds its place in an index by a plain comparison; pairs only decide about rows.
        let from = if descending {
            key.clone().lte(value())
        } else {
            key.clone().gte(value())
        };
        let pair = beyond(
            Expr::tuple([key, id]),
            Expr::tuple([value(), Expr::value(place.id)]),
        );
        from.and(pair)
    }

    /// What comes before the id.
    fn key(&self) -> Option<SimpleExpr> {
        match self.sort.by {
            SortBy::Added => None,
            SortBy::Name => Some(users::Column::NameKey.into_simple_expr()),
            SortBy::Email => Some(users::Column::UsernameKey.into_simple_expr()),
            SortBy::Invited => Some(moment(users::Column::InvitedAt, self.engine)),
            SortBy::Expires => Some(moment(users::Column::ExpiresAt, self.engine)),
        }
    }

    /// A place's key as the column holds it.
    fn value(&self, key: &str) -> SimpleExpr {
        match self.sort.by {
            SortBy::Invited | SortBy::Expires => match key.parse::<DateTime<Utc>>() {
                Ok(at) => Expr::value(at),
                Err(_) => Expr::cust(never(self.engine)),
            },
            SortBy::Added | SortBy::Name | SortBy::Email => Expr::value(key),
        }
    }

    pub fn place(&self, user: &users::Model) -> Place {
        let text = |at: Option<DateTime<Utc>>| {
            at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
                .unwrap_or_default()
        };
        Place {
            key: match self.sort.by {
                SortBy::Added => String::new(),
                SortBy::Name => user.name_key.clone(),
                SortBy::Email => user.username_key.clone(),
                SortBy::Invited => text(user.invited_at),
                SortBy::Expires => text(user.expires_at),
            },
            id: user.id,
        }
    }
}

/// A moment that is before all others where there is none: as the indexes have it (see the
/// migration), because the engines disagree where NULL stands.
pub(super) fn moment(column: users::Column, engine: DbBackend) -> SimpleExpr {
    let name = match column {
        users::Column::InvitedAt => "invited_at",
        _ => "expires_at",
    };
    Expr::cust(format!("COALESCE(\"users\".\"{name}\", {})", never(engine)))
}

pub(super) fn never(engine: DbBackend) -> &'static str {
    match engine {
        DbBackend::Postgres => "'-infinity'::timestamptz",
        _ => "''",
    }
}

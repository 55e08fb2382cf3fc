//! The address of the list says which users it shows.

use leptos_router::params::ParamsMap;
use types::users::{StatusFilter, UsersQuery};

/// `/users?status=&q=&after=` with what the query has.
pub fn of(query: &UsersQuery) -> String {
    let mut values = ParamsMap::new();
    if query.status != StatusFilter::All {
        values.insert("status", query.status.to_string());
    }
    if !query.q.is_empty() {
        values.insert("q", query.q.clone());
    }
    if let Some(after) = query.after {
        values.insert("after", after.to_string());
    }
    format!("/users{}", values.to_query_string())
}

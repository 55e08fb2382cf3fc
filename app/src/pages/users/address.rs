//! The address of the list says which users it shows.

use leptos_router::params::ParamsMap;
use types::users::UsersQuery;

/// `/users?status=&q=…` with what the query has.
pub fn of(query: &UsersQuery) -> String {
    let mut values = ParamsMap::new();
    for (name, value) in query.address() {
        values.insert(name, value);
    }
    format!("/users{}", values.to_query_string())
}

//! What the visitor's browser says, asked of the request that the page answers.

use http::request::Parts;
use leptos::prelude::use_context;

use crate::ssr::context::cookie_of;
pub use crate::ssr::gate::language;

/// The value of a cookie that pages may read.
pub fn cookie(name: &str) -> Option<String> {
    cookie_of(&use_context::<Parts>()?.headers, name)
}

//! What the visitor's browser says, asked of the document that it shows.

use leptos::prelude::document;
use types::language::Language;
use wasm_bindgen::JsCast;

/// The language in which the server has drawn the page.
pub fn language() -> Language {
    document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .and_then(|lang| lang.parse().ok())
        .unwrap_or_default()
}

/// The value of a cookie that pages may read.
pub fn cookie(name: &str) -> Option<String> {
    let document: web_sys::HtmlDocument = document().dyn_into().ok()?;
    let cookies = document.cookie().ok()?;
    let value = cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.to_owned())
}

//! The document's title.

use leptos::prelude::*;
use leptos_meta::Title;

/// Names the document "<text> · Usher".
///
/// The server writes the head after the page, on any thread: by then the page's signals are out of
/// reach. So the server's title is worded here and now; the browser's follows the text.
#[component]
pub fn PageTitle(#[prop(into)] text: TextProp) -> impl IntoView {
    let title = move || format!("{} · Usher", text.get());
    let at_first = untrack(&title);
    view! {
        <Title text=move || {
            if cfg!(target_arch = "wasm32") { title() } else { at_first.clone() }
        } />
    }
}

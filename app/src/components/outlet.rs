//! The place of a page in its frame.

use leptos::{prelude::*, suspense::Unsuspend};
use leptos_router::components::Outlet;

/// The page of the route below. To be used in the place of leptos's own `Outlet`, of which a `Suspense` around it
/// makes the page twice on the server: once to see what it waits for, once to draw it. All data would be asked for
/// twice, and the page drawn with the second answers while the browser goes by the first.
///
/// Nothing around it waits for the page, which waits for its data by itself.
#[component]
pub fn PageOutlet() -> impl IntoView {
    let page = view! { <Outlet /> };
    Unsuspend::new(move || page)
}

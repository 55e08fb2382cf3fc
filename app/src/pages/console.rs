use leptos::prelude::*;
use leptos_router::components::Outlet;

#[component]
pub fn Console() -> impl IntoView {
    view! { <Outlet /> }
}

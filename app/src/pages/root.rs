use leptos::prelude::*;

#[component]
pub fn RootPage() -> impl IntoView {
    view! { <h1>"RootPage"</h1> }
}

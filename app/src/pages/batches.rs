use leptos::prelude::*;

#[component]
pub fn BatchesPage() -> impl IntoView {
    view! { <h1>"BatchesPage"</h1> }
}

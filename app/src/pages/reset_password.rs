use leptos::prelude::*;

#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    view! { <h1>"ResetPasswordPage"</h1> }
}

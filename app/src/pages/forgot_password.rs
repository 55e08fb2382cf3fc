use leptos::prelude::*;

#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    view! { <h1>"ForgotPasswordPage"</h1> }
}

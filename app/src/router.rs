//! Which page stands at which address.

use leptos::prelude::*;
use leptos_i18n::context::CookieOptions;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    i18n::{I18nContextProvider, Locale},
    pages::{
        accept::AcceptPage, batch::BatchPage, batches::BatchesPage, console::Console,
        forgot_password::ForgotPasswordPage, home::HomePage, mailbox::MailboxPage,
        not_found::NotFoundPage, profile::ProfilePage, reset_password::ResetPasswordPage,
        root::RootPage, setup::SetupPage, sign_in::SignInPage, users::UsersPage,
    },
};

/// As the server writes it (`ssr::forms`): without a path there would be one for each folder.
fn language_cookie() -> CookieOptions<Locale> {
    const YEAR_IN_MILLISECONDS: i64 = 365 * 24 * 60 * 60 * 1000;
    CookieOptions::<Locale>::default()
        .path("/")
        .max_age(YEAR_IN_MILLISECONDS)
}

/// The whole application. Pages are rendered to the end before they are sent (`SsrMode::Async`):
/// they work without JavaScript, and the first paint is the final layout.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <I18nContextProvider cookie_name="language" cookie_options=language_cookie()>
            <Router>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=RootPage ssr=SsrMode::Async />
                    <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                    <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async />
                    <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
                    <Route path=path!("/accept") view=AcceptPage ssr=SsrMode::Async />
                    <Route path=path!("/mailbox") view=MailboxPage ssr=SsrMode::Async />
                    <ParentRoute path=path!("") view=Console ssr=SsrMode::Async>
                        <Route path=path!("/home") view=HomePage ssr=SsrMode::Async />
                        <Route path=path!("/users") view=UsersPage ssr=SsrMode::Async />
                        <Route path=path!("/batches") view=BatchesPage ssr=SsrMode::Async />
                        <Route path=path!("/batches/:id") view=BatchPage ssr=SsrMode::Async />
                        <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async />
                    </ParentRoute>
                </Routes>
            </Router>
        </I18nContextProvider>
    }
}

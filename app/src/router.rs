//! Which page stands at which address.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    components::language::provide_locale,
    pages::{
        accept::AcceptPage,
        batch::BatchPage,
        batches::BatchesPage,
        console::Console,
        forgot_password::ForgotPasswordPage,
        home::HomePage,
        import::{ImportPage, UploadPage},
        mailbox::MailboxPage,
        not_found::NotFoundPage,
        profile::ProfilePage,
        reset_password::ResetPasswordPage,
        root::RootPage,
        setup::SetupPage,
        sign_in::SignInPage,
        user::UserPage,
        users::UsersPage,
    },
};

/// The whole application. Pages are rendered to the end before they are sent (`SsrMode::Async`):
/// they work without JavaScript, and the first paint is the final layout.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_locale();
    view! {
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
                        <Route path=path!("/users/import") view=UploadPage ssr=SsrMode::Async />
                        <Route path=path!("/users/import/:id") view=ImportPage ssr=SsrMode::Async />
                        <Route path=path!("/users/:id") view=UserPage ssr=SsrMode::Async />
                        <Route path=path!("/batches") view=BatchesPage ssr=SsrMode::Async />
                        <Route path=path!("/batches/:id") view=BatchPage ssr=SsrMode::Async />
                        <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async />
                    </ParentRoute>
                </Routes>
            </Router>
    }
}

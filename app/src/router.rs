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
        accept::{AcceptPage, DeclinePage},
        approvals::ApprovalsPage,
        batch::BatchPage,
        batches::BatchesPage,
        console::Console,
        forgot_password::ForgotPasswordPage,
        home::HomePage,
        import::{ImportPage, UploadPage},
        mailbox::MailboxPage,
        not_found::NotFoundPage,
        operator::{NewOrganizationPage, OrganizationPage, OrganizationsPage},
        profile::ProfilePage,
        reset_password::ResetPasswordPage,
        root::RootPage,
        settings::{
            FirstSettings, InvitationSettingsPage, OrganizationPage as OrganizationSettingsPage,
            SettingsFrame,
            audit::AuditPage,
            delivery::DeliveryPage,
            resources::{LinesPage, LocationsPage, PagesPage, ProductsPage},
            roles::RolesPage,
        },
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
                    <Route path=path!("/accept/decline") view=DeclinePage ssr=SsrMode::Async />
                    <Route path=path!("/mailbox") view=MailboxPage ssr=SsrMode::Async />
                    <ParentRoute path=path!("") view=Console ssr=SsrMode::Async>
                        <Route path=path!("/home") view=HomePage ssr=SsrMode::Async />
                        <Route path=path!("/users") view=UsersPage ssr=SsrMode::Async />
                        <Route path=path!("/users/import") view=UploadPage ssr=SsrMode::Async />
                        <Route path=path!("/users/import/:id") view=ImportPage ssr=SsrMode::Async />
                        <Route path=path!("/users/approvals") view=ApprovalsPage ssr=SsrMode::Async />
                        <Route path=path!("/users/:id") view=UserPage ssr=SsrMode::Async />
                        <Route path=path!("/batches") view=BatchesPage ssr=SsrMode::Async />
                        <Route path=path!("/batches/:id") view=BatchPage ssr=SsrMode::Async />
                        <ParentRoute path=path!("/settings") view=SettingsFrame ssr=SsrMode::Async>
                            <Route path=path!("") view=FirstSettings ssr=SsrMode::Async />
                            <Route path=path!("/roles") view=RolesPage ssr=SsrMode::Async />
                            <Route path=path!("/locations") view=LocationsPage ssr=SsrMode::Async />
                            <Route path=path!("/pages") view=PagesPage ssr=SsrMode::Async />
                            <Route path=path!("/products") view=ProductsPage ssr=SsrMode::Async />
                            <Route path=path!("/lines") view=LinesPage ssr=SsrMode::Async />
                            <Route path=path!("/delivery") view=DeliveryPage ssr=SsrMode::Async />
                            <Route path=path!("/audit") view=AuditPage ssr=SsrMode::Async />
                            <Route path=path!("/organization") view=OrganizationSettingsPage ssr=SsrMode::Async />
                            <Route path=path!("/invitations") view=InvitationSettingsPage ssr=SsrMode::Async />
                        </ParentRoute>
                        <Route path=path!("/operator") view=OrganizationsPage ssr=SsrMode::Async />
                        <Route path=path!("/operator/new") view=NewOrganizationPage ssr=SsrMode::Async />
                        <Route path=path!("/operator/:id") view=OrganizationPage ssr=SsrMode::Async />
                        <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async />
                    </ParentRoute>
                </Routes>
            </Router>
    }
}

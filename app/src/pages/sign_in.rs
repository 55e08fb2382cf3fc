//! Signing in.

use leptos::{prelude::*, server_fn::ServerFn};
use types::refusal::Refusal;

use crate::{
    api::account::{SignIn, take_flash},
    components::{
        fault::{Alert, Notice, flash_error},
        field::{Marking, PasswordField, TextField},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::td_string,
};

/// `/sign-in`: a plain form; the browser never takes the page over.
#[component]
pub fn SignInPage() -> impl IntoView {
    let locale = use_locale();
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <PublicCard heading=td_string!(locale, account.sign_in)>
            <Suspense>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    // Which of the two is wrong is not said; the focus stays where it is.
                    let marking = match flash.refusal {
                        Some(Refusal::WrongCredentials) => Marking::Always,
                        _ => Marking::Quiet,
                    };
                    view! {
                        {flash
                            .done
                            .then(|| view! { <Notice>{td_string!(locale, account.password_changed)}</Notice> })}
                        {flash_error(&flash).map(|error| view! { <Alert error /> })}
                        <form method="post" action=SignIn::url() novalidate class="space-y-5">
                            <TextField
                                label=td_string!(locale, account.email)
                                name="email"
                                kind="email"
                                autocomplete="username"
                                hint=td_string!(locale, account.or_phone)
                                value=flash.typed("email")
                                required=true
                                refusal=flash.refusal
                                marking
                            />
                            <PasswordField label=td_string!(locale, account.password) marking />
                            {(flash.refusal == Some(Refusal::WrongCredentials))
                                .then(|| {
                                    view! {
                                        <p class="text-sm text-base-content/75">
                                            {td_string!(locale, account.temporary_hint)}
                                        </p>
                                    }
                                })}
                            <button type="submit" class="btn btn-primary w-full">
                                {td_string!(locale, account.sign_in_button)}
                            </button>
                        </form>
                        <p class="text-center text-sm">
                            <a class="link link-hover" href="/forgot-password">
                                {td_string!(locale, account.forgot_password)}
                            </a>
                        </p>
                    }
                })}
            </Suspense>
        </PublicCard>
    }
}

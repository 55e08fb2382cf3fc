//! Asking for a link to choose a new password.

use leptos::{prelude::*, server_fn::ServerFn};
use types::session::Flash;

use crate::{
    api::account::{RequestPasswordReset, take_flash},
    components::{
        fault::{Alert, Notice, flash_error},
        field::{Marking, TextField},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::{td, td_string},
};

/// `/forgot-password`: says the same whether or not the address is known.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let locale = use_locale();
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <PublicCard heading=td_string!(locale, account.forgot_heading)>
            <Suspense>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    if flash.done {
                        view! { <Asked email=flash.typed("email") /> }.into_any()
                    } else {
                        view! { <AskForm flash /> }.into_any()
                    }
                })}
            </Suspense>
            <p class="text-center text-sm">
                <a class="link link-hover" href="/sign-in">
                    {td_string!(locale, account.back_to_sign_in)}
                </a>
            </p>
        </PublicCard>
    }
}

#[component]
fn AskForm(flash: Flash) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="text-base-content/80">{td_string!(locale, account.forgot_lead)}</p>
        {flash_error(&flash).map(|error| view! { <Alert error /> })}
        <form method="post" action=RequestPasswordReset::url() novalidate class="space-y-5">
            <TextField
                label=td_string!(locale, account.email)
                name="email"
                kind="email"
                autocomplete="username"
                hint=td_string!(locale, account.or_phone)
                value=flash.typed("email")
                required=true
                marking=Marking::Quiet
                refusal=flash.refusal
            />
            <button type="submit" class="btn btn-primary w-full">
                {td_string!(locale, account.send_link)}
            </button>
        </form>
    }
}

#[component]
fn Asked(email: String) -> impl IntoView {
    let locale = use_locale();
    let sentence = if email.is_empty() {
        td_string!(locale, account.link_on_its_way_plain).into_any()
    } else {
        td!(locale, account.link_on_its_way, email).into_any()
    };
    view! {
        <Notice>{sentence}</Notice>
        <p class="text-base-content/80">{td_string!(locale, account.link_not_arrived)}</p>
        <a class="btn w-full border-base-300 bg-base-100" href="/forgot-password">
            {td_string!(locale, account.other_address)}
        </a>
    }
}

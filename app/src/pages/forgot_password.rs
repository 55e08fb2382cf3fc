//! Asking for a link to choose a new password.

use leptos::{prelude::*, server_fn::ServerFn};
use types::session::Flash;

use crate::{
    api::account::{RequestPasswordReset, take_flash},
    components::{
        fault::{Alert, Notice, flash_error},
        field::{Marking, TextField},
        public_card::PublicCard,
    },
    i18n::{t, t_string, use_i18n},
};

/// `/forgot-password`: says the same whether or not the address is known.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let i18n = use_i18n();
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <PublicCard heading=move || t_string!(i18n, account.forgot_heading)>
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
                    {t!(i18n, account.back_to_sign_in)}
                </a>
            </p>
        </PublicCard>
    }
}

#[component]
fn AskForm(flash: Flash) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="text-base-content/80">{t!(i18n, account.forgot_lead)}</p>
        {flash_error(&flash).map(|error| view! { <Alert error /> })}
        <form method="post" action=RequestPasswordReset::url() novalidate class="space-y-5">
            <TextField
                label=move || t_string!(i18n, account.email)
                name="email"
                kind="email"
                autocomplete="username"
                value=flash.typed("email")
                required=true
                marking=Marking::Quiet
                refusal=flash.refusal
            />
            <button type="submit" class="btn btn-primary w-full">
                {t!(i18n, account.send_link)}
            </button>
        </form>
    }
}

#[component]
fn Asked(email: String) -> impl IntoView {
    let i18n = use_i18n();
    let sentence = if email.is_empty() {
        t!(i18n, account.link_on_its_way_plain).into_any()
    } else {
        t!(i18n, account.link_on_its_way, email).into_any()
    };
    view! {
        <Notice>{sentence}</Notice>
        <p class="text-base-content/80">{t!(i18n, account.link_not_arrived)}</p>
        <a class="btn w-full border-base-300 bg-base-100" href="/forgot-password">
            {t!(i18n, account.other_address)}
        </a>
    }
}

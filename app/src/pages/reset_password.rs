//! Choosing a new password after following the link to it.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{refusal::Refusal, session::Flash};

use crate::{
    api::account::{ResetPassword, reset_link_works, take_flash},
    components::{
        fault::{Alert, flash_error},
        field::{Marking, NewPasswordField},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::td_string,
};

/// `/reset-password`: the form, or why the link is dead and how to get another.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let locale = use_locale();
    let works = Resource::new_blocking(|| (), |()| reset_link_works());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let flash = flash.await.unwrap_or_default();
                match works.await {
                    Ok(true) if flash.refusal != Some(Refusal::ResetLinkNotValid) => {
                        view! { <ResetForm flash /> }.into_any()
                    }
                    Ok(_) => view! { <DeadLink /> }.into_any(),
                    Err(error) => {
                        view! {
                            <PublicCard heading=td_string!(locale, account.forgot_heading)>
                                <Alert error />
                            </PublicCard>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn ResetForm(flash: Flash) -> impl IntoView {
    let locale = use_locale();
    view! {
        <PublicCard heading=td_string!(locale, account.forgot_heading)>
            <p class="text-base-content/80">{td_string!(locale, account.reset_lead)}</p>
            {flash_error(&flash).map(|error| view! { <Alert error /> })}
            <form method="post" action=ResetPassword::url() novalidate class="space-y-5">
                <NewPasswordField
                    label=td_string!(locale, account.new_password)
                    refusal=flash.refusal
                    marking=Marking::Quiet
                />
                <button type="submit" class="btn btn-primary w-full">
                    {td_string!(locale, account.reset_button)}
                </button>
            </form>
        </PublicCard>
    }
}

#[component]
fn DeadLink() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PublicCard heading=td_string!(locale, account.reset_dead_heading)>
            <p class="text-base-content/80">{td_string!(locale, account.reset_dead_text)}</p>
            <a class="btn btn-primary w-full" href="/forgot-password">
                {td_string!(locale, account.reset_ask_again)}
            </a>
            <p class="text-center text-sm">
                <a class="link link-hover" href="/sign-in">
                    {td_string!(locale, account.back_to_sign_in)}
                </a>
            </p>
        </PublicCard>
    }
}

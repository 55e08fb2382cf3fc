//! The first organization.

use leptos::{prelude::*, server_fn::ServerFn};
use types::session::Flash;

use crate::{
    api::account::{SetUp, awaits_setup, take_flash},
    components::{
        fault::{Alert, flash_error},
        field::{NewPasswordField, TextField},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::td_string,
};

/// `/setup`: once, with the code that the server printed.
#[component]
pub fn SetupPage() -> impl IntoView {
    let locale = use_locale();
    let awaited = Resource::new_blocking(|| (), |()| awaits_setup());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let flash = flash.await.unwrap_or_default();
                match awaited.await {
                    Ok(true) => view! { <SetupForm flash /> }.into_any(),
                    Ok(false) => view! { <SetUpAlready /> }.into_any(),
                    Err(error) => {
                        view! {
                            <PublicCard heading=td_string!(locale, account.setup_heading)>
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
fn SetupForm(flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let refusal = flash.refusal;
    view! {
        <PublicCard heading=td_string!(locale, account.setup_heading)>
            <p class="text-base-content/80">{td_string!(locale, account.setup_lead)}</p>
            {flash_error(&flash).map(|error| view! { <Alert error /> })}
            <form method="post" action=SetUp::url() novalidate class="space-y-5">
                <TextField
                    label=td_string!(locale, account.setup_code)
                    name="code"
                    autocomplete="one-time-code"
                    hint=td_string!(locale, account.setup_code_hint)
                    value=flash.typed("code")
                    required=true
                    refusal
                />
                <TextField
                    label=td_string!(locale, account.organization_name)
                    name="organization"
                    autocomplete="organization"
                    value=flash.typed("organization")
                    required=true
                    refusal
                />
                <TextField
                    label=td_string!(locale, account.your_name)
                    name="name"
                    autocomplete="name"
                    value=flash.typed("name")
                    required=true
                    refusal
                />
                <TextField
                    label=td_string!(locale, account.email)
                    name="email"
                    kind="email"
                    autocomplete="username"
                    value=flash.typed("email")
                    required=true
                    refusal
                />
                <NewPasswordField
                    label=td_string!(locale, account.password)
                    about_fields=&["organization", "name", "email"]
                    refusal
                />
                <button type="submit" class="btn btn-primary w-full">
                    {td_string!(locale, account.create_organization)}
                </button>
            </form>
        </PublicCard>
    }
}

#[component]
fn SetUpAlready() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PublicCard heading=td_string!(locale, account.set_up_already)>
            <p class="text-base-content/80">{td_string!(locale, account.set_up_already_text)}</p>
            <a class="btn btn-primary w-full" href="/sign-in">
                {td_string!(locale, account.sign_in_button)}
            </a>
        </PublicCard>
    }
}

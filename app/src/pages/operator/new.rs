use leptos::{prelude::*, server_fn::ServerFn};
use types::{language::Language, session::Flash};

use super::OPERATOR;
use crate::{
    api::{account::take_flash, operator::CreateOrganization},
    components::{
        fault::{Alert, flash_error},
        field::TextField,
        icon::{Icon, IconName},
        language::{language_of, use_locale},
    },
    i18n::td_string,
    pages::console::{Loading, PageTitle},
};

/// `/operator/new`: an organization and its first owner.
#[component]
pub fn NewOrganizationPage() -> impl IntoView {
    let locale = use_locale();
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <PageTitle text=td_string!(locale, operator.create) />
        <div class="max-w-xl">
            <a href=OPERATOR class="btn btn-ghost btn-sm -ml-3 font-normal">
                <Icon name=IconName::ArrowLeft class="size-4" />
                {td_string!(locale, operator.heading)}
            </a>
            <h1 class="mt-2 text-2xl font-semibold tracking-tight">
                {td_string!(locale, operator.create)}
            </h1>
            <p class="mt-2 text-base-content/80">{td_string!(locale, operator.create_lead)}</p>
            <Suspense fallback=Loading>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    view! { <NewForm flash /> }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn NewForm(flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let refusal = flash.refusal;
    let chosen = flash
        .typed("language")
        .parse()
        .unwrap_or_else(|_| language_of(locale));
    view! {
        <div class="panel mt-6 space-y-5 p-6">
            {flash_error(&flash).map(|error| view! { <Alert error /> })}
            <form method="post" action=CreateOrganization::url() novalidate class="space-y-5">
                <TextField
                    label=td_string!(locale, operator.organization_name)
                    name="organization"
                    autocomplete="off"
                    value=flash.typed("organization")
                    required=true
                    refusal
                />
                <LanguageField chosen />
                <TextField
                    label=td_string!(locale, operator.owner_name)
                    name="name"
                    autocomplete="off"
                    value=flash.typed("name")
                    required=true
                    refusal
                />
                <TextField
                    label=td_string!(locale, operator.owner_email)
                    name="email"
                    kind="email"
                    autocomplete="off"
                    hint=td_string!(locale, operator.owner_email_hint)
                    value=flash.typed("email")
                    required=true
                    refusal
                />
                <button type="submit" class="btn btn-primary">
                    {td_string!(locale, operator.create)}
                </button>
            </form>
        </div>
    }
}

#[component]
fn LanguageField(chosen: Language) -> impl IntoView {
    let locale = use_locale();
    let options = Language::ALL.iter().map(|language| {
        let language = *language;
        // Each in its own words, whatever the page's language is.
        let name = match language {
            Language::En => "English",
            Language::Ru => "Русский",
        };
        view! {
            <option
                value=language.as_str()
                lang=language.as_str()
                selected=language == chosen
            >
                {name}
            </option>
        }
    });
    view! {
        <div>
            <label for="language" class="mb-1.5 block text-sm font-medium">
                {td_string!(locale, operator.language)}
            </label>
            <select id="language" name="language" class="select w-full text-base" aria-describedby="language-hint">
                {options.collect_view()}
            </select>
            <p id="language-hint" class="mt-1.5 text-sm text-base-content/70">
                {td_string!(locale, operator.language_hint)}
            </p>
        </div>
    }
}

//! Name and look of the organization.

use leptos::prelude::*;
use types::{
    access::Permission,
    language::Language,
    organization::{OrganizationPage as Page, Setting},
    session::Flash,
};

use super::{
    accent::AccentForm,
    logo::LogoPanel,
    panel::{Form, HINT, LABEL, SettingsForm, language_name},
};
use crate::{
    api::{
        account::take_flash,
        organization::{Panel, read_organization_settings},
    },
    components::{fault::Alert, field::TextField, language::use_locale},
    i18n::td_string,
    pages::console::{Allowed, Loading, PageTitle},
};

/// `/settings/organization`
#[component]
pub fn OrganizationPage() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PageTitle text=td_string!(locale, organization.heading) />
        <h1 class="text-2xl font-semibold tracking-tight">
            {td_string!(locale, organization.heading)}
        </h1>
        <p class="mt-2 text-base-content/80">{td_string!(locale, organization.lead)}</p>
        <Allowed permission=Permission::ManageOrganization>
            <Content />
        </Allowed>
    }
}

#[component]
fn Content() -> impl IntoView {
    let page = Resource::new_blocking(|| (), |()| read_organization_settings());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <div class="mt-6 max-w-3xl">
            <Suspense fallback=Loading>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    match page.await {
                        Ok(page) => view! { <Panels page flash /> }.into_any(),
                        Err(error) => view! { <Alert error /> }.into_any(),
                    }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn Panels(page: Page, flash: Flash) -> impl IntoView {
    let form = |panel| Form::new(panel, &page.settings, &flash);
    let (general, logo, accent) = (form(Panel::General), form(Panel::Logo), form(Panel::Accent));
    view! {
        <div class="space-y-6">
            <General form=general time_zones=page.time_zones />
            <LogoPanel organization=page.settings.name logo=page.logo flash=logo.flash />
            <AccentForm form=accent />
        </div>
    }
}

#[component]
fn General(form: Form, time_zones: Vec<String>) -> impl IntoView {
    let locale = use_locale();
    let name = (
        form.value(Setting::Name),
        form.hint(
            locale,
            Setting::Name,
            td_string!(locale, organization.name_effect),
        ),
        form.marking(Setting::Name),
    );
    let language = form.value(Setting::Language);
    let languages = Language::ALL
        .iter()
        .map(|it| {
            let selected = it.as_str() == language;
            view! {
                <option value=it.as_str() lang=it.as_str() selected=selected>
                    {language_name(*it)}
                </option>
            }
        })
        .collect_view();
    let zone = form.value(Setting::TimeZone);
    let zones = time_zones
        .into_iter()
        .map(|it| {
            let selected = it == zone;
            let text = it.replace('_', " ");
            view! { <option value=it selected=selected>{text}</option> }
        })
        .collect_view();
    let language_hint = form.hint(
        locale,
        Setting::Language,
        td_string!(locale, organization.language_effect),
    );
    let zone_hint = form.hint(
        locale,
        Setting::TimeZone,
        td_string!(locale, organization.time_zone_effect),
    );
    view! {
        <SettingsForm
            form
            settings=&[Setting::Name, Setting::Language, Setting::TimeZone]
            title=td_string!(locale, organization.general)
        >
            <TextField
                label=td_string!(locale, organization.name)
                name="wanted[name]"
                autocomplete="organization"
                value=name.0
                hint=name.1
                marking=name.2
                required=true
            />
            <div>
                <label class=LABEL for="language">
                    {td_string!(locale, organization.language)}
                </label>
                <select
                    id="language"
                    name="wanted[language]"
                    class="select w-full text-base"
                    aria-describedby="language-hint"
                >
                    {languages}
                </select>
                <p id="language-hint" class=HINT>
                    {language_hint}
                </p>
            </div>
            <div>
                <label class=LABEL for="time-zone">
                    {td_string!(locale, organization.time_zone)}
                </label>
                <select
                    id="time-zone"
                    name="wanted[time_zone]"
                    class="select w-full text-base"
                    aria-describedby="time-zone-hint"
                >
                    {zones}
                </select>
                <p id="time-zone-hint" class=HINT>
                    {zone_hint}
                </p>
            </div>
        </SettingsForm>
    }
}

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use types::{operator::OrganizationPage as Page, refusal::Refusal, session::Flash};

use super::{
    OPERATOR, State, owners::Owners, resources::Resources, seats_text, settings::Settings,
    suspension::Suspension,
};
use crate::{
    api::{account::take_flash, operator::read_organization},
    components::{
        fault::{Alert, Notice, flash_error},
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
    pages::console::{Loading, PageTitle},
};

/// `/operator/{id}`: what one organization has and may use.
#[component]
pub fn OrganizationPage() -> impl IntoView {
    let locale = use_locale();
    let params = use_params_map();
    let page = Resource::new_blocking(
        move || params.with(|params| params.get("id").unwrap_or_default()),
        |id| async move {
            let id = id.parse().map_err(|_| Refusal::NotFound)?;
            read_organization(id).await
        },
    );
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <div class="max-w-4xl">
            <a href=OPERATOR class="btn btn-ghost btn-sm -ml-3 font-normal">
                <Icon name=IconName::ArrowLeft class="size-4" />
                {td_string!(locale, operator.heading)}
            </a>
            <Suspense fallback=Loading>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    match page.await {
                        Ok(page) => view! { <Shown page flash /> }.into_any(),
                        Err(error) => {
                            view! {
                                <PageTitle text=td_string!(locale, operator.heading) />
                                <div class="mt-4">
                                    <Alert error />
                                </div>
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn Shown(page: Page, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let organization = page.organization.clone();
    let name = organization.name.clone();
    let suspended = organization.suspended_at.is_some();
    let done = flash.done.then(|| match flash.typed("email").as_str() {
        "" => td_string!(locale, operator.saved).to_owned(),
        email => td_string!(locale, operator.owner_invited, email = email),
    });
    let figure = |label: &'static str, value: String| {
        view! {
            <div>
                <dt class="text-sm text-base-content/80">{label}</dt>
                <dd class="mt-1 text-lg font-semibold tabular-nums">{value}</dd>
            </div>
        }
    };
    view! {
        <PageTitle text=name.clone() />
        <div class="mt-2 flex flex-wrap items-center gap-3">
            <h1 class="min-w-0 text-2xl font-semibold tracking-tight break-words">{name.clone()}</h1>
            <State suspended />
        </div>
        <div class="mt-6 space-y-6">
            {done.map(|text| view! { <Notice>{text}</Notice> })}
            {flash_error(&flash).map(|error| view! { <Alert error /> })}
            <dl class="panel grid grid-cols-2 gap-4 p-6 sm:grid-cols-4">
                {figure(td_string!(locale, operator.users), organization.users.to_string())}
                {figure(td_string!(locale, operator.pending), organization.pending.to_string())}
                {figure(td_string!(locale, operator.failed), organization.failed.to_string())}
                {figure(td_string!(locale, operator.seats), seats_text(locale, organization.seats))}
            </dl>
            <Settings page=page.clone() flash=flash.clone() />
            <Resources id=organization.id resources=page.resources flash=flash.clone() />
            <Owners id=organization.id owners=page.owners suspended flash />
            <Suspension id=organization.id name suspended chosen=page.chosen />
        </div>
    }
}

use leptos::prelude::*;
use types::operator::OrganizationRow;

use super::{State, page_of, seats_text};
use crate::{
    api::operator::list_organizations,
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::use_live,
    },
    i18n::td_string,
    pages::console::{Loading, PageTitle},
};

/// `/operator`: every organization.
#[component]
pub fn OrganizationsPage() -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let organizations = Resource::new(move || live.get(), |_| list_organizations());
    view! {
        <PageTitle text=td_string!(locale, operator.heading) />
        <div class="max-w-6xl">
            <Transition fallback=Loading>
                {move || Suspend::new(async move {
                    match organizations.await {
                        Ok(rows) => view! { <Organizations rows /> }.into_any(),
                        Err(error) => view! { <Alert error /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Organizations(rows: Vec<OrganizationRow>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="flex flex-wrap items-center justify-between gap-3">
            <h1 class="text-2xl font-semibold tracking-tight">
                {td_string!(locale, operator.heading)}
            </h1>
            <a href="/operator/new" class="btn btn-primary">
                <Icon name=IconName::Building />
                {td_string!(locale, operator.create)}
            </a>
        </div>
        <p class="mt-2 text-base-content/80">{td_string!(locale, operator.lead)}</p>
        <div
            class="table-frame mt-6"
            role="region"
            tabindex="0"
            aria-label=td_string!(locale, operator.heading)
        >
            <table class="table" aria-label=td_string!(locale, operator.heading)>
                <thead>
                    <tr>
                        <th scope="col">{td_string!(locale, operator.name)}</th>
                        <th scope="col">{td_string!(locale, operator.state)}</th>
                        <th scope="col" class="text-right">{td_string!(locale, operator.users)}</th>
                        <th scope="col" class="text-right">{td_string!(locale, operator.pending)}</th>
                        <th scope="col" class="text-right">{td_string!(locale, operator.failed)}</th>
                        <th scope="col" class="text-right">{td_string!(locale, operator.seats)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows.into_iter().map(|row| view! { <Row row /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: OrganizationRow) -> impl IntoView {
    let locale = use_locale();
    let failed = if row.failed == 0 {
        view! { <span class="text-base-content/80">"0"</span> }.into_any()
    } else {
        view! {
            <span class="inline-flex items-center gap-1.5 font-medium text-error">
                <Icon name=IconName::Alert class="size-4" />
                {row.failed}
            </span>
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="max-w-80">
                <a
                    href=page_of(&row)
                    class="link link-hover block truncate font-medium text-primary"
                >
                    {row.name.clone()}
                </a>
            </td>
            <td>
                <State suspended=row.suspended_at.is_some() />
            </td>
            <td class="text-right tabular-nums">{row.users}</td>
            <td class="text-right tabular-nums">{row.pending}</td>
            <td class="text-right tabular-nums">{failed}</td>
            <td class="text-right whitespace-nowrap tabular-nums">{seats_text(locale, row.seats)}</td>
        </tr>
    }
}

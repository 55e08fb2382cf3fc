//! `/settings/audit`: who did what, when and from where.
//!
//! - `filters`: which events are shown; `events`: the list; `empty`: instead of it
//! - `words`: what events say

mod empty;
mod events;
mod filters;
mod words;

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use types::{
    access::Permission,
    audit::{EventsPage, EventsQuery, EventsTurn},
    ids::UserId,
};

use self::{events::Events, filters::Filters};
use crate::{
    api::{AppError, audit::list_events},
    components::{
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
    },
    i18n::td_string,
    pages::console::{Allowed, Loading, PageTitle},
};

const AUDIT: &str = "/settings/audit";

/// What the server answers for the page.
type Listing = Result<EventsPage, AppError>;

/// `/settings/audit?by=…` with what the query has.
fn address(query: &EventsQuery) -> String {
    let mut values = ParamsMap::new();
    for (name, value) in query.address() {
        values.insert(name, value);
    }
    format!("{AUDIT}{}", values.to_query_string())
}

/// Where all that was done to a user is told.
pub fn all_about(user: UserId) -> String {
    format!("{AUDIT}?about={user}")
}

/// The audit log of the organization.
#[component]
pub fn AuditPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ViewAudit>
            <Log />
        </Allowed>
    }
}

#[component]
fn Log() -> impl IntoView {
    let locale = use_locale();
    let given = use_query_map();
    let query =
        Memo::new(move |_| given.with(|given| EventsQuery::from_address(|name| given.get(name))));
    let live = use_live();
    let page = Resource::new(
        move || (query.get(), live.get()),
        |(query, _)| list_events(query),
    );
    view! {
        <PageTitle text=td_string!(locale, audit.heading) />
        <div class="max-w-4xl">
            <div class="flex flex-wrap items-start justify-between gap-3">
                <h1 class="text-2xl font-semibold tracking-tight">
                    {td_string!(locale, audit.heading)}
                </h1>
                <Export query />
            </div>
            <p class="mt-2 text-base-content/80">{td_string!(locale, audit.lead)}</p>
            <Transition fallback=Loading>
                {Suspend::new(async move {
                    let listing = follow(page, page.await);
                    view! {
                        <Filters listing query />
                        <Events listing query />
                        <Pages listing query />
                    }
                })}
            </Transition>
        </div>
    }
}

/// The filtered log as a file.
#[component]
fn Export(query: Memo<EventsQuery>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <form method="post" action="/settings/audit/export.csv">
            <input type="hidden" name="query" value=move || address(&query.get().from_start()) />
            <button type="submit" class="btn">
                <Icon name=IconName::Download />
                {td_string!(locale, audit.export)}
            </button>
        </form>
    }
}

#[component]
fn Pages(listing: ReadSignal<Listing>, query: Memo<EventsQuery>) -> impl IntoView {
    let locale = use_locale();
    let to = move |turn: EventsTurn| {
        address(&EventsQuery {
            turn,
            ..query.get()
        })
    };
    let places = Memo::new(move |_| {
        listing.with(|it| {
            it.as_ref()
                .map_or((None, None), |page| (page.before, page.after))
        })
    });
    let newer = move || places.get().0.map(|place| to(EventsTurn::Before(place)));
    let older = move || places.get().1.map(|place| to(EventsTurn::After(place)));
    view! {
        <nav class="mt-4 flex justify-end gap-2 empty:hidden" aria-label=td_string!(locale, audit.pages)>
            {move || {
                newer()
                    .map(|href| {
                        view! {
                            <a class="btn btn-sm" href=href rel="prev">
                                <Icon name=IconName::ChevronLeft class="size-4" />
                                {td_string!(locale, audit.newer)}
                            </a>
                        }
                    })
            }}
            {move || {
                older()
                    .map(|href| {
                        view! {
                            <a class="btn btn-sm" href=href rel="next">
                                {td_string!(locale, audit.older)}
                                <Icon name=IconName::ChevronRight class="size-4" />
                            </a>
                        }
                    })
            }}
        </nav>
    }
}

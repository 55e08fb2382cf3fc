//! Which users the list shows: the navigation "Status" and the search.

use std::time::Duration;

use leptos::{
    html::{Input, Nav},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
};
use leptos_router::{NavigateOptions, components::Form, hooks::use_navigate};
use types::users::{StatusCounts, StatusFilter, UsersQuery};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::address;
use crate::{
    components::icon::{Icon, IconName},
    components::language::use_locale,
    i18n::{Locale, td_string},
};

/// How long the search waits for the next letter.
const PAUSE: Duration = Duration::from_millis(300);

/// In the navigation's order.
const ORDER: [StatusFilter; 9] = [
    StatusFilter::All,
    StatusFilter::NotInvited,
    StatusFilter::Waiting,
    StatusFilter::Invited,
    StatusFilter::Expired,
    StatusFilter::Failed,
    StatusFilter::Active,
    StatusFilter::Deactivated,
    StatusFilter::Unconfirmed,
];

/// The name of a filter.
pub fn filter_text(locale: Locale, filter: StatusFilter) -> &'static str {
    match filter {
        StatusFilter::All => td_string!(locale, users.all),
        StatusFilter::NotInvited => td_string!(locale, users.not_invited),
        StatusFilter::Waiting => td_string!(locale, users.waiting),
        StatusFilter::Invited => td_string!(locale, users.invited),
        StatusFilter::Expired => td_string!(locale, users.expired),
        StatusFilter::Failed => td_string!(locale, users.failed),
        StatusFilter::Active => td_string!(locale, users.active),
        StatusFilter::Deactivated => td_string!(locale, users.deactivated),
        StatusFilter::Unconfirmed => td_string!(locale, users.unconfirmed),
    }
}

/// Links to every status with its count; a row to scroll where there is no room for a column.
#[component]
pub fn StatusNav(
    query: Memo<UsersQuery>,
    /// `None` while they are awaited.
    counts: Signal<Option<StatusCounts>>,
) -> impl IntoView {
    let locale = use_locale();
    let node = NodeRef::<Nav>::new();
    Effect::new(move |_| {
        query.track();
        if let Some(nav) = node.get() {
            show_active(nav.unchecked_into(), 30);
        }
    });
    view! {
        <nav
            node_ref=node
            class="-mx-1 overflow-x-auto px-1 @4xl:sticky @4xl:top-20"
            aria-label=td_string!(locale, users.status)
        >
            <ul class="flex gap-1 py-1 @4xl:flex-col @4xl:py-0" role="list">
                {ORDER.map(|filter| view! { <StatusLink filter query counts /> }).collect_view()}
            </ul>
        </nav>
    }
}

/// In a row that is wider than the screen: moves the active link to its middle. The navigation may
/// come into the page some frames later: it is waited for so many times.
fn show_active(nav: HtmlElement, waits: u8) {
    request_animation_frame(move || {
        if nav.is_connected() {
            let active = nav.query_selector("[aria-current]").ok().flatten();
            if let Some(active) = active.and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
                let middle = active.offset_left() - nav.offset_left() + active.offset_width() / 2;
                nav.set_scroll_left(middle - nav.client_width() / 2);
            }
        } else if let Some(waits) = waits.checked_sub(1) {
            show_active(nav, waits);
        }
    });
}

#[component]
fn StatusLink(
    filter: StatusFilter,
    query: Memo<UsersQuery>,
    counts: Signal<Option<StatusCounts>>,
) -> impl IntoView {
    let locale = use_locale();
    let active = Memo::new(move |_| query.with(|query| query.status == filter));
    let href = move || {
        address::of(&UsersQuery {
            status: filter,
            q: query.get().q,
            after: None,
        })
    };
    view! {
        <li>
            <a
                href=href
                aria-current=move || active.get().then_some("page")
                class="flex min-h-9 items-center justify-between gap-3 rounded-field px-3 text-sm whitespace-nowrap transition-colors hover:bg-base-200 aria-[current]:bg-base-200 aria-[current]:font-semibold aria-[current]:text-primary"
            >
                <span>{filter_text(locale, filter)}</span>
                " "
                <span class="text-xs font-normal text-base-content/75 tabular-nums">
                    {move || counts.get().map(|counts| counts.of(filter))}
                </span>
            </a>
        </li>
    }
}

/// The search: a form that works without JavaScript, and as one types with it. The field is left
/// to the browser, so that what was typed before the script ran stays.
#[component]
pub fn SearchBox(query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let navigate = use_navigate();
    let field = NodeRef::<Input>::new();
    let first = query.with_untracked(|query| query.q.clone());
    // What this box has asked for last: the address that comes of it must not overwrite the box.
    let asked = StoredValue::new(first.clone());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(stop);

    Effect::new(move |_| {
        let q = query.with(|query| query.q.clone());
        if q != asked.get_value() {
            if let Some(field) = field.get_untracked() {
                field.set_value(&q);
            }
            asked.set_value(q);
        }
    });
    let go = move || {
        let Some(field) = field.try_get_untracked().flatten() else {
            return;
        };
        let q = field.value().trim().to_owned();
        let query = query.get_untracked();
        if q == query.q {
            return;
        }
        asked.set_value(q.clone());
        let to = address::of(&UsersQuery {
            status: query.status,
            q,
            after: None,
        });
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&to, options);
    };
    let on_input = move |_| {
        stop();
        timer.set_value(set_timeout_with_handle(go.clone(), PAUSE).ok());
    };
    let status = move || query.with(|query| query.status);

    view! {
        <Form method="get" action="/users" noscroll=true attr:role="search" on:submit=move |_| stop()>
            <label class="input w-full @xl:max-w-sm">
                <Icon name=IconName::Search class="size-4 text-base-content/70" />
                <span class="sr-only">{td_string!(locale, users.search_label)}</span>
                <input
                    node_ref=field
                    type="search"
                    name="q"
                    value=first
                    on:input=on_input
                    placeholder=td_string!(locale, users.search_hint)
                    autocomplete="off"
                    spellcheck="false"
                    enterkeyhint="search"
                />
            </label>
            {move || {
                (status() != StatusFilter::All)
                    .then(|| view! { <input type="hidden" name="status" value=status().as_str() /> })
            }}
        </Form>
    }
}

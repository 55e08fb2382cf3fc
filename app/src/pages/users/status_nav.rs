//! The navigation "Status".

use leptos::{html::Nav, prelude::*};
use types::users::{StatusCounts, StatusFilter, UsersFilter, UsersQuery};

use super::address;
use crate::{
    components::{language::use_locale, link_row::keep_active_in_sight},
    i18n::{Locale, td_string},
};

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
    keep_active_in_sight(node, move || query.track());
    view! {
        <nav
            node_ref=node
            class="-mx-1 overflow-x-auto px-1 @min-[66rem]:sticky @min-[66rem]:top-20"
            aria-label=td_string!(locale, users.status)
        >
            <ul class="flex gap-1 py-1 @min-[66rem]:flex-col @min-[66rem]:py-0" role="list">
                {ORDER.map(|filter| view! { <StatusLink filter query counts /> }).collect_view()}
            </ul>
        </nav>
    }
}

#[component]
fn StatusLink(
    filter: StatusFilter,
    query: Memo<UsersQuery>,
    counts: Signal<Option<StatusCounts>>,
) -> impl IntoView {
    let locale = use_locale();
    let active = Memo::new(move |_| query.with(|query| query.filter.status == filter));
    let href = move || {
        query.with(|query| {
            address::of(&query.with_filter(UsersFilter {
                status: filter,
                ..query.filter.clone()
            }))
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

//! What stands in the place of rows, and what to do next.

use leptos::prelude::*;
use types::users::{StatusFilter, Turn, UsersFilter, UsersQuery};

use super::{InviteButton, address, status_nav::filter_text};
use crate::{
    components::icon::{Icon, IconName},
    components::language::use_locale,
    i18n::td_string,
};

/// Why there is nothing, or next to nothing, to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Only the person who looks is in the directory.
    Alone,
    /// Nobody matches; the words, where only they were looked for.
    NothingFound { words: Option<String> },
    /// Nobody has the status.
    NobodyHere { status: StatusFilter },
    /// Another page than the first, and nobody is left on it.
    PageEmpty,
}

impl Gap {
    /// `all` is the number of users in the directory.
    pub fn of(query: &UsersQuery, no_rows: bool, all: u64) -> Option<Self> {
        let UsersQuery { filter, turn, .. } = query;
        if *turn == Turn::First && *filter == UsersFilter::default() {
            return (all <= 1).then_some(Self::Alone);
        }
        let only_words = UsersFilter {
            q: filter.q.clone(),
            status: filter.status,
            ..UsersFilter::default()
        };
        let gap = match turn {
            Turn::After(_) | Turn::Before(_) => Self::PageEmpty,
            Turn::First if filter.is_refined() => Self::NothingFound {
                words: (*filter == only_words).then(|| filter.q.clone()),
            },
            Turn::First => Self::NobodyHere {
                status: filter.status,
            },
        };
        no_rows.then_some(gap)
    }
}

/// Says it, with one thing to do.
#[component]
pub fn EmptyList(gap: Gap, query: Memo<UsersQuery>, invite: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let icon = match gap {
        Gap::Alone => IconName::UserPlus,
        Gap::NothingFound { .. } => IconName::Search,
        Gap::NobodyHere { .. } | Gap::PageEmpty => IconName::Users,
    };
    let heading = {
        let gap = gap.clone();
        move || match &gap {
            Gap::Alone => td_string!(locale, users.alone_heading).to_owned(),
            Gap::NothingFound { words: Some(words) } => {
                td_string!(locale, users.nothing_found, words = words.as_str())
            }
            Gap::NothingFound { words: None } => td_string!(locale, users.no_match).to_owned(),
            Gap::NobodyHere { status } => {
                td_string!(
                    locale,
                    users.nobody_here,
                    status = filter_text(locale, *status)
                )
            }
            Gap::PageEmpty => td_string!(locale, users.page_empty).to_owned(),
        }
    };
    let text = {
        let gap = gap.clone();
        move || match gap {
            Gap::Alone => td_string!(locale, users.alone_text),
            Gap::NothingFound { .. } => td_string!(locale, users.nothing_found_text),
            Gap::NobodyHere { .. } => td_string!(locale, users.nobody_here_text),
            Gap::PageEmpty => td_string!(locale, users.page_empty_text),
        }
    };
    view! {
        <section class="mt-4 grid justify-items-center gap-2 rounded-box border border-dashed border-base-300 px-6 py-12 text-center">
            <span class="mb-2 rounded-full bg-base-200 p-3 text-base-content/75">
                <Icon name=icon />
            </span>
            <h2 class="max-w-full text-base font-semibold break-words">{heading}</h2>
            <p class="max-w-prose text-sm text-base-content/75">{text}</p>
            <div class="mt-4">
                <NextStep gap query invite />
            </div>
        </section>
    }
}

#[component]
fn NextStep(gap: Gap, query: Memo<UsersQuery>, invite: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let link = move |query: UsersQuery, text: &'static str| {
        view! {
            <a class="btn btn-sm" href=address::of(&query)>
                {text}
            </a>
        }
        .into_any()
    };
    move || {
        let query = query.get();
        match gap {
            Gap::Alone => view! {
                <InviteButton
                    open=invite
                    text=td_string!(locale, users.invite_first)
                />
            }
            .into_any(),
            Gap::NothingFound { .. } => link(
                query.with_filter(with_status(query.filter.status)),
                td_string!(locale, users.clear_search),
            ),
            Gap::NobodyHere { .. } => {
                link(UsersQuery::default(), td_string!(locale, users.show_all))
            }
            Gap::PageEmpty => link(query.from_start(), td_string!(locale, users.first_page)),
        }
    }
}

fn with_status(status: StatusFilter) -> UsersFilter {
    UsersFilter {
        status,
        ..UsersFilter::default()
    }
}

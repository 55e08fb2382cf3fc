//! What stands in the place of events, and what to do next.

use leptos::prelude::*;
use types::audit::{EventsFilter, EventsPage, EventsQuery, EventsTurn, PersonNamed, Sought};

use super::{AUDIT, address};
use crate::{
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

/// Why there are no events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The words are nobody's.
    Nobody {
        words: String,
    },
    /// The words are of several people; with a query for each.
    Several {
        words: String,
        people: Vec<(PersonNamed, EventsQuery)>,
    },
    NothingFound,
    /// Another page than the first, and nothing is left on it.
    PageEmpty,
    /// Nothing has happened at all.
    Nothing,
}

impl Gap {
    pub fn of(query: &EventsQuery, page: &EventsPage) -> Option<Self> {
        let filter = &query.filter;
        let with = |by: bool, person: &PersonNamed| {
            let mut query = query.from_start();
            let field = if by {
                &mut query.filter.by
            } else {
                &mut query.filter.about
            };
            *field = person.id.to_string();
            (person.clone(), query)
        };
        for (sought, words, by) in [
            (&page.by, &filter.by, true),
            (&page.about, &filter.about, false),
        ] {
            match sought {
                Sought::Nobody => {
                    return Some(Self::Nobody {
                        words: words.clone(),
                    });
                }
                Sought::Several(people) => {
                    return Some(Self::Several {
                        words: words.clone(),
                        people: people.iter().map(|person| with(by, person)).collect(),
                    });
                }
                Sought::Anybody | Sought::One(_) | Sought::Gone => {}
            }
        }
        let gap = if query.turn != EventsTurn::First {
            Self::PageEmpty
        } else if *filter == EventsFilter::default() {
            Self::Nothing
        } else {
            Self::NothingFound
        };
        page.events.is_empty().then_some(gap)
    }
}

#[component]
pub fn Empty(gap: Gap, query: EventsQuery) -> impl IntoView {
    let locale = use_locale();
    let heading = match &gap {
        Gap::Nobody { words } => td_string!(locale, audit.nobody, words = words.as_str()),
        Gap::Several { words, .. } => td_string!(locale, audit.several, words = words.as_str()),
        Gap::NothingFound => td_string!(locale, audit.nothing_found).to_owned(),
        Gap::PageEmpty => td_string!(locale, audit.page_empty).to_owned(),
        Gap::Nothing => td_string!(locale, audit.nothing).to_owned(),
    };
    let text = match &gap {
        Gap::Nobody { .. } => td_string!(locale, audit.nobody_text),
        Gap::Several { .. } => td_string!(locale, audit.several_text),
        Gap::NothingFound => td_string!(locale, audit.nothing_found_text),
        Gap::PageEmpty => td_string!(locale, audit.page_empty_text),
        Gap::Nothing => td_string!(locale, audit.nothing_text),
    };
    let icon = match &gap {
        Gap::Nobody { .. } | Gap::Several { .. } => IconName::Users,
        Gap::NothingFound => IconName::Search,
        Gap::PageEmpty | Gap::Nothing => IconName::Clock,
    };
    let next = match gap {
        Gap::Several { people, .. } => {
            let links = people.into_iter();
            let links = links.map(|(person, query)| {
                let PersonNamed { name, email, .. } = person;
                let more = (email != name)
                    .then(|| view! { <span class="text-base-content/75">{email}</span> });
                view! {
                    <li>
                        <a
                            href=address(&query)
                            class="flex flex-wrap gap-x-3 rounded-field px-3 py-2 text-start text-sm [overflow-wrap:anywhere] hover:bg-base-200"
                        >
                            <span class="font-medium text-primary"><bdi>{name}</bdi></span>
                            {more}
                        </a>
                    </li>
                }
            });
            view! {
                <ul class="panel mt-4 w-full max-w-md p-1" role="list">
                    {links.collect_view()}
                </ul>
            }
            .into_any()
        }
        Gap::PageEmpty => view! {
            <a class="btn btn-sm mt-4" href=address(&query.from_start())>
                {td_string!(locale, audit.first_page)}
            </a>
        }
        .into_any(),
        Gap::Nobody { .. } | Gap::NothingFound => view! {
            <a class="btn btn-sm mt-4" href=AUDIT>
                {td_string!(locale, audit.clear)}
            </a>
        }
        .into_any(),
        Gap::Nothing => ().into_any(),
    };
    view! {
        <section class="mt-4 grid justify-items-center gap-2 rounded-box border border-dashed border-base-300 px-6 py-12 text-center">
            <span class="mb-2 rounded-full bg-base-200 p-3 text-base-content/75">
                <Icon name=icon />
            </span>
            <h2 class="max-w-full text-base font-semibold break-words">{heading}</h2>
            <p class="max-w-prose text-sm text-base-content/75">{text}</p>
            {next}
        </section>
    }
}

//! From page to page.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::users::{PageSize, Place, Turn, UsersPage as Page, UsersQuery};

use super::{address, filter_form::FORM};
use crate::{
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

/// Links to the page before and the next one, and how many rows a page holds.
#[component]
pub fn Pages(page: Memo<Option<Page>>, query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let before = Memo::new(move |_| page.with(|it| it.as_ref()?.before.clone()));
    let after = Memo::new(move |_| page.with(|it| it.as_ref()?.after.clone()));
    let to = move |turn: Turn| {
        address::of(&UsersQuery {
            turn,
            ..query.get()
        })
    };
    let previous = move || before.get().map(|place: Place| to(Turn::Before(place)));
    let next = move || after.get().map(|place: Place| to(Turn::After(place)));
    view! {
        <div class="mt-4 flex flex-wrap items-center justify-between gap-3">
            <RowsPerPage query />
            <nav class="flex gap-2" aria-label=td_string!(locale, users.pages)>
                {move || {
                    previous()
                        .map(|href| {
                            view! {
                                <a class="btn btn-sm" href=href rel="prev">
                                    <Icon name=IconName::ChevronLeft class="size-4" />
                                    {td_string!(locale, users.previous_page)}
                                </a>
                            }
                        })
                }}
                {move || {
                    next()
                        .map(|href| {
                            view! {
                                <a class="btn btn-sm" href=href rel="next">
                                    {td_string!(locale, users.next_page)}
                                    <Icon name=IconName::ChevronRight class="size-4" />
                                </a>
                            }
                        })
                }}
            </nav>
        </div>
    }
}

/// A field of the form of filters, so that it works without JavaScript too.
#[component]
fn RowsPerPage(query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let navigate = use_navigate();
    let choose = move |event| {
        let Ok(size) = event_target_value(&event).parse::<PageSize>() else {
            return;
        };
        let wanted = UsersQuery {
            size,
            ..query.get_untracked().from_start()
        };
        navigate(&address::of(&wanted), NavigateOptions::default());
    };
    let options = PageSize::ALL
        .iter()
        .map(|size| {
            let size = *size;
            view! {
                <option value=size.as_str() selected=move || query.with(|query| query.size == size)>
                    {size.as_str()}
                </option>
            }
        })
        .collect_view();
    view! {
        <label class="flex items-center gap-2 text-sm text-base-content/75">
            {td_string!(locale, users.rows_per_page)}
            <select
                name="size"
                form=FORM
                class="select select-sm w-20"
                on:change=choose
            >
                {options}
            </select>
        </label>
    }
}

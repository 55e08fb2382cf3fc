//! The table's head: headings that order the rows, with a filter under each.

use leptos::prelude::*;
use types::users::{Period, Sort, UsersFilter, UsersPage as Page, UsersQuery};

use super::{
    address,
    columns::{Column, close_when_left},
    filter_form::FORM,
    selection::{SelectPage, Selection},
};
use crate::{
    components::{
        badge::role_name,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

/// On a narrow page the headings and filters are a form that "Filters" opens.
const HEAD: &str = "table-head bg-base-100 @3xl:m-0 @3xl:p-0 @3xl:sticky @3xl:top-14 @3xl:z-10 @3xl:table-header-group";
const ROW: &str = "grid gap-3 @3xl:table-row";
const HEADING: &str =
    "px-2 pt-2 text-start align-bottom text-xs font-medium whitespace-nowrap text-base-content/75";
const FILTER: &str = "px-2 pt-1 pb-2 align-top font-normal @3xl:border-b @3xl:border-base-300";
const FIELD: &str = "input input-xs h-7 w-full min-w-0 px-2 font-normal";

#[component]
pub fn TableHead(
    page: Memo<Option<Page>>,
    query: Memo<UsersQuery>,
    selection: Selection,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <thead role="rowgroup" class=HEAD>
            <tr role="row" class="hidden @3xl:table-row">
                <th role="columnheader" scope="col" class=format!("{HEADING} w-10 ps-3")>
                    <SelectPage page selection />
                </th>
                {Column::ALL
                    .map(|column| view! { <Heading column query /> })
                    .collect_view()}
                <th role="columnheader" scope="col" class=format!("{HEADING} w-12")>
                    <span class="sr-only">{td_string!(locale, users.actions)}</span>
                </th>
            </tr>
            <tr role="row" class=ROW aria-label=td_string!(locale, users.filters)>
                <td role="cell" class=format!("{FILTER} hidden @3xl:table-cell")></td>
                {Column::ALL
                    .map(|column| view! { <Filter column page query /> })
                    .collect_view()}
                <td role="cell" class=format!("{FILTER} hidden @3xl:table-cell")></td>
            </tr>
        </thead>
    }
}

/// The name of a column; where rows can be ordered by it, a link that does.
#[component]
fn Heading(column: Column, query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let class = format!("{HEADING} {}", column.class());
    let text = column.heading(locale);
    let Some(by) = column.sort() else {
        return view! {
            <th role="columnheader" scope="col" class=class>
                {text}
            </th>
        }
        .into_any();
    };
    let sort = Memo::new(move |_| query.with(|query| query.sort));
    let direction = move || {
        (sort.get().by == by).then(|| {
            if sort.get().descending {
                "descending"
            } else {
                "ascending"
            }
        })
    };
    let href = move || {
        let now = sort.get();
        let sort = Sort {
            by,
            descending: now.by == by && !now.descending,
        };
        address::of(&UsersQuery {
            sort,
            ..query.get().from_start()
        })
    };
    view! {
        <th role="columnheader" scope="col" class=class aria-sort=direction>
            <a
                href=href
                class="sort-link"
                data-direction=direction
                title=td_string!(locale, users.sort_by, column = text)
            >
                {text}
                <Icon name=IconName::ArrowUp class="size-3" />
            </a>
        </th>
    }
    .into_any()
}

#[component]
fn Filter(column: Column, page: Memo<Option<Page>>, query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let filter = query.with_untracked(|query| query.filter.clone());
    let UsersFilter {
        name,
        email,
        phone,
        invited,
        expires,
        ..
    } = filter;
    let label = td_string!(locale, users.filter_by, column = column.heading(locale));
    let text = |field: &'static str, value: String| {
        view! {
            <input
                type="search"
                form=FORM
                name=field
                value=value
                class=FIELD
                aria-label=label.clone()
                placeholder=td_string!(locale, users.contains)
                autocomplete="off"
                spellcheck="false"
                maxlength="300"
            />
        }
        .into_any()
    };
    let field = match column {
        Column::Name => text("name", name),
        Column::Email => text("email", email),
        Column::Phone => text("phone", phone),
        Column::Role => view! { <RoleFilter page query label /> }.into_any(),
        // The navigation filters by it.
        Column::Status => ().into_any(),
        Column::Invited => {
            view! { <PeriodFilter from="invited_from" to="invited_to" period=invited label /> }
                .into_any()
        }
        Column::Expires => {
            view! { <PeriodFilter from="expires_from" to="expires_to" period=expires label /> }
                .into_any()
        }
    };
    let class = if column == Column::Status {
        format!("{FILTER} hidden @3xl:table-cell {}", column.class())
    } else {
        format!("{FILTER} {}", column.class())
    };
    view! {
        <td role="cell" class=class>
            <span class="mb-1 block text-xs text-base-content/75 @3xl:hidden" aria-hidden="true">
                {column.heading(locale)}
            </span>
            {field}
        </td>
    }
}

#[component]
fn RoleFilter(page: Memo<Option<Page>>, query: Memo<UsersQuery>, label: String) -> impl IntoView {
    let locale = use_locale();
    let chosen = Memo::new(move |_| query.with(|query| query.filter.role));
    let roles = Memo::new(move |_| page.with(|page| page.as_ref().map(|page| page.roles.clone())));
    let options = move || {
        roles
            .get()
            .into_iter()
            .flatten()
            .map(|role| {
                view! {
                    <option
                        value=role.id.to_string()
                        selected=move || chosen.get() == Some(role.id)
                    >
                        {role_name(locale, role.kind, &role.name)}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <select
            form=FORM
            name="role"
            class="select select-xs h-7 w-full min-w-0 ps-2 pe-6 font-normal"
            aria-label=label
        >
            <option value="">{td_string!(locale, users.any_role)}</option>
            {options}
        </select>
    }
}

/// Two days; folded away, as there is no room for both in a column.
#[component]
fn PeriodFilter(
    from: &'static str,
    to: &'static str,
    period: Period,
    label: String,
) -> impl IntoView {
    let locale = use_locale();
    let day = |name: &'static str, text: &'static str, day: Option<String>| {
        view! {
            <label class="grid gap-1 text-xs">
                {text}
                <input type="date" form=FORM name=name value=day class="input input-sm w-full" />
            </label>
        }
    };
    let active = !period.is_all();
    view! {
        <details class="dropdown-details relative" on:focusout=close_when_left>
            <summary
                class="select select-xs h-7 w-full min-w-0 ps-2 pe-6 font-normal whitespace-nowrap"
                class:font-medium=active
            >
                <span class="sr-only">{label}": "</span>
                <span class="truncate">
                    {if active {
                        td_string!(locale, users.chosen_days)
                    } else {
                        td_string!(locale, users.any_day)
                    }}
                </span>
            </summary>
            <div class="floating end-0 grid w-48 gap-3 p-3 @max-3xl:static @max-3xl:mt-2 @max-3xl:w-full">
                {day(from, td_string!(locale, users.from_day), period.from.map(|it| it.to_string()))}
                {day(to, td_string!(locale, users.to_day), period.to.map(|it| it.to_string()))}
            </div>
        </details>
    }
}

//! The form of filters: a plain GET, so the page's address is its state.
//!
//! The fields are left to the browser; another address writes into them what it asks for.

use leptos::{html, prelude::*};
use leptos_router::components::Form;
use types::audit::{Action, EventsFilter, EventsQuery, Sought};

use super::{AUDIT, Listing, words::action_text};
use crate::{components::language::use_locale, i18n::td_string};

#[component]
pub fn Filters(listing: ReadSignal<Listing>, query: Memo<EventsQuery>) -> impl IntoView {
    let locale = use_locale();
    let of = move |text: fn(&EventsFilter) -> String| {
        Memo::new(move |_| query.with(|query| text(&query.filter)))
    };
    // Who was found stands there by their address, which is theirs alone.
    let person = move |asked: Memo<String>, sought: fn(&super::EventsPage) -> &Sought| {
        Memo::new(move |_| {
            let email = listing.with(|it| match sought(it.as_ref().ok()?) {
                Sought::One(person) => Some(person.email.clone()),
                _ => None,
            });
            let asked = asked.get();
            email.filter(|_| !asked.is_empty()).unwrap_or(asked)
        })
    };
    let by = person(of(|filter| filter.by.clone()), |page| &page.by);
    let about = person(of(|filter| filter.about.clone()), |page| &page.about);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let from = Memo::new(move |_| query.with(|query| day(query.filter.days.from)));
    let to = Memo::new(move |_| query.with(|query| day(query.filter.days.to)));
    let filtered = Memo::new(move |_| query.with(|query| query.filter != EventsFilter::default()));
    view! {
        <Form
            method="get"
            action=AUDIT
            noscroll=true
            attr:role="search"
            attr:class="panel mt-6 grid grid-cols-2 gap-4 p-4 sm:p-5 xl:grid-cols-3"
        >
            <Field
                name="by"
                label=td_string!(locale, audit.by)
                kind="search"
                hint=td_string!(locale, audit.person_hint)
                text=by
                class="col-span-2 sm:col-span-1"
            />
            <Field
                name="about"
                label=td_string!(locale, audit.about)
                kind="search"
                hint=td_string!(locale, audit.person_hint)
                text=about
                class="col-span-2 sm:col-span-1"
            />
            <ActionField query />
            <Field name="from" label=td_string!(locale, audit.from_day) kind="date" text=from />
            <Field name="to" label=td_string!(locale, audit.to_day) kind="date" text=to />
            <div class="col-span-2 flex flex-wrap items-end gap-2 sm:col-span-1">
                <button type="submit" class="btn btn-primary">
                    {td_string!(locale, audit.show)}
                </button>
                <Show when=move || filtered.get()>
                    <a class="btn btn-ghost" href=AUDIT>
                        {td_string!(locale, audit.clear)}
                    </a>
                </Show>
            </div>
        </Form>
    }
}

#[component]
fn Field(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    #[prop(optional)] hint: &'static str,
    text: Memo<String>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let id = format!("audit-{name}");
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<String>| {
        let now = text.get();
        if before.is_some_and(|before| before != now)
            && let Some(input) = input.get_untracked()
        {
            input.set_value(&now);
        }
        now
    });
    view! {
        <div class=format!("grid min-w-0 content-start gap-1 {class}")>
            <label for=id.clone() class="text-sm font-medium">
                {label}
            </label>
            <input
                id=id
                node_ref=input
                type=kind
                name=name
                value=text.get_untracked()
                placeholder=(!hint.is_empty()).then_some(hint)
                class="input w-full text-base"
                autocomplete="off"
                spellcheck="false"
                maxlength=(kind == "search").then_some("300")
            />
        </div>
    }
}

#[component]
fn ActionField(query: Memo<EventsQuery>) -> impl IntoView {
    let locale = use_locale();
    let chosen = Memo::new(move |_| query.with(|query| query.filter.action));
    let select = NodeRef::<html::Select>::new();
    Effect::new(move |before: Option<Option<Action>>| {
        let now = chosen.get();
        if before.is_some_and(|before| before != now)
            && let Some(select) = select.get_untracked()
        {
            select.set_value(now.map_or("", Action::as_str));
        }
        now
    });
    let first = chosen.get_untracked();
    let options = Action::ALL
        .iter()
        .map(|action| {
            view! {
                <option value=action.as_str() selected=first == Some(*action)>
                    {action_text(locale, *action)}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="col-span-2 grid min-w-0 content-start gap-1 sm:col-span-1">
            <label for="audit-action" class="text-sm font-medium">
                {td_string!(locale, audit.action)}
            </label>
            <select
                node_ref=select
                id="audit-action"
                name="action"
                class="select w-full text-base"
            >
                <option value="">{td_string!(locale, audit.any_action)}</option>
                {options}
            </select>
        </div>
    }
}

//! The form of all filters: one search over everything, and the fields under the columns' headings.
//!
//! It works without JavaScript, and as one types with it. The fields are left to the browser, so that
//! what was typed before the script ran stays.

use std::time::Duration;

use leptos::{ev::Event, leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::{NavigateOptions, components::Form, hooks::use_navigate};
use types::users::UsersQuery;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement};

use super::address;
use crate::{
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

/// The form's `id`: fields outside of it name it in their `form`.
pub const FORM: &str = "users-filter";

/// How long the form waits for the next letter.
const PAUSE: Duration = Duration::from_millis(300);

/// Follows what is typed into the form's fields, wherever they stand.
#[derive(Clone, Copy)]
pub struct Typing {
    query: Memo<UsersQuery>,
    /// What the fields asked for last: the address that comes of it must not overwrite them.
    asked: StoredValue<UsersQuery>,
    timer: StoredValue<Option<TimeoutHandle>>,
    go: Callback<UsersQuery>,
}

impl Typing {
    pub fn new(query: Memo<UsersQuery>) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |query: UsersQuery| {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..Default::default()
            };
            navigate(&address::of(&query), options);
        });
        let typing = Self {
            query,
            asked: StoredValue::new(query.get_untracked()),
            timer: StoredValue::new(None),
            go,
        };
        on_cleanup(move || typing.stop());
        Effect::new(move |_| {
            let query = query.get();
            if typing
                .asked
                .with_value(|asked| asked.filter != query.filter)
            {
                fill(&query);
            }
            typing.asked.set_value(query);
        });
        typing
    }

    /// For `on:input` around all the fields.
    pub fn on_input(self, event: &Event) {
        let is_ours = event
            .target()
            .and_then(|it| it.dyn_into::<Element>().ok())
            .is_some_and(|field| {
                field.get_attribute("form").as_deref() == Some(FORM)
                    || field
                        .closest(&format!("#{FORM}"))
                        .is_ok_and(|it| it.is_some())
            });
        if is_ours {
            self.stop();
            let look = move || self.look();
            self.timer
                .set_value(set_timeout_with_handle(look, PAUSE).ok());
        }
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Goes where the fields say.
    fn look(self) {
        let Some(query) = self.query.try_get_untracked() else {
            return;
        };
        let wanted = read().map(|read| UsersQuery {
            filter: read.filter,
            ..query.from_start()
        });
        if let Some(wanted) = wanted
            && wanted.filter != query.filter
        {
            self.asked.set_value(wanted.clone());
            self.go.run(wanted);
        }
    }
}

fn form() -> Option<HtmlFormElement> {
    document().get_element_by_id(FORM)?.dyn_into().ok()
}

fn read() -> Option<UsersQuery> {
    let values = FormData::new_with_form(&form()?).ok()?;
    Some(UsersQuery::from_address(|name| {
        values.get(name).as_string()
    }))
}

/// Writes a query into the fields.
fn fill(query: &UsersQuery) {
    let Some(form) = form() else { return };
    let values = query.address();
    let value = |name: &str| {
        let found = values.iter().find(|(it, _)| *it == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let fields = form.elements();
    for field in (0..fields.length()).filter_map(|at| fields.item(at)) {
        if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
            if input.type_() != "hidden" {
                input.set_value(value(&input.name()));
            }
        } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
            select.set_value(value(&select.name()));
        }
    }
}

/// The search, and what the form carries along.
#[component]
pub fn SearchBox(query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let first = query.with_untracked(|query| query.filter.q.clone());
    // What no field of the form says.
    let carried = move || {
        let kept = query.with(|query| {
            let mut values = query.from_start().address();
            values.retain(|(name, _)| matches!(*name, "status" | "sort"));
            values
        });
        kept.into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    };
    view! {
        <Form method="get" action="/users" noscroll=true attr:role="search" attr:id=FORM attr:class="min-w-0 flex-1 @xl:max-w-sm">
            <label class="input w-full">
                <Icon name=IconName::Search class="size-4 text-base-content/70" />
                <span class="sr-only">{td_string!(locale, users.search_label)}</span>
                <input
                    type="search"
                    id="search-users"
                    name="q"
                    value=first
                    placeholder=td_string!(locale, users.search_hint)
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="300"
                    enterkeyhint="search"
                />
            </label>
            {carried}
            // What Enter presses, in any of the fields.
            <button type="submit" class="btn btn-sm mt-2 [@media(scripting:enabled)]:hidden">
                {td_string!(locale, users.apply)}
            </button>
        </Form>
    }
}

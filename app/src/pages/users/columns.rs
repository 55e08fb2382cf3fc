//! The columns of the table, and which of them a person wants to see.

use leptos::prelude::*;
use types::users::SortBy;
use wasm_bindgen::JsCast;

use super::super::console::use_awake;
use crate::{
    components::{
        icon::{Icon, IconName},
        language::use_locale,
        preferences::remember,
    },
    i18n::{Locale, td_string},
    visitor,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Email,
    Phone,
    Role,
    Status,
    Invited,
    Expires,
}

impl Column {
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Role,
        Self::Status,
        Self::Invited,
        Self::Expires,
    ];

    pub fn heading(self, locale: Locale) -> &'static str {
        match self {
            Self::Name => td_string!(locale, users.name),
            Self::Email => td_string!(locale, users.email),
            Self::Phone => td_string!(locale, users.phone),
            Self::Role => td_string!(locale, users.role),
            Self::Status => td_string!(locale, users.status),
            Self::Invited => td_string!(locale, users.sent),
            Self::Expires => td_string!(locale, users.expires),
        }
    }

    pub const fn sort(self) -> Option<SortBy> {
        match self {
            Self::Name => Some(SortBy::Name),
            Self::Email => Some(SortBy::Email),
            Self::Invited => Some(SortBy::Invited),
            Self::Expires => Some(SortBy::Expires),
            Self::Phone | Self::Role | Self::Status => None,
        }
    }

    /// The class of its cells: the stylesheet hides them by it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Name => "column-name",
            Self::Email => "column-email",
            Self::Phone => "column-phone",
            Self::Role => "column-role",
            Self::Status => "column-status",
            Self::Invited => "column-invited",
            Self::Expires => "column-expires",
        }
    }

    /// The word in the cookie. The address is what tells people apart: it stays.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Email => None,
            Self::Name => Some("name"),
            Self::Phone => Some("phone"),
            Self::Role => Some("role"),
            Self::Status => Some("status"),
            Self::Invited => Some("invited"),
            Self::Expires => Some("expires"),
        }
    }
}

/// The cookie that remembers the hidden columns, as "phone.role".
const COOKIE: &str = "hidden_columns";

/// The columns that are not shown, as the table's attribute has them: "phone role".
#[derive(Clone, Copy)]
pub struct HiddenColumns(RwSignal<String>);

impl HiddenColumns {
    /// As the person left it, so that the first paint is right.
    pub fn remembered() -> Self {
        let cookie = visitor::cookie(COOKIE).unwrap_or_default();
        let known = Column::ALL
            .into_iter()
            .filter_map(Column::word)
            .filter(|word| cookie.split('.').any(|hidden| hidden == *word))
            .collect::<Vec<_>>();
        Self(RwSignal::new(known.join(" ")))
    }

    /// For the table's `data-hidden`.
    pub fn attribute(self) -> Signal<String> {
        self.0.into()
    }

    fn hides(self, word: &str) -> bool {
        self.0.with(|hidden| hidden.split(' ').any(|it| it == word))
    }

    fn toggle(self, word: &'static str) {
        let hidden = Column::ALL
            .into_iter()
            .filter_map(Column::word)
            .filter(|it| untrack(|| self.hides(it)) != (*it == word))
            .collect::<Vec<_>>();
        remember(COOKIE, &hidden.join("."));
        self.0.set(hidden.join(" "));
    }
}

/// The menu that shows and hides columns.
#[component]
pub fn ColumnsMenu(hidden: HiddenColumns) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let choices = Column::ALL
        .into_iter()
        .filter_map(|column| Some((column, column.word()?)))
        .map(|(column, word)| {
            view! {
                <label class="flex min-h-9 cursor-pointer items-center gap-3 rounded-field px-2 text-sm hover:bg-base-200">
                    <input
                        type="checkbox"
                        class="checkbox checkbox-sm"
                        prop:checked=move || !hidden.hides(word)
                        checked=untrack(|| !hidden.hides(word))
                        on:change=move |_| hidden.toggle(word)
                    />
                    {column.heading(locale)}
                </label>
            }
        })
        .collect_view();
    view! {
        <details
            class="dropdown-details relative hidden @3xl:block"
            on:focusout=close_when_left
        >
            <summary
                class="btn btn-sm font-normal"
                aria-disabled=move || (!awake.get()).then_some("true")
            >
                <Icon name=IconName::Columns class="size-4" />
                {td_string!(locale, users.columns)}
            </summary>
            <fieldset class="floating end-0 w-52 p-2">
                <legend class="sr-only">{td_string!(locale, users.columns)}</legend>
                {choices}
            </fieldset>
        </details>
    }
}

/// Closes a `<details>` when the focus goes elsewhere.
pub fn close_when_left(event: web_sys::FocusEvent) {
    let details: Option<web_sys::Element> =
        event.current_target().and_then(|it| it.dyn_into().ok());
    let Some(details) = details else { return };
    let to = event
        .related_target()
        .and_then(|it| it.dyn_into::<web_sys::Node>().ok());
    if to.is_some_and(|to| !details.contains(Some(&to))) {
        let _ = details.remove_attribute("open");
    }
}

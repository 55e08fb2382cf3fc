//! What visitors choose for themselves: language and theme.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use types::language::Language;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use crate::{
    api::account::SetLanguage,
    components::language::use_locale,
    i18n::{Locale, td_string},
    visitor,
};

/// A button that changes to the other language and comes back to this page. Works without
/// JavaScript.
#[component]
pub fn LanguageForm() -> impl IntoView {
    let locale = use_locale();
    let place = use_location();
    let back = move || {
        let path = place.pathname.get();
        let search = place.search.get();
        match search.strip_prefix('?').unwrap_or(&search) {
            "" => path,
            search => format!("{path}?{search}"),
        }
    };
    let (language, name) = match locale {
        Locale::en => (Language::Ru, "Русский"),
        Locale::ru => (Language::En, "English"),
    };
    view! {
        <form method="post" action=SetLanguage::url()>
            <input type="hidden" name="language" value=language.as_str() />
            <input type="hidden" name="back" value=back />
            <button
                type="submit"
                class="btn btn-ghost btn-sm font-normal"
                lang=language.as_str()
            >
                <Icon name=IconName::Globe class="size-4" />
                {name}
            </button>
        </form>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Theme {
    Light,
    Dark,
    System,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    /// What the cookie says.
    fn read() -> Self {
        match visitor::cookie("theme").as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Shows it now, and remembers it for a year.
    fn apply(self) {
        let (value, theme) = match self {
            Self::Light => ("light", Some("usher-light")),
            Self::Dark => ("dark", Some("usher-dark")),
            Self::System => ("", None),
        };
        remember("theme", value);
        if let Some(root) = document().document_element() {
            let _ = match theme {
                Some(theme) => root.set_attribute("data-theme", theme),
                None => root.remove_attribute("data-theme"),
            };
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::Light => IconName::Sun,
            Self::Dark => IconName::Moon,
            Self::System => IconName::Device,
        }
    }
}

/// Lets the browser remember it for a year; nothing is forgotten at once. The value is of letters,
/// digits and dots.
pub fn remember(name: &str, value: &str) {
    let age = if value.is_empty() { 0 } else { 31_536_000 };
    if let Some(document) = html_document() {
        let cookie = format!("{name}={value}; path=/; max-age={age}; SameSite=Lax");
        let _ = document.set_cookie(&cookie);
    }
}

fn html_document() -> Option<web_sys::HtmlDocument> {
    document().dyn_into().ok()
}

/// Light, dark, or as the system has it. Works once the page's script runs; until then no button
/// is pressed.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let locale = use_locale();
    let chosen = RwSignal::new(None::<Theme>);
    Effect::new(move || chosen.set(Some(Theme::read())));
    let name = move |theme| match theme {
        Theme::Light => td_string!(locale, common.theme.light),
        Theme::Dark => td_string!(locale, common.theme.dark),
        Theme::System => td_string!(locale, common.theme.system),
    };
    let choices = Theme::ALL.map(|theme| {
        let is_chosen = move || chosen.get() == Some(theme);
        view! {
            <button
                type="button"
                class="btn btn-sm join-item flex-auto px-2 font-normal aria-pressed:bg-base-300 aria-pressed:font-semibold"
                aria-pressed=move || if is_chosen() { "true" } else { "false" }
                on:click=move |_| {
                    theme.apply();
                    chosen.set(Some(theme));
                }
            >
                <Icon name=theme.icon() class="size-4" />
                {move || name(theme)}
            </button>
        }
    });
    view! {
        <div class="join w-full" role="group" aria-label=td_string!(locale, common.theme.name)>
            {choices.into_iter().collect_view()}
        </div>
    }
}

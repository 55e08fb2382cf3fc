//! The language that a page is drawn in.
//!
//! It stays the same for as long as the page lives: another one comes with another page
//! (`LanguageForm`). So texts are drawn once, and nothing has to follow them.

use leptos::prelude::*;
use types::language::Language;

use crate::{i18n::Locale, visitor};

/// Decides the language: as the visitor chose, or as the browser asks.
pub fn provide_locale() {
    provide_context(locale_of(visitor::language()));
}

/// The texts of a language.
pub fn locale_of(language: Language) -> Locale {
    match language {
        Language::En => Locale::en,
        Language::Ru => Locale::ru,
    }
}

/// The language of these texts.
pub fn language_of(locale: Locale) -> Language {
    match locale {
        Locale::en => Language::En,
        Locale::ru => Language::Ru,
    }
}

pub fn use_locale() -> Locale {
    use_context().unwrap_or_default()
}

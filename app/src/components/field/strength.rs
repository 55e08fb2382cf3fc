//! How strong a password is, while it is typed.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use types::{
    password::{Password, Strength},
    refusal::Refusal,
};
use wasm_bindgen::JsCast;

use crate::{api::account::password_strength, components::language::use_locale, i18n::td_string};

/// What the meter says of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    TooShort,
    Weak,
    Fair,
    Good,
    Strong,
}

impl Grade {
    fn of(strength: Strength) -> Self {
        match strength.0 {
            0 | 1 => Self::Weak,
            2 => Self::Fair,
            3 => Self::Good,
            _ => Self::Strong,
        }
    }

    /// How many of the meter's four bars are lit.
    fn bars(self) -> u8 {
        match self {
            Self::TooShort => 0,
            Self::Weak => 1,
            Self::Fair => 2,
            Self::Good => 3,
            Self::Strong => 4,
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::TooShort | Self::Weak => "bg-error",
            Self::Fair => "bg-warning",
            Self::Good | Self::Strong => "bg-success",
        }
    }
}

/// How strong the password is, in a word; takes no room while nothing is typed.
#[component]
pub fn StrengthWord(grade: RwSignal<Option<Grade>>) -> impl IntoView {
    let locale = use_locale();
    let of_what = move || match grade.get() {
        None => "",
        Some(_) => td_string!(locale, account.password_strength),
    };
    let word = move || match grade.get() {
        None => "",
        Some(Grade::TooShort) => td_string!(locale, account.too_short),
        Some(Grade::Weak) => td_string!(locale, account.weak),
        Some(Grade::Fair) => td_string!(locale, account.fair),
        Some(Grade::Good) => td_string!(locale, account.good),
        Some(Grade::Strong) => td_string!(locale, account.strong),
    };
    view! {
        <p class="font-medium" aria-live="polite" aria-atomic="true">
            <span class="sr-only">{of_what}</span>
            {word}
        </p>
    }
}

/// How strong the password is, in four bars. Nothing moves when they appear.
#[component]
pub fn StrengthMeter(grade: RwSignal<Option<Grade>>) -> impl IntoView {
    let bar = move |number: u8| {
        let colour = move || match grade.get() {
            Some(grade) if number <= grade.bars() => grade.colour(),
            _ => "bg-base-300",
        };
        view! { <span class=move || format!("h-1 flex-1 rounded-full {}", colour())></span> }
    };
    view! {
        <div
            class="mt-2 flex gap-1"
            class:invisible=move || grade.get().is_none()
            aria-hidden="true"
        >
            {(1..=4).map(bar).collect_view()}
        </div>
    }
}

/// Keeps `grade` in step with `password`: asks the server 300 ms after the last key. Answers that
/// come late are dropped.
///
/// The password should not carry the words of `about`, nor what stands in the inputs `about_fields`
/// (their ids).
pub fn grade_as_typed(
    password: RwSignal<String>,
    grade: RwSignal<Option<Grade>>,
    about: Vec<String>,
    about_fields: &'static [&'static str],
) {
    Effect::new(move |waiting: Option<Option<TimeoutHandle>>| {
        if let Some(Some(waiting)) = waiting {
            waiting.clear();
        }
        let typed = password.get();
        if typed.is_empty() {
            grade.set(None);
            return None;
        }
        if Password::parse(&typed) == Err(Refusal::PasswordTooShort) {
            grade.set(Some(Grade::TooShort));
            return None;
        }
        let mut about = about.clone();
        about.extend(about_fields.iter().filter_map(|id| value_of(id)));
        let ask = async move {
            if let Ok(strength) = password_strength(typed.clone(), about).await
                && password.try_get_untracked().as_ref() == Some(&typed)
            {
                grade.try_set(Some(Grade::of(strength)));
            }
        };
        set_timeout_with_handle(move || spawn_local(ask), Duration::from_millis(300)).ok()
    });
}

/// What stands in the input with this id.
fn value_of(id: &str) -> Option<String> {
    let input: web_sys::HtmlInputElement = document().get_element_by_id(id)?.dyn_into().ok()?;
    Some(input.value())
}

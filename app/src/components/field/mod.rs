//! Labelled inputs. They are uncontrolled (`value=` is only what the server drew), so that they work
//! without JavaScript and keep what was typed when the page is taken over.

mod password;
mod strength;

use leptos::prelude::*;
use types::refusal::Refusal;

pub use self::password::{NewPasswordField, PasswordField};
use super::language::use_locale;
use super::{
    fault::{ALERT_ID, refusal_text},
    icon::{Icon, IconName},
};
use crate::i18n::td_string;

/// The `name` of the field that a refusal is about, where that is clear.
fn concerned(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::EmailNotValid => "email",
        Refusal::FirstNameMissing => "first_name",
        Refusal::NameMissing => "name",
        Refusal::OrganizationNameMissing => "organization",
        Refusal::PhoneNotValid | Refusal::PhoneWithoutCountryCode(_) | Refusal::PhoneImpossible => {
            "phone"
        }
        Refusal::PasswordTooShort
        | Refusal::PasswordTooLong
        | Refusal::PasswordTooWeak
        | Refusal::WrongPassword => "password",
        Refusal::SetupCodeWrong => "code",
        _ => "",
    }
}

/// How a field shows that the form's refusal is about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marking {
    /// It is marked, says why, and takes the focus.
    #[default]
    SayWhy,
    /// It is only marked: the alert stands right above it.
    Quiet,
    /// It is marked whatever the reason.
    Always,
}

impl Marking {
    /// Whether the field is marked, and the reason that it says itself.
    fn of(self, refusal: Option<Refusal>, name: &str) -> (bool, Option<Refusal>) {
        let why = refusal.filter(|refusal| concerned(*refusal) == name);
        match self {
            Self::SayWhy => (why.is_some(), why),
            Self::Quiet => (why.is_some(), None),
            Self::Always => (true, None),
        }
    }
}

/// The ids of what describes a field, for `aria-describedby`.
fn described_by(hint: Option<String>, wrong: bool) -> Option<String> {
    match (hint, wrong) {
        (Some(hint), true) => Some(format!("{ALERT_ID} {hint}")),
        (Some(hint), false) => Some(hint),
        (None, true) => Some(ALERT_ID.to_owned()),
        (None, false) => None,
    }
}

fn input_class(wrong: bool) -> &'static str {
    if wrong {
        "input input-error w-full text-base"
    } else {
        "input w-full text-base"
    }
}

/// What is wrong with a field, right under it.
#[component]
fn Wrong(refusal: Refusal) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="mt-1.5 flex gap-1.5 text-sm text-base-content" aria-hidden="true">
            <Icon name=IconName::Alert class="mt-0.5 size-4 text-error" />
            {refusal_text(locale, refusal)}
        </p>
    }
}

/// A labelled one-line input. Its `id` is its `name`.
///
/// With `refusal`, the form's refusal, the field that it is about is marked.
#[component]
pub fn TextField(
    #[prop(into)] label: TextProp,
    name: &'static str,
    /// The input's `type`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(into, optional)] value: String,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(into, optional)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional_no_strip)] refusal: Option<Refusal>,
    #[prop(optional)] marking: Marking,
) -> impl IntoView {
    let (wrong, why) = marking.of(refusal, name);
    let hint_id = hint.is_some().then(|| format!("{name}-hint"));
    let described = described_by(hint_id.clone(), wrong);
    view! {
        <div>
            <FieldLabel label name optional=!required && !readonly />
            <input
                class=input_class(wrong)
                class:bg-base-200=readonly
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize=matches!(kind, "email" | "url").then_some("none")
                spellcheck=(kind != "text").then_some("false")
                required=required
                readonly=readonly
                autofocus=why.is_some()
                aria-invalid=wrong.then_some("true")
                aria-describedby=described
            />
            {why.map(|refusal| view! { <Wrong refusal /> })}
            {hint
                .map(|hint| {
                    view! {
                        <p id=hint_id class="mt-1.5 text-sm text-base-content/70">
                            {move || hint.get()}
                        </p>
                    }
                })}
        </div>
    }
}

/// The label above an input; says where a field may stay empty.
#[component]
fn FieldLabel(label: TextProp, name: &'static str, optional: bool) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="mb-1.5 flex items-baseline justify-between gap-3 text-sm">
            <label for=name class="font-medium">
                {move || label.get()}
            </label>
            {optional
                .then(|| {
                    view! {
                        <span class="text-base-content/70" aria-hidden="true">
                            {td_string!(locale, account.optional)}
                        </span>
                    }
                })}
        </div>
    }
}

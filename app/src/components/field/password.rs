//! Inputs for passwords.

use leptos::{html, prelude::*};
use types::refusal::Refusal;

use super::{
    Marking, Wrong, described_by, input_class,
    strength::{StrengthMeter, StrengthWord, grade_as_typed},
};
use crate::{
    components::icon::{Icon, IconName},
    components::language::use_locale,
    i18n::td_string,
};

/// A labelled password input with a button that shows what was typed. The button is there only once
/// the page is taken over. `typed` follows the input; it never writes to it.
#[component]
pub fn PasswordField(
    #[prop(into)] label: TextProp,
    #[prop(default = "password")] name: &'static str,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    #[prop(optional)] typed: Option<RwSignal<String>>,
    #[prop(optional_no_strip)] refusal: Option<Refusal>,
    #[prop(optional)] marking: Marking,
    /// The `id` of a hint that stands elsewhere.
    #[prop(optional, into)]
    hint_id: Option<String>,
    /// Stands at the end of the label's line.
    #[prop(optional, into)]
    aside: ViewFn,
) -> impl IntoView {
    let locale = use_locale();
    let input = NodeRef::<html::Input>::new();
    let taken_over = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let (wrong, why) = marking.of(refusal, name);
    let read = move || {
        if let (Some(typed), Some(input)) = (typed, input.get_untracked()) {
            typed.set(input.value());
        }
    };
    Effect::new(move || {
        if input.get().is_some() {
            taken_over.set(true);
            read();
        }
    });
    let show_label = move || {
        if shown.get() {
            td_string!(locale, account.hide_password)
        } else {
            td_string!(locale, account.show_password)
        }
    };
    view! {
        <div>
            <div class="mb-1.5 flex items-baseline justify-between gap-3 text-sm">
                <label for=name class="font-medium">
                    {move || label.get()}
                </label>
                {aside.run()}
            </div>
            <div class="relative">
                <input
                    node_ref=input
                    class=input_class(wrong)
                    class:pr-12=true
                    id=name
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=true
                    autofocus=why.is_some()
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=described_by(hint_id, wrong)
                    on:input=move |_| read()
                />
                <button
                    type="button"
                    class="btn btn-ghost btn-square btn-sm absolute top-1 right-1 z-10"
                    hidden=move || !taken_over.get()
                    aria-label=show_label
                    aria-controls=name
                    title=show_label
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    <Show when=move || shown.get() fallback=|| view! { <Icon name=IconName::Eye /> }>
                        <Icon name=IconName::EyeOff />
                    </Show>
                </button>
            </div>
            {why.map(|refusal| view! { <Wrong refusal /> })}
        </div>
    }
}

/// `PasswordField` for a password to choose, with its hint and strength meter.
///
/// The password should not carry the words of `about`, nor what stands in the inputs `about_fields`
/// (their ids).
#[component]
pub fn NewPasswordField(
    #[prop(into)] label: TextProp,
    #[prop(default = "password")] name: &'static str,
    #[prop(optional)] about: Vec<String>,
    #[prop(optional)] about_fields: &'static [&'static str],
    #[prop(optional_no_strip)] refusal: Option<Refusal>,
    #[prop(optional)] marking: Marking,
) -> impl IntoView {
    let locale = use_locale();
    let typed = RwSignal::new(String::new());
    let grade = RwSignal::new(None);
    grade_as_typed(typed, grade, about, about_fields);
    let hint_id = format!("{name}-hint");
    view! {
        <div>
            <PasswordField
                label
                name
                autocomplete="new-password"
                typed
                refusal
                marking
                hint_id=hint_id.clone()
                aside=move || view! { <StrengthWord grade /> }
            />
            <StrengthMeter grade />
            <p id=hint_id class="mt-1.5 text-sm text-base-content/70">
                {td_string!(locale, account.password_hint)}
            </p>
        </div>
    }
}

//! The organization's colour.

use leptos::{html::Input, prelude::*};
use types::organization::{Accent, Color, Setting};

use super::panel::{Form, HINT, LABEL, SettingsForm};
use crate::{components::language::use_locale, i18n::td_string, pages::console::use_awake};

/// Some that white words are readable on.
const SWATCHES: [&str; 8] = [
    "#0f5e59", "#1d4ed8", "#6d28d9", "#a21caf", "#be123c", "#b45309", "#3f6212", "#334155",
];

#[component]
pub fn AccentForm(form: Form) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let first = form.value(Setting::Accent);
    let is_wrong = form.is_wrong(Setting::Accent);
    let described = form.described_by(Setting::Accent, "accent-hint accent-note");
    let hint = form.hint(
        locale,
        Setting::Accent,
        td_string!(locale, organization.accent_effect),
    );
    let text = RwSignal::new(first.clone());
    let field = NodeRef::<Input>::new();
    // It may have been typed in before the page woke up.
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            text.set(field.value());
        }
    });
    let choose = move |color: &str| {
        if let Some(field) = field.get_untracked() {
            field.set_value(color);
        }
        text.set(color.to_owned());
    };
    let accent = Memo::new(move |_| match text.with(|text| text.trim().to_owned()) {
        text if text.is_empty() => Some(Accent::USHER),
        text => Color::parse(&text).ok().map(Accent),
    });
    let used = move || accent.get().map(|accent| accent.on_light().to_string());
    let note = move || {
        let accent = accent.get().filter(|accent| !accent.is_readable())?;
        let (chosen, used) = (accent.0.to_string(), accent.on_light().to_string());
        Some(td_string!(
            locale,
            organization.accent_darkened,
            chosen = chosen.as_str(),
            used = used.as_str()
        ))
    };
    let picked = move || accent.get().unwrap_or(Accent::USHER).0.to_string();
    let swatches = SWATCHES.map(|color| {
        view! {
            <button
                type="button"
                class="btn btn-ghost btn-square btn-sm aria-pressed:outline-2 aria-pressed:outline-base-content"
                aria-label=color
                aria-pressed=move || (used().as_deref() == Some(color)).to_string()
                aria-disabled=move || (!awake.get()).then_some("true")
                on:click=move |_| choose(color)
            >
                <svg viewBox="0 0 24 24" class="size-6" aria-hidden="true">
                    <circle cx="12" cy="12" r="11" fill=color />
                </svg>
            </button>
        }
    });
    view! {
        <SettingsForm
            form
            settings=&[Setting::Accent]
            title=td_string!(locale, organization.accent)
            lead=td_string!(locale, organization.accent_lead)
        >
            <div>
                <label class=LABEL for="accent">
                    {td_string!(locale, organization.accent_field)}
                </label>
                <div class="flex flex-wrap items-center gap-3">
                    <input
                        node_ref=field
                        id="accent"
                        name="wanted[accent]"
                        type="text"
                        class="input w-36 font-mono text-base"
                        class:input-error=is_wrong
                        value=first
                        placeholder="#0f5e59"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-invalid=is_wrong.then_some("true")
                        aria-describedby=described
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                    <input
                        type="color"
                        class="h-10 w-12 cursor-pointer rounded-field border border-base-300 bg-base-100 p-1"
                        aria-label=td_string!(locale, organization.accent_pick)
                        value=untrack(picked)
                        prop:value=picked
                        disabled=move || !awake.get()
                        on:input=move |event| choose(&event_target_value(&event))
                    />
                    <svg
                        viewBox="0 0 176 40"
                        class="h-10 w-44"
                        role="img"
                        aria-label=td_string!(locale, organization.accent_sample)
                    >
                        <rect width="176" height="40" rx="8" fill=used />
                        <text
                            x="88"
                            y="25"
                            text-anchor="middle"
                            fill="#ffffff"
                            font-size="14"
                            font-weight="600"
                        >
                            {td_string!(locale, organization.accent_sample_words)}
                        </text>
                    </svg>
                </div>
                <div
                    class="mt-3 flex flex-wrap items-center gap-1"
                    role="group"
                    aria-label=td_string!(locale, organization.accent_swatches)
                >
                    {swatches.into_iter().collect_view()}
                    <button
                        type="button"
                        class="btn btn-ghost btn-sm font-normal"
                        aria-disabled=move || (!awake.get()).then_some("true")
                        on:click=move |_| choose("")
                    >
                        {td_string!(locale, organization.accent_none)}
                    </button>
                </div>
                <p id="accent-note" class="mt-1.5 text-sm empty:hidden" aria-live="polite">
                    {note}
                </p>
                <p id="accent-hint" class=HINT>
                    {hint}
                </p>
            </div>
        </SettingsForm>
    }
}

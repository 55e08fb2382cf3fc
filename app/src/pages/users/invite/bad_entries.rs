//! The entries that are no address: each with its reason, to correct in place or to remove.

use leptos::{ev::KeyboardEvent, prelude::*};
use types::recipients;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    address_box::BOX_ID,
    draft::{BadEntry, Reading, without_bad},
};
use crate::{
    components::{
        contact_fault::email_fault_text,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

const LIST_ID: &str = "invite-bad";

/// The list of them, the first `BAD_SHOWN`.
#[component]
pub fn BadEntries(text: RwSignal<String>, reading: Memo<Reading>) -> impl IntoView {
    let locale = use_locale();
    let some = Memo::new(move |_| reading.with(|reading| reading.not_valid > 0));
    let more = Memo::new(move |_| {
        reading.with(|reading| {
            reading
                .not_valid
                .saturating_sub(u32::try_from(reading.bad.len()).unwrap_or(u32::MAX))
        })
    });
    let number = StoredValue::new(0);
    let remove_all = move |_| {
        text.update(|text| *text = without_bad(text));
        focus_next();
    };
    view! {
        <Show when=move || some.get()>
            <section
                class="rounded-box border border-error/40 bg-error/5"
                aria-labelledby="invite-bad-heading"
            >
                <div class="flex flex-wrap items-center justify-between gap-2 px-4 pt-3">
                    <h3
                        id="invite-bad-heading"
                        class="flex items-center gap-2 text-sm font-semibold"
                    >
                        <Icon name=IconName::Alert class="size-4 text-error" />
                        {td_string!(locale, invite.bad_heading)}
                    </h3>
                    <button type="button" class="btn btn-ghost btn-sm" on:click=remove_all>
                        {td_string!(locale, invite.remove_all)}
                    </button>
                </div>
                <ul id=LIST_ID class="max-h-96 divide-y divide-base-300 overflow-y-auto">
                    <For
                        each=move || reading.get().bad
                        key=|bad| (bad.text.clone(), bad.nth, bad.fault.clone())
                        let:bad
                    >
                        <BadRow bad text reading number />
                    </For>
                </ul>
                <Show when=move || { more.get() > 0 }>
                    <p class="border-t border-base-300 px-4 py-2 text-sm text-base-content/75">
                        {move || td_string!(locale, invite.more, count = more.get())}
                    </p>
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn BadRow(
    bad: BadEntry,
    text: RwSignal<String>,
    reading: Memo<Reading>,
    /// Counts the rows: each has an `id` of its own.
    number: StoredValue<u32>,
) -> impl IntoView {
    let locale = use_locale();
    let correction = RwSignal::new(bad.text.clone());
    let next = number.get_value() + 1;
    number.set_value(next);
    let reason_id = format!("invite-bad-{next}");
    let entry = StoredValue::new(bad);
    let name = move || entry.with_value(|entry| shortened(&entry.text));
    // Where it stands now: what is before it may have been corrected since.
    let place = move || {
        entry.with_value(|entry| {
            reading.with_untracked(|reading| {
                let same = |bad: &&BadEntry| bad.text == entry.text && bad.nth == entry.nth;
                reading.bad.iter().find(same).map(|bad| bad.range.clone())
            })
        })
    };
    let apply = move || {
        let Some(range) = place() else { return };
        let corrected = correction.get_untracked();
        text.update(|text| {
            *text = if corrected.trim().is_empty() {
                recipients::remove(text, range)
            } else {
                recipients::replace(text, range, corrected.trim())
            };
        });
        focus_next();
    };
    let remove = move |_| {
        let Some(range) = place() else { return };
        text.update(|text| *text = recipients::remove(text, range));
        focus_next();
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            apply();
        }
    };
    view! {
        <li class="px-4 py-3">
            <div class="flex flex-wrap gap-2">
                <label class="w-full sm:w-auto sm:flex-1">
                    <span class="sr-only">
                        {move || td_string!(locale, invite.bad_field, text = name())}
                    </span>
                    <input
                        type="text"
                        inputmode="email"
                        class="input input-sm w-full text-sm"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-invalid="true"
                        aria-describedby=reason_id.clone()
                        prop:value=move || correction.get()
                        on:input=move |event| correction.set(event_target_value(&event))
                        on:keydown=key
                    />
                </label>
                <button
                    type="button"
                    class="btn btn-sm"
                    aria-label=move || td_string!(locale, invite.apply_to, text = name())
                    on:click=move |_| apply()
                >
                    {td_string!(locale, invite.apply)}
                </button>
                <button
                    type="button"
                    class="btn btn-ghost btn-sm"
                    aria-label=move || td_string!(locale, invite.remove_it, text = name())
                    on:click=remove
                >
                    {td_string!(locale, invite.remove)}
                </button>
            </div>
            <p id=reason_id class="mt-1 text-sm break-words">
                {move || entry.with_value(|entry| email_fault_text(locale, &entry.fault))}
            </p>
        </li>
    }
}

/// An entry's name in labels; a whole paragraph may have been pasted.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).chain(['…']).collect()
    }
}

/// The next entry to correct gets the focus or, where none is left, the text area.
fn focus_next() {
    request_animation_frame(|| {
        let next = document()
            .query_selector(&format!("#{LIST_ID} input"))
            .ok()
            .flatten()
            .or_else(|| document().get_element_by_id(BOX_ID));
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            let _ = next.focus();
        }
    });
}

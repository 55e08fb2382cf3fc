//! The text area "E-mail addresses" and the live summary of what is in it.

use leptos::prelude::*;

use super::draft::{Draft, Reading};
use crate::components::language::use_locale;
use crate::i18n::td_string;

/// The `id` of the text area: the focus goes there when nothing is left to correct.
pub const BOX_ID: &str = "invite-addresses";

/// Where addresses are typed or pasted.
#[component]
pub fn AddressBox(
    draft: Draft,
    reading: Memo<Reading>,
    /// How many would get an invitation, once the directory was asked.
    #[prop(into)]
    sendable: Signal<Option<u32>>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div>
            <label class="mb-1 block text-sm font-medium" for=BOX_ID>
                {td_string!(locale, invite.addresses)}
            </label>
            <textarea
                id=BOX_ID
                class="textarea max-h-80 min-h-36 w-full text-base"
                rows="6"
                autofocus
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby="invite-addresses-hint"
                placeholder=td_string!(locale, invite.addresses_placeholder)
                prop:value=move || draft.text.get()
                on:input=move |_| draft.has_changed()
            ></textarea>
            <p id="invite-addresses-hint" class="mt-1 text-sm text-base-content/75">
                {td_string!(locale, invite.addresses_hint)}
            </p>
        </div>
        <Summary reading sendable />
    }
}

/// "12 ready, 1 duplicate, 2 not valid". Whom the directory knows already is told apart below.
#[component]
fn Summary(reading: Memo<Reading>, sendable: Signal<Option<u32>>) -> impl IntoView {
    let locale = use_locale();
    let ready = Memo::new(move |_| {
        sendable
            .get()
            .unwrap_or_else(|| reading.with(|reading| reading.ready))
    });
    let duplicate = Memo::new(move |_| reading.with(|reading| reading.duplicate));
    let not_valid = Memo::new(move |_| reading.with(|reading| reading.not_valid));
    let words = move || {
        if reading.with(Reading::is_empty) {
            return String::new();
        }
        let mut parts = vec![td_string!(locale, invite.ready, count = ready.get())];
        if duplicate.get() > 0 {
            parts.push(td_string!(
                locale,
                invite.duplicate,
                count = duplicate.get()
            ));
        }
        if not_valid.get() > 0 {
            parts.push(td_string!(
                locale,
                invite.not_valid,
                count = not_valid.get()
            ));
        }
        parts.join(", ")
    };
    view! {
        <p role="status" class="min-h-5 text-sm font-medium tabular-nums">
            {words}
        </p>
    }
}

//! Copying. Where the browser refuses, the text is shown, selected, so that nothing is lost.

use leptos::{html::Textarea, prelude::*};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{components::dialog::Sheet, components::language::use_locale, i18n::td_string};

/// Writes to the clipboard; whether the browser let us.
pub async fn write(text: &str) -> bool {
    let navigator = window().navigator();
    // Outside a secure context there is no clipboard, whatever the bindings say.
    let there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| clipboard.is_object());
    there
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}

/// Shows a text that could not be copied; closing forgets it.
#[component]
pub fn ClipboardDialog(text: RwSignal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if text.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open {
            text.set(None);
        }
        is_open
    });
    view! {
        <Sheet
            open
            id="clipboard"
            title=td_string!(locale, users.copy_heading)
        >
            <SelectedText text />
        </Sheet>
    }
}

#[component]
fn SelectedText(text: RwSignal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let field = NodeRef::<Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // The dialog sets its own focus when it opens: after that.
            request_animation_frame(move || {
                request_animation_frame(move || {
                    let _ = field.focus();
                    field.select();
                });
            });
        }
    });
    view! {
        <p class="mb-4 text-sm">{td_string!(locale, users.copy_text)}</p>
        <label class="mb-1 block text-sm font-medium" for="clipboard-text">
            {td_string!(locale, users.copy_field)}
        </label>
        <textarea
            node_ref=field
            id="clipboard-text"
            class="textarea w-full font-mono text-sm"
            rows="12"
            readonly
            autofocus
            prop:value=move || text.get().unwrap_or_default()
        ></textarea>
    }
}

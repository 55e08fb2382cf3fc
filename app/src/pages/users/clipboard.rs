//! Copying. Where the browser refuses, the text is shown, selected, so that nothing is lost.

use leptos::{html::Textarea, prelude::*};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{
    components::dialog::Sheet,
    i18n::{t_string, use_i18n},
};

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
    let i18n = use_i18n();
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
            title=Signal::derive(move || t_string!(i18n, users.copy_heading).to_owned())
        >
            <SelectedText text />
        </Sheet>
    }
}

#[component]
fn SelectedText(text: RwSignal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
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
        <p class="mb-4 text-sm">{move || t_string!(i18n, users.copy_text)}</p>
        <label class="mb-1 block text-sm font-medium" for="clipboard-text">
            {move || t_string!(i18n, users.copy_field)}
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

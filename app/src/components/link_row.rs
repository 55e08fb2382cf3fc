//! A row of links that is wider than the screen.

use leptos::{html::Nav, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Frames within which the navigation comes into the page.
const WAITS: u8 = 30;

/// Moves the active link to the middle of the row, and again whenever something has changed that `track` reads.
pub fn keep_active_in_sight(node: NodeRef<Nav>, track: impl Fn() + 'static) {
    Effect::new(move |_| {
        track();
        if let Some(nav) = node.get() {
            show_active(nav.unchecked_into(), WAITS);
        }
    });
}

fn show_active(nav: HtmlElement, waits: u8) {
    request_animation_frame(move || {
        if nav.is_connected() {
            let active = nav.query_selector("[aria-current]").ok().flatten();
            if let Some(active) = active.and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
                let middle = active.offset_left() - nav.offset_left() + active.offset_width() / 2;
                nav.set_scroll_left(middle - nav.client_width() / 2);
            }
        } else if let Some(waits) = waits.checked_sub(1) {
            show_active(nav, waits);
        }
    });
}

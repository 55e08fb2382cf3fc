//! Where the focus stays while rows move and go.

use leptos::prelude::*;
use types::ids::ResourceId;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The heading of those in use: the focus goes there when what had it is gone.
pub const HEADING: &str = "in-use";

/// A button of a row.
#[derive(Clone, Copy)]
pub enum RowButton {
    Up,
    Down,
    Rename,
}

impl RowButton {
    pub fn id(self, resource: ResourceId) -> String {
        let name = match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Rename => "rename",
        };
        format!("{name}-{resource}")
    }
}

/// The element that is to have the focus where nothing else has it.
#[derive(Clone, Copy)]
pub struct Keep(StoredValue<Option<String>>);

impl Keep {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    pub fn on(self, id: impl Into<String>) {
        // The page may have been left meanwhile.
        let _ = self.0.try_update_value(|kept| *kept = Some(id.into()));
    }

    /// The focus was moved to another element by the person.
    pub fn follow(self, id: &str) {
        self.0.update_value(|kept| {
            if kept.as_deref().is_some_and(|kept| kept != id) {
                *kept = None;
            }
        });
    }

    /// Gives the focus back if a change of the page has taken it away. Browsers take it from an element
    /// that is moved.
    pub fn restore(self) {
        request_animation_frame(move || {
            let kept = self.0.try_get_value().flatten();
            let Some(kept) = kept else { return };
            let is_lost = document()
                .active_element()
                .is_none_or(|element| element.tag_name() == "BODY");
            if is_lost {
                focus(&kept);
            }
        });
    }
}

/// Focuses the element, if it is there.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The same once the page is drawn anew.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || focus(&id));
}

//! The menu of a row. There is one for the whole table: a native popover, so that nothing cuts it
//! off, Escape and a click beside it close it, and the focus goes back to its button.

use leptos::{
    ev::{self, KeyboardEvent},
    html::Div,
    prelude::*,
};
use types::{ids::UserId, users::UserRow};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::{
    super::console::use_awake,
    entries::{Entry, entries},
};
use crate::{
    components::icon::{Icon, IconName},
    components::language::use_locale,
    i18n::td_string,
};

const ID: &str = "user-actions";
/// Pixels: to the button, and to the window's edges.
const GAP: f64 = 4.0;
const MARGIN: f64 = 8.0;

/// Whose menu is open, and where it stands.
#[derive(Clone, Copy)]
pub struct RowMenuState {
    user: RwSignal<Option<UserRow>>,
    /// Whether the button was pressed while its menu was open: then the click closes it.
    closing: StoredValue<bool>,
}

impl RowMenuState {
    pub fn new() -> Self {
        Self {
            user: RwSignal::new(None),
            closing: StoredValue::new(false),
        }
    }

    fn is_open_for(self, user: &UserRow) -> bool {
        self.user
            .with(|open| open.as_ref().is_some_and(|open| open.id == user.id))
    }
}

fn button_id(user: UserId) -> String {
    format!("actions-{user}")
}

/// The button that opened the menu.
fn button_of(user: &UserRow) -> Option<HtmlElement> {
    let button = document().get_element_by_id(&button_id(user.id))?;
    button.dyn_into().ok()
}

/// The button "Actions for ...": seen on hover and focus, and always where there is no hover.
#[component]
pub fn RowMenuButton(menu: RowMenuState, user: UserRow) -> impl IntoView {
    let locale = use_locale();
    let id = button_id(user.id);
    let user = StoredValue::new(user);
    let awake = use_awake();
    let is_open = move || user.with_value(|user| menu.is_open_for(user));
    let press = move |_| menu.closing.set_value(untrack(is_open));
    let click = move |_| {
        let was_open = menu.closing.get_value();
        menu.closing.set_value(false);
        if !was_open {
            menu.user.set(Some(user.get_value()));
        }
    };
    view! {
        <button
            id=id
            type="button"
            class="btn btn-ghost btn-square btn-sm opacity-0 transition-opacity duration-100 group-focus-within:opacity-100 group-hover:opacity-100 focus-visible:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100 @max-3xl:opacity-100 [@media(hover:none)]:opacity-100"
            aria-haspopup="menu"
            aria-disabled=move || (!awake.get()).then_some("true")
            aria-expanded=move || is_open().to_string()
            aria-controls=ID
            aria-label=move || {
                user.with_value(|user| {
                    td_string!(locale, users.actions_for, email = user.username.as_str())
                })
            }
            on:pointerdown=press
            on:click=click
        >
            <Icon name=IconName::More class="size-5 [stroke-width:2.75]" />
        </button>
    }
}

/// The menu itself; empty until a button opens it.
#[component]
pub fn RowMenu(
    menu: RowMenuState,
    can_copy: bool,
    on_choice: Callback<(Entry, UserRow)>,
) -> impl IntoView {
    let locale = use_locale();
    let node = NodeRef::<Div>::new();
    let user = menu.user;
    let choices = move || {
        user.with(|user| {
            user.as_ref()
                .map(|user| entries(user, can_copy))
                .unwrap_or_default()
        })
    };
    Effect::new(move |_| {
        let button = user.with(|user| user.as_ref().and_then(button_of));
        let (Some(element), Some(button)) = (node.get(), button) else {
            return;
        };
        // After the entries are drawn.
        request_animation_frame(move || {
            let element: HtmlElement = element.unchecked_into();
            if element.show_popover().is_ok() {
                place(&element, &button);
                focus_item(&element, |_, _| 0);
            }
        });
    });
    let close = move || {
        if let Some(element) = node.get_untracked() {
            let _ = element.hide_popover();
        }
        let button = user.with_untracked(|user| user.as_ref().and_then(button_of));
        if let Some(button) = button {
            let _ = button.focus();
        }
    };
    let choose = move |entry| {
        let chosen = user.get_untracked();
        close();
        if let Some(chosen) = chosen {
            on_choice.run((entry, chosen));
        }
    };
    let follow = move |_| {
        if node
            .get_untracked()
            .is_some_and(|element| !is_shown(&element))
        {
            user.set(None);
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(element) = node.get_untracked() else {
            return;
        };
        match event.key().as_str() {
            "ArrowDown" => focus_item(&element, |now, count| (now + 1) % count),
            "ArrowUp" => focus_item(&element, |now, count| (now + count - 1) % count),
            "Home" => focus_item(&element, |_, _| 0),
            "End" => focus_item(&element, |_, count| count - 1),
            "Tab" => close(),
            _ => return,
        }
        event.prevent_default();
    };
    let scrolled = window_event_listener(ev::scroll, move |_| {
        if let Some(element) = node.get_untracked().filter(|element| is_shown(element)) {
            let _ = element.hide_popover();
        }
    });
    on_cleanup(move || scrolled.remove());
    view! {
        <div
            node_ref=node
            id=ID
            popover="auto"
            role="menu"
            aria-label=move || {
                user.with(|user| {
                    user.as_ref().map(|user| {
                        td_string!(locale, users.actions_for, email = user.username.as_str())
                    })
                })
            }
            class="fixed inset-auto m-0 w-64 rounded-box border border-base-300 bg-base-100 p-1 text-base-content shadow-lg"
            on:toggle=follow
            on:keydown=key
        >
            <For each=choices key=|entry| *entry as u8 let:entry>
                <button
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    class="flex min-h-9 w-full cursor-pointer items-center gap-3 rounded-field px-3 text-start text-sm hover:bg-base-200 focus:bg-base-200 focus:outline-none"
                    class:text-error=entry.is_destructive()
                    on:click=move |_| choose(entry)
                >
                    <Icon name=entry.icon() class="size-4" />
                    {entry.text(locale)}
                </button>
            </For>
        </div>
    }
}

fn is_shown(element: &web_sys::Element) -> bool {
    element.matches(":popover-open").unwrap_or(false)
}

/// Focuses the entry whose number `choose` gives from the focused one's and the count.
fn focus_item(menu: &web_sys::Element, choose: impl Fn(u32, u32) -> u32) {
    let items = menu.children();
    if items.length() == 0 {
        return;
    }
    let focused = document().active_element();
    let now = (0..items.length())
        .find(|index| items.item(*index) == focused)
        .unwrap_or(0);
    let item = items.item(choose(now, items.length()));
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

/// Below the button, its right edge under the button's; above where there is no room below.
fn place(menu: &HtmlElement, button: &HtmlElement) {
    let (Some(top), Some(bottom), Some(right)) = (
        edge(button, "top"),
        edge(button, "bottom"),
        edge(button, "right"),
    ) else {
        return;
    };
    let room = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64());
    let (Some(height), Some(width)) = (room(window().inner_height()), room(window().inner_width()))
    else {
        return;
    };
    let (own_width, own_height) = (
        f64::from(menu.offset_width()),
        f64::from(menu.offset_height()),
    );
    let below = bottom + GAP;
    let y = if below + own_height > height {
        top - GAP - own_height
    } else {
        below
    };
    let x = (right - own_width).min(width - own_width - MARGIN);
    for (name, value) in [("top", y.max(MARGIN)), ("left", x.max(MARGIN))] {
        let _ = menu.style().set_property(name, &format!("{value}px"));
    }
}

/// An edge of the element's box in the window, in pixels.
fn edge(element: &HtmlElement, name: &str) -> Option<f64> {
    let measure =
        js_sys::Reflect::get(element, &JsValue::from_str("getBoundingClientRect")).ok()?;
    let rect = measure
        .dyn_into::<js_sys::Function>()
        .ok()?
        .call0(element)
        .ok()?;
    js_sys::Reflect::get(&rect, &JsValue::from_str(name))
        .ok()?
        .as_f64()
}

//! The list by keyboard: `/` search, `i` invite, `j` and `k` from row to row, `x` select,
//! `o` or Enter open, `?` help.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::{
    components::{dialog::Sheet, language::use_locale},
    i18n::td_string,
};

/// The ticks of the rows: what the keys move between.
const TICKS: &str = "tbody input[id^='select-']";

/// Listens while the page stands; `help` opens the list of keys.
pub fn listen(invite: RwSignal<bool>, help: RwSignal<bool>) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || is_elsewhere(&event) {
            return;
        }
        match event.key().as_str() {
            "/" => focus("search-users"),
            "i" => invite.set(true),
            "j" => step(true),
            "k" => step(false),
            "x" => {
                if let Some(tick) = current() {
                    tick.click();
                }
            }
            "o" => open(current()),
            // Elsewhere the key is the browser's.
            "Enter" if is_on_tick() => open(current()),
            "?" => help.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// Whether the key belongs to a field, or to a dialog in front.
fn is_elsewhere(event: &KeyboardEvent) -> bool {
    let typing = event
        .target()
        .and_then(|it| it.dyn_into::<Element>().ok())
        .is_some_and(|target| {
            let is_tick = target
                .dyn_ref::<HtmlInputElement>()
                .is_some_and(|input| input.type_() == "checkbox");
            !is_tick && matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        });
    let in_front = document().query_selector("dialog[open]");
    typing || in_front.is_ok_and(|dialog| dialog.is_some())
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The tick of the row that has the focus.
fn current() -> Option<HtmlElement> {
    let row = document().active_element()?.closest("tr").ok().flatten()?;
    row.query_selector("input[id^='select-']")
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

fn is_on_tick() -> bool {
    let active = document().active_element();
    active.is_some_and(|active| active.matches(TICKS).unwrap_or(false))
}

/// Follows the link of the tick's row to the user's page.
fn open(tick: Option<HtmlElement>) {
    let row = tick.and_then(|tick| tick.closest("tr").ok().flatten());
    let link = row.and_then(|row| row.query_selector("a[id^='open-']").ok().flatten());
    if let Some(link) = link.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

/// To the next row or the one before; into the list if the focus is outside.
fn step(forwards: bool) {
    let Ok(ticks) = document().query_selector_all(TICKS) else {
        return;
    };
    let here = current();
    let at = (0..ticks.length()).find(|index| {
        let tick = ticks.item(*index);
        here.as_ref()
            .is_some_and(|here| tick.as_ref() == Some(here.as_ref()))
    });
    let to = match (at, forwards) {
        (None, _) => 0,
        (Some(at), true) => (at + 1).min(ticks.length().saturating_sub(1)),
        (Some(at), false) => at.saturating_sub(1),
    };
    if let Some(tick) = ticks
        .item(to)
        .and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        let _ = tick.focus();
    }
}

/// The list of keys.
#[component]
pub fn KeysHelp(open: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Sheet open id="keys" title=td_string!(locale, users.keys_heading)>
            <dl class="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-6 gap-y-3 text-sm">
                {[
                    ("/", td_string!(locale, users.key_search)),
                    ("i", td_string!(locale, users.invite)),
                    ("j", td_string!(locale, users.key_down)),
                    ("k", td_string!(locale, users.key_up)),
                    ("x", td_string!(locale, users.key_select)),
                    ("o", td_string!(locale, users.key_open)),
                    ("Ctrl K", td_string!(locale, common.palette.heading)),
                    ("?", td_string!(locale, users.keys_heading)),
                ]
                    .map(|(key, text)| {
                        view! {
                            <dt>
                                <kbd class="kbd kbd-sm">{key}</kbd>
                            </dt>
                            <dd>{text}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
        </Sheet>
    }
}

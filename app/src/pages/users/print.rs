//! A sheet to print, in a window of its own: a plain form, whose answer is a page.

use leptos::prelude::*;
use types::ids::UserId;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

use crate::{
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

const ACTION: &str = "/users/sheet";

/// The button "Print sheet".
#[component]
pub fn PrintSheet(
    /// Ids with commas between them; empty: all who match `query`.
    #[prop(into)]
    ids: Signal<String>,
    #[prop(into, optional)] query: Signal<String>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <form method="post" action=ACTION target="_blank">
            <input type="hidden" name="ids" value=move || ids.get() />
            <input type="hidden" name="query" value=move || query.get() />
            <button type="submit" class="btn btn-sm">
                <Icon name=IconName::Printer class="size-4" />
                {td_string!(locale, users.print_sheet)}
            </button>
        </form>
    }
}

/// Posts the same form for one user.
pub fn print(user: UserId) -> Option<()> {
    let make = |name: &str| document().create_element(name).ok();
    let form: HtmlFormElement = make("form")?.dyn_into().ok()?;
    form.set_method("post");
    form.set_action(ACTION);
    form.set_target("_blank");
    let ids: HtmlInputElement = make("input")?.dyn_into().ok()?;
    ids.set_type("hidden");
    ids.set_name("ids");
    ids.set_value(&user.to_string());
    form.append_child(&ids).ok()?;
    // A form that is not in the page is not posted.
    document().body()?.append_child(&form).ok()?;
    let posted = form.submit();
    form.remove();
    posted.ok()
}

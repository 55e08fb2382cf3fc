//! By which ways an invitation travels.

use leptos::prelude::*;
use types::invitation::Via;

use super::console::use_me;
use crate::{components::language::use_locale, i18n::td_string};

/// Whether the organization writes text messages, beside e-mail.
pub fn sends_sms() -> bool {
    use_me().is_some_and(|me| me.by_sms)
}

/// The choice "By", where there is more than one way.
#[component]
pub fn ViaField(id: &'static str, via: RwSignal<Via>) -> impl IntoView {
    let locale = use_locale();
    let text = move |via| match via {
        Via::Automatic => td_string!(locale, common.via.automatic),
        Via::Email => td_string!(locale, common.via.email),
        Via::Sms => td_string!(locale, common.via.sms),
        Via::Both => td_string!(locale, common.via.both),
    };
    let hint = move || match via.get() {
        Via::Automatic => td_string!(locale, common.via.automatic_hint),
        Via::Email => td_string!(locale, common.via.email_hint),
        Via::Sms => td_string!(locale, common.via.sms_hint),
        Via::Both => td_string!(locale, common.via.both_hint),
    };
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            via.set(chosen);
        }
    };
    sends_sms().then(|| {
        let options = Via::ALL.iter().map(|it| {
            let it = *it;
            view! {
                <option value=it.as_str() prop:selected=move || via.get() == it>
                    {text(it)}
                </option>
            }
        });
        view! {
            <div>
                <label class="mb-1 block text-sm font-medium" for=id>
                    {td_string!(locale, common.via.label)}
                </label>
                <select id=id class="select w-full" aria-describedby=format!("{id}-hint") on:change=choose>
                    {options.collect_view()}
                </select>
                <p id=format!("{id}-hint") class="mt-1 text-sm text-base-content/75">{hint}</p>
            </div>
        }
    })
}

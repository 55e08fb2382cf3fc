//! The question before one is taken out of use.

use leptos::prelude::*;

use super::keeper::Keeper;
use crate::{
    components::{dialog::Confirm, fault::Alert},
    i18n::td_string,
};

#[component]
pub fn RetireDialog(keeper: Keeper) -> impl IntoView {
    let Keeper {
        locale,
        asked,
        choosers,
        asking,
        ..
    } = keeper;
    let title = Signal::derive(move || {
        let name = asked.with(|asked| asked.as_ref().map(|row| row.name.clone()));
        let name = name.unwrap_or_default();
        td_string!(locale, resources.retire_title, name = name.as_str())
    });
    let is_counted = move || choosers.with(|count| matches!(count, Some(Ok(_))));
    let confirm = move |()| {
        if let Some(row) = asked.get_untracked() {
            keeper.retire(row);
        }
    };
    view! {
        <Confirm
            open=asking
            id="retire"
            title
            button=td_string!(locale, resources.retire)
            destructive=true
            disabled=Signal::derive(move || !is_counted())
            on_confirm=confirm
        >
            <p>{td_string!(locale, resources.retire_text)}</p>
            <div class="mt-2" role="status">
                {move || match choosers.get() {
                    Some(Ok(count)) => {
                        let text = match count {
                            0 => td_string!(locale, resources.chosen_by_nobody).to_owned(),
                            count => td_string!(locale, resources.chosen_by, count = count),
                        };
                        view! { <p>{text}</p> }.into_any()
                    }
                    Some(Err(error)) => view! { <Alert error /> }.into_any(),
                    None => view! { <p>{td_string!(locale, resources.counting)}</p> }.into_any(),
                }}
            </div>
        </Confirm>
    }
}

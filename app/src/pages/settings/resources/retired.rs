//! Those that are out of use, folded away.

use leptos::prelude::*;
use types::resources::ResourceRow;

use super::keeper::Keeper;
use crate::{components::time::Moment, i18n::td_string};

#[component]
pub fn Retired(keeper: Keeper) -> impl IntoView {
    let locale = keeper.locale;
    let rows = Memo::new(move |_| {
        keeper.rows.with(|rows| {
            let rows = rows.iter().filter(|row| row.retired_at.is_some());
            rows.cloned().collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| rows.with(Vec::len));
    view! {
        <Show when=move || { count.get() > 0 }>
            <details class="panel mt-6">
                <summary class="cursor-pointer rounded-box px-4 py-3 font-medium tabular-nums sm:px-5">
                    {move || td_string!(locale, resources.retired_list, count = count.get())}
                </summary>
                <ul class="divide-y divide-base-300 border-t border-base-300" role="list">
                    <For each=move || rows.get() key=|row| (row.id, row.name.clone()) let:row>
                        <RetiredRow keeper row />
                    </For>
                </ul>
            </details>
        </Show>
    }
}

#[component]
fn RetiredRow(keeper: Keeper, row: ResourceRow) -> impl IntoView {
    let locale = keeper.locale;
    let label = td_string!(locale, resources.restore_of, name = row.name.as_str());
    let name = row.name.clone();
    let since = row.retired_at;
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 sm:px-5">
            <div class="min-w-0 flex-1">
                <p class="[overflow-wrap:anywhere]">
                    <bdi>{name}</bdi>
                </p>
                <p class="text-sm text-base-content/75">
                    {td_string!(locale, resources.retired_since)} " "
                    {since.map(|at| view! { <Moment at /> })}
                </p>
            </div>
            <button
                type="button"
                class="btn btn-sm"
                aria-label=label
                on:click=move |_| keeper.restore(row.clone())
            >
                {td_string!(locale, resources.restore)}
            </button>
        </li>
    }
}

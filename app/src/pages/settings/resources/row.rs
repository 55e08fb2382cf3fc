//! One that is in use.

use leptos::prelude::*;
use types::{ids::ResourceId, resources::ResourceRow};

use super::{
    focus::{RowButton, focus_soon},
    keeper::Keeper,
    rename::RenameForm,
};
use crate::{
    components::icon::{Icon, IconName},
    i18n::td_string,
};

#[component]
pub fn Row(keeper: Keeper, id: ResourceId) -> impl IntoView {
    let row = Memo::new(move |before: Option<&Option<ResourceRow>>| {
        let now = keeper
            .rows
            .with(|rows| rows.iter().find(|row| row.id == id).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let name = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default())
    });
    let editing = RwSignal::new(false);
    let end = Callback::new(move |()| {
        editing.set(false);
        focus_soon(RowButton::Rename.id(id));
    });
    view! {
        <li class="px-4 py-2 sm:px-5">
            <Show
                when=move || editing.get()
                fallback=move || view! { <Shown keeper id row name editing /> }
            >
                <RenameForm keeper id name end />
            </Show>
        </li>
    }
}

#[component]
fn Shown(
    keeper: Keeper,
    id: ResourceId,
    row: Memo<Option<ResourceRow>>,
    name: Memo<String>,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let locale = keeper.locale;
    let is_off = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| !row.enabled)));
    let retire = move |_| {
        if let Some(row) = row.get_untracked() {
            keeper.ask(row);
        }
    };
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1 sm:flex-nowrap">
            <div class="min-w-0 flex-1 basis-full py-1 sm:basis-0">
                <p class="font-medium [overflow-wrap:anywhere]">
                    <bdi>{move || name.get()}</bdi>
                </p>
                <Show when=move || is_off.get()>
                    <p class="flex gap-1.5 text-sm text-base-content/75">
                        <Icon name=IconName::Ban class="mt-0.5 size-4" />
                        {td_string!(locale, resources.off)}
                    </p>
                </Show>
            </div>
            <div class="-ml-2 flex flex-1 items-center gap-1 sm:ml-0 sm:flex-none">
                <MoveButton keeper id name button=RowButton::Up />
                <MoveButton keeper id name button=RowButton::Down />
                <button
                    type="button"
                    id=RowButton::Rename.id(id)
                    class="btn btn-ghost btn-sm ml-auto"
                    aria-label=move || {
                        name.with(|name| td_string!(locale, resources.rename_of, name = name.as_str()))
                    }
                    on:click=move |_| editing.set(true)
                >
                    {td_string!(locale, resources.rename)}
                </button>
                <button
                    type="button"
                    class="btn btn-ghost btn-sm"
                    aria-haspopup="dialog"
                    aria-label=move || {
                        name.with(|name| td_string!(locale, resources.retire_of, name = name.as_str()))
                    }
                    on:click=retire
                >
                    {td_string!(locale, resources.retire)}
                </button>
            </div>
        </div>
    }
}

/// Keeps the focus at the end of the list too, where it does nothing.
#[component]
fn MoveButton(
    keeper: Keeper,
    id: ResourceId,
    name: Memo<String>,
    button: RowButton,
) -> impl IntoView {
    let locale = keeper.locale;
    let is_up = matches!(button, RowButton::Up);
    let at_end = Memo::new(move |_| {
        keeper.in_use.with(|ids| {
            let end = if is_up { ids.first() } else { ids.last() };
            end == Some(&id)
        })
    });
    let label = move || {
        let name = name.get();
        if is_up {
            td_string!(locale, resources.move_up, name = name.as_str())
        } else {
            td_string!(locale, resources.move_down, name = name.as_str())
        }
    };
    let shift = move |_| {
        if !at_end.get_untracked() {
            keeper.keep.on(button.id(id));
            let steps = if is_up { -1 } else { 1 };
            keeper.shift(id, name.get_untracked(), steps);
        }
    };
    view! {
        <button
            type="button"
            id=button.id(id)
            class="btn btn-ghost btn-square btn-sm aria-disabled:cursor-default"
            aria-label=label
            aria-disabled=move || at_end.get().then_some("true")
            on:click=shift
        >
            <Icon
                name=IconName::ArrowUp
                class=if is_up { "size-4" } else { "size-4 rotate-180" }
            />
        </button>
    }
}

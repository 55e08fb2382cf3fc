//! Those in use, in their order.

use leptos::{ev::FocusEvent, prelude::*};
use types::resources::ResourceKind;
use wasm_bindgen::JsCast;

use super::{focus::HEADING, keeper::Keeper, row::Row};
use crate::{
    components::icon::{Icon, IconName},
    i18n::{Locale, td_string},
};

#[component]
pub fn InUse(keeper: Keeper) -> impl IntoView {
    let Keeper { locale, in_use, .. } = keeper;
    let count = Memo::new(move |_| in_use.with(Vec::len));
    let on_focus = move |event: FocusEvent| {
        let element = event
            .target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        if let Some(element) = element {
            keeper.keep.follow(&element.id());
        }
    };
    view! {
        <section class="mt-8" aria-labelledby=HEADING on:focusin=on_focus>
            <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <h2 id=HEADING tabindex="-1" class="text-lg font-semibold tabular-nums">
                    {move || td_string!(locale, resources.in_use, count = count.get())}
                </h2>
                <Show when=move || { count.get() > 1 }>
                    <button type="button" class="btn btn-sm" on:click=move |_| keeper.sort()>
                        {td_string!(locale, resources.sort)}
                    </button>
                </Show>
            </div>
            <Show when=move || { count.get() > 1 }>
                <p class="mt-1 text-sm text-base-content/75">
                    {td_string!(locale, resources.order_lead)}
                </p>
            </Show>
            <p role="status" class="sr-only">
                {move || keeper.told.get()}
            </p>
            <Show when=move || { count.get() > 0 } fallback=move || view! { <Empty keeper /> }>
                <ol class="panel mt-3 divide-y divide-base-300" role="list">
                    <For each=move || in_use.get() key=|id| *id let:id>
                        <Row keeper id />
                    </For>
                </ol>
            </Show>
        </section>
    }
}

#[component]
fn Empty(keeper: Keeper) -> impl IntoView {
    let locale = keeper.locale;
    view! {
        <div class="panel mt-3 flex flex-col items-center gap-3 px-6 py-12 text-center">
            <span class="grid size-12 place-items-center rounded-box bg-base-200">
                <Icon name=IconName::Building class="size-6" />
            </span>
            <h3 class="font-semibold">{empty_text(locale, keeper.kind)}</h3>
            <p class="max-w-md text-base-content/80">{td_string!(locale, resources.empty_more)}</p>
        </div>
    }
}

fn empty_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, resources.empty.location),
        ResourceKind::Page => td_string!(locale, resources.empty.page),
        ResourceKind::Product => td_string!(locale, resources.empty.product),
        ResourceKind::Line => td_string!(locale, resources.empty.line),
    }
}

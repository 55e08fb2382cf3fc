//! Choosing what people may reach: all or chosen ones of each kind, and features. A kind of which
//! there is nothing to give is not shown.

use std::collections::BTreeSet;

use leptos::prelude::*;
use types::{
    ids::ResourceId,
    resources::{Access, AccessChoices, Feature, Reach, ResourceChoice, ResourceKind},
};

use super::language::use_locale;
use crate::i18n::{Locale, td_string};

/// From so many on a list can be searched.
const SEARCHED_FROM: usize = 8;

/// What the choice of a kind is called.
pub fn kind_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, access.kind.location),
        ResourceKind::Page => td_string!(locale, access.kind.page),
        ResourceKind::Product => td_string!(locale, access.kind.product),
        ResourceKind::Line => td_string!(locale, access.kind.line),
    }
}

/// What the things of a kind are called.
pub fn things_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, access.things.location),
        ResourceKind::Page => td_string!(locale, access.things.page),
        ResourceKind::Product => td_string!(locale, access.things.product),
        ResourceKind::Line => td_string!(locale, access.things.line),
    }
}

pub fn feature_text(locale: Locale, feature: Feature) -> &'static str {
    match feature {
        Feature::Scheduler => td_string!(locale, access.feature.scheduler),
        Feature::Upload => td_string!(locale, access.feature.upload),
    }
}

fn choose_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, access.choose.location),
        ResourceKind::Page => td_string!(locale, access.choose.page),
        ResourceKind::Product => td_string!(locale, access.choose.product),
        ResourceKind::Line => td_string!(locale, access.choose.line),
    }
}

fn search_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, access.search.location),
        ResourceKind::Page => td_string!(locale, access.search.page),
        ResourceKind::Product => td_string!(locale, access.search.product),
        ResourceKind::Line => td_string!(locale, access.search.line),
    }
}

fn none_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, access.none_chosen.location),
        ResourceKind::Page => td_string!(locale, access.none_chosen.page),
        ResourceKind::Product => td_string!(locale, access.none_chosen.product),
        ResourceKind::Line => td_string!(locale, access.none_chosen.line),
    }
}

/// Whether there is anything to choose.
pub fn any_choice(choices: &AccessChoices) -> bool {
    !choices.resources.is_empty() || !choices.features.is_empty()
}

/// The fields; what is chosen lives with whoever uses them.
#[component]
pub fn AccessPicker(
    /// What the ids of its fields begin with; unlike that of any other on the page.
    prefix: &'static str,
    /// What may be given.
    #[prop(into)]
    choices: Signal<AccessChoices>,
    #[prop(into)] access: Signal<Access>,
    on_change: Callback<Access>,
) -> impl IntoView {
    let kinds = Memo::new(move |_| {
        choices.with(|choices| {
            let kinds = ResourceKind::ALL.iter().copied();
            kinds
                .filter(|kind| choices.of(*kind).next().is_some())
                .collect::<Vec<_>>()
        })
    });
    let features = Memo::new(move |_| choices.with(|choices| choices.features.clone()));
    view! {
        <div class="divide-y divide-base-300 rounded-box border border-base-300">
            <For each=move || kinds.get() key=|kind| *kind let:kind>
                <KindField prefix kind choices access on_change />
            </For>
            <Show when=move || features.with(|features| !features.is_empty())>
                <div class="grid gap-3 px-4 py-3">
                    <For each=move || features.get() key=|feature| *feature let:feature>
                        <FeatureBox feature access on_change />
                    </For>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn FeatureBox(
    feature: Feature,
    access: Signal<Access>,
    on_change: Callback<Access>,
) -> impl IntoView {
    let locale = use_locale();
    let set = move |event| {
        let mut next = access.get_untracked();
        next.allow(feature, event_target_checked(&event));
        on_change.run(next);
    };
    view! {
        <label class="flex items-center gap-3 text-sm">
            <input
                type="checkbox"
                class="checkbox checkbox-sm"
                prop:checked=move || access.with(|access| access.allows(feature))
                on:change=set
            />
            {feature_text(locale, feature)}
        </label>
    }
}

/// "All" or chosen ones; who has only chosen ones may give no more than these, and sees no "All".
#[component]
fn KindField(
    prefix: &'static str,
    kind: ResourceKind,
    choices: Signal<AccessChoices>,
    access: Signal<Access>,
    on_change: Callback<Access>,
) -> impl IntoView {
    let locale = use_locale();
    let label = format!("{prefix}-{kind}");
    let all_offered = Memo::new(move |_| choices.with(|choices| choices.all_of.contains(&kind)));
    let chosen = Memo::new(move |_| access.with(|access| chosen_of(access, kind)));
    let all = Signal::derive(move || chosen.with(Option::is_none));
    // What was ticked before "All": it is there again when "Choose" is.
    let ticked = StoredValue::new(BTreeSet::new());
    let set = Callback::new(move |reach: Reach| {
        let mut next = access.get_untracked();
        *next.of_mut(kind) = reach;
        on_change.run(next);
    });
    let to_all = move |_| {
        ticked.set_value(chosen.get_untracked().unwrap_or_default());
        set.run(Reach::All);
    };
    let to_chosen = move |_| set.run(Reach::Chosen(ticked.get_value()));
    let list = move || view! { <Checklist kind choices chosen set /> };
    let radios = {
        let name = label.clone();
        move || {
            view! {
                <div class="flex flex-wrap gap-x-5 gap-y-2 text-sm">
                    <label class="flex items-center gap-2">
                        <input
                            type="radio"
                            name=name.clone()
                            class="radio radio-sm"
                            prop:checked=move || all.get()
                            on:change=to_all
                        />
                        {td_string!(locale, access.all)}
                    </label>
                    <label class="flex items-center gap-2">
                        <input
                            type="radio"
                            name=name.clone()
                            class="radio radio-sm"
                            prop:checked=move || !all.get()
                            on:change=to_chosen
                        />
                        {choose_text(locale, kind)}
                    </label>
                </div>
            }
        }
    };
    view! {
        <div role="group" aria-labelledby=label.clone() class="grid gap-3 px-4 py-3">
            <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
                <span id=label.clone() class="text-sm font-medium">
                    {kind_text(locale, kind)}
                </span>
                <Show when=move || all_offered.get()>{radios()}</Show>
            </div>
            <Show when=move || all_offered.get() && !all.get()>{list()}</Show>
            <Show when=move || !all_offered.get()>
                <details>
                    <summary class="cursor-pointer text-sm">
                        {choose_text(locale, kind)} " · " <Count kind choices chosen />
                    </summary>
                    <div class="mt-3 grid gap-3">{list()}</div>
                </details>
            </Show>
            <p role="status" class="text-sm text-warning empty:hidden">
                {move || nothing_chosen(kind, choices, chosen).then(|| none_text(locale, kind))}
            </p>
        </div>
    }
}

/// `None` where it is all.
fn chosen_of(access: &Access, kind: ResourceKind) -> Option<BTreeSet<ResourceId>> {
    match access.of(kind) {
        Reach::All => None,
        Reach::Chosen(chosen) => Some(chosen.clone()),
    }
}

type Chosen = Memo<Option<BTreeSet<ResourceId>>>;

fn is_chosen(chosen: Chosen, id: ResourceId) -> bool {
    chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.contains(&id)))
}

fn nothing_chosen(kind: ResourceKind, choices: Signal<AccessChoices>, chosen: Chosen) -> bool {
    chosen.with(Option::is_some)
        && choices.with(|choices| !choices.of(kind).any(|it| is_chosen(chosen, it.id)))
}

/// "2 of 12"
#[component]
fn Count(kind: ResourceKind, choices: Signal<AccessChoices>, chosen: Chosen) -> impl IntoView {
    let locale = use_locale();
    let text = move || {
        choices.with(|choices| {
            let total = choices.of(kind).count();
            let count = choices
                .of(kind)
                .filter(|it| is_chosen(chosen, it.id))
                .count();
            td_string!(locale, access.chosen, count = count, total = total)
        })
    };
    view! { <span class="tabular-nums text-base-content/75">{text}</span> }
}

/// A checkbox for each; those that are not offered stay as they are.
#[component]
fn Checklist(
    kind: ResourceKind,
    choices: Signal<AccessChoices>,
    chosen: Chosen,
    set: Callback<Reach>,
) -> impl IntoView {
    let locale = use_locale();
    let find = RwSignal::new(String::new());
    let searched =
        Memo::new(move |_| choices.with(|choices| choices.of(kind).count() >= SEARCHED_FROM));
    let shown = Memo::new(move |_| {
        let wanted = find.with(|find| find.trim().to_lowercase());
        choices.with(|choices| {
            let matching = choices
                .of(kind)
                .filter(|it| it.name.to_lowercase().contains(&wanted));
            matching.cloned().collect::<Vec<ResourceChoice>>()
        })
    });
    let tick = move |ids: Vec<ResourceId>, ticked: bool| {
        let mut next = chosen.get_untracked().unwrap_or_default();
        for id in ids {
            if ticked {
                next.insert(id);
            } else {
                next.remove(&id);
            }
        }
        set.run(Reach::Chosen(next));
    };
    let tick_shown = move |ticked| {
        tick(
            shown.with_untracked(|shown| shown.iter().map(|it| it.id).collect()),
            ticked,
        );
    };
    view! {
        <div class="grid gap-2">
            <Show when=move || searched.get()>
                <input
                    type="search"
                    class="input input-sm w-full"
                    aria-label=search_text(locale, kind)
                    placeholder=search_text(locale, kind)
                    prop:value=move || find.get()
                    on:input=move |event| find.set(event_target_value(&event))
                />
            </Show>
            <div class="flex items-center gap-1 text-sm">
                <Count kind choices chosen />
                <button
                    type="button"
                    class="btn btn-ghost btn-xs ml-auto"
                    on:click=move |_| tick_shown(true)
                >
                    {td_string!(locale, access.select_all)}
                </button>
                <button
                    type="button"
                    class="btn btn-ghost btn-xs"
                    on:click=move |_| tick_shown(false)
                >
                    {td_string!(locale, access.select_none)}
                </button>
            </div>
            <ul class="max-h-52 overflow-y-auto rounded-field bg-base-200 py-1" role="list">
                <For each=move || shown.get() key=|it| it.id let:it>
                    <li>
                        <label class="flex items-start gap-3 px-3 py-1.5 text-sm hover:bg-base-300/50">
                            <input
                                type="checkbox"
                                class="checkbox checkbox-sm mt-0.5 bg-base-100"
                                prop:checked=move || is_chosen(chosen, it.id)
                                on:change=move |event| {
                                    tick(vec![it.id], event_target_checked(&event));
                                }
                            />
                            <span class="min-w-0 break-words">{it.name.clone()}</span>
                        </label>
                    </li>
                </For>
                <Show when=move || shown.with(Vec::is_empty)>
                    <li class="px-3 py-1.5 text-sm text-base-content/75">
                        {td_string!(locale, access.no_match)}
                    </li>
                </Show>
            </ul>
        </div>
    }
}

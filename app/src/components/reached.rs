//! What somebody reaches: the locations, pages, products and lines, and the features.

use leptos::prelude::*;
use types::resources::{Feature, Reached, ReachedKind, ResourceKind};

use super::language::use_locale;
use crate::i18n::{Locale, td_string};

/// From so many names on they are folded.
const MANY: usize = 9;

/// What those of a kind are called.
pub fn kind_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, settings.locations),
        ResourceKind::Page => td_string!(locale, settings.pages),
        ResourceKind::Product => td_string!(locale, settings.products),
        ResourceKind::Line => td_string!(locale, settings.lines),
    }
}

fn all_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, access.reached.all.location),
        ResourceKind::Page => td_string!(locale, access.reached.all.page),
        ResourceKind::Product => td_string!(locale, access.reached.all.product),
        ResourceKind::Line => td_string!(locale, access.reached.all.line),
    }
}

fn feature_text(locale: Locale, feature: Feature) -> &'static str {
    match feature {
        Feature::Scheduler => td_string!(locale, access.reached.scheduler),
        Feature::Upload => td_string!(locale, access.reached.upload),
    }
}

/// Kind by kind the names, then the features. Empty where nothing was made of any kind and no feature
/// is allowed.
#[component]
pub fn ReachedList(reached: Reached) -> impl IntoView {
    let locale = use_locale();
    let Reached { kinds, features } = reached;
    let features = features.into_iter();
    let features: Vec<String> = features
        .map(|feature| feature_text(locale, feature).to_owned())
        .collect();
    view! {
        <dl class="grid gap-4">
            {kinds.into_iter().map(|kind| view! { <Kind kind /> }).collect_view()}
            {(!features.is_empty())
                .then(|| {
                    view! {
                        <div>
                            <dt class="text-sm text-base-content/80">
                                {td_string!(locale, access.reached.features)}
                            </dt>
                            <dd class="mt-1">
                                <Names names=features />
                            </dd>
                        </div>
                    }
                })}
        </dl>
    }
}

#[component]
fn Kind(kind: ReachedKind) -> impl IntoView {
    let locale = use_locale();
    let ReachedKind { kind, all, names } = kind;
    let count = names.len();
    let all = all.then(|| all_text(locale, kind));
    let shown = match (all, count) {
        (None, 0) => {
            let none = td_string!(locale, access.reached.none);
            view! { <p>{none}</p> }.into_any()
        }
        (all, MANY..) => {
            let chosen = || td_string!(locale, access.reached.chosen_count, count = count);
            let all_of =
                |all| td_string!(locale, access.reached.all_count, all = all, count = count);
            let summary = all.map_or_else(chosen, all_of);
            view! {
                <details>
                    <summary class="cursor-pointer font-medium">{summary}</summary>
                    <div class="mt-2">
                        <Names names />
                    </div>
                </details>
            }
            .into_any()
        }
        (all, _) => view! {
            {all.map(|all| view! { <p class="mb-1.5 font-medium">{all}</p> })}
            <Names names />
        }
        .into_any(),
    };
    view! {
        <div>
            <dt class="text-sm text-base-content/80">{kind_text(locale, kind)}</dt>
            <dd class="mt-1">{shown}</dd>
        </div>
    }
}

#[component]
fn Names(names: Vec<String>) -> impl IntoView {
    let names = names.into_iter().map(|name| {
        view! {
            <li class="min-w-0 rounded-selector bg-base-200 px-2.5 py-1 text-sm [overflow-wrap:anywhere]">
                <bdi>{name}</bdi>
            </li>
        }
    });
    view! {
        <ul class="flex flex-wrap gap-1.5" role="list">
            {names.collect_view()}
        </ul>
    }
}

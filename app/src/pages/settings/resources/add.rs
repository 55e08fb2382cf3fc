//! The box for new names: one, or a pasted list.

use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*, task::spawn_local};
use types::{
    refusal::{LONGEST_NAME, Refusal},
    resources::{NewNames, ResourceKind},
};

use super::keeper::Keeper;
use crate::{
    api::{AppError, resources::add_resources},
    components::{
        fault::error_text,
        icon::{Icon, IconName},
    },
    i18n::{Locale, td_string},
    pages::console::{use_awake, use_me},
};

/// How much of a name that is too long is shown.
const SHOWN: usize = 40;
/// The box grows to so many lines.
const MOST_LINES: usize = 10;

/// The names that can be added: those that are there already are left out, unless nothing is left.
fn wanted(names: NewNames) -> Result<Vec<String>, Refusal> {
    if names.ready.is_empty() {
        return names.all();
    }
    let left = NewNames {
        taken: Vec::new(),
        retired: Vec::new(),
        ..names
    };
    left.all()
}

#[component]
pub fn AddForm(keeper: Keeper) -> impl IntoView {
    let Keeper { locale, kind, .. } = keeper;
    let awake = use_awake();
    let node = NodeRef::<Textarea>::new();
    let text = RwSignal::new(String::new());
    let pending = RwSignal::new(false);
    let fault = RwSignal::new(None::<AppError>);
    let names = Memo::new(move |_| {
        keeper
            .rows
            .with(|rows| text.with(|text| NewNames::read(text, rows)))
    });
    let ready = Memo::new(move |_| names.with(|names| names.ready.len()));
    let waits = kind.is_enabled_by_operator() && !use_me().is_some_and(|me| me.operator);
    let add = move || {
        if pending.get_untracked() {
            return;
        }
        let ready = match wanted(names.get_untracked()) {
            Ok(ready) => ready,
            Err(refusal) => {
                fault.set(Some(refusal.into()));
                focus(node);
                return;
            }
        };
        pending.set(true);
        spawn_local(async move {
            let answer = add_resources(kind, ready.join("\n")).await;
            // The page may have been left meanwhile.
            if pending.try_set(false).is_some() {
                return;
            }
            keeper.refresh();
            match answer {
                Ok(_) => {
                    keeper.toasts.say(added_text(locale, &ready));
                    text.set(String::new());
                    fault.set(None);
                }
                Err(error) => fault.set(Some(error)),
            }
            focus(node);
        });
    };
    let press = move |event: KeyboardEvent| {
        let is_plain = !event.shift_key() && !event.alt_key() && !event.is_composing();
        if event.key() == "Enter" && is_plain {
            event.prevent_default();
            add();
        }
    };
    let button = move || {
        if pending.get() {
            return td_string!(locale, resources.adding).to_owned();
        }
        match ready.get() {
            0 | 1 => td_string!(locale, resources.add).to_owned(),
            count => td_string!(locale, resources.add_many, count = count),
        }
    };
    view! {
        <div class="panel mt-6 p-5 sm:p-6">
            <label class="mb-1.5 block text-sm font-medium" for="new-names">
                {new_text(locale, kind)}
            </label>
            <div class="flex flex-wrap items-start gap-3 sm:flex-nowrap">
                <textarea
                    node_ref=node
                    id="new-names"
                    class="textarea min-h-10 w-full min-w-0 flex-1 basis-64 resize-y py-2 text-base leading-6"
                    rows=move || text.with(|text| lines(text)).to_string()
                    autocomplete="off"
                    spellcheck="false"
                    dir="auto"
                    readonly=move || !awake.get() || pending.get()
                    aria-describedby="new-names-fault new-names-remarks new-names-hint"
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    prop:value=move || text.get()
                    on:keydown=press
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        fault.set(None);
                    }
                ></textarea>
                <button
                    type="button"
                    class="btn btn-primary"
                    aria-disabled=move || (!awake.get()).then_some("true")
                    aria-busy=move || pending.get().to_string()
                    on:click=move |_| add()
                >
                    {button}
                </button>
            </div>
            <div id="new-names-fault" role="alert">
                {move || {
                    fault
                        .get()
                        .map(|error| {
                            view! {
                                <p class="mt-1.5 flex gap-1.5 text-sm">
                                    <Icon name=IconName::Alert class="mt-0.5 size-4 text-error" />
                                    {error_text(locale, &error)}
                                </p>
                            }
                        })
                }}
            </div>
            <div id="new-names-remarks" role="status" class="text-sm [overflow-wrap:anywhere]">
                {move || {
                    let remarks = names.with(|names| remarks(locale, names)).into_iter();
                    remarks.map(|text| view! { <p class="mt-1.5">{text}</p> }).collect_view()
                }}
            </div>
            <p id="new-names-hint" class="mt-1.5 text-sm text-base-content/75">
                {td_string!(locale, resources.new_hint)}
                {waits.then(|| format!(" {}", td_string!(locale, resources.waits)))}
            </p>
        </div>
    }
}

fn focus(node: NodeRef<Textarea>) {
    if let Some(element) = node.get_untracked() {
        let _ = element.focus();
    }
}

fn lines(text: &str) -> usize {
    text.split('\n').count().min(MOST_LINES)
}

fn new_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, resources.new.location),
        ResourceKind::Page => td_string!(locale, resources.new.page),
        ResourceKind::Product => td_string!(locale, resources.new.product),
        ResourceKind::Line => td_string!(locale, resources.new.line),
    }
}

fn added_text(locale: Locale, names: &[String]) -> String {
    match names {
        [name] => td_string!(locale, resources.added, name = name.as_str()),
        names => td_string!(locale, resources.added_many, count = names.len()),
    }
}

/// What is not added, and why.
fn remarks(locale: Locale, names: &NewNames) -> Vec<String> {
    let mut remarks = Vec::new();
    if !names.taken.is_empty() {
        let names = names.taken.join(", ");
        remarks.push(td_string!(locale, resources.taken, names = names.as_str()));
    }
    if !names.retired.is_empty() {
        let names = names.retired.join(", ");
        remarks.push(td_string!(
            locale,
            resources.taken_by_retired,
            names = names.as_str()
        ));
    }
    if !names.too_long.is_empty() {
        let names = names.too_long.iter();
        let names: Vec<String> = names
            .map(|name| name.chars().take(SHOWN).chain(['…']).collect())
            .collect();
        let names = names.join(", ");
        remarks.push(td_string!(
            locale,
            resources.too_long,
            most = LONGEST_NAME,
            names = names.as_str()
        ));
    }
    remarks
}

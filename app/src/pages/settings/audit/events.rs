//! The events, the newest first.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::{
    access::Permission,
    audit::{Changed, Detail, EventRow, EventsPage, EventsQuery, Who},
};

use super::{
    Listing,
    empty::{Empty, Gap},
    words::{action_text, detail_text, field_text, who_text},
};
use crate::{
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        time::{Moment, When},
    },
    i18n::td_string,
    pages::{console::use_me, user},
};

/// The events, or what stands there instead of them.
#[component]
pub fn Events(listing: ReadSignal<Listing>, query: Memo<EventsQuery>) -> impl IntoView {
    let locale = use_locale();
    let fault = Memo::new(move |_| listing.with(|it| it.as_ref().err().cloned()));
    let shown = Memo::new(move |before: Option<&Option<EventsPage>>| {
        listing.with(|it| match it {
            Ok(page) => Some(page.clone()),
            // What was there stays in sight below the error.
            Err(_) => before.cloned().flatten(),
        })
    });
    let gap = Memo::new(move |_| {
        let query = query.get();
        shown.with(|page| Gap::of(&query, page.as_ref()?))
    });
    let some = Memo::new(move |_| {
        shown.with(|page| page.as_ref().is_some_and(|page| !page.events.is_empty()))
    });
    let now = Memo::new(move |_| shown.with(|page| page.as_ref().map(|page| page.now)));
    let events = move || {
        shown.with(|page| {
            page.as_ref()
                .map(|page| page.events.clone())
                .unwrap_or_default()
        })
    };
    view! {
        {move || fault.get().map(|error| view! { <div class="mt-4"><Alert error /></div> })}
        {move || {
            gap.get().map(|gap| view! { <Empty gap query=query.get_untracked() /> })
        }}
        <Show when=move || some.get()>
            <ol class="panel mt-4 divide-y divide-base-300" aria-label=td_string!(locale, audit.heading)>
                // Keyed: what is folded out stays so when something new comes in.
                <For each=events key=|event| (event.sequence, event.forgotten) let(event)>
                    <Event event now />
                </For>
            </ol>
        </Show>
    }
}

/// What was done to whom; then who, when, and from where; then before and after.
#[component]
fn Event(event: EventRow, now: Memo<Option<DateTime<Utc>>>) -> impl IntoView {
    let locale = use_locale();
    let EventRow {
        at,
        who,
        action,
        subject,
        count,
        batch,
        origin,
        changed,
        forgotten,
        ..
    } = event;
    let may_open = use_me().is_some_and(|me| me.permissions.has(Permission::ManageUsers));
    let several = subject.is_none();
    // What has no person has a name of its own, if any: a role, a location.
    let name = changed.iter().find(|it| it.field == "name");
    let name = name.and_then(|it| match (&it.after, &it.before) {
        (Detail::Text(name), _) | (_, Some(Detail::Text(name))) => Some(name.clone()),
        _ => None,
    });
    let object = match subject {
        Some(subject) => Some(view! { <Subject subject may_open /> }.into_any()),
        None => name
            .filter(|_| batch.is_none())
            .map(|name| view! { <bdi>{name}</bdi> }.into_any()),
    };
    let report = batch.map(|batch| {
        let text = match count {
            Some(count) if several => td_string!(locale, audit.people, count = count),
            _ => td_string!(locale, audit.report).to_owned(),
        };
        let text = if may_open {
            view! {
                <a href=format!("/batches/{batch}") class="link text-primary">
                    {text}
                </a>
            }
            .into_any()
        } else {
            text.into_any()
        };
        let sign = if several { ": " } else { " · " };
        view! { {sign} {text} }
    });
    let from = (!origin.is_empty())
        .then(|| td_string!(locale, audit.from_address, address = origin.as_str()));
    view! {
        <li class="px-4 py-3 text-sm sm:px-5">
            <p class="[overflow-wrap:anywhere]">
                <span class="font-medium">{action_text(locale, action)}</span>
                {object.map(|object| view! { ": " {object} })}
                {report}
            </p>
            <p class="mt-1 flex flex-wrap gap-x-3 text-xs text-base-content/75 [overflow-wrap:anywhere]">
                <span class="font-medium text-base-content/90">
                    <bdi>{who_text(locale, &who)}</bdi>
                </span>
                {move || now.get().map(|now| view! { <When at now /> })}
                <Moment at />
                {from.map(|from| view! { <span>{from}</span> })}
            </p>
            {forgotten
                .then(|| {
                    view! {
                        <p class="mt-1 text-xs text-base-content/75">
                            {td_string!(locale, audit.forgotten)}
                        </p>
                    }
                })}
            {(!changed.is_empty()).then(|| view! { <Changes changed /> })}
        </li>
    }
}

#[component]
fn Subject(subject: Who, may_open: bool) -> impl IntoView {
    let locale = use_locale();
    match subject {
        Who::Person(person) if may_open => view! {
            <a href=user::address(person.id) class="link text-primary">
                <bdi>{person.name}</bdi>
            </a>
        }
        .into_any(),
        who => view! { <bdi>{who_text(locale, &who)}</bdi> }.into_any(),
    }
}

/// Field by field, before and after.
#[component]
fn Changes(changed: Vec<Changed>) -> impl IntoView {
    let locale = use_locale();
    let rows = changed
        .into_iter()
        .map(
            |Changed {
                 field,
                 before,
                 after,
             }| {
                let before = before.map(|before| {
                    let text = detail_text(locale, &field, before);
                    view! {
                        <del class="text-base-content/75 no-underline">
                            <span class="sr-only">{td_string!(locale, audit.before)}" "</span>
                            <bdi>{text}</bdi>
                        </del>
                        <span aria-hidden="true">" → "</span>
                        <span class="sr-only">{td_string!(locale, audit.after)}" "</span>
                    }
                });
                let after = detail_text(locale, &field, after);
                view! {
                    <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
                        <dt class="text-base-content/75">{field_text(locale, &field)}</dt>
                        <dd class="whitespace-pre-line [overflow-wrap:anywhere]">
                            {before}
                            <bdi>{after}</bdi>
                        </dd>
                    </div>
                }
            },
        )
        .collect_view();
    view! {
        <details class="group/changes mt-1.5">
            <summary class="inline-flex min-h-6 cursor-pointer items-center gap-1 text-xs font-medium text-base-content/80 hover:text-base-content">
                <span class="transition-transform group-open/changes:rotate-180 motion-reduce:transition-none">
                    <Icon name=IconName::ChevronDown class="size-3.5" />
                </span>
                {td_string!(locale, audit.details)}
            </summary>
            <dl class="mt-1.5 grid gap-1.5 border-s-2 border-base-300 ps-3">{rows}</dl>
        </details>
    }
}

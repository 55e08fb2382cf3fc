//! The state of a user's invitation, and what can be done.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::users::{PersonPage, ShownStatus, UserRow};

use super::super::{
    console::use_awake,
    users::{
        actions::RowActions,
        entries::{Entry, entries},
    },
};
use crate::{
    components::{
        failure::failure_text,
        icon::Icon,
        language::use_locale,
        time::{Moment, When},
    },
    i18n::{Locale, td_string},
};

/// How it stands, with the same entries as in the menu of the row.
#[component]
pub fn Invitation(page: Memo<PersonPage>, actions: RowActions, can_copy: bool) -> impl IntoView {
    let locale = use_locale();
    let choices = Memo::new(move |_| page.with(|page| choices(page, can_copy)));
    view! {
        <section class="panel p-5 sm:p-6" aria-labelledby="invitation">
            <h2 id="invitation" class="text-lg font-semibold">
                {td_string!(locale, people.invitation)}
            </h2>
            {move || page.with(|page| view! { <State row=page.row.clone() now=page.now /> })}
            <div class="mt-4 flex flex-wrap gap-2 empty:hidden">
                <For each=move || choices.get() key=|entry| *entry as u8 let:entry>
                    <ActionButton page actions entry />
                </For>
            </div>
        </section>
    }
}

/// Nothing can be done to someone whose role is above; and this is the page that "Edit" leads to.
fn choices(page: &PersonPage, can_copy: bool) -> Vec<Entry> {
    let mut choices = entries(&page.row, can_copy);
    choices.retain(|entry| page.editable && *entry != Entry::Edit);
    choices
}

#[component]
fn ActionButton(page: Memo<PersonPage>, actions: RowActions, entry: Entry) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let class = match entry {
        Entry::Send | Entry::Resend => "btn btn-sm btn-primary",
        _ => "btn btn-sm",
    };
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| actions.run(entry, page.with_untracked(|page| page.row.clone()))
        >
            <Icon name=entry.icon() class="size-4" />
            {entry.text(locale)}
        </button>
    }
}

/// The state in words: since when and by whom, until when, and why it did not arrive.
#[component]
fn State(row: UserRow, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let over = matches!(row.status, ShownStatus::Active | ShownStatus::Deactivated);
    let answer = row.failure.as_ref().map(|failure| {
        let words = failure_text(locale, failure);
        if row.status == ShownStatus::Waiting {
            td_string!(locale, users.put_off, words = words.as_str())
        } else {
            words
        }
    });
    let inviter = row.inviter.map(|inviter| {
        let by = td_string!(locale, users.invited_by, inviter = inviter.as_str());
        view! { <span class="block text-base-content/75">{by}</span> }
    });
    let moment = |at| {
        view! {
            <When at now />
            <span class="block text-base-content/75">
                <Moment at />
            </span>
        }
    };
    view! {
        <p class="mt-2">{state_text(locale, row.status)}</p>
        {answer.map(|words| {
            view! {
                <p class="mt-2 border-s-2 border-base-300 ps-3 text-sm [overflow-wrap:anywhere]">{words}</p>
            }
        })}
        <dl class="mt-4 flex flex-wrap gap-x-8 gap-y-4 text-sm empty:hidden">
            {row
                .invited_at
                .map(|at| {
                    view! {
                        <div class="min-w-0 break-words">
                            <dt class="text-base-content/75">{td_string!(locale, users.sent)}</dt>
                            <dd class="mt-0.5">{moment(at)} {inviter}</dd>
                        </div>
                    }
                })}
            {row
                .expires_at
                .filter(|_| !over)
                .map(|at| {
                    view! {
                        <div class="min-w-0">
                            <dt class="text-base-content/75">{td_string!(locale, users.expires)}</dt>
                            <dd class="mt-0.5">{moment(at)}</dd>
                        </div>
                    }
                })}
        </dl>
    }
}

fn state_text(locale: Locale, status: ShownStatus) -> &'static str {
    match status {
        ShownStatus::NotInvited => td_string!(locale, people.state.not_invited),
        ShownStatus::Waiting => td_string!(locale, people.state.waiting),
        ShownStatus::Invited => td_string!(locale, people.state.invited),
        ShownStatus::Expired => td_string!(locale, people.state.expired),
        ShownStatus::Failed => td_string!(locale, people.state.failed),
        ShownStatus::Active => td_string!(locale, people.state.active),
        ShownStatus::Deactivated => td_string!(locale, people.state.deactivated),
    }
}

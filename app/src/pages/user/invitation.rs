//! The state of a user's invitation, and what can be done.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::users::{PersonPage, ShownStatus, UserRow};

use super::super::{
    approvals::APPROVALS,
    console::use_awake,
    users::{
        actions::RowActions,
        entries::{Entry, entries},
        print::PrintSheet,
    },
};
use crate::{
    components::{
        badge::person_name,
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
    let ids = Signal::derive(move || page.with(|page| page.row.id.to_string()));
    view! {
        <section class="panel p-5 sm:p-6" aria-labelledby="invitation">
            <h2 id="invitation" class="text-lg font-semibold">
                {td_string!(locale, people.invitation)}
            </h2>
            {move || {
                page.with(|page| {
                    view! { <State row=page.row.clone() password_spent=page.password_spent now=page.now /> }
                })
            }}
            <div class="mt-4 flex flex-wrap gap-2 empty:hidden">
                <For each=move || choices.get() key=|entry| *entry as u8 let:entry>
                    {if entry == Entry::Print {
                        view! { <PrintSheet ids /> }.into_any()
                    } else {
                        view! { <ActionButton page actions entry /> }.into_any()
                    }}
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
        Entry::Send | Entry::Resend | Entry::TryAgain | Entry::ActivateAndSend => {
            "btn btn-sm btn-primary"
        }
        Entry::Delete => "btn btn-sm btn-outline btn-error",
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
fn State(row: UserRow, password_spent: bool, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let over = matches!(row.status, ShownStatus::Active | ShownStatus::Deactivated);
    let state = if row.awaits_approval {
        view! {
            {td_string!(locale, people.state.awaits_approval)}
            " "
            <a href=APPROVALS class="link">
                {td_string!(locale, approvals.heading)}
            </a>
        }
        .into_any()
    } else if let Some(at) = row.declined_at {
        view! {
            {td_string!(locale, people.state.declined)}
            " "
            <When at now />
            <span class="block text-sm text-base-content/75">
                <Moment at />
            </span>
        }
        .into_any()
    } else {
        state_text(locale, row.status).into_any()
    };
    let answer = row.failure.as_ref().map(|failure| {
        let words = failure_text(locale, failure);
        if row.status == ShownStatus::Waiting {
            td_string!(locale, users.put_off, words = words.as_str())
        } else {
            words
        }
    });
    let inviter = row.inviter.map(|inviter| {
        let inviter = person_name(locale, &inviter);
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
        <p class="mt-2">{state}</p>
        {password_spent
            .then(|| view! { <p class="mt-2">{td_string!(locale, people.password_spent)}</p> })}
        {answer.map(|words| {
            view! {
                <p class="mt-2 border-s-2 border-base-300 ps-3 text-sm [overflow-wrap:anywhere]">{words}</p>
            }
        })}
        {row
            .bounced
            .then(|| view! { <p class="mt-2 text-sm">{td_string!(locale, people.bounced)}</p> })}
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

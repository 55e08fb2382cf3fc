//! What has happened to a user, the newest first.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::users::{HistoryEvent, HistoryLine, PersonPage};

use super::fields::field_text;
use crate::{
    components::{
        failure::failure_text,
        icon::{Icon, IconName},
        language::use_locale,
        time::{Moment, When, relative},
    },
    i18n::{Locale, td_string},
};

#[component]
pub fn History(page: Memo<PersonPage>) -> impl IntoView {
    let locale = use_locale();
    let lines = move || {
        let (history, now) = page.with(|page| (page.history.clone(), page.now));
        history
            .into_iter()
            .map(|line| view! { <Line line now /> })
            .collect_view()
    };
    view! {
        <section class="panel p-5 sm:p-6" aria-labelledby="history">
            <h2 id="history" class="text-lg font-semibold">
                {td_string!(locale, people.history)}
            </h2>
            <ol class="mt-3 divide-y divide-base-300">{lines}</ol>
        </section>
    }
}

/// What, with the words of a mail server; then who and when, the exact time beside the relative one.
#[component]
fn Line(line: HistoryLine, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let HistoryLine { at, by, event } = line;
    let more = more(locale, &event);
    view! {
        <li class="flex gap-3 py-2.5 text-sm">
            <span class="mt-0.5 text-base-content/70">
                <Icon name=icon(&event) class="size-4" />
            </span>
            <div class="min-w-0 flex-1 [overflow-wrap:anywhere]">
                <p>{text(locale, &event, now)}</p>
                {more.map(|more| view! { <p class="text-base-content/75">{more}</p> })}
                <p class="mt-0.5 flex flex-wrap gap-x-3 text-xs text-base-content/75">
                    <span>
                        {by.map(|who| {
                            let by = td_string!(locale, people.by, who = who.as_str());
                            view! { <bdi>{by}</bdi> " · " }
                        })}
                        <When at now />
                    </span>
                    <Moment at />
                </p>
            </div>
        </li>
    }
}

fn text(locale: Locale, event: &HistoryEvent, now: DateTime<Utc>) -> String {
    let text = match event {
        HistoryEvent::Changed { fields, .. } => {
            let fields = fields.iter().map(|field| field_text(locale, *field));
            let fields = fields.collect::<Vec<_>>().join(", ");
            return td_string!(locale, people.event.changed, fields = fields.as_str());
        }
        HistoryEvent::Sent { to } => {
            return td_string!(locale, people.event.sent, email = to.as_str());
        }
        HistoryEvent::PutOff { until, .. } => {
            let until = relative(locale, *until, now);
            return td_string!(locale, people.event.put_off, until = until.as_str());
        }
        HistoryEvent::Added => td_string!(locale, people.event.added),
        HistoryEvent::Imported => td_string!(locale, people.event.imported),
        HistoryEvent::Revoked => td_string!(locale, people.event.revoked),
        HistoryEvent::Deactivated => td_string!(locale, people.event.deactivated),
        HistoryEvent::Activated => td_string!(locale, people.event.activated),
        HistoryEvent::RevokeUndone => td_string!(locale, people.event.revoke_undone),
        HistoryEvent::DeactivateUndone => td_string!(locale, people.event.deactivate_undone),
        HistoryEvent::AskedForNew => td_string!(locale, people.event.asked_for_new),
        HistoryEvent::Delivered => td_string!(locale, people.event.delivered),
        HistoryEvent::Failed(_) => td_string!(locale, people.event.failed),
        HistoryEvent::Cancelled => td_string!(locale, people.event.cancelled),
        HistoryEvent::LinkCopied => td_string!(locale, people.event.link_copied),
        HistoryEvent::Accepted => td_string!(locale, people.event.accepted),
    };
    text.to_owned()
}

/// What else there is to say.
fn more(locale: Locale, event: &HistoryEvent) -> Option<String> {
    match event {
        HistoryEvent::Failed(answer) | HistoryEvent::PutOff { answer, .. } => {
            Some(failure_text(locale, answer))
        }
        HistoryEvent::Changed {
            link_ended: true, ..
        } => Some(td_string!(locale, people.event.link_ended).to_owned()),
        _ => None,
    }
}

const fn icon(event: &HistoryEvent) -> IconName {
    match event {
        HistoryEvent::Added => IconName::UserPlus,
        HistoryEvent::Changed { .. } => IconName::User,
        HistoryEvent::Imported => IconName::Upload,
        HistoryEvent::Revoked => IconName::Close,
        HistoryEvent::Deactivated | HistoryEvent::Cancelled => IconName::Ban,
        HistoryEvent::Activated | HistoryEvent::Accepted => IconName::CheckCircle,
        HistoryEvent::RevokeUndone | HistoryEvent::DeactivateUndone => IconName::ArrowLeft,
        HistoryEvent::AskedForNew => IconName::Refresh,
        HistoryEvent::Sent { .. } => IconName::Send,
        HistoryEvent::PutOff { .. } => IconName::Clock,
        HistoryEvent::Delivered => IconName::Check,
        HistoryEvent::Failed(_) => IconName::Alert,
        HistoryEvent::LinkCopied => IconName::Link,
    }
}

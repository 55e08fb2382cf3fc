//! What has happened to a user, the newest first.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::{
    access::Permission,
    invitation::Channel,
    users::{HistoryEvent, HistoryLine, PersonPage},
};

use super::{access::part_text, fields::field_text};
use crate::{
    components::{
        badge::person_name,
        failure::failure_text,
        icon::{Icon, IconName},
        language::use_locale,
        time::{Moment, When},
    },
    i18n::{Locale, td_string},
    pages::{console::use_me, settings::audit::all_about},
};

#[component]
pub fn History(page: Memo<PersonPage>) -> impl IntoView {
    let locale = use_locale();
    let sees_log = use_me().is_some_and(|me| me.permissions.has(Permission::ViewAudit));
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
            {sees_log
                .then(|| {
                    let all = all_about(page.with_untracked(|page| page.row.id));
                    view! {
                        <p class="mt-3 text-sm">
                            <a href=all class="link link-hover text-primary">
                                {td_string!(locale, audit.all_of_user)}
                            </a>
                        </p>
                    }
                })}
        </section>
    }
}

/// What, with the words of a mail server; then who and when, the exact time beside the relative one.
#[component]
fn Line(line: HistoryLine, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let HistoryLine { at, by, event } = line;
    let more = more(locale, &event);
    let until = match event {
        HistoryEvent::PutOff { until, .. } => Some(until),
        _ => None,
    };
    view! {
        <li class="flex gap-3 py-2.5 text-sm">
            <span class="mt-0.5 text-base-content/70">
                <Icon name=icon(&event) class="size-4" />
            </span>
            <div class="min-w-0 flex-1 [overflow-wrap:anywhere]">
                <p>{text(locale, &event)} {until.map(|at| view! { " " <Moment at /> })}</p>
                {more.map(|more| view! { <p class="text-base-content/75">{more}</p> })}
                <p class="mt-0.5 flex flex-wrap gap-x-3 text-xs text-base-content/75">
                    <span>
                        {by.map(|who| {
                            let who = person_name(locale, &who);
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

fn text(locale: Locale, event: &HistoryEvent) -> String {
    let text = match event {
        HistoryEvent::Changed { fields, .. } => {
            let fields = fields.iter().map(|field| field_text(locale, *field));
            let fields = fields.collect::<Vec<_>>().join(", ");
            return td_string!(locale, people.event.changed, fields = fields.as_str());
        }
        HistoryEvent::AccessChanged { parts } => {
            let parts = parts.iter().map(|part| part_text(locale, *part));
            let parts = parts.collect::<Vec<_>>().join(", ");
            return td_string!(locale, people.event.access_changed, parts = parts.as_str());
        }
        HistoryEvent::Sent { to } => {
            return td_string!(locale, people.event.sent, email = to.as_str());
        }
        HistoryEvent::PutOff { .. } => td_string!(locale, people.event.put_off),
        HistoryEvent::Added => td_string!(locale, people.event.added),
        HistoryEvent::Imported => td_string!(locale, people.event.imported),
        HistoryEvent::Revoked => td_string!(locale, people.event.revoked),
        HistoryEvent::Deactivated => td_string!(locale, people.event.deactivated),
        HistoryEvent::Activated => td_string!(locale, people.event.activated),
        HistoryEvent::RevokeUndone => td_string!(locale, people.event.revoke_undone),
        HistoryEvent::DeactivateUndone => td_string!(locale, people.event.deactivate_undone),
        HistoryEvent::AskedForNew => td_string!(locale, people.event.asked_for_new),
        HistoryEvent::Delivered {
            channel: Channel::Sms,
            ..
        } => td_string!(locale, people.event.delivered_to_gateway),
        HistoryEvent::Delivered { .. } => td_string!(locale, people.event.delivered),
        HistoryEvent::SmsDelivered => td_string!(locale, people.event.sms_delivered),
        HistoryEvent::SmsUndelivered(_) => td_string!(locale, people.event.sms_undelivered),
        HistoryEvent::Bounced(_) => td_string!(locale, people.event.bounced),
        HistoryEvent::AddressConfirmed => td_string!(locale, people.event.address_confirmed),
        HistoryEvent::Reminded => td_string!(locale, people.event.reminded),
        HistoryEvent::Opened { channel } => match channel {
            Channel::Email => td_string!(locale, people.event.opened_by_email),
            Channel::Sms => td_string!(locale, people.event.opened_by_sms),
            Channel::Copied => td_string!(locale, people.event.opened_by_copy),
        },
        HistoryEvent::OpenedByScanner => td_string!(locale, people.event.opened_by_scanner),
        HistoryEvent::Failed(_) => td_string!(locale, people.event.failed),
        HistoryEvent::Cancelled => td_string!(locale, people.event.cancelled),
        HistoryEvent::LinkCopied => td_string!(locale, people.event.link_copied),
        HistoryEvent::Printed => td_string!(locale, people.event.printed),
        HistoryEvent::PasswordSpent => td_string!(locale, people.event.password_spent),
        HistoryEvent::Declined => td_string!(locale, people.event.declined),
        HistoryEvent::AskedAdmins => td_string!(locale, people.event.asked_admins),
        HistoryEvent::RequestGranted => td_string!(locale, people.event.request_granted),
        HistoryEvent::RequestRefused => td_string!(locale, people.event.request_refused),
        HistoryEvent::Accepted { channel } => match channel {
            Some(Channel::Email) => td_string!(locale, people.event.accepted_by_email),
            Some(Channel::Sms) => td_string!(locale, people.event.accepted_by_sms),
            Some(Channel::Copied) => td_string!(locale, people.event.accepted_by_copy),
            None => td_string!(locale, people.event.accepted),
        },
        HistoryEvent::AskedForApproval => td_string!(locale, people.event.asked_for_approval),
        HistoryEvent::Approved => td_string!(locale, people.event.approved),
        HistoryEvent::ApprovalRefused => td_string!(locale, people.event.approval_refused),
    };
    text.to_owned()
}

/// What else there is to say.
fn more(locale: Locale, event: &HistoryEvent) -> Option<String> {
    match event {
        HistoryEvent::Failed(answer)
        | HistoryEvent::Bounced(answer)
        | HistoryEvent::SmsUndelivered(answer)
        | HistoryEvent::PutOff { answer, .. } => Some(failure_text(locale, answer)),
        // What was said when it was taken; of old messages nothing is known.
        HistoryEvent::Delivered { answer, .. } => {
            let known = answer.code.is_some() || !answer.words.is_empty();
            known.then(|| failure_text(locale, answer))
        }
        HistoryEvent::OpenedByScanner => {
            Some(td_string!(locale, people.event.scanner_means).to_owned())
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
        HistoryEvent::AccessChanged { .. } => IconName::Settings,
        HistoryEvent::Imported => IconName::Upload,
        HistoryEvent::Revoked => IconName::Close,
        HistoryEvent::Deactivated
        | HistoryEvent::Cancelled
        | HistoryEvent::ApprovalRefused
        | HistoryEvent::Declined
        | HistoryEvent::RequestRefused => IconName::Ban,
        HistoryEvent::Activated
        | HistoryEvent::Accepted { .. }
        | HistoryEvent::Approved
        | HistoryEvent::AddressConfirmed
        | HistoryEvent::RequestGranted => IconName::CheckCircle,
        HistoryEvent::AskedForApproval | HistoryEvent::AskedAdmins => IconName::Hourglass,
        HistoryEvent::RevokeUndone | HistoryEvent::DeactivateUndone => IconName::ArrowLeft,
        HistoryEvent::AskedForNew => IconName::Refresh,
        HistoryEvent::Sent { .. } | HistoryEvent::Reminded => IconName::Send,
        HistoryEvent::PutOff { .. } => IconName::Clock,
        HistoryEvent::Delivered { .. } | HistoryEvent::SmsDelivered => IconName::Check,
        HistoryEvent::Failed(_)
        | HistoryEvent::SmsUndelivered(_)
        | HistoryEvent::Bounced(_)
        | HistoryEvent::PasswordSpent => IconName::Alert,
        HistoryEvent::Opened { .. } => IconName::Eye,
        HistoryEvent::OpenedByScanner => IconName::Search,
        HistoryEvent::LinkCopied => IconName::Link,
        HistoryEvent::Printed => IconName::Printer,
    }
}

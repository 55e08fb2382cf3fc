//! Those who ask for a new invitation.

use chrono::{DateTime, Utc};
use leptos::{prelude::*, task::spawn_local};
use types::approvals::{Held, RequestRow};

use super::Fact;
use crate::{
    api::approvals::{grant_request, refuse_request},
    components::{
        badge::role_name,
        fault::error_text,
        icon::{Icon, IconName},
        language::use_locale,
        time::When,
        toast::use_toasts,
    },
    i18n::{Locale, td_string},
    pages::{console::use_awake, user},
};

#[component]
pub fn Requests(
    rows: Vec<RequestRow>,
    total: u64,
    now: DateTime<Utc>,
    refetch: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    if rows.is_empty() {
        return None;
    }
    let more = total.saturating_sub(rows.len() as u64);
    let rows = rows
        .into_iter()
        .map(|row| view! { <Item row now refetch /> })
        .collect_view();
    Some(view! {
        <section class="mt-8" aria-labelledby="requests">
            <h2 id="requests" class="text-lg font-semibold">
                {td_string!(locale, approvals.requests)}
            </h2>
            <p class="mt-1 text-base-content/80">{td_string!(locale, approvals.requests_lead)}</p>
            <ul class="mt-4 grid gap-4" aria-labelledby="requests">
                {rows}
            </ul>
            {(more > 0)
                .then(|| {
                    view! {
                        <p class="mt-4 text-base-content/80">
                            {td_string!(locale, approvals.more_requests, count = more)}
                        </p>
                    }
                })}
        </section>
    })
}

/// Who, with what and since when, and what can be decided.
#[component]
fn Item(row: RequestRow, now: DateTime<Utc>, refetch: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let awake = use_awake();
    let asleep = move || (!awake.get()).then_some("true");
    let id = row.id;
    let name = StoredValue::new(row.called.clone());
    let grant = move |_| {
        spawn_local(async move {
            let answer = grant_request(id).await;
            let Some(name) = name.try_get_value() else {
                return;
            };
            match answer {
                Ok(()) => toasts.say(td_string!(locale, approvals.granted, name = name.as_str())),
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
            refetch.run(());
        });
    };
    let refuse = move |_| {
        spawn_local(async move {
            let answer = refuse_request(id).await;
            let Some(name) = name.try_get_value() else {
                return;
            };
            match answer {
                Ok(()) => {
                    toasts.say(td_string!(
                        locale,
                        approvals.request_refused,
                        name = name.as_str()
                    ));
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
            refetch.run(());
        });
    };
    let username = row.username.to_string();
    let address = (username != row.called).then(|| {
        view! {
            <p class="text-sm text-base-content/80 [overflow-wrap:anywhere]">{username.clone()}</p>
        }
    });
    let grant_it = row.approvable.then(|| {
        let label = td_string!(locale, approvals.send_to, email = username.as_str());
        view! {
            <button
                type="button"
                class="btn btn-primary btn-sm"
                aria-label=label
                aria-disabled=asleep
                on:click=grant
            >
                <Icon name=IconName::Send class="size-4" />
                {td_string!(locale, users.send_invitation)}
            </button>
        }
    });
    let refuse_it = row.refusable.then(|| {
        let label = td_string!(locale, approvals.refuse_it, email = username.as_str());
        view! {
            <button
                type="button"
                class="btn btn-sm"
                aria-label=label
                aria-disabled=asleep
                on:click=refuse
            >
                <Icon name=IconName::Ban class="size-4" />
                {td_string!(locale, approvals.refuse)}
            </button>
        }
    });
    let beyond = (!row.approvable)
        .then(|| view! { <p class="text-sm">{td_string!(locale, approvals.beyond)}</p> });
    view! {
        <li class="panel p-5 sm:p-6">
            <h3 class="text-lg font-semibold [overflow-wrap:anywhere]">
                <a href=user::address(row.user) class="link link-hover">
                    <bdi>{row.called}</bdi>
                </a>
            </h3>
            {address}
            <dl class="mt-4 grid gap-x-8 gap-y-3 text-sm sm:grid-cols-3">
                <Fact name=td_string!(locale, users.role)>
                    {role_name(locale, row.role, &row.role_name)}
                </Fact>
                <Fact name=td_string!(locale, approvals.held)>{held_text(locale, row.held)}</Fact>
                <Fact name=td_string!(locale, approvals.asked_at)>
                    <When at=row.asked_at now />
                </Fact>
            </dl>
            <div class="mt-5 flex flex-wrap items-center gap-2">{grant_it} {refuse_it} {beyond}</div>
        </li>
    }
}

fn held_text(locale: Locale, held: Held) -> &'static str {
    match held {
        Held::Expired => td_string!(locale, approvals.held_expired),
        Held::Replaced => td_string!(locale, approvals.held_replaced),
        Held::Revoked => td_string!(locale, approvals.held_revoked),
    }
}

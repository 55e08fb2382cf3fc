//! `/users/approvals`: sign-ups, and requests for a new invitation (`requests`), that wait for an admin.

mod requests;

use chrono::{DateTime, Utc};
use leptos::{prelude::*, task::spawn_local};
use types::{
    access::Permission,
    approvals::{ApprovalRow, ApprovalsPage as Page, Reason},
};

use self::requests::Requests;
use super::{
    console::{Allowed, Loading, PageTitle, use_awake},
    user,
};
use crate::{
    api::approvals::{approve_sign_up, list_approvals, refuse_sign_up},
    components::{
        badge::{person_name, role_name},
        dialog::Confirm,
        fault::{Alert, error_text},
        icon::{Icon, IconName},
        language::use_locale,
        live::use_live,
        time::When,
        toast::use_toasts,
    },
    i18n::{Locale, td_string},
};

/// Where the page is.
pub const APPROVALS: &str = "/users/approvals";

/// Who waits, the longest first.
#[component]
pub fn ApprovalsPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageUsers>
            <Approvals />
        </Allowed>
    }
}

#[component]
fn Approvals() -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let live = use_live();
    let page = Resource::new(move || live.get(), |_| list_approvals());
    let refetch = Callback::new(move |()| page.refetch());
    let approve = Callback::new(move |row: ApprovalRow| {
        spawn_local(async move {
            match approve_sign_up(row.id).await {
                Ok(()) => {
                    let name = row.called.as_str();
                    toasts.say(td_string!(locale, approvals.approved, name = name));
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
            page.refetch();
        });
    });
    let asking = RwSignal::new(false);
    let refused = RwSignal::new(None::<ApprovalRow>);
    let ask = Callback::new(move |row: ApprovalRow| {
        refused.set(Some(row));
        asking.set(true);
    });
    let refuse = move |()| {
        let Some(row) = refused.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match refuse_sign_up(row.id).await {
                Ok(()) => {
                    let name = row.called.as_str();
                    toasts.say(td_string!(locale, approvals.refused, name = name));
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
            page.refetch();
        });
    };
    let question = Signal::derive(move || {
        let name = refused.with(|row| row.as_ref().map(|row| row.called.clone()));
        let name = name.unwrap_or_default();
        td_string!(locale, approvals.refuse_heading, name = name.as_str())
    });
    view! {
        <PageTitle text=td_string!(locale, approvals.heading) />
        <div class="max-w-3xl">
            <a
                href="/users"
                class="inline-flex items-center gap-1 text-sm link link-hover text-base-content/80"
            >
                <Icon name=IconName::ChevronLeft class="size-4" />
                {td_string!(locale, approvals.back)}
            </a>
            <h1 class="mt-2 text-2xl font-semibold tracking-tight">
                {td_string!(locale, approvals.heading)}
            </h1>
            <div class="mt-6">
                <Transition fallback=Loading>
                    {move || Suspend::new(async move {
                        match page.await {
                            Ok(page) if page.rows.is_empty() && page.requests.is_empty() => {
                                view! { <Nobody /> }.into_any()
                            }
                            Ok(page) => {
                                let Page { requests, requests_total, now, .. } = page.clone();
                                view! {
                                    {(!page.rows.is_empty()).then(|| view! { <Waiting page approve ask /> })}
                                    <Requests rows=requests total=requests_total now refetch />
                                }
                                    .into_any()
                            }
                            Err(error) => view! { <Alert error /> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
        <Confirm
            open=asking
            id="refuse"
            title=question
            button=td_string!(locale, approvals.refuse)
            destructive=true
            on_confirm=refuse
        >
            <p>{td_string!(locale, approvals.refuse_text)}</p>
        </Confirm>
    }
}

#[component]
fn Nobody() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="panel flex flex-col items-center gap-3 px-6 py-16 text-center">
            <span class="grid size-12 place-items-center rounded-box bg-base-200">
                <Icon name=IconName::CheckCircle class="size-6" />
            </span>
            <h2 class="text-lg font-semibold">{td_string!(locale, approvals.empty)}</h2>
            <p class="max-w-md text-base-content/80">{td_string!(locale, approvals.empty_more)}</p>
            <a href="/users" class="btn btn-primary mt-3">
                {td_string!(locale, approvals.to_users)}
            </a>
        </div>
    }
}

#[component]
fn Waiting(
    page: Page,
    approve: Callback<ApprovalRow>,
    ask: Callback<ApprovalRow>,
) -> impl IntoView {
    let locale = use_locale();
    let Page {
        rows, total, now, ..
    } = page;
    let more = total.saturating_sub(rows.len() as u64);
    let rows = rows
        .into_iter()
        .map(|row| view! { <Item row now approve ask /> })
        .collect_view();
    view! {
        <p class="text-base-content/80">{td_string!(locale, approvals.lead)}</p>
        <ul class="mt-6 grid gap-4" aria-label=td_string!(locale, approvals.list)>
            {rows}
        </ul>
        {(more > 0)
            .then(|| {
                view! {
                    <p class="mt-4 text-base-content/80">
                        {td_string!(locale, approvals.more, count = more)}
                    </p>
                }
            })}
    }
}

/// Who, by whom, why and since when, and what can be decided.
#[component]
fn Item(
    row: ApprovalRow,
    now: DateTime<Utc>,
    approve: Callback<ApprovalRow>,
    ask: Callback<ApprovalRow>,
) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let asleep = move || (!awake.get()).then_some("true");
    let email = row.username.to_string();
    let address = (email != row.called).then(|| {
        view! { <p class="text-sm text-base-content/80 [overflow-wrap:anywhere]">{email.clone()}</p> }
    });
    let inviter = person_name(locale, row.inviter.as_deref().unwrap_or_default());
    let approve_it = row.approvable.then(|| {
        let label = td_string!(locale, approvals.approve_it, email = email.as_str());
        let row = row.clone();
        view! {
            <button
                type="button"
                class="btn btn-primary btn-sm"
                aria-label=label
                aria-disabled=asleep
                on:click=move |_| approve.run(row.clone())
            >
                <Icon name=IconName::Check class="size-4" />
                {td_string!(locale, approvals.approve)}
            </button>
        }
    });
    let refuse_it = row.refusable.then(|| {
        let label = td_string!(locale, approvals.refuse_it, email = email.as_str());
        let row = row.clone();
        view! {
            <button
                type="button"
                class="btn btn-sm"
                aria-label=label
                aria-haspopup="dialog"
                aria-disabled=asleep
                on:click=move |_| ask.run(row.clone())
            >
                <Icon name=IconName::Ban class="size-4" />
                {td_string!(locale, approvals.refuse)}
            </button>
        }
    });
    let beyond = (!row.approvable).then(|| {
        view! { <p class="text-sm">{td_string!(locale, approvals.beyond)}</p> }
    });
    view! {
        <li class="panel p-5 sm:p-6">
            <h2 class="text-lg font-semibold [overflow-wrap:anywhere]">
                <a href=user::address(row.user) class="link link-hover">
                    <bdi>{row.called}</bdi>
                </a>
            </h2>
            {address}
            <dl class="mt-4 grid gap-x-8 gap-y-3 text-sm sm:grid-cols-3">
                <Fact name=td_string!(locale, users.role)>
                    {role_name(locale, row.role, &row.role_name)}
                </Fact>
                <Fact name=td_string!(locale, approvals.invited_by)>{inviter}</Fact>
                <Fact name=td_string!(locale, approvals.asked)>
                    <When at=row.asked_at now />
                </Fact>
                <div class="min-w-0 sm:col-span-3">
                    <dt class="text-base-content/75">{td_string!(locale, approvals.reason)}</dt>
                    <dd class="mt-0.5">{reason_text(locale, row.reason)}</dd>
                </div>
            </dl>
            <div class="mt-5 flex flex-wrap items-center gap-2">{approve_it} {refuse_it} {beyond}</div>
        </li>
    }
}

#[component]
fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="min-w-0">
            <dt class="text-base-content/75">{name}</dt>
            <dd class="mt-0.5 [overflow-wrap:anywhere]">{children()}</dd>
        </div>
    }
}

fn reason_text(locale: Locale, reason: Reason) -> &'static str {
    match reason {
        Reason::InviterLeft => td_string!(locale, approvals.reasons.inviter_left),
        Reason::InviterWithoutRight => td_string!(locale, approvals.reasons.inviter_without_right),
        Reason::RoleBeyondInviter => td_string!(locale, approvals.reasons.role_beyond_inviter),
        Reason::AccessBeyondInviter => td_string!(locale, approvals.reasons.access_beyond_inviter),
    }
}

//! `/users/{id}`: one user.
//!
//! - `access`: what they may reach, and why
//! - `details`: what is known, to be changed; `form`, `fields`: what is typed
//! - `invitation`: how it stands and what can be done; `history`: what has happened
//! - `add`: the sheet that adds one to the list

mod access;
pub mod add;
mod details;
mod fields;
mod form;
mod history;
mod invitation;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use types::{access::Permission, ids::UserId, refusal::Refusal, users::PersonPage};

use self::{
    access::Reach, details::Details, fields::called, history::History, invitation::Invitation,
};
use super::{
    console::{Allowed, Loading, PageTitle, use_me},
    users::{
        actions::RowActions,
        bulk::{BulkDialog, BulkDialogState},
        clipboard::ClipboardDialog,
        delete::DeleteDialog,
        entries::Entry,
    },
};
use crate::{
    api::{AppError, users::read_user},
    components::{
        badge::{DeclinedBadge, StatusBadge, role_name},
        fault::{Alert, Notice},
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
    },
    i18n::td_string,
};

/// Where the page of a user is.
pub fn address(user: UserId) -> String {
    format!("/users/{user}")
}

/// What the server answers for the page.
type Answer = Result<PersonPage, AppError>;

/// One user of the directory.
#[component]
pub fn UserPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .read()
            .get("id")
            .and_then(|id| id.parse::<UserId>().ok())
    });
    view! {
        <Allowed permission=Permission::ManageUsers>
            {move || match id.get() {
                // Each user anew: nothing that was typed about one is said of another.
                Some(id) => view! { <LivePerson id /> }.into_any(),
                None => view! { <Lost /> }.into_any(),
            }}
        </Allowed>
    }
}

#[component]
fn LivePerson(id: UserId) -> impl IntoView {
    let live = use_live();
    let page = Resource::new(move || live.get(), move |_| read_user(id));
    view! {
        <Transition fallback=Loading>
            {Suspend::new(async move {
                match page.await {
                    Ok(first) => view! { <Person page first /> }.into_any(),
                    Err(AppError::Refused(Refusal::NotFound)) => view! { <Lost /> }.into_any(),
                    Err(error) => view! { <Unread id error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn BackLink() -> impl IntoView {
    let locale = use_locale();
    view! {
        <a
            href="/users"
            class="inline-flex items-center gap-1 text-sm link link-hover text-base-content/80"
        >
            <Icon name=IconName::ChevronLeft class="size-4" />
            {td_string!(locale, people.back)}
        </a>
    }
}

/// There is no such user, or not in this organization.
#[component]
fn Lost() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PageTitle text=td_string!(locale, people.lost_heading) />
        <BackLink />
        <h1 class="mt-2 text-2xl font-semibold tracking-tight">
            {td_string!(locale, people.lost_heading)}
        </h1>
        <p class="mt-2 text-base-content/80">{td_string!(locale, people.lost_text)}</p>
    }
}

/// The user could not be read.
#[component]
fn Unread(id: UserId, error: AppError) -> impl IntoView {
    let locale = use_locale();
    view! {
        <PageTitle text=td_string!(locale, people.cannot_show) />
        <BackLink />
        <h1 class="mt-2 mb-6 text-2xl font-semibold tracking-tight">
            {td_string!(locale, people.cannot_show)}
        </h1>
        <Alert error />
        // External: the whole page anew.
        <a class="btn btn-sm mt-4" href=address(id) rel="external">
            {td_string!(locale, common.try_again)}
        </a>
    }
}

#[component]
fn Person(page: Resource<Answer>, first: PersonPage) -> impl IntoView {
    let locale = use_locale();
    let can_copy = use_me().is_some_and(|me| me.permissions.has(Permission::CopyInvitationLinks));
    let answer = follow(page, Ok(first.clone()));
    let shown = Memo::new(move |before: Option<&PersonPage>| {
        answer.with(|answer| match answer {
            Ok(page) => page.clone(),
            // What was there stays in sight below the error.
            Err(_) => before.unwrap_or(&first).clone(),
        })
    });
    let fault = Memo::new(move |_| answer.with(|answer| answer.as_ref().err().cloned()));
    let refresh = Callback::new(move |()| page.refetch());
    let dialog = BulkDialogState::new(locale, refresh);
    let actions = RowActions::new(locale, dialog, refresh);
    let navigate = use_navigate();
    let leave = Callback::new(move |()| navigate("/users", NavigateOptions::default()));
    // Whether an address was changed here, whose owner has heard nothing yet.
    let moved = RwSignal::new(false);
    let name = Memo::new(move |_| shown.with(|page| called(&page.details)));
    view! {
        <PageTitle text=move || name.get() />
        <div class="@container max-w-6xl">
            <BackLink />
            <Heading page=shown name />
            <div class="mt-6 grid gap-4 empty:hidden">
                {move || fault.get().map(|error| view! { <Alert error /> })}
                <Show when=move || moved.get()>
                    <NewAddress page=shown actions moved />
                </Show>
            </div>
            <div class="mt-6 grid items-start gap-6 @min-[56rem]:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
                <div class="grid min-w-0 gap-6">
                    <Details page=shown refresh on_saved=Callback::new(move |ended| moved.set(ended)) />
                    <Reach page=shown refresh />
                </div>
                <div class="grid min-w-0 gap-6">
                    <Invitation page=shown actions can_copy />
                    <History page=shown />
                </div>
            </div>
        </div>
        <BulkDialog state=dialog />
        <DeleteDialog state=actions.delete on_deleted=leave />
        <ClipboardDialog text=actions.uncopied />
    }
}

/// The name, or the e-mail without one, with status and role.
#[component]
fn Heading(page: Memo<PersonPage>, name: Memo<String>) -> impl IntoView {
    let locale = use_locale();
    let status = Memo::new(move |_| page.with(|page| page.row.status));
    let awaits = Memo::new(move |_| page.with(|page| page.row.awaits_approval));
    let declined = Memo::new(move |_| page.with(|page| page.row.declined_at));
    let role = move || page.with(|page| role_name(locale, page.row.role, &page.row.role_name));
    let email = move || {
        let email = page.with(|page| page.row.username.to_string());
        (email != name.get()).then_some(email)
    };
    view! {
        <h1 class="mt-2 text-2xl font-semibold tracking-tight [overflow-wrap:anywhere]">
            <bdi>{move || name.get()}</bdi>
        </h1>
        <p class="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-base-content/80">
            {move || view! { <StatusBadge status=status.get() /> }}
            {move || awaits.get().then(|| td_string!(locale, approvals.waits))}
            {move || declined.get().map(|at| view! { <DeclinedBadge at /> })}
            <span>{role}</span>
            <span class="min-w-0 [overflow-wrap:anywhere]">{email}</span>
        </p>
    }
}

/// After a change of the address: what has ended, and the offer to invite the new one.
#[component]
fn NewAddress(page: Memo<PersonPage>, actions: RowActions, moved: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let can_send = Memo::new(move |_| page.with(|page| page.row.invited_at.is_none()));
    let text = move || {
        page.with(|page| {
            td_string!(
                locale,
                people.new_address,
                email = page.row.username.as_str()
            )
        })
    };
    let send = move |_| {
        moved.set(false);
        actions.run(Entry::Send, page.with_untracked(|page| page.row.clone()));
    };
    view! {
        <Show when=move || can_send.get()>
            <Notice>
                <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
                    <p class="min-w-0 [overflow-wrap:anywhere]">{text}</p>
                    <button type="button" class="btn btn-sm" on:click=send>
                        <Icon name=Entry::Send.icon() class="size-4" />
                        {Entry::Send.text(locale)}
                    </button>
                </div>
            </Notice>
        </Show>
    }
}

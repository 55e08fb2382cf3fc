//! `/users`: the directory and the dialog "Invite users".
//!
//! - `address`: the page's address, which is its state
//! - `filters`: the navigation "Status" and the search
//! - `table`: the rows; `empty`: what stands there instead
//! - `entries`: what can be done with one user; `row_menu`: the menu with it; `actions`: doing it
//! - `clipboard`: copying, also where the browser refuses
//! - `invite`: the dialog

mod actions;
mod address;
mod clipboard;
mod empty;
mod entries;
mod filters;
mod invite;
mod row_menu;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use types::{
    access::{Permission, RoleKind},
    users::{StatusFilter, UsersPage as Page, UsersQuery},
};

use self::{
    actions::RowActions,
    clipboard::ClipboardDialog,
    empty::EmptyList,
    filters::{SearchBox, StatusNav},
    invite::{InviteDialog, draft::Draft},
    row_menu::{RowMenu, RowMenuState},
    table::{LoadingTable, UsersTable},
};
use super::console::{Allowed, PageTitle, use_awake, use_me};
use crate::{
    api::{AppError, users::list_users},
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
    },
    i18n::{Locale, td_string},
};

/// What the server answers for the page.
type Listing = Result<Page, AppError>;

/// The directory of users.
#[component]
pub fn UsersPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageUsers>
            <Directory />
        </Allowed>
    }
}

#[component]
fn Directory() -> impl IntoView {
    let locale = use_locale();
    let can_copy = use_me().is_some_and(|me| me.permissions.has(Permission::CopyInvitationLinks));

    let given = use_query_map();
    let query = Memo::new(move |_| {
        given.with(|given| {
            UsersQuery::from_address(
                given.get_str("status"),
                given.get_str("q"),
                given.get_str("after"),
            )
        })
    });
    let live = use_live();
    let page = Resource::new(
        move || (query.get(), live.get()),
        |(query, _)| list_users(query),
    );

    let draft = Draft::new();
    let menu = RowMenuState::new();
    let actions = RowActions::new(locale, Callback::new(move |()| page.refetch()));

    view! {
        <PageTitle text=td_string!(locale, users.heading) />
        <div class="@container">
            <div class="flex flex-wrap items-center justify-between gap-3">
                <h1 class="text-2xl font-semibold tracking-tight">
                    {td_string!(locale, users.heading)}
                </h1>
                <InviteButton
                    open=draft.open
                    text=td_string!(locale, users.invite)
                />
            </div>
            <Transition fallback=|| view! { <div class="mt-6"><LoadingTable /></div> }>
                {Suspend::new(async move {
                    let listing = follow(page, page.await);
                    view! {
                        <div class="mt-6 grid gap-x-6 gap-y-4 @4xl:grid-cols-[minmax(10rem,max-content)_minmax(0,1fr)]">
                            <div class="min-w-0">
                                <ListingNav listing query />
                            </div>
                            <div class="min-w-0">
                                <SearchBox query />
                                <div class="mt-4">
                                    <ListingBody
                                        listing
                                        query
                                        menu
                                        can_copy
                                        invite=draft.open
                                        again=Callback::new(move |()| page.refetch())
                                    />
                                </div>
                            </div>
                        </div>
                    }
                })}
            </Transition>
        </div>
        <RowMenu menu can_copy on_choice=Callback::new(move |(entry, user)| actions.run(entry, user)) />
        <actions::RevokeDialog actions />
        <ClipboardDialog text=actions.uncopied />
        <InviteDialog draft />
    }
}

/// Opens the dialog "Invite users".
#[component]
fn InviteButton(open: RwSignal<bool>, text: &'static str) -> impl IntoView {
    let awake = use_awake();
    view! {
        <button
            type="button"
            class="btn btn-primary aria-disabled:cursor-progress"
            aria-haspopup="dialog"
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| open.set(true)
        >
            <Icon name=IconName::UserPlus />
            {text}
        </button>
    }
}

/// The navigation with the counts of the newest answer.
#[component]
fn ListingNav(listing: ReadSignal<Listing>, query: Memo<UsersQuery>) -> impl IntoView {
    let counts = Memo::new(move |before: Option<&Option<_>>| {
        let counts = listing.with(|it| Some(it.as_ref().ok()?.counts));
        counts.or(before.copied().flatten())
    });
    view! { <StatusNav query counts=counts.into() /> }
}

/// The rows, or what stands there instead of them.
#[component]
fn ListingBody(
    listing: ReadSignal<Listing>,
    query: Memo<UsersQuery>,
    menu: RowMenuState,
    can_copy: bool,
    invite: RwSignal<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let fault = Memo::new(move |_| listing.with(|it| it.as_ref().err().cloned()));
    let shown = Memo::new(move |before: Option<&Option<Page>>| {
        listing.with(|it| match it {
            Ok(page) => Some(page.clone()),
            // What was there stays in sight below the error.
            Err(_) => before.cloned().flatten(),
        })
    });
    let some =
        Memo::new(move |_| shown.with(|it| it.as_ref().is_some_and(|it| !it.rows.is_empty())));
    let gap = Memo::new(move |_| {
        let counts = shown.with(|it| it.as_ref().map(|it| (it.rows.is_empty(), it.counts)));
        let (no_rows, counts) = counts?;
        empty::Gap::of(&query.get(), no_rows, counts.of(StatusFilter::All))
    });
    view! {
        {move || {
            fault.get().map(|error| view! { <ListingFault error again /> })
        }}
        <Show when=move || some.get()>
            <UsersTable page=shown menu can_copy />
            <Pages page=shown query />
        </Show>
        {move || gap.get().map(|gap| view! { <EmptyList gap query invite /> })}
    }
}

/// The list could not be read.
#[component]
fn ListingFault(error: AppError, again: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="mb-4 grid justify-items-start gap-3">
            <Alert error />
            <button type="button" class="btn btn-sm" on:click=move |_| again.run(())>
                <Icon name=IconName::Refresh class="size-4" />
                {td_string!(locale, common.try_again)}
            </button>
        </div>
    }
}

/// Links to the first and to the next page, where there are such.
#[component]
fn Pages(page: Memo<Option<Page>>, query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    let next = Memo::new(move |_| page.with(|it| it.as_ref()?.next));
    let later = Memo::new(move |_| query.with(|it| it.after.is_some()));
    let first_address = move || {
        address::of(&UsersQuery {
            after: None,
            ..query.get()
        })
    };
    let next_address = move || {
        address::of(&UsersQuery {
            after: next.get(),
            ..query.get()
        })
    };
    view! {
        <Show when=move || later.get() || next.get().is_some()>
            <nav
                class="mt-4 flex flex-wrap justify-end gap-2"
                aria-label=td_string!(locale, users.pages)
            >
                <Show when=move || later.get()>
                    <a class="btn btn-sm" href=first_address>
                        {td_string!(locale, users.first_page)}
                    </a>
                </Show>
                <Show when=move || next.get().is_some()>
                    <a class="btn btn-sm" href=next_address rel="next">
                        {td_string!(locale, users.next_page)}
                        <Icon name=IconName::ChevronRight class="size-4" />
                    </a>
                </Show>
            </nav>
        </Show>
    }
}

/// The name of a role: built-in ones are translated, others have their own.
fn role_text(locale: Locale, kind: RoleKind, name: &str) -> String {
    match kind {
        RoleKind::Owner => td_string!(locale, common.role.owner).to_owned(),
        RoleKind::Admin => td_string!(locale, common.role.admin).to_owned(),
        RoleKind::User => td_string!(locale, common.role.user).to_owned(),
        RoleKind::Custom => name.to_owned(),
    }
}

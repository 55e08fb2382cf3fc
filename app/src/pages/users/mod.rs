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
use leptos_i18n::I18nContext;
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
use super::console::{Allowed, PageTitle, use_me};
use crate::{
    api::{AppError, users::list_users},
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        live::use_live,
    },
    i18n::{Locale, t_string, use_i18n},
};

/// The language of the page.
type I18n = I18nContext<Locale>;

/// What the server answers for the page.
type Listing = Option<Result<Page, AppError>>;

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
    let i18n = use_i18n();
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
    let actions = RowActions::new(i18n, Callback::new(move |()| page.refetch()));

    view! {
        <PageTitle text=Signal::derive(move || t_string!(i18n, users.heading).to_owned()) />
        <div class="@container">
            <div class="flex flex-wrap items-center justify-between gap-3">
                <h1 class="text-2xl font-semibold tracking-tight">
                    {move || t_string!(i18n, users.heading)}
                </h1>
                <InviteButton
                    open=draft.open
                    text=Signal::derive(move || t_string!(i18n, users.invite))
                />
            </div>
            <div class="mt-6 grid gap-x-6 gap-y-4 @4xl:grid-cols-[minmax(10rem,max-content)_minmax(0,1fr)]">
                <div class="min-w-0">
                    <Transition fallback=move || {
                        view! { <StatusNav query counts=Signal::stored(None) /> }
                    }>
                        <ListingNav page query />
                    </Transition>
                </div>
                <div class="min-w-0">
                    <SearchBox query />
                    <div class="mt-4">
                        <Transition fallback=|| view! { <LoadingTable /> }>
                            <ListingBody page query menu can_copy invite=draft.open />
                        </Transition>
                    </div>
                </div>
            </div>
        </div>
        <RowMenu menu can_copy on_choice=Callback::new(move |(entry, user)| actions.run(entry, user)) />
        <actions::RevokeDialog actions />
        <ClipboardDialog text=actions.uncopied />
        <InviteDialog draft />
    }
}

/// Opens the dialog "Invite users".
#[component]
fn InviteButton(open: RwSignal<bool>, text: Signal<&'static str>) -> impl IntoView {
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

/// Whether the page's script runs: until then a button that needs it says that it can't be used.
fn use_awake() -> Signal<bool> {
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    awake.into()
}

/// The navigation with the counts of the newest answer.
#[component]
fn ListingNav(page: Resource<Result<Page, AppError>>, query: Memo<UsersQuery>) -> impl IntoView {
    let counts = Memo::new(move |before: Option<&Option<_>>| {
        let counts = page.with(|page| Some(page.as_ref()?.as_ref().ok()?.counts));
        counts.or(before.copied().flatten())
    });
    view! { <StatusNav query counts=counts.into() /> }
}

/// The rows, or what stands there instead of them.
#[component]
fn ListingBody(
    page: Resource<Result<Page, AppError>>,
    query: Memo<UsersQuery>,
    menu: RowMenuState,
    can_copy: bool,
    invite: RwSignal<bool>,
) -> impl IntoView {
    let listing: Memo<Listing> = Memo::new(move |_| page.get());
    let fault = Memo::new(move |_| listing.with(|it| it.as_ref()?.as_ref().err().cloned()));
    let shown = Memo::new(move |before: Option<&Option<Page>>| {
        listing.with(|it| match it {
            Some(Ok(page)) => Some(page.clone()),
            // What was there stays in sight below the error.
            _ => before.cloned().flatten(),
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
            fault.get().map(|error| view! { <ListingFault error again=Callback::new(move |()| page.refetch()) /> })
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
    let i18n = use_i18n();
    view! {
        <div class="mb-4 grid justify-items-start gap-3">
            <Alert error />
            <button type="button" class="btn btn-sm" on:click=move |_| again.run(())>
                <Icon name=IconName::Refresh class="size-4" />
                {move || t_string!(i18n, common.try_again)}
            </button>
        </div>
    }
}

/// Links to the first and to the next page, where there are such.
#[component]
fn Pages(page: Memo<Option<Page>>, query: Memo<UsersQuery>) -> impl IntoView {
    let i18n = use_i18n();
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
                aria-label=move || t_string!(i18n, users.pages)
            >
                <Show when=move || later.get()>
                    <a class="btn btn-sm" href=first_address>
                        {move || t_string!(i18n, users.first_page)}
                    </a>
                </Show>
                <Show when=move || next.get().is_some()>
                    <a class="btn btn-sm" href=next_address rel="next">
                        {move || t_string!(i18n, users.next_page)}
                        <Icon name=IconName::ChevronRight class="size-4" />
                    </a>
                </Show>
            </nav>
        </Show>
    }
}

/// The name of a role: built-in ones are translated, others have their own.
fn role_text(i18n: I18n, kind: RoleKind, name: &str) -> String {
    match kind {
        RoleKind::Owner => t_string!(i18n, common.role.owner).to_owned(),
        RoleKind::Admin => t_string!(i18n, common.role.admin).to_owned(),
        RoleKind::User => t_string!(i18n, common.role.user).to_owned(),
        RoleKind::Custom => name.to_owned(),
    }
}

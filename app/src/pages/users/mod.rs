//! `/users`: the directory and the dialog "Invite users".
//!
//! - `address`: the page's address, which is its state
//! - `status_nav`, `filter_form`: which users are shown
//! - `table`, `table_head`, `columns`: the rows; `pages`: from page to page; `empty`: instead of rows
//! - `entries`: what can be done with one user; `row_menu`: the menu with it; `actions`: doing it
//! - `selection`, `bulk`: many users at once
//! - `delete`: the question before a user is deleted
//! - `clipboard`: copying, also where the browser refuses
//! - `invite`: the dialog; `keys`: the list by keyboard

pub mod actions;
mod address;
pub mod bulk;
pub mod clipboard;
mod columns;
pub mod delete;
mod empty;
pub mod entries;
mod filter_form;
mod invite;
mod keys;
mod pages;
pub mod print;
mod row_menu;
mod selection;
mod status_nav;
mod table;
mod table_head;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use types::{
    access::Permission,
    organization::Seats,
    users::{StatusFilter, UsersPage as Page, UsersQuery},
};

use self::{
    actions::RowActions,
    bulk::{BulkDialog, BulkDialogState},
    clipboard::ClipboardDialog,
    columns::{ColumnsMenu, HiddenColumns},
    delete::DeleteDialog,
    empty::EmptyList,
    filter_form::{SearchBox, Typing},
    invite::{InviteDialog, draft::Draft},
    pages::Pages,
    row_menu::{RowMenu, RowMenuState},
    selection::{RenewAll, Selection, SelectionBar},
    status_nav::StatusNav,
    table::{LoadingTable, UsersTable},
};
use super::{
    approvals::APPROVALS,
    console::{Allowed, PageTitle, use_awake, use_me},
    import::IMPORT,
    user::add::{AddButton, AddSheet, AddUser},
};
use crate::{
    api::{AppError, users::list_users},
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
    },
    i18n::td_string,
};

/// Opens the dialog "Invite users" on the list.
pub const INVITE: &str = "/users?invite=yes";
/// Opens the sheet "Add user" on the list.
pub const ADD: &str = "/users?add=yes";

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
    let query =
        Memo::new(move |_| given.with(|given| UsersQuery::from_address(|name| given.get(name))));
    let live = use_live();
    let page = Resource::new(
        move || (query.get(), live.get()),
        |(query, _)| list_users(query),
    );

    let draft = Draft::new();
    let add = AddUser::new();
    let keys_help = RwSignal::new(false);
    keys::listen(draft.open, keys_help);
    let navigate = use_navigate();
    Effect::new(move |_| {
        let wanted = [("invite", draft.open), ("add", add.open)];
        let wanted =
            wanted.map(|(name, open)| given.with(|it| it.get(name).is_some()).then_some(open));
        for open in wanted.into_iter().flatten() {
            open.set(true);
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate(&address::of(&query.get_untracked()), options);
        }
    });
    let menu = RowMenuState::new();
    let typing = Typing::new(query);
    let hidden = HiddenColumns::remembered();
    let selection = Selection::new(query);
    let dialog = BulkDialogState::new(
        locale,
        Callback::new(move |()| {
            selection.clear();
            page.refetch();
        }),
    );
    let actions = RowActions::new(locale, dialog, Callback::new(move |()| page.refetch()));

    view! {
        <PageTitle text=td_string!(locale, users.heading) />
        <div class="@container">
            <div class="flex flex-wrap items-center justify-between gap-3">
                <h1 class="text-2xl font-semibold tracking-tight">
                    {td_string!(locale, users.heading)}
                </h1>
                <div class="flex flex-wrap gap-2">
                    <a href=IMPORT class="btn">
                        <Icon name=IconName::Upload />
                        {td_string!(locale, users.import)}
                    </a>
                    <AddButton open=add.open />
                    <InviteButton
                        open=draft.open
                        text=td_string!(locale, users.invite)
                    />
                </div>
            </div>
            <Transition fallback=|| view! { <div class="mt-6"><LoadingTable /></div> }>
                {Suspend::new(async move {
                    let listing = follow(page, page.await);
                    view! {
                        <div class="mt-6 grid gap-x-6 gap-y-4 @min-[66rem]:grid-cols-[minmax(10rem,max-content)_minmax(0,1fr)]">
                            <div class="min-w-0">
                                <ListingNav listing query />
                            </div>
                            <div class="users-list min-w-0" on:input=move |event| typing.on_input(&event)>
                                <div class="flex flex-wrap items-start justify-between gap-2">
                                    <SearchBox query />
                                    <FiltersSwitch />
                                    <ColumnsMenu hidden />
                                </div>
                                <div class="mt-3">
                                    <ListingBody
                                        listing
                                        query
                                        menu
                                        hidden
                                        selection
                                        dialog
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
        <BulkDialog state=dialog />
        <DeleteDialog state=actions.delete on_deleted=Callback::new(move |()| page.refetch()) />
        <ClipboardDialog text=actions.uncopied />
        <InviteDialog draft />
        <AddSheet state=add on_added=Callback::new(move |()| page.refetch()) />
        <keys::KeysHelp open=keys_help />
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
    let seats = Memo::new(move |before: Option<&Option<_>>| {
        let seats = listing.with(|it| Some(it.as_ref().ok()?.seats));
        seats.or(before.copied().flatten())
    });
    view! {
        <StatusNav query counts=counts.into() />
        {move || seats.get().flatten().map(|seats| view! { <SeatsTaken seats /> })}
    }
}

/// "12 of 25 seats taken"; nothing where there is any number.
#[component]
fn SeatsTaken(seats: Seats) -> impl IntoView {
    let locale = use_locale();
    seats.total.map(|total| {
        view! {
            <p class="mt-3 px-3 text-sm text-base-content/75 tabular-nums">
                {td_string!(locale, users.seats, taken = seats.taken, total = total)}
            </p>
        }
    })
}

/// The rows, or what stands there instead of them.
#[component]
fn ListingBody(
    listing: ReadSignal<Listing>,
    query: Memo<UsersQuery>,
    menu: RowMenuState,
    hidden: HiddenColumns,
    selection: Selection,
    dialog: BulkDialogState,
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
    // The filters stay where nobody matches them.
    let has_table = Memo::new(move |_| shown.with(Option::is_some));
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
        <Awaiting page=shown />
        <RenewAll page=shown selection dialog />
        <Show when=move || has_table.get()>
            <UsersTable page=shown query menu hidden selection can_copy />
        </Show>
        {move || gap.get().map(|gap| view! { <EmptyList gap query invite /> })}
        <Show when=move || some.get()>
            <Pages page=shown query />
        </Show>
        <SelectionBar selection page=shown query dialog />
    }
}

/// How many have signed up and wait for an admin, where there are any: a link to them.
#[component]
fn Awaiting(page: Memo<Option<Page>>) -> impl IntoView {
    let locale = use_locale();
    let count = Memo::new(move |_| page.with(|page| page.as_ref().map_or(0, |it| it.awaiting)));
    move || {
        (count.get() > 0).then(|| {
            view! {
                <a
                    href=APPROVALS
                    class="mb-3 flex w-fit items-center gap-2 rounded-box border border-warning/50 bg-warning/10 px-3 py-2 text-sm font-medium link-hover"
                >
                    <Icon name=IconName::Hourglass class="size-4" />
                    {td_string!(locale, approvals.count, count = count.get())}
                    <Icon name=IconName::ChevronRight class="size-4" />
                </a>
            }
        })
    }
}

/// Opens the fields of the filters where the table has no head: a checkbox, which needs no script.
#[component]
fn FiltersSwitch() -> impl IntoView {
    let locale = use_locale();
    view! {
        <label class="btn btn-sm font-normal has-checked:btn-active has-focus-visible:outline-2 @3xl:hidden">
            <input type="checkbox" id="show-filters" class="sr-only" />
            <Icon name=IconName::Filter class="size-4" />
            {td_string!(locale, users.filters)}
        </label>
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

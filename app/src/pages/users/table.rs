//! The table "Users": rows where there is room, cards with the same content where there is not.
//! The roles are written out because a changed `display` takes them from the elements.

use std::time::Duration;

use leptos::{ev, prelude::*};
use types::{
    ids::UserId,
    users::{ShownStatus, UserRow, UsersPage as Page, UsersQuery},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    columns::{Column, HiddenColumns},
    entries::entries,
    row_menu::{RowMenuButton, RowMenuState},
    selection::{SelectRow, Selection},
    table_head::TableHead,
};
use crate::{
    components::{
        badge::{DeclinedBadge, StatusBadge, person_name, role_name},
        failure::failure_text,
        icon::{Icon, IconName},
        language::use_locale,
        time::When,
    },
    i18n::td_string,
    pages::{approvals::APPROVALS, user},
};

const TABLE: &str = "users-table block w-full border-separate border-spacing-0 text-sm tabular-nums @3xl:[display:table]";
const BODY: &str = "grid gap-3 @3xl:table-row-group";
const ROW: &str = "group grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1.5 rounded-box border border-base-300 bg-base-100 p-4 relative \
    @3xl:table-row @3xl:rounded-none @3xl:border-0 @3xl:hover:bg-base-200/60";
/// What a card begins with: the name or, without one, the address.
const FIRST_LINE: &str = "col-span-1 col-start-1 min-w-0 ps-8 font-medium";
const SECOND_LINE: &str = "col-span-2 min-w-0 text-base-content/75 @3xl:text-base-content";
const LINE: &str = "col-span-2 flex min-w-0 flex-wrap items-center justify-between gap-x-3";
/// Nothing to say: a card says nothing.
const NO_LINE: &str = "hidden";
const MENU: &str = "col-start-2 row-start-1 -my-1 -me-2 text-end \
    @3xl:table-cell @3xl:w-12 @3xl:border-b @3xl:border-base-300 @3xl:px-2 @3xl:py-0 @3xl:align-middle";
/// At the head of a card, left of what it begins with.
const SELECT: &str = "absolute start-4 top-4 \
    @3xl:static @3xl:table-cell @3xl:border-b @3xl:border-base-300 @3xl:ps-3 @3xl:align-middle";
/// A column's name inside a card.
const LABEL: &str = "shrink-0 text-base-content/75 @3xl:hidden";
/// The classes that a cell has where rows are rows.
const CELL: &str = "@3xl:table-cell @3xl:h-10 @3xl:border-b @3xl:border-base-300 @3xl:px-2 @3xl:py-1 @3xl:align-middle";

/// One page of users.
#[component]
pub fn UsersTable(
    page: Memo<Option<Page>>,
    query: Memo<UsersQuery>,
    menu: RowMenuState,
    hidden: HiddenColumns,
    selection: Selection,
    can_copy: bool,
) -> impl IntoView {
    let locale = use_locale();
    let ids = Memo::new(move |_| {
        page.with(|page| {
            page.iter()
                .flat_map(|page| &page.rows)
                .map(|row| row.id)
                .collect::<Vec<_>>()
        })
    });
    let focused = keep_focus(ids);
    view! {
        <table
            class=TABLE
            role="table"
            aria-label=td_string!(locale, users.table)
            data-hidden=hidden.attribute()
            on:focusin=move |event| {
                focused.set_value(event_target::<web_sys::Element>(&event).id());
            }
            on:focusout=move |event| {
                // To nowhere: it may have been moved.
                if event.related_target().is_some() {
                    focused.set_value(String::new());
                }
            }
        >
            <TableHead page query selection />
            <tbody role="rowgroup" class=BODY>
                <For each=move || ids.get() key=|id| *id let:id>
                    {
                        let user = Memo::new(move |before: Option<&Option<UserRow>>| {
                            let found = page.with(|page| {
                                page.as_ref()?.rows.iter().find(|row| row.id == id).cloned()
                            });
                            found.or_else(|| before.cloned().flatten())
                        });
                        view! { <Row user page menu selection can_copy /> }
                    }
                </For>
            </tbody>
        </table>
    }
}

/// A row that is moved loses the focus without a word: gives it back to the element with the `id`
/// in the value.
fn keep_focus(ids: Memo<Vec<UserId>>) -> StoredValue<String> {
    let focused = StoredValue::new(String::new());
    let pressed = window_event_listener(ev::pointerdown, move |_| focused.set_value(String::new()));
    on_cleanup(move || pressed.remove());
    Effect::new(move |_| {
        ids.track();
        // After the rows have moved.
        let restore = move || {
            let lost = document()
                .active_element()
                .is_none_or(|active| active.tag_name() == "BODY");
            let id = focused.try_get_value().filter(|id| lost && !id.is_empty());
            let element = id.and_then(|id| document().get_element_by_id(&id));
            if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                let _ = element.focus();
            }
        };
        set_timeout(restore, Duration::ZERO);
    });
    focused
}

/// A user. The row stays when news come, so that the focus and an opened answer stay with it.
#[component]
fn Row(
    user: Memo<Option<UserRow>>,
    page: Memo<Option<Page>>,
    menu: RowMenuState,
    selection: Selection,
    can_copy: bool,
) -> impl IntoView {
    let locale = use_locale();
    move || {
        let user = user.get()?;
        let email = user.username.email().map(ToString::to_string);
        let name = format!("{} {}", user.first_name, user.last_name)
            .trim()
            .to_owned();
        let now = Memo::new(move |_| page.with(|page| page.as_ref().map(|page| page.now)));
        let when = move |at| move || now.get().map(|now| view! { <When at now /> });
        let over = matches!(user.status, ShownStatus::Active | ShownStatus::Deactivated);
        let expires = user.expires_at.filter(|_| !over);
        let acts = !entries(&user, can_copy).is_empty();
        let (name_line, email_line) = match (name.is_empty(), &email) {
            (true, _) => (NO_LINE, FIRST_LINE),
            (false, Some(_)) => (FIRST_LINE, SECOND_LINE),
            (false, None) => (FIRST_LINE, NO_LINE),
        };
        let is_nameless = name.is_empty();
        let cell = |column: Column, line: &str| format!("{line} {CELL} {}", column.class());
        let line =
            |column: Column, is_there: bool| cell(column, if is_there { LINE } else { NO_LINE });
        Some(view! {
            <tr role="row" class=ROW>
                <td role="cell" class=SELECT>
                    <SelectRow user=user.clone() page selection />
                </td>
                <td role="cell" class=cell(Column::Name, name_line)>
                    <Name id=user.id name />
                </td>
                <td role="cell" class=cell(Column::Email, email_line)>
                    // One of address and number is always there: its link is the one that the keyboard meets.
                    {match email.clone() {
                        Some(email) => {
                            view! {
                                <Open id=user.id title=email.clone()>
                                    <Address email=email.clone() />
                                </Open>
                            }
                                .into_any()
                        }
                        // On a card without a name, the number is its first line.
                        None => view! {
                            <span class="hidden @3xl:inline"><Nothing /></span>
                            {is_nameless.then(|| view! { <span class="@3xl:hidden">{user.phone.clone()}</span> })}
                        }
                        .into_any(),
                    }}
                </td>
                <td role="cell" class=line(Column::Phone, !user.phone.is_empty())>
                    <Label column=Column::Phone />
                    {if email.is_none() {
                        let phone = user.phone.clone();
                        view! { <Open id=user.id title=phone.clone()>{phone.clone()}</Open> }.into_any()
                    } else {
                        view! { <Phone phone=user.phone.clone() /> }.into_any()
                    }}
                </td>
                <td role="cell" class=line(Column::Role, true)>
                    <Label column=Column::Role />
                    <RoleName user=user.clone() />
                </td>
                <td role="cell" class=line(Column::Status, true)>
                    <Label column=Column::Status />
                    <Status user=user.clone() />
                </td>
                <td role="cell" class=line(Column::Invited, user.invited_at.is_some())>
                    <Label column=Column::Invited />
                    <span class="min-w-0 max-w-full text-end @3xl:block @3xl:text-start">
                        {user.invited_at.map_or_else(|| view! { <Nothing /> }.into_any(), |at| when(at).into_any())}
                        {user.inviter.as_deref().map(|inviter| {
                            let inviter = person_name(locale, inviter);
                            let by = td_string!(locale, users.invited_by, inviter = inviter.as_str());
                            view! {
                                <span class="block truncate text-xs text-base-content/75" title=by.clone()>
                                    {by.clone()}
                                </span>
                            }
                        })}
                    </span>
                </td>
                <td role="cell" class=line(Column::Expires, expires.is_some())>
                    <Label column=Column::Expires />
                    {expires.map_or_else(|| view! { <Nothing /> }.into_any(), |at| when(at).into_any())}
                </td>
                <td role="cell" class=MENU>
                    {acts.then(|| view! { <RowMenuButton menu user=user.clone() /> })}
                </td>
            </tr>
        })
    }
}

/// A column's name inside a card.
#[component]
fn Label(column: Column) -> impl IntoView {
    let locale = use_locale();
    view! { <span class=LABEL>{column.heading(locale)}</span> }
}

#[component]
fn Name(id: UserId, name: String) -> impl IntoView {
    if name.is_empty() {
        view! { <Nothing /> }.into_any()
    } else {
        view! {
            <a
                href=user::address(id)
                class="link link-hover block truncate"
                tabindex="-1"
                title=name.clone()
            >
                <bdi>{name.clone()}</bdi>
            </a>
        }
        .into_any()
    }
}

/// The link to the user's page that the keyboard meets.
#[component]
fn Open(id: UserId, title: String, children: Children) -> impl IntoView {
    view! {
        <a
            id=format!("open-{id}")
            href=user::address(id)
            class="link link-hover block truncate @3xl:break-words @3xl:whitespace-normal"
            title=title
        >
            {children()}
        </a>
    }
}

/// Where it needs two lines, the second one begins behind the @.
#[component]
fn Address(email: String) -> impl IntoView {
    let (local, domain) = match email.split_once('@') {
        Some((local, domain)) => (format!("{local}@"), domain.to_owned()),
        None => (email, String::new()),
    };
    view! { {local} <wbr /> {domain} }
}

#[component]
fn Phone(phone: String) -> impl IntoView {
    if phone.is_empty() {
        view! { <Nothing /> }.into_any()
    } else {
        view! { <span class="block truncate" title=phone.clone()>{phone.clone()}</span> }.into_any()
    }
}

#[component]
fn RoleName(user: UserRow) -> impl IntoView {
    let locale = use_locale();
    view! {
        <span class="block truncate">
            {role_name(locale, user.role, &user.role_name)}
        </span>
    }
}

/// A dash that is read as "None".
#[component]
fn Nothing() -> impl IntoView {
    let locale = use_locale();
    view! {
        <span class="text-base-content/70">
            <span aria-hidden="true">"–"</span>
            <span class="sr-only">{td_string!(locale, users.nothing)}</span>
        </span>
    }
}

/// The badge and, where delivery has failed or was put off, what the mail server said.
#[component]
fn Status(user: UserRow) -> impl IntoView {
    let locale = use_locale();
    let put_off = user.status == ShownStatus::Waiting;
    let answer = user.failure.map(|failure| {
        let shown = move || {
            let text = failure_text(locale, &failure);
            if put_off {
                td_string!(locale, users.put_off, words = text.as_str())
            } else {
                text
            }
        };
        view! {
            // Takes the cell's width and adds nothing to it.
            <details class="group/answer mt-1 w-full text-xs text-base-content/75 ">
                <summary
                    id=format!("answer-{}", user.id)
                    class="flex cursor-pointer list-none items-start gap-1 rounded-field"
                    title=td_string!(locale, users.answer)
                >
                    <Icon
                        name=IconName::ChevronRight
                        class="mt-px size-3.5 transition-transform group-open/answer:rotate-90"
                    />
                    <span class="min-w-0 truncate group-open/answer:break-words group-open/answer:whitespace-normal">
                        {shown}
                    </span>
                </summary>
            </details>
        }
    });
    let declined = user
        .declined_at
        .map(|at| view! { <span class="mt-1 block"><DeclinedBadge at /></span> });
    let waits = user.awaits_approval.then(|| {
        view! {
            <a href=APPROVALS class="link mt-1 block text-xs text-base-content/75">
                {td_string!(locale, approvals.waits)}
            </a>
        }
    });
    view! {
        <StatusBadge status=user.status />
        {declined}
        {waits}
        {answer}
    }
}

/// Grey rows while the first answer is awaited.
#[component]
pub fn LoadingTable() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="grid gap-3" role="status">
            <span class="sr-only">{td_string!(locale, users.loading)}</span>
            {(0..8).map(|_| view! { <div class="skeleton h-8 w-full"></div> }).collect_view()}
        </div>
    }
}

//! The table "Users": rows where there is room, cards with the same content where there is not.
//! The roles are written out because a changed `display` takes them from the elements.

use std::time::Duration;

use leptos::{ev, prelude::*};
use types::{
    ids::UserId,
    users::{ShownStatus, UserRow, UsersPage as Page},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    entries::entries,
    role_text,
    row_menu::{RowMenuButton, RowMenuState},
};
use crate::{
    components::{
        badge::StatusBadge,
        failure::failure_text,
        icon::{Icon, IconName},
        language::use_locale,
        time::When,
    },
    i18n::td_string,
};

const TABLE: &str = "block w-full border-separate border-spacing-0 text-sm tabular-nums @3xl:[display:table] @6xl:table-fixed";
const HEAD: &str = "hidden sticky top-14 z-10 bg-base-100 @3xl:table-header-group";
const BODY: &str = "grid gap-3 @3xl:table-row-group";
const ROW: &str = "group grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1.5 rounded-box border border-base-300 bg-base-100 p-4 \
    @3xl:table-row @3xl:rounded-none @3xl:border-0 @3xl:hover:bg-base-200/60";
/// What a card begins with: the name or, without one, the address.
const FIRST_LINE: &str = "col-span-1 col-start-1 min-w-0 font-medium";
const SECOND_LINE: &str = "col-span-2 min-w-0 text-base-content/75 @3xl:text-base-content";
const LINE: &str = "col-span-2 flex min-w-0 flex-wrap items-center justify-between gap-x-3";
/// Nothing to say: a card says nothing.
const NO_LINE: &str = "hidden";
const MENU: &str = "col-start-2 row-start-1 -my-1 -me-2 text-end \
    @3xl:table-cell @3xl:w-12 @3xl:border-b @3xl:border-base-300 @3xl:px-2 @3xl:py-0 @3xl:align-middle";
/// A column's name inside a card.
const LABEL: &str = "shrink-0 text-base-content/75 @3xl:hidden";
/// The classes that a cell has where rows are rows.
const CELL: &str = "@3xl:table-cell @3xl:h-10 @3xl:border-b @3xl:border-base-300 @3xl:px-2 @3xl:py-1 @3xl:align-middle @3xl:first:ps-3";
const STATUS_WIDTH: &str = "@3xl:min-w-36";
/// These two give way when the others need the room. Where there is plenty, the headings share it.
const NAME_WIDTH: &str = "@3xl:max-w-40 @6xl:max-w-none";
const EMAIL_WIDTH: &str = "@3xl:w-full @3xl:max-w-0 @3xl:min-w-32 @6xl:w-auto @6xl:max-w-none";

/// One page of users.
#[component]
pub fn UsersTable(page: Memo<Option<Page>>, menu: RowMenuState, can_copy: bool) -> impl IntoView {
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
            <TableHead />
            <tbody role="rowgroup" class=BODY>
                <For each=move || ids.get() key=|id| *id let:id>
                    {
                        let user = Memo::new(move |before: Option<&Option<UserRow>>| {
                            let found = page.with(|page| {
                                page.as_ref()?.rows.iter().find(|row| row.id == id).cloned()
                            });
                            found.or_else(|| before.cloned().flatten())
                        });
                        view! { <Row user page menu can_copy /> }
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

#[component]
fn TableHead() -> impl IntoView {
    let locale = use_locale();
    let class = "border-b border-base-300 px-2 py-2 text-start text-xs font-medium whitespace-nowrap text-base-content/75 first:ps-3";
    let heading = move |width: &str, text: &'static str| {
        view! {
            <th role="columnheader" scope="col" class=format!("{class} {width}")>
                {text}
            </th>
        }
    };
    view! {
        <thead role="rowgroup" class=HEAD>
            <tr role="row">
                {heading("@6xl:w-[19%]", td_string!(locale, users.name))}
                {heading("", td_string!(locale, users.email))}
                {heading("@6xl:w-[12%]", td_string!(locale, users.role))}
                {heading("@6xl:w-[19%]", td_string!(locale, users.status))}
                {heading("@6xl:w-[12%]", td_string!(locale, users.sent))}
                {heading("@6xl:w-[11%]", td_string!(locale, users.expires))}
                <th role="columnheader" scope="col" class=format!("{class} w-12")>
                    <span class="sr-only">{td_string!(locale, users.actions)}</span>
                </th>
            </tr>
        </thead>
    }
}

/// A user. The row stays when news come, so that the focus and an opened answer stay with it.
#[component]
fn Row(
    user: Memo<Option<UserRow>>,
    page: Memo<Option<Page>>,
    menu: RowMenuState,
    can_copy: bool,
) -> impl IntoView {
    move || {
        let user = user.get()?;
        let email = user.email.to_string();
        let name = format!("{} {}", user.first_name, user.last_name)
            .trim()
            .to_owned();
        let now = Memo::new(move |_| page.with(|page| page.as_ref().map(|page| page.now)));
        let when = move |at| move || now.get().map(|now| view! { <When at now /> });
        let over = matches!(user.status, ShownStatus::Active | ShownStatus::Deactivated);
        let expires = user.expires_at.filter(|_| !over);
        let acts = !entries(&user, can_copy).is_empty();
        let (name_line, email_line) = if name.is_empty() {
            (NO_LINE, FIRST_LINE)
        } else {
            (FIRST_LINE, SECOND_LINE)
        };
        let line = |is_there: bool| format!("{} {CELL}", if is_there { LINE } else { NO_LINE });
        Some(view! {
            <tr role="row" class=ROW>
                <td role="cell" class=format!("{name_line} {CELL} {NAME_WIDTH}")>
                    <Name name />
                </td>
                <td role="cell" class=format!("{email_line} {CELL} {EMAIL_WIDTH}")>
                    <span class="block truncate" title=email.clone()>{email.clone()}</span>
                </td>
                <td role="cell" class=line(true)>
                    <Label column=Column::Role />
                    <RoleName user=user.clone() />
                </td>
                <td role="cell" class=format!("{} {STATUS_WIDTH}", line(true))>
                    <Label column=Column::Status />
                    <Status user=user.clone() />
                </td>
                <td role="cell" class=line(user.invited_at.is_some())>
                    <Label column=Column::Sent />
                    {user.invited_at.map_or_else(|| view! { <Nothing /> }.into_any(), |at| when(at).into_any())}
                </td>
                <td role="cell" class=line(expires.is_some())>
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

#[derive(Clone, Copy)]
enum Column {
    Role,
    Status,
    Sent,
    Expires,
}

#[component]
fn Label(column: Column) -> impl IntoView {
    let locale = use_locale();
    view! {
        <span class=LABEL>
            {move || match column {
                Column::Role => td_string!(locale, users.role),
                Column::Status => td_string!(locale, users.status),
                Column::Sent => td_string!(locale, users.sent),
                Column::Expires => td_string!(locale, users.expires),
            }}
        </span>
    }
}

#[component]
fn Name(name: String) -> impl IntoView {
    if name.is_empty() {
        view! { <Nothing /> }.into_any()
    } else {
        view! { <span class="block truncate" title=name.clone()>{name.clone()}</span> }.into_any()
    }
}

#[component]
fn RoleName(user: UserRow) -> impl IntoView {
    let locale = use_locale();
    view! {
        <span class="block max-w-40 truncate">
            {role_text(locale, user.role, &user.role_name)}
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
            <details class="group/answer mt-1 w-full text-xs text-base-content/75 @3xl:w-0 @3xl:min-w-full @3xl:open:w-40 @6xl:open:w-full">
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
    view! {
        <StatusBadge status=user.status />
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

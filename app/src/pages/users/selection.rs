//! Which users are selected, and what can be done with them.

use std::collections::BTreeSet;

use leptos::{ev::MouseEvent, prelude::*};
use types::{
    access::Permission,
    batch::{Audience, Change},
    ids::UserId,
    users::{ShownStatus, StatusFilter, UserRow, UsersFilter, UsersPage as Page, UsersQuery},
};

use super::{
    address,
    bulk::{BulkDialogState, Question},
    print::PrintSheet,
};
use crate::{
    api::users::count_users,
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
    pages::console::{use_awake, use_me},
};

/// The users with a tick, from any page of the list; or all who match its filter.
#[derive(Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<BTreeSet<UserId>>,
    /// How many match, where all of them are meant.
    all: RwSignal<Option<u64>>,
    filter: Memo<UsersFilter>,
    /// Where a range that Shift closes begins.
    anchor: StoredValue<Option<UserId>>,
}

impl Selection {
    /// Empty; and again whenever the filter changes: what is out of sight is done nothing to.
    pub fn new(query: Memo<UsersQuery>) -> Self {
        let selection = Self {
            chosen: RwSignal::new(BTreeSet::new()),
            all: RwSignal::new(None),
            filter: Memo::new(move |_| query.with(|query| query.filter.clone())),
            anchor: StoredValue::new(None),
        };
        Effect::new(move |before: Option<UsersFilter>| {
            let now = selection.filter.get();
            if before.is_some_and(|before| before != now) {
                selection.clear();
            }
            now
        });
        selection
    }

    pub fn clear(self) {
        self.chosen.update(BTreeSet::clear);
        self.all.set(None);
        self.anchor.set_value(None);
    }

    pub fn has(self, user: UserId) -> bool {
        self.all.get().is_some() || self.chosen.with(|chosen| chosen.contains(&user))
    }

    pub fn count(self) -> u64 {
        self.all
            .get()
            .unwrap_or_else(|| self.chosen.with(|chosen| chosen.len() as u64))
    }

    /// Whom it means, as the server is told.
    pub fn audience(self) -> Audience {
        if self.all.get_untracked().is_some() {
            Audience::Matching(self.filter.get_untracked())
        } else {
            Audience::Users(
                self.chosen
                    .with_untracked(|chosen| chosen.iter().copied().collect()),
            )
        }
    }

    /// The same for a plain form: ids with commas between them; "": all who match.
    fn ids(self) -> String {
        if self.all.get().is_some() {
            return String::new();
        }
        let ids = self.chosen.get();
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        ids.join(",")
    }

    /// Ticks or unticks a row; with Shift all rows from the last one on.
    pub fn toggle(self, rows: &[UserRow], user: UserId, range: bool) {
        let on = !untrack(|| self.has(user));
        // One less than all are those of this page.
        if self.all.get_untracked().is_some() {
            self.all.set(None);
            self.chosen.set(rows.iter().map(|row| row.id).collect());
        }
        let at = |id: UserId| rows.iter().position(|row| row.id == id);
        let begin = self.anchor.get_value().filter(|_| range).and_then(at);
        let end = at(user);
        let touched = match (begin, end) {
            (Some(begin), Some(end)) => begin.min(end)..=begin.max(end),
            (None, Some(end)) => end..=end,
            _ => return,
        };
        self.chosen.update(|chosen| {
            for row in rows.get(touched).into_iter().flatten() {
                if on {
                    chosen.insert(row.id);
                } else {
                    chosen.remove(&row.id);
                }
            }
        });
        self.anchor.set_value(Some(user));
    }

    fn toggle_page(self, rows: &[UserRow], on: bool) {
        self.all.set(None);
        self.chosen.update(|chosen| {
            for row in rows {
                if on {
                    chosen.insert(row.id);
                } else {
                    chosen.remove(&row.id);
                }
            }
        });
    }

    /// Whether somebody's invitation has expired, as far as the page knows them.
    fn any_expired(self, page: Memo<Option<Page>>) -> bool {
        let is_expired = |row: &UserRow| row.status == ShownStatus::Expired && self.has(row.id);
        page.with(|page| {
            page.as_ref()
                .is_some_and(|page| page.rows.iter().any(is_expired))
        })
    }

    fn has_page(self, page: Memo<Option<Page>>) -> bool {
        page.with(|page| {
            let rows = page.as_ref().map(|page| &page.rows);
            rows.is_some_and(|rows| !rows.is_empty() && rows.iter().all(|row| self.has(row.id)))
        })
    }
}

/// The tick of a row.
#[component]
pub fn SelectRow(user: UserRow, page: Memo<Option<Page>>, selection: Selection) -> impl IntoView {
    let locale = use_locale();
    let id = user.id;
    let click = move |event: MouseEvent| {
        page.with_untracked(|page| {
            let rows = page.as_ref().map_or(&[][..], |page| &page.rows);
            selection.toggle(rows, id, event.shift_key());
        });
    };
    view! {
        <input
            type="checkbox"
            id=format!("select-{id}")
            class="checkbox checkbox-sm align-middle"
            aria-label=td_string!(locale, users.select, email = user.username.as_str())
            prop:checked=move || selection.has(id)
            on:click=click
        />
    }
}

/// The tick of the whole page.
#[component]
pub fn SelectPage(page: Memo<Option<Page>>, selection: Selection) -> impl IntoView {
    let locale = use_locale();
    let whole = Memo::new(move |_| selection.has_page(page));
    let some = move || !whole.get() && selection.count() > 0;
    let change = move |_| {
        page.with_untracked(|page| {
            let rows = page.as_ref().map_or(&[][..], |page| &page.rows);
            selection.toggle_page(rows, !whole.get_untracked());
        });
    };
    view! {
        <input
            type="checkbox"
            class="checkbox checkbox-sm align-middle"
            aria-label=td_string!(locale, users.select_page)
            prop:checked=move || whole.get()
            prop:indeterminate=some
            on:change=change
        />
    }
}

/// "<n> selected" and the buttons, while anybody is.
#[component]
pub fn SelectionBar(
    selection: Selection,
    page: Memo<Option<Page>>,
    query: Memo<UsersQuery>,
    dialog: BulkDialogState,
) -> impl IntoView {
    let locale = use_locale();
    let some = Memo::new(move |_| selection.count() > 0);
    let can_print = use_me().is_some_and(|me| me.permissions.has(Permission::CopyInvitationLinks));
    let any_expired = Memo::new(move |_| selection.any_expired(page));
    let ask = move |question: Question| move |_| dialog.ask(question, selection.audience());
    view! {
        <Show when=move || some.get()>
            <div class="selection-bar" role="region" aria-label=td_string!(locale, users.selection)>
                <p class="flex flex-wrap items-center gap-x-3 text-sm" aria-live="polite">
                    <strong class="whitespace-nowrap">
                        {move || td_string!(locale, users.selected, count = selection.count())}
                    </strong>
                    <WholeList selection page />
                    <button type="button" class="link link-hover" on:click=move |_| selection.clear()>
                        {td_string!(locale, users.clear_selection)}
                    </button>
                </p>
                <div class="flex flex-wrap gap-2">
                    <button type="button" class="btn btn-sm btn-primary" on:click=ask(Question::Send)>
                        <Icon name=IconName::Send class="size-4" />
                        {td_string!(locale, users.send_invitations)}
                    </button>
                    <Show when=move || any_expired.get()>
                        <button type="button" class="btn btn-sm" on:click=ask(Question::Renew)>
                            <Icon name=IconName::Refresh class="size-4" />
                            {td_string!(locale, users.renew)}
                        </button>
                    </Show>
                    <button type="button" class="btn btn-sm" on:click=ask(Change::Revoke.into())>
                        {td_string!(locale, users.revoke_invitations)}
                    </button>
                    <button type="button" class="btn btn-sm" on:click=ask(Change::Deactivate.into())>
                        {td_string!(locale, users.deactivate)}
                    </button>
                    {can_print.then(|| view! { <Print selection query /> })}
                    <Export selection query />
                </div>
            </div>
        </Show>
    }
}

/// Where only expired invitations are listed: all of them once more, however many pages there are.
#[component]
pub fn RenewAll(
    page: Memo<Option<Page>>,
    selection: Selection,
    dialog: BulkDialogState,
) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let filter = selection.filter;
    let some = Memo::new(move |_| {
        let any = page.with(|page| page.as_ref().is_some_and(|page| !page.rows.is_empty()));
        // Of those who are selected, the bar says it.
        any && filter.with(|filter| filter.status == StatusFilter::Expired)
            && selection.count() == 0
    });
    let ask = move |_| {
        let audience = Audience::Matching(filter.get_untracked());
        dialog.ask(Question::Renew, audience);
    };
    view! {
        <Show when=move || some.get()>
            <div class="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
                <button
                    type="button"
                    class="btn btn-sm"
                    aria-haspopup="dialog"
                    aria-disabled=move || (!awake.get()).then_some("true")
                    on:click=ask
                >
                    <Icon name=IconName::Refresh class="size-4" />
                    {td_string!(locale, users.renew)}
                </button>
                <span class="text-base-content/75">{td_string!(locale, users.renew_hint)}</span>
            </div>
        </Show>
    }
}

/// Once a whole page is selected and there are more: all who match.
#[component]
fn WholeList(selection: Selection, page: Memo<Option<Page>>) -> impl IntoView {
    let locale = use_locale();
    let has_more = Memo::new(move |_| {
        let more = page.with(|page| {
            page.as_ref()
                .is_some_and(|page| page.before.is_some() || page.after.is_some())
        });
        more && selection.has_page(page) && selection.all.get().is_none()
    });
    let filter = selection.filter;
    let matching = LocalResource::new(move || {
        let wanted = has_more.get().then(|| filter.get());
        async move {
            match wanted {
                Some(filter) => count_users(filter).await.ok(),
                None => None,
            }
        }
    });
    move || {
        let count = matching.get().flatten().filter(|_| has_more.get())?;
        Some(view! {
            <button
                type="button"
                class="link link-primary"
                on:click=move |_| selection.all.set(Some(count))
            >
                {td_string!(locale, users.select_all_matching, count = count)}
            </button>
        })
    }
}

/// The invitations of the selected users on a sheet.
#[component]
fn Print(selection: Selection, query: Memo<UsersQuery>) -> impl IntoView {
    let ids = Signal::derive(move || selection.ids());
    let query = Signal::derive(move || address::of(&query.get().from_start()));
    view! { <PrintSheet ids query /> }
}

/// The selected users as a file.
#[component]
fn Export(selection: Selection, query: Memo<UsersQuery>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <form method="post" action="/users/export.csv">
            <input type="hidden" name="ids" value=move || selection.ids() />
            <input type="hidden" name="query" value=move || address::of(&query.get().from_start()) />
            <button type="submit" class="btn btn-sm">
                <Icon name=IconName::Download class="size-4" />
                {td_string!(locale, users.export)}
            </button>
        </form>
    }
}

//! One role: what it carries, how many have it, and what can be done with it.

use leptos::prelude::*;
use types::{
    access::{Permission, RoleKind},
    ids::RoleId,
    roles::RoleRow,
};

use super::{delete::Deletion, form::RoleForm, words};
use crate::{
    components::{
        badge::role_name,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::{Locale, td_string},
    pages::console::{use_awake, use_me},
};

#[component]
pub fn RoleCard(
    id: RoleId,
    /// All roles, as they are now.
    shown: Memo<Vec<RoleRow>>,
    form: RoleForm,
    deletion: Deletion,
) -> impl IntoView {
    let locale = use_locale();
    let own = use_me().map(|me| me.permissions).unwrap_or_default();
    let sees_users = own.has(Permission::ManageUsers);
    let row = Memo::new(move |before: Option<&Option<RoleRow>>| {
        let now = shown.with(|rows| rows.iter().find(|row| row.id == id).cloned());
        // Until the card goes, it stays as it was.
        now.or_else(|| before.cloned().flatten())
    });
    let changeable = {
        let own = own.clone();
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.is_changed_by(&own))))
    };
    let name = move || row.with(|row| row.as_ref().map(|row| called(locale, row)));
    let about = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            let above = row.kind == RoleKind::Custom && !row.is_changed_by(&own);
            above
                .then(|| td_string!(locale, roles.above))
                .or_else(|| about(locale, row.kind))
        })
    };
    let carried = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            Some(view! { <Carried row=row.clone() /> })
        })
    };
    let users = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            Some(view! { <UserCount row=row.clone() sees_users /> })
        })
    };
    view! {
        <li class="panel p-5 sm:p-6">
            <div class="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
                <div class="min-w-0 flex-1 basis-60">
                    <h3 class="font-semibold [overflow-wrap:anywhere]">{name}</h3>
                    <p class="mt-1 text-sm text-base-content/80 empty:hidden">{about}</p>
                </div>
                <div class="flex flex-wrap items-center gap-x-4 gap-y-3">
                    <span class="w-full text-sm sm:w-auto">{users}</span>
                    <Show when=move || changeable.get()>
                        <div class="flex gap-2">
                            <Buttons row form deletion />
                        </div>
                    </Show>
                </div>
            </div>
            {carried}
        </li>
    }
}

/// What a role is called on this page.
pub fn called(locale: Locale, row: &RoleRow) -> String {
    role_name(locale, row.kind, &row.details.name)
}

fn about(locale: Locale, kind: RoleKind) -> Option<&'static str> {
    match kind {
        RoleKind::Owner => Some(td_string!(locale, roles.about.owner)),
        RoleKind::Admin => Some(td_string!(locale, roles.about.admin)),
        RoleKind::User => Some(td_string!(locale, roles.about.user)),
        RoleKind::Custom => None,
    }
}

#[component]
fn Buttons(row: Memo<Option<RoleRow>>, form: RoleForm, deletion: Deletion) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let name = move || row.with(|row| row.as_ref().map(|row| called(locale, row)));
    let edit_label = move || {
        let name = name().unwrap_or_default();
        td_string!(locale, roles.edit_role, role = name.as_str())
    };
    let delete_label = move || {
        let name = name().unwrap_or_default();
        td_string!(locale, roles.delete_role, role = name.as_str())
    };
    view! {
        <button
            type="button"
            class="btn btn-sm"
            aria-haspopup="dialog"
            aria-label=edit_label
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| {
                if let Some(row) = row.get_untracked() {
                    form.begin(Some(row));
                }
            }
        >
            {td_string!(locale, roles.edit)}
        </button>
        <button
            type="button"
            class="btn btn-sm"
            aria-haspopup="dialog"
            aria-label=delete_label
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| {
                if let Some(row) = row.get_untracked() {
                    deletion.ask(row);
                }
            }
        >
            {td_string!(locale, roles.delete)}
        </button>
    }
}

/// The permissions of a role, or that there are none.
#[component]
fn Carried(row: RoleRow) -> impl IntoView {
    let locale = use_locale();
    let permissions: Vec<Permission> = row.details.permissions.iter().collect();
    if permissions.is_empty() {
        let text = td_string!(locale, roles.nothing);
        return (row.kind == RoleKind::Custom)
            .then(|| view! { <p class="mt-3 text-sm text-base-content/80">{text}</p> })
            .into_any();
    }
    let items = permissions.into_iter().map(|permission| {
        view! {
            <li class="flex items-center gap-1.5">
                <Icon name=IconName::Check class="size-4 text-success" />
                {words::name(locale, permission)}
            </li>
        }
    });
    view! {
        <ul class="mt-4 flex flex-wrap gap-x-5 gap-y-2 text-sm" role="list">
            {items.collect_view()}
        </ul>
    }
    .into_any()
}

/// How many have the role; it leads to them where the reader may see users.
#[component]
fn UserCount(row: RoleRow, sees_users: bool) -> impl IntoView {
    let locale = use_locale();
    if row.users == 0 {
        let text = td_string!(locale, roles.nobody);
        return view! { <span class="text-base-content/80">{text}</span> }.into_any();
    }
    let text = td_string!(locale, roles.users, count = row.users);
    if !sees_users {
        return view! { <span class="text-base-content/80">{text}</span> }.into_any();
    }
    let name = called(locale, &row);
    view! {
        <a href=format!("/users?role={}", row.id) class="link link-hover text-primary">
            {text}
            <span class="sr-only">{td_string!(locale, roles.users_of, role = name.as_str())}</span>
        </a>
    }
    .into_any()
}

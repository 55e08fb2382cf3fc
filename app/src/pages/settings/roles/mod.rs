//! `/settings/roles`: what each role may do, and the organization's own ones.
//!
//! - `card`: one role; `form`: the sheet that adds and changes one; `delete`: the question before one goes
//! - `words`: what permissions are called

mod card;
mod delete;
mod form;
mod words;

use leptos::prelude::*;
use types::{
    access::{Permission, RoleKind},
    ids::RoleId,
    roles::RoleRow,
};

use self::{
    card::RoleCard,
    delete::{DeleteDialog, Deletion},
    form::{RoleForm, RoleSheet},
};
use crate::{
    api::{AppError, roles::list_roles},
    components::{
        fault::Alert,
        language::use_locale,
        live::{follow, use_live},
    },
    i18n::td_string,
    pages::console::{Allowed, Loading, PageTitle, use_awake},
};

/// The `id` of the button that adds a role.
const ADD_ID: &str = "add-role";

/// What the server answers for the page.
type Answer = Result<Vec<RoleRow>, AppError>;

/// The roles of the organization.
#[component]
pub fn RolesPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageRoles>
            <LiveRoles />
        </Allowed>
    }
}

#[component]
fn LiveRoles() -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let roles = Resource::new(move || live.get(), |_| list_roles());
    view! {
        <PageTitle text=td_string!(locale, roles.title) />
        <div class="max-w-4xl">
            <h1 class="text-2xl font-semibold tracking-tight">{td_string!(locale, roles.heading)}</h1>
            <p class="mt-2 text-base-content/80">{td_string!(locale, roles.lead)}</p>
            <Transition fallback=Loading>
                {Suspend::new(async move {
                    match roles.await {
                        Ok(first) => view! { <Roles roles first /> }.into_any(),
                        Err(error) => {
                            view! {
                                <div class="mt-6">
                                    <Alert error />
                                </div>
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Roles(roles: Resource<Answer>, first: Vec<RoleRow>) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let answer = follow(roles, Ok(first.clone()));
    let shown = Memo::new(move |before: Option<&Vec<RoleRow>>| {
        answer.with(|answer| match answer {
            Ok(rows) => rows.clone(),
            // What was there stays in sight below the error.
            Err(_) => before.unwrap_or(&first).clone(),
        })
    });
    let fault = Memo::new(move |_| answer.with(|answer| answer.as_ref().err().cloned()));
    let refresh = Callback::new(move |()| roles.refetch());
    let form = RoleForm::new();
    let deletion = Deletion::new();
    let ids = move |own: bool| {
        Memo::new(move |_| -> Vec<RoleId> {
            shown.with(|rows| {
                let rows = rows.iter();
                rows.filter(|row| (row.kind == RoleKind::Custom) == own)
                    .map(|row| row.id)
                    .collect()
            })
        })
    };
    let (built_in, own) = (ids(false), ids(true));
    let list = move |ids: Memo<Vec<RoleId>>| {
        view! {
            <ul class="mt-4 grid gap-4 empty:hidden" role="list">
                <For each=move || ids.get() key=|id| *id let:id>
                    <RoleCard id shown form deletion />
                </For>
            </ul>
        }
    };
    view! {
        <div class="mt-6 empty:hidden">
            {move || fault.get().map(|error| view! { <Alert error /> })}
        </div>
        <section class="mt-8" aria-labelledby="own-roles">
            <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
                <h2 id="own-roles" class="text-lg font-semibold">
                    {td_string!(locale, roles.own_heading)}
                </h2>
                <button
                    id=ADD_ID
                    type="button"
                    class="btn btn-primary aria-disabled:cursor-progress"
                    aria-haspopup="dialog"
                    aria-disabled=move || (!awake.get()).then_some("true")
                    on:click=move |_| form.begin(None)
                >
                    {td_string!(locale, roles.add)}
                </button>
            </div>
            <Show when=move || own.with(Vec::is_empty)>
                <div class="panel mt-4 px-6 py-10 text-center">
                    <p class="font-semibold">{td_string!(locale, roles.none_heading)}</p>
                    <p class="mx-auto mt-2 max-w-md text-base-content/80">
                        {td_string!(locale, roles.none_text)}
                    </p>
                </div>
            </Show>
            {list(own)}
        </section>
        <section class="mt-10" aria-labelledby="built-in-roles">
            <h2 id="built-in-roles" class="text-lg font-semibold">
                {td_string!(locale, roles.built_in_heading)}
            </h2>
            {list(built_in)}
        </section>
        <Meanings />
        <RoleSheet form refresh />
        <DeleteDialog state=deletion shown refresh />
    }
}

/// Each permission with what it allows.
#[component]
fn Meanings() -> impl IntoView {
    let locale = use_locale();
    let rows = Permission::ALL.iter().map(|permission| {
        view! {
            <div class="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[14rem_minmax(0,1fr)]">
                <dt class="font-medium">{words::name(locale, *permission)}</dt>
                <dd class="text-base-content/80">{words::about(locale, *permission)}</dd>
            </div>
        }
    });
    view! {
        <section class="mt-10" aria-labelledby="permissions">
            <h2 id="permissions" class="text-lg font-semibold">
                {td_string!(locale, roles.meanings)}
            </h2>
            <dl class="mt-2 divide-y divide-base-300 text-sm">{rows.collect_view()}</dl>
        </section>
    }
}

//! The sheet "Add user": into the directory without an invitation.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::{
    access::RoleChoice,
    ids::{RoleId, UserId},
    resources::{Access, AccessChoices},
    users::{PersonDetails, PersonField},
};
use uuid::Uuid;

use super::{
    super::console::use_awake,
    fields::{PersonFields, called},
    form::PersonForm,
};
use crate::{
    api::users::{add_user, read_invite_choices},
    components::{
        access_picker::{AccessPicker, any_choice},
        dialog::Sheet,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::td_string,
};

/// What is typed in the sheet; closing it loses nothing.
#[derive(Clone, Copy)]
pub struct AddUser {
    pub open: RwSignal<bool>,
    form: PersonForm,
    roles: RwSignal<Vec<RoleChoice>>,
    /// What may be given.
    choices: RwSignal<AccessChoices>,
    /// `None`: as everyone.
    access: RwSignal<Option<Access>>,
    default_role: RwSignal<Option<RoleId>>,
}

impl AddUser {
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            form: PersonForm::new("add", blank(&[], None)),
            roles: RwSignal::new(Vec::new()),
            choices: RwSignal::new(AccessChoices::default()),
            access: RwSignal::new(None),
            default_role: RwSignal::new(None),
        }
    }

    /// Asks for the roles.
    async fn prepare(self) {
        let answer = read_invite_choices().await;
        // The page may have been left meanwhile.
        if self.open.try_get_untracked().is_none() {
            return;
        }
        match answer {
            Ok(choices) => {
                if self.roles.with_untracked(Vec::is_empty) {
                    let role = blank(&choices.roles, choices.default_role).role;
                    self.form.type_in(PersonField::Role, role.to_string());
                }
                self.default_role.set(choices.default_role);
                self.roles.set(choices.roles);
                self.choices.set(choices.access);
            }
            Err(error) => self.form.fail(error),
        }
    }
}

/// Nobody yet, with the default role or the most modest one.
fn blank(roles: &[RoleChoice], default: Option<RoleId>) -> PersonDetails {
    let role = default.or(roles.first().map(|role| role.id));
    PersonDetails::blank(role.unwrap_or(RoleId(Uuid::nil())))
}

/// Opens the sheet.
#[component]
pub fn AddButton(open: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    view! {
        <button
            type="button"
            class="btn aria-disabled:cursor-progress"
            aria-haspopup="dialog"
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| open.set(true)
        >
            <Icon name=IconName::User />
            {td_string!(locale, people.add)}
        </button>
    }
}

#[component]
pub fn AddSheet(
    state: AddUser,
    /// Called when somebody was added.
    on_added: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let AddUser {
        open,
        form,
        roles,
        choices,
        access,
        default_role,
    } = state;
    let shown = Memo::new(move |_| {
        let chosen = access.get();
        chosen.unwrap_or_else(|| choices.with(AccessChoices::usual))
    });
    Effect::new(move |_| {
        if open.get() {
            spawn_local(state.prepare());
        }
    });
    let show = Callback::new(move |id: UserId| {
        navigate(&super::address(id), NavigateOptions::default());
    });
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let ready = !form.pending.get_untracked() && !roles.with_untracked(Vec::is_empty);
        if !ready || !form.check(PersonField::ALL) {
            return;
        }
        form.pending.set(true);
        let details = form.typed();
        let chosen = access.get_untracked();
        spawn_local(async move {
            let answer = add_user(details.clone(), chosen).await;
            // The page may have been left meanwhile.
            if form.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(id) => {
                    open.set(false);
                    access.set(None);
                    let default = default_role.get_untracked();
                    form.begin(roles.with_untracked(|roles| blank(roles, default)));
                    let name = called(&details);
                    toasts.say_with(
                        td_string!(locale, people.added, name = name.as_str()),
                        td_string!(locale, people.open),
                        Callback::new(move |()| show.run(id)),
                    );
                    on_added.run(());
                }
                Err(error) => form.fail(error),
            }
        });
    };
    view! {
        <Sheet open id="add-user" title=td_string!(locale, people.add)>
            <form class="@container grid gap-5" novalidate on:submit=add>
                <p class="text-sm text-base-content/80">{td_string!(locale, people.add_lead)}</p>
                {move || form.fault.get().map(|error| view! { <Alert error /> })}
                <PersonFields form roles autofocus=true />
                <Show when=move || choices.with(any_choice)>
                    <AccessPicker
                        prefix="add-access"
                        choices
                        access=shown
                        on_change=Callback::new(move |chosen| access.set(Some(chosen)))
                    />
                </Show>
                <button
                    type="submit"
                    class="btn btn-primary mt-1 w-full"
                    disabled=move || form.pending.get() || roles.with(Vec::is_empty)
                    aria-busy=move || form.pending.get().to_string()
                >
                    {move || {
                        if form.pending.get() {
                            td_string!(locale, people.adding)
                        } else {
                            td_string!(locale, people.add)
                        }
                    }}
                </button>
            </form>
        </Sheet>
    }
}

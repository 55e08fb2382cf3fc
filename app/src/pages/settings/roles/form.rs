//! The sheet that adds a role, or changes one.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use types::{
    access::{Permission, Permissions},
    refusal::Refusal,
    roles::{RoleDetails, RoleEdit, RoleRow, read_name},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::words;
use crate::{
    api::{
        AppError,
        roles::{add_role, edit_role},
    },
    components::{
        dialog::Sheet,
        fault::{Alert, refusal_text},
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::td_string,
    pages::console::use_me,
};

const NAME_ID: &str = "role-name";
const LABEL: &str = "mb-1.5 block text-sm font-medium";
const HINT: &str = "mt-1 text-sm text-base-content/75";

/// What is typed in the sheet.
#[derive(Clone, Copy)]
pub struct RoleForm {
    open: RwSignal<bool>,
    /// The role that is changed, as it was shown; `None`: a new one.
    role: RwSignal<Option<RoleRow>>,
    typed: RwSignal<RoleDetails>,
    /// What is wrong with the name.
    wrong: RwSignal<Option<Refusal>>,
    /// What is wrong with no field in particular.
    fault: RwSignal<Option<AppError>>,
    pending: RwSignal<bool>,
}

impl RoleForm {
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            role: RwSignal::new(None),
            typed: RwSignal::new(RoleDetails::default()),
            wrong: RwSignal::new(None),
            fault: RwSignal::new(None),
            pending: RwSignal::new(false),
        }
    }

    /// Opens the sheet for a role, or for a new one. What was typed of a new one is still there.
    pub fn begin(self, role: Option<RoleRow>) {
        let is_same = role.is_none() && self.role.with_untracked(Option::is_none);
        if !is_same {
            let details = role.as_ref().map(|role| role.details.clone());
            self.typed.set(details.unwrap_or_default());
        }
        self.role.set(role);
        self.wrong.set(None);
        self.fault.set(None);
        self.open.set(true);
    }

    /// It was not done: marks the name where this is about it, or says it above.
    fn fail(self, error: AppError) {
        self.fault.set(None);
        match error {
            AppError::Refused(
                why @ (Refusal::RoleNameMissing | Refusal::RoleNameTaken | Refusal::TextTooLong),
            ) => {
                self.wrong.set(Some(why));
                let field = document().get_element_by_id(NAME_ID);
                if let Some(field) = field.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                    let _ = field.focus();
                }
            }
            error => self.fault.set(Some(error)),
        }
    }
}

#[component]
pub fn RoleSheet(
    form: RoleForm,
    /// Reads the roles again.
    refresh: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let title = Signal::derive(move || {
        form.role.with(|role| match role {
            Some(role) => td_string!(locale, roles.edit_role, role = role.details.name.as_str()),
            None => td_string!(locale, roles.add).to_owned(),
        })
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if form.pending.get_untracked() {
            return;
        }
        let wanted = form.typed.get_untracked();
        let name = match read_name(&wanted.name) {
            Ok(name) => name,
            Err(why) => return form.fail(why.into()),
        };
        let role = form.role.get_untracked();
        form.pending.set(true);
        spawn_local(async move {
            let is_new = role.is_none();
            let answer = match role {
                None => add_role(wanted).await.map(|_| ()),
                Some(row) => {
                    let seen = row.details;
                    let role = row.id;
                    edit_role(RoleEdit { role, seen, wanted }).await
                }
            };
            // The page may have been left meanwhile.
            if form.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    form.open.set(false);
                    // The next one begins with nothing.
                    form.role.set(None);
                    form.typed.set(RoleDetails::default());
                    toasts.say(if is_new {
                        td_string!(locale, roles.added, role = name.as_str())
                    } else {
                        td_string!(locale, roles.saved, role = name.as_str())
                    });
                }
                Err(error) => form.fail(error),
            }
            refresh.run(());
        });
    };
    view! {
        <Sheet open=form.open id="role" title>
            <form class="grid gap-6" novalidate on:submit=save>
                {move || form.fault.get().map(|error| view! { <Alert error /> })}
                <NameField form />
                <PermissionFields form />
                <Consequence form />
                <SaveButton form />
            </form>
        </Sheet>
    }
}

#[component]
fn NameField(form: RoleForm) -> impl IntoView {
    let locale = use_locale();
    let wrong = move || {
        form.wrong.get().map(|why| {
            view! {
                <Icon name=IconName::Alert class="mt-0.5 size-4 text-error" />
                <span>{refusal_text(locale, why)}</span>
            }
        })
    };
    view! {
        <div>
            <label class=LABEL for=NAME_ID>
                {td_string!(locale, roles.name)}
            </label>
            <input
                id=NAME_ID
                type="text"
                class="input w-full text-base"
                class:input-error=move || form.wrong.with(Option::is_some)
                prop:value=move || form.typed.with(|typed| typed.name.clone())
                autocomplete="off"
                autofocus=true
                required=true
                aria-invalid=move || form.wrong.with(Option::is_some).then_some("true")
                aria-describedby="role-name-wrong role-name-hint"
                on:input=move |event| {
                    form.typed.update(|typed| typed.name = event_target_value(&event));
                    form.wrong.set(None);
                }
            />
            <p id="role-name-wrong" class="mt-1.5 flex gap-1.5 text-sm empty:hidden">{wrong}</p>
            <p id="role-name-hint" class=HINT>{td_string!(locale, roles.name_hint)}</p>
        </div>
    }
}

/// A checkbox for each; those that the reader does not have cannot be given.
#[component]
fn PermissionFields(form: RoleForm) -> impl IntoView {
    let locale = use_locale();
    let own = use_me().map(|me| me.permissions).unwrap_or_default();
    let fields = Permission::ALL.iter().map(
        |permission| view! { <PermissionField form permission=*permission own=own.clone() /> },
    );
    view! {
        <fieldset>
            <legend class=LABEL>{td_string!(locale, roles.permissions)}</legend>
            <div class="grid gap-4">{fields.collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn PermissionField(form: RoleForm, permission: Permission, own: Permissions) -> impl IntoView {
    let locale = use_locale();
    let id = format!("role-{permission}");
    let about = format!("{id}-about");
    let is_own = own.has(permission);
    let not_yours = (!is_own).then(|| {
        view! { <span class="mt-1 block font-medium">{td_string!(locale, roles.not_yours)}</span> }
    });
    view! {
        <div class="flex gap-3">
            <input
                type="checkbox"
                id=id.clone()
                class="checkbox checkbox-sm mt-0.5"
                disabled=!is_own
                aria-describedby=about.clone()
                prop:checked=move || form.typed.with(|typed| typed.permissions.has(permission))
                on:change=move |event| {
                    let has = event_target_checked(&event);
                    form.typed.update(|typed| typed.permissions.set(permission, has));
                }
            />
            <div class="min-w-0 text-sm">
                <label for=id class="font-medium">
                    {words::name(locale, permission)}
                </label>
                <p id=about class="mt-0.5 text-base-content/75">
                    {words::about(locale, permission)} {not_yours}
                </p>
            </div>
        </div>
    }
}

/// Whom a change concerns.
#[component]
fn Consequence(form: RoleForm) -> impl IntoView {
    let locale = use_locale();
    let text = move || {
        form.role.with(|role| {
            let users = role.as_ref().map(|role| role.users)?;
            (users > 0).then(|| td_string!(locale, roles.applies, count = users))
        })
    };
    view! { <p class="text-sm text-base-content/80 empty:hidden">{text}</p> }
}

#[component]
fn SaveButton(form: RoleForm) -> impl IntoView {
    let locale = use_locale();
    let text = move || {
        let is_new = form.role.with(Option::is_none);
        match (is_new, form.pending.get()) {
            (true, false) => td_string!(locale, roles.add),
            (true, true) => td_string!(locale, roles.adding),
            (false, false) => td_string!(locale, roles.save),
            (false, true) => td_string!(locale, roles.saving),
        }
    };
    view! {
        <button
            type="submit"
            class="btn btn-primary w-full"
            disabled=move || form.pending.get()
            aria-busy=move || form.pending.get().to_string()
        >
            {text}
        </button>
    }
}

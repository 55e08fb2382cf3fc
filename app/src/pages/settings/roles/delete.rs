//! The question before a role goes: whoever has it gets another one.

use leptos::{prelude::*, task::spawn_local};
use types::{
    access::RoleKind,
    ids::RoleId,
    roles::{RoleDeletion, RoleRow},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{ADD_ID, card::called};
use crate::{
    api::roles::delete_role,
    components::{dialog::Confirm, fault::error_text, language::use_locale, toast::use_toasts},
    i18n::td_string,
};

const MOVE_ID: &str = "role-move-to";

/// Which role is about to go.
#[derive(Clone, Copy)]
pub struct Deletion {
    open: RwSignal<bool>,
    role: RwSignal<Option<RoleRow>>,
    /// What was chosen for those who have it; `None` until something was.
    move_to: RwSignal<Option<RoleId>>,
}

impl Deletion {
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            role: RwSignal::new(None),
            move_to: RwSignal::new(None),
        }
    }

    pub fn ask(self, role: RoleRow) {
        self.role.set(Some(role));
        self.move_to.set(None);
        self.open.set(true);
    }

    fn name(self) -> String {
        self.role.with(|role| {
            let role = role.as_ref();
            role.map(|role| role.details.name.clone())
                .unwrap_or_default()
        })
    }
}

#[component]
pub fn DeleteDialog(
    state: Deletion,
    /// All roles, as they are now.
    shown: Memo<Vec<RoleRow>>,
    /// Reads the roles again.
    refresh: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    // As many as there are now, whatever it was when the question was asked.
    let users = Memo::new(move |_| {
        let id = state.role.with(|role| role.as_ref().map(|role| role.id));
        shown.with(|rows| {
            let row = rows.iter().find(|row| Some(row.id) == id);
            row.map(|row| row.users).unwrap_or_default()
        })
    });
    let choices = Memo::new(move |_| {
        let id = state.role.with(|role| role.as_ref().map(|role| role.id));
        let mut choices = shown.get();
        choices.retain(|row| row.given && Some(row.id) != id);
        choices
    });
    let target = Memo::new(move |_| {
        let usual = || {
            choices.with(|rows| {
                let usual = rows.iter().find(|row| row.kind == RoleKind::User);
                usual.map(|row| row.id)
            })
        };
        state.move_to.get().or_else(usual)
    });
    let title = Signal::derive(move || {
        let name = state.name();
        td_string!(locale, roles.delete_heading, role = name.as_str())
    });
    let delete = move |()| {
        let Some(role) = state.role.get_untracked() else {
            return;
        };
        let move_to = target.get_untracked().filter(|_| users.get_untracked() > 0);
        spawn_local(async move {
            let request = RoleDeletion {
                role: role.id,
                move_to,
            };
            let name = role.details.name.as_str();
            match delete_role(request).await {
                Ok(0) => toasts.say(td_string!(locale, roles.deleted, role = name)),
                Ok(count) => toasts.say(td_string!(
                    locale,
                    roles.deleted_moved,
                    role = name,
                    count = count
                )),
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
            focus_add_button();
            refresh.run(());
        });
    };
    view! {
        <Confirm
            open=state.open
            id="delete-role"
            title
            button=td_string!(locale, roles.delete)
            destructive=true
            on_confirm=delete
        >
            <Question state users choices target />
        </Confirm>
    }
}

#[component]
fn Question(
    state: Deletion,
    users: Memo<u64>,
    choices: Memo<Vec<RoleRow>>,
    target: Memo<Option<RoleId>>,
) -> impl IntoView {
    let locale = use_locale();
    let text = move || match users.get() {
        0 => td_string!(locale, roles.delete_free).to_owned(),
        count => td_string!(locale, roles.delete_used, count = count),
    };
    let options = move || {
        let options = choices.get().into_iter().map(|row| {
            view! {
                <option
                    value=row.id.to_string()
                    prop:selected=move || target.get() == Some(row.id)
                >
                    {called(locale, &row)}
                </option>
            }
        });
        options.collect_view()
    };
    view! {
        <p>{text}</p>
        <Show when=move || { users.get() > 0 }>
            <label class="mt-4 mb-1.5 block text-sm font-medium" for=MOVE_ID>
                {td_string!(locale, roles.move_to)}
            </label>
            <select
                id=MOVE_ID
                class="select w-full text-base"
                on:change=move |event| state.move_to.set(event_target_value(&event).parse().ok())
            >
                {options}
            </select>
        </Show>
        <p class="mt-4 text-sm text-base-content/80">{td_string!(locale, roles.delete_chosen)}</p>
    }
}

/// The button that asked goes with its role.
fn focus_add_button() {
    let button = document().get_element_by_id(ADD_ID);
    if let Some(button) = button.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

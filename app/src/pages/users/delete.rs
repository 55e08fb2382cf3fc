//! The question before a user is deleted: the address has to be typed.

use leptos::{prelude::*, task::spawn_local};
use types::{
    contact::Username,
    users::{DeleteRequest, UserRow},
};

use crate::{
    api::users::delete_user,
    components::{dialog::Confirm, fault::error_text, language::use_locale, toast::use_toasts},
    i18n::td_string,
};

const FIELD: &str = "delete-email";

/// Who is about to be deleted.
#[derive(Clone, Copy)]
pub struct DeleteDialogState(RwSignal<Option<UserRow>>);

impl DeleteDialogState {
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub fn ask(self, user: UserRow) {
        self.0.set(Some(user));
    }

    fn email(self) -> String {
        self.0
            .with(|user| user.as_ref().map(|user| user.username.to_string()))
            .unwrap_or_default()
    }

    /// Name, or e-mail.
    fn called(self) -> String {
        let name = self.0.with(|user| {
            let user = user.as_ref()?;
            Some(format!("{} {}", user.first_name, user.last_name))
        });
        match name.unwrap_or_default().trim() {
            "" => self.email(),
            name => name.to_owned(),
        }
    }

    fn is_confirmed_by(self, typed: &str) -> bool {
        let typed = Username::parse(typed);
        self.0.with(|user| match (user, typed) {
            (Some(user), Ok(typed)) => user.username.key() == typed.key(),
            _ => false,
        })
    }
}

#[component]
pub fn DeleteDialog(
    state: DeleteDialogState,
    /// Called when it was done.
    on_deleted: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if state.0.with(Option::is_some) {
            typed.set(String::new());
            open.set(true);
        }
    });
    let delete = move |()| {
        let Some(user) = state.0.get_untracked() else {
            return;
        };
        let request = DeleteRequest {
            user: user.id,
            email: typed.get_untracked(),
        };
        spawn_local(async move {
            match delete_user(request).await {
                Ok(()) => {
                    let email = user.username.as_str();
                    toasts.say(td_string!(locale, users.deleted, email = email));
                    on_deleted.run(());
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    };
    view! {
        <Confirm
            open
            id="delete"
            title=Signal::derive(move || {
                let name = state.called();
                td_string!(locale, users.delete_heading, name = name.as_str())
            })
            button=td_string!(locale, users.delete_button)
            destructive=true
            disabled=Signal::derive(move || typed.with(|typed| !state.is_confirmed_by(typed)))
            on_confirm=delete
        >
            <p>{td_string!(locale, users.delete_text)}</p>
            <label for=FIELD class="mt-4 mb-1.5 block text-sm font-medium [overflow-wrap:anywhere]">
                {move || {
                    let email = state.email();
                    td_string!(locale, users.delete_field, email = email.as_str())
                }}
            </label>
            <input
                id=FIELD
                type="text"
                inputmode="email"
                class="input w-full text-base"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                autofocus=true
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
        </Confirm>
    }
}

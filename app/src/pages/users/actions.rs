//! What the menu of a row does.

use leptos::{prelude::*, task::spawn_local};
use types::{
    batch::{Audience, SendRequest},
    ids::UserId,
    users::UserRow,
};
use uuid::Uuid;

use super::{clipboard, entries::Entry};
use crate::{
    api::{
        AppError,
        batches::send_invitations,
        users::{copy_invitation, revoke_invitation},
    },
    components::{
        dialog::Confirm,
        fault::error_text,
        language::use_locale,
        toast::{ToastHandle, use_toasts},
    },
    i18n::{Locale, td_string},
};

/// Does what was chosen for one user, and says how it went.
#[derive(Clone, Copy)]
pub struct RowActions {
    locale: Locale,
    toasts: ToastHandle,
    /// Reads the list again.
    refresh: Callback<()>,
    /// Whose invitation is about to be revoked.
    revoking: RwSignal<Option<UserRow>>,
    /// What the clipboard refused.
    pub uncopied: RwSignal<Option<String>>,
}

impl RowActions {
    pub fn new(locale: Locale, refresh: Callback<()>) -> Self {
        Self {
            locale,
            toasts: use_toasts(),
            refresh,
            revoking: RwSignal::new(None),
            uncopied: RwSignal::new(None),
        }
    }

    pub fn run(self, entry: Entry, user: UserRow) {
        match entry {
            Entry::Send | Entry::Resend => spawn_local(self.send(user)),
            Entry::CopyLink | Entry::CopyInvitation => spawn_local(self.copy(entry, user.id)),
            Entry::Revoke => self.revoking.set(Some(user)),
        }
    }

    async fn send(self, user: UserRow) {
        let request = SendRequest {
            key: Uuid::new_v4(),
            audience: Audience::Users(vec![user.id]),
            role: None,
            lifetime: None,
            language: None,
            message: String::new(),
            resend: true,
            seen: 1,
        };
        let answer = send_invitations(request)
            .await
            .map(|_| td_string!(self.locale, users.on_its_way, email = user.email.as_str()));
        self.report(answer);
    }

    async fn copy(self, entry: Entry, user: UserId) {
        let copied = match copy_invitation(user).await {
            Ok(copied) => copied,
            Err(error) => return self.toasts.warn(error_text(self.locale, &error)),
        };
        let (text, done) = match entry {
            Entry::CopyLink => (copied.link, td_string!(self.locale, users.link_copied)),
            _ => (
                copied.text,
                td_string!(self.locale, users.invitation_copied),
            ),
        };
        if clipboard::write(&text).await {
            self.toasts.say(done);
        } else {
            let _ = self.uncopied.try_set(Some(text));
        }
    }

    async fn revoke(self, user: UserRow) {
        let answer = revoke_invitation(user.id)
            .await
            .map(|()| td_string!(self.locale, users.revoked, email = user.email.as_str()));
        self.report(answer);
    }

    fn report(self, answer: Result<String, AppError>) {
        match answer {
            Ok(done) => self.toasts.say(done),
            Err(error) => self.toasts.warn(error_text(self.locale, &error)),
        }
        // The person may have left the page meanwhile.
        if self.revoking.try_get_untracked().is_some() {
            self.refresh.run(());
        }
    }
}

/// Asks before an invitation is revoked.
#[component]
pub fn RevokeDialog(actions: RowActions) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    let revoking = actions.revoking;
    Effect::new(move |_| {
        if revoking.with(Option::is_some) {
            open.set(true);
        }
    });
    let confirmed = move |()| {
        if let Some(user) = revoking.get_untracked() {
            spawn_local(actions.revoke(user));
        }
    };
    let email = move || revoking.with(|user| user.as_ref().map(|user| user.email.to_string()));
    view! {
        <Confirm
            open
            id="revoke"
            destructive=true
            title=td_string!(locale, users.revoke_heading)
            button=td_string!(locale, users.revoke)
            on_confirm=Callback::new(confirmed)
        >
            <p class="text-sm break-words">
                {move || td_string!(locale, users.revoke_text, email = email().unwrap_or_default())}
            </p>
        </Confirm>
    }
}

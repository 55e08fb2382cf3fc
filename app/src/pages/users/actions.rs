//! What the menu of a row does, and the buttons of a user's page.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::{
    batch::{Audience, Change, SendRequest},
    ids::UserId,
    users::UserRow,
};
use uuid::Uuid;

use super::{bulk::BulkDialogState, clipboard, entries::Entry};
use crate::{
    api::{AppError, batches::send_invitations, users::copy_invitation},
    components::{
        fault::error_text,
        toast::{ToastHandle, use_toasts},
    },
    i18n::{Locale, td_string},
    pages::user,
};

/// Does what was chosen for one user, and says how it went.
#[derive(Clone, Copy)]
pub struct RowActions {
    locale: Locale,
    toasts: ToastHandle,
    /// Reads the list again.
    refresh: Callback<()>,
    /// Asks before something is taken away.
    dialog: BulkDialogState,
    /// To the user's page.
    open: Callback<UserId>,
    /// What the clipboard refused.
    pub uncopied: RwSignal<Option<String>>,
}

impl RowActions {
    pub fn new(locale: Locale, dialog: BulkDialogState, refresh: Callback<()>) -> Self {
        let navigate = use_navigate();
        Self {
            locale,
            toasts: use_toasts(),
            refresh,
            dialog,
            open: Callback::new(move |id| navigate(&user::address(id), NavigateOptions::default())),
            uncopied: RwSignal::new(None),
        }
    }

    pub fn run(self, entry: Entry, user: UserRow) {
        match entry {
            Entry::Send | Entry::Resend => spawn_local(self.send(user)),
            Entry::CopyLink | Entry::CopyInvitation => spawn_local(self.copy(entry, user.id)),
            Entry::Revoke => self
                .dialog
                .ask(Change::Revoke, Audience::Users(vec![user.id])),
            Entry::Edit => self.open.run(user.id),
            Entry::Deactivate => {
                self.dialog
                    .ask(Change::Deactivate, Audience::Users(vec![user.id]));
            }
            Entry::Activate => {
                self.dialog
                    .act_at_once(Change::Activate, Audience::Users(vec![user.id]));
            }
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

    fn report(self, answer: Result<String, AppError>) {
        match answer {
            Ok(done) => self.toasts.say(done),
            Err(error) => self.toasts.warn(error_text(self.locale, &error)),
        }
        // The person may have left the page meanwhile.
        if self.uncopied.try_get_untracked().is_some() {
            self.refresh.run(());
        }
    }
}

//! What the menu of a row does, and the buttons of a user's page.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::{
    batch::{Audience, Change, SendRequest},
    ids::UserId,
    invitation::Via,
    users::UserRow,
};
use uuid::Uuid;

use super::{
    bulk::BulkDialogState, clipboard, delete::DeleteDialogState, entries::Entry, print::print,
};
use crate::{
    api::{
        AppError,
        batches::{activate_and_send, send_invitations},
        users::{copy_invitation, try_address_again},
    },
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
    /// Asks before somebody is deleted.
    pub delete: DeleteDialogState,
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
            delete: DeleteDialogState::new(),
            open: Callback::new(move |id| navigate(&user::address(id), NavigateOptions::default())),
            uncopied: RwSignal::new(None),
        }
    }

    pub fn run(self, entry: Entry, user: UserRow) {
        match entry {
            Entry::Send | Entry::Resend => spawn_local(self.send(user)),
            Entry::TryAgain => spawn_local(self.try_again(user)),
            Entry::CopyLink | Entry::CopyInvitation => spawn_local(self.copy(entry, user.id)),
            // Where the browser refuses, there is nothing to be said that it doesn't say itself.
            Entry::Print => print(user.id).unwrap_or_default(),
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
            Entry::ActivateAndSend => spawn_local(self.activate_and_send(user)),
            Entry::Delete => self.delete.ask(user),
        }
    }

    async fn activate_and_send(self, user: UserRow) {
        let answer = activate_and_send(again(user.id)).await.map(|done| {
            let email = user.username.as_str();
            if done.sent == 0 {
                td_string!(self.locale, users.activated_one_user, email = email)
            } else {
                td_string!(self.locale, users.activated_and_sent, email = email)
            }
        });
        self.report(answer);
    }

    async fn send(self, user: UserRow) {
        let answer = send_invitations(again(user.id)).await.map(|_| {
            td_string!(
                self.locale,
                users.on_its_way,
                email = user.username.as_str()
            )
        });
        self.report(answer);
    }

    /// The admin's word that the address works by now, and the invitation.
    async fn try_again(self, user: UserRow) {
        match try_address_again(user.id).await {
            Ok(()) => self.send(user).await,
            Err(error) => self.report(Err(error)),
        }
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

/// As the organization has it, to one user.
fn again(user: UserId) -> SendRequest {
    SendRequest {
        key: Uuid::new_v4(),
        audience: Audience::Users(vec![user]),
        role: None,
        access: None,
        lifetime: None,
        language: None,
        via: Via::Automatic,
        message: String::new(),
        resend: true,
        seen: 1,
    }
}

//! The dialog before something is done to many: who it is done to, who is left out and why.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::{
    batch::{Audience, Change, ChangeRequest, RenewRequest, SendPreview, SendRequest},
    ids::BatchId,
    invitation::Via,
    refusal::Refusal,
};
use uuid::Uuid;

use crate::{
    api::{
        AppError,
        batches::{
            change_users, preview_change, preview_renewal, preview_send, renew_invitations,
            send_invitations, undo_batch,
        },
    },
    components::{
        badge::verdict_text,
        dialog::Confirm,
        fault::{Alert, error_text},
        language::use_locale,
        toast::{ToastHandle, use_toasts},
    },
    i18n::{Locale, td_string},
    pages::via::ViaField,
};

/// What may be done to many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Send,
    /// Once more to those whose invitation has expired.
    Renew,
    Change(Change),
}

impl From<Change> for Question {
    fn from(change: Change) -> Self {
        Self::Change(change)
    }
}

/// What is asked, and what the server says would happen.
#[derive(Clone, Copy)]
pub struct BulkDialogState {
    locale: Locale,
    toasts: ToastHandle,
    open: RwSignal<bool>,
    question: RwSignal<Question>,
    audience: RwSignal<Audience>,
    /// By which ways invitations are sent.
    via: RwSignal<Via>,
    preview: RwSignal<Option<Result<SendPreview, AppError>>>,
    /// Made once for each question: two clicks are one batch.
    key: StoredValue<Uuid>,
    /// Called when it was done.
    done: Callback<()>,
    go: Callback<BatchId>,
}

impl BulkDialogState {
    pub fn new(locale: Locale, done: Callback<()>) -> Self {
        let navigate = use_navigate();
        let state = Self {
            locale,
            toasts: use_toasts(),
            open: RwSignal::new(false),
            question: RwSignal::new(Question::Send),
            audience: RwSignal::new(Audience::Users(Vec::new())),
            via: RwSignal::new(Via::Automatic),
            preview: RwSignal::new(None),
            key: StoredValue::new(Uuid::nil()),
            done,
            go: Callback::new(move |batch: BatchId| {
                navigate(&format!("/batches/{batch}"), NavigateOptions::default());
            }),
        };
        // Another way may leave out others.
        Effect::new(move |before: Option<Via>| {
            let via = state.via.get();
            if before.is_some_and(|before| before != via) && state.open.get_untracked() {
                state.preview.set(None);
                spawn_local(state.look());
            }
            via
        });
        state
    }

    /// Opens with a preview.
    pub fn ask(self, question: impl Into<Question>, audience: Audience) {
        self.question.set(question.into());
        self.audience.set(audience);
        self.via.set(Via::Automatic);
        self.preview.set(None);
        self.key.set_value(Uuid::new_v4());
        self.open.set(true);
        spawn_local(self.look());
    }

    async fn look(self) {
        let asked = self.via.get_untracked();
        let preview = match self.question.get_untracked() {
            Question::Send => preview_send(self.send_request(0)).await,
            Question::Renew => preview_renewal(self.renew_request(0)).await,
            Question::Change(act) => preview_change(self.change_request(act, 0)).await,
        };
        // Something else is asked by now, or the page was left.
        if self.via.try_get_untracked() == Some(asked) {
            let _ = self.preview.try_set(Some(preview));
        }
    }

    /// Does it without asking, and offers to undo it.
    pub fn act_at_once(self, act: Change, audience: Audience) {
        self.question.set(act.into());
        self.audience.set(audience);
        self.key.set_value(Uuid::new_v4());
        spawn_local(self.change(act, 1));
    }

    fn send_request(self, seen: u32) -> SendRequest {
        SendRequest {
            key: self.key.get_value(),
            audience: self.audience.get_untracked(),
            role: None,
            access: None,
            lifetime: None,
            language: None,
            via: self.via.get_untracked(),
            message: String::new(),
            resend: true,
            seen,
        }
    }

    fn renew_request(self, seen: u32) -> RenewRequest {
        RenewRequest {
            key: self.key.get_value(),
            audience: self.audience.get_untracked(),
            seen,
        }
    }

    fn change_request(self, act: Change, seen: u32) -> ChangeRequest {
        ChangeRequest {
            key: self.key.get_value(),
            act,
            audience: self.audience.get_untracked(),
            seen,
        }
    }

    fn ready(self) -> u32 {
        self.preview.with(|preview| match preview {
            Some(Ok(preview)) => preview.counts.ready,
            _ => 0,
        })
    }

    fn confirm(self) {
        let ready = untrack(|| self.ready());
        match self.question.get_untracked() {
            Question::Send | Question::Renew => spawn_local(self.send(ready)),
            Question::Change(act) => spawn_local(self.change(act, ready)),
        }
    }

    async fn send(self, seen: u32) {
        let sent = match self.question.get_untracked() {
            Question::Renew => renew_invitations(self.renew_request(seen)).await,
            _ => send_invitations(self.send_request(seen)).await,
        };
        match sent {
            Ok(batch) => {
                self.done.run(());
                self.go.run(batch);
            }
            Err(error) => self.fail(&error),
        }
    }

    async fn change(self, act: Change, seen: u32) {
        match change_users(self.change_request(act, seen)).await {
            Ok(batch) => {
                self.done.run(());
                let text = match act {
                    Change::Revoke => td_string!(self.locale, users.revoked_count, count = seen),
                    Change::Deactivate => {
                        td_string!(self.locale, users.deactivated_count, count = seen)
                    }
                    Change::Activate => {
                        return self.toasts.say(td_string!(
                            self.locale,
                            users.activated_count,
                            count = seen
                        ));
                    }
                };
                let undo = Callback::new(move |()| spawn_local(self.undo(batch)));
                self.toasts
                    .say_with(text, td_string!(self.locale, users.undo), undo);
            }
            Err(error) => self.fail(&error),
        }
    }

    async fn undo(self, batch: BatchId) {
        match undo_batch(batch).await {
            Ok(count) => {
                self.done.run(());
                self.toasts
                    .say(td_string!(self.locale, users.undone_count, count = count));
            }
            Err(error) => self.toasts.warn(error_text(self.locale, &error)),
        }
    }

    fn fail(self, error: &AppError) {
        self.toasts.warn(error_text(self.locale, error));
        if *error == AppError::Refused(Refusal::ListChanged) {
            self.ask(self.question.get_untracked(), self.audience.get_untracked());
        }
    }
}

#[component]
pub fn BulkDialog(state: BulkDialogState) -> impl IntoView {
    let locale = use_locale();
    let one = Memo::new(move |_| {
        state
            .audience
            .with(|it| matches!(it, Audience::Users(ids) if ids.len() == 1))
    });
    let title = Signal::derive(move || {
        let text = match (state.question.get(), one.get()) {
            (Question::Send, _) => td_string!(locale, users.send_heading),
            (Question::Renew, _) => td_string!(locale, users.renew_heading),
            (Question::Change(Change::Revoke), true) => td_string!(locale, users.revoke_heading),
            (Question::Change(Change::Revoke), false) => {
                td_string!(locale, users.revoke_many_heading)
            }
            (Question::Change(Change::Deactivate), true) => {
                td_string!(locale, users.deactivate_heading)
            }
            (Question::Change(Change::Deactivate), false) => {
                td_string!(locale, users.deactivate_many_heading)
            }
            (Question::Change(Change::Activate), _) => td_string!(locale, users.activate),
        };
        text.to_owned()
    });
    let button = Signal::derive(move || {
        let text = match (state.question.get(), one.get()) {
            (Question::Send, _) => td_string!(locale, users.send_invitations),
            (Question::Renew, _) => td_string!(locale, users.renew),
            (Question::Change(Change::Revoke), true) => td_string!(locale, users.revoke),
            (Question::Change(Change::Revoke), false) => {
                td_string!(locale, users.revoke_invitations)
            }
            (Question::Change(Change::Deactivate), _) => td_string!(locale, users.deactivate),
            (Question::Change(Change::Activate), _) => td_string!(locale, users.activate),
        };
        text.to_owned()
    });
    let text = move || match state.question.get() {
        Question::Send => td_string!(locale, users.send_text),
        Question::Renew => td_string!(locale, users.renew_text),
        Question::Change(Change::Revoke) => td_string!(locale, users.revoke_text),
        Question::Change(Change::Deactivate) => td_string!(locale, users.deactivate_text),
        Question::Change(Change::Activate) => "",
    };
    view! {
        <Confirm
            open=state.open
            id="bulk"
            title
            button
            destructive=Signal::derive(move || matches!(state.question.get(), Question::Change(Change::Revoke | Change::Deactivate)))
            disabled=Signal::derive(move || state.ready() == 0)
            on_confirm=Callback::new(move |()| state.confirm())
        >
            <div class="grid gap-3 text-sm">
                <p>{text}</p>
                <Show when=move || state.question.get() == Question::Send>
                    <ViaField id="bulk-via" via=state.via />
                </Show>
                {move || match state.preview.get() {
                    None => {
                        view! {
                            <p role="status" class="flex items-center gap-2 text-base-content/75">
                                <span class="loading loading-spinner loading-xs" aria-hidden="true"></span>
                                {td_string!(locale, users.looking)}
                            </p>
                        }
                            .into_any()
                    }
                    Some(Err(error)) => view! { <Alert error /> }.into_any(),
                    Some(Ok(preview)) => view! { <Preview preview question=state.question.get() /> }.into_any(),
                }}
            </div>
        </Confirm>
    }
}

/// "12 people will be sent an invitation. 3 are left out", and why.
#[component]
fn Preview(preview: SendPreview, question: Question) -> impl IntoView {
    let locale = use_locale();
    let ready = preview.counts.ready;
    let skipped = preview.counts.skipped();
    let more = skipped.saturating_sub(u32::try_from(preview.skipped.len()).unwrap_or(u32::MAX));
    let will = match question {
        Question::Send | Question::Renew => {
            td_string!(locale, users.will_be_sent, count = ready)
        }
        Question::Change(Change::Revoke) => {
            td_string!(locale, users.will_be_revoked, count = ready)
        }
        Question::Change(Change::Deactivate) => {
            td_string!(locale, users.will_be_deactivated, count = ready)
        }
        Question::Change(Change::Activate) => {
            td_string!(locale, users.will_be_activated, count = ready)
        }
    };
    let lines = preview
        .skipped
        .into_iter()
        .map(|it| {
            view! {
                <li class="flex flex-wrap justify-between gap-x-4 px-3 py-1.5">
                    <span class="min-w-0 break-all">{it.address}</span>
                    <span class="text-base-content/75">{verdict_text(locale, &it.verdict)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="font-medium" role="status">{will}</p>
        {(skipped > 0)
            .then(|| {
                view! {
                    <details class="rounded-box border border-base-300">
                        <summary class="cursor-pointer px-3 py-2 font-medium">
                            {td_string!(locale, users.left_out, count = skipped)}
                        </summary>
                        <ul
                            class="max-h-48 divide-y divide-base-300 overflow-y-auto border-t border-base-300"
                            tabindex="0"
                        >
                            {lines}
                        </ul>
                        {(more > 0)
                            .then(|| {
                                view! {
                                    <p class="border-t border-base-300 px-3 py-2 text-base-content/75">
                                        {td_string!(locale, invite.more, count = more)}
                                    </p>
                                }
                            })}
                    </details>
                }
            })}
    }
}

//! Asks the server who of the list is known to it, a moment after the last change, and sends.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use types::{
    batch::{Audience, SendPreview, SendRequest},
    ids::{BatchId, UserId},
    refusal::Refusal,
};
use uuid::Uuid;

use super::draft::{Draft, Hold, Reading};
use crate::api::{
    AppError,
    batches::{activate_and_send, preview_send, send_invitations},
};

/// How long a preview waits for the next change.
const PAUSE: Duration = Duration::from_millis(400);

/// What the server answered, and to what.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    asked: SendRequest,
    preview: Result<SendPreview, AppError>,
}

/// The way from what is typed to what is sent.
#[derive(Clone, Copy)]
pub struct Sending {
    pub reading: Memo<Reading>,
    /// What the fields ask for now.
    pub wanted: Memo<Result<SendRequest, Hold>>,
    answer: RwSignal<Option<Answer>>,
    /// The newest preview, if it is one of exactly what the fields say.
    pub fresh: Memo<Option<SendPreview>>,
    /// How many are already invited, as the last preview without `resend` said.
    pub invited: RwSignal<Option<u32>>,
    pub pending: RwSignal<bool>,
    pub fault: RwSignal<Option<AppError>>,
    /// Whether the list had changed when it was to be sent.
    pub changed: RwSignal<bool>,
    /// The last try and its key: the same content again is the same batch.
    tried: StoredValue<Option<(SendRequest, Uuid)>>,
}

impl Sending {
    pub fn new(draft: Draft) -> Self {
        let reading = Memo::new(move |_| draft.text.with(|text| Reading::of(text)));
        let wanted = Memo::new(move |_| reading.with(|reading| draft.request(reading)));
        let answer = RwSignal::new(None::<Answer>);
        let fresh = Memo::new(move |_| {
            answer.with(|answer| {
                let answer = answer.as_ref()?;
                let same = wanted.with(|wanted| wanted.as_ref() == Ok(&answer.asked));
                same.then(|| answer.preview.clone().ok()).flatten()
            })
        });
        let sending = Self {
            reading,
            wanted,
            answer,
            fresh,
            invited: RwSignal::new(None),
            pending: RwSignal::new(false),
            fault: RwSignal::new(None),
            changed: RwSignal::new(false),
            tried: StoredValue::new(None),
        };
        sending.keep_asking(draft);
        sending
    }

    /// Asks anew a moment after each change.
    fn keep_asking(self, draft: Draft) {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let stop = move || {
            if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
        };
        on_cleanup(stop);
        Effect::new(move |_| {
            let wanted = self.wanted.with(Result::is_ok);
            self.wanted.track();
            stop();
            self.fault.set(None);
            self.changed.set(false);
            if wanted && self.fresh.with_untracked(Option::is_none) {
                let ask = move || self.ask();
                timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
            }
        });
        // Another list: what was known of the old one says nothing.
        Effect::new(move |_| {
            draft.text.track();
            self.invited.set(None);
        });
    }

    /// Takes a preview of what the fields say.
    fn ask(self) {
        let Some(Ok(asked)) = self.wanted.try_get_untracked() else {
            return;
        };
        spawn_local(async move {
            let preview = preview_send(asked.clone()).await;
            // Something else is wanted by now, or the page is left.
            if self
                .wanted
                .try_with_untracked(|wanted| wanted.as_ref() == Ok(&asked))
                != Some(true)
            {
                return;
            }
            match &preview {
                Ok(preview) if !asked.resend => {
                    self.invited.set(Some(preview.counts.already_invited));
                }
                Ok(_) => {}
                Err(error) => self.fault.set(Some(error.clone())),
            }
            self.answer.set(Some(Answer { asked, preview }));
        });
    }

    /// Whether a preview is on its way.
    pub fn is_checking(self) -> bool {
        self.wanted.with(Result::is_ok)
            && self.fresh.with(Option::is_none)
            && self.fault.with(Option::is_none)
    }

    /// How many would get an invitation: known once the preview is there.
    pub fn count(self) -> Option<u32> {
        self.fresh
            .with(|fresh| fresh.as_ref().map(|preview| preview.counts.ready))
    }

    /// Takes the preview again after a fault.
    pub fn ask_again(self) {
        self.fault.set(None);
        self.ask();
    }

    /// Activates somebody of the list, and sends to them as the fields say, at once.
    pub fn activate_and_send(self, user: UserId) {
        let Ok(request) = self.wanted.get_untracked() else {
            return;
        };
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.fault.set(None);
        spawn_local(async move {
            let answer = activate_and_send(SendRequest {
                key: Uuid::new_v4(),
                audience: Audience::Users(vec![user]),
                seen: 1,
                ..request
            })
            .await;
            if self.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => self.ask_again(),
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Sends what the preview showed. Twice at once is once.
    pub fn send(self, done: Callback<BatchId>) {
        let request = self.wanted.get_untracked();
        let seen = untrack(|| self.count());
        let (Ok(request), Some(seen)) = (request, seen) else {
            return;
        };
        if seen == 0 || self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.fault.set(None);
        self.changed.set(false);
        let key = self.key_for(&request);
        spawn_local(async move {
            let answer = send_invitations(SendRequest {
                key,
                seen,
                ..request
            })
            .await;
            if self.pending.try_set(false).is_some() {
                // The page was left: the report is among the batches.
                return;
            }
            match answer {
                Ok(batch) => {
                    self.tried.set_value(None);
                    done.run(batch);
                }
                Err(AppError::Refused(Refusal::ListChanged)) => {
                    self.answer.set(None);
                    self.changed.set(true);
                    self.ask();
                }
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// The key of a try: the same for the same content, so that trying again sends nothing twice.
    fn key_for(self, request: &SendRequest) -> Uuid {
        let known = self.tried.with_value(|tried| {
            tried
                .as_ref()
                .filter(|(tried, _)| tried == request)
                .map(|(_, key)| *key)
        });
        known.unwrap_or_else(|| {
            let key = Uuid::new_v4();
            self.tried.set_value(Some((request.clone(), key)));
            key
        })
    }
}

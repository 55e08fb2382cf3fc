//! Short messages that come and go, announced to screen readers.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::language::use_locale;
use crate::i18n::td_string;

/// How long a message stays. A warning stays until it is closed.
const SHOWN: Duration = Duration::from_secs(6);
/// The same where it offers something to do.
const OFFERED: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Toast {
    id: u64,
    warning: bool,
    text: String,
    /// Words on a button, and what it does.
    offer: Option<(&'static str, Callback<()>)>,
}

/// Handle to say something; from event handlers and effects only.
#[derive(Clone, Copy)]
pub struct ToastHandle {
    toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
}

impl ToastHandle {
    fn new() -> Self {
        Self {
            toasts: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// Says that something was done; goes away by itself.
    pub fn say(self, text: impl Into<String>) {
        let id = self.push(false, text.into(), None);
        set_timeout(move || self.close(id), SHOWN);
    }

    /// The same with something to do about it, for as long as it is there.
    pub fn say_with(self, text: impl Into<String>, offer: &'static str, act: Callback<()>) {
        let id = self.push(false, text.into(), Some((offer, act)));
        set_timeout(move || self.close(id), OFFERED);
    }

    /// Says that something was not done; stays until it is closed.
    pub fn warn(self, text: impl Into<String>) {
        self.push(true, text.into(), None);
    }

    fn push(self, warning: bool, text: String, offer: Option<(&'static str, Callback<()>)>) -> u64 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.toasts.update(|toasts| {
            // The same words once are enough.
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast {
                id,
                warning,
                text,
                offer,
            });
        });
        id
    }

    fn close(self, id: u64) {
        // The page may have been left meanwhile.
        let _ = self
            .toasts
            .try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Lets everything below speak; the console does this for its pages.
pub fn provide_toasts() -> ToastHandle {
    let handle = ToastHandle::new();
    provide_context(handle);
    handle
}

/// The handle of the page; where nobody listens, a silent one.
pub fn use_toasts() -> ToastHandle {
    use_context().unwrap_or_else(ToastHandle::new)
}

/// Where the messages appear; stands once on a page, empty until something is said.
#[component]
pub fn Toasts() -> impl IntoView {
    let locale = use_locale();
    let handle = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || handle.toasts.get() key=|toast| toast.id let:toast>
                <div class="toast-card">
                    <Icon
                        name=if toast.warning { IconName::Alert } else { IconName::CheckCircle }
                        class=if toast.warning { "size-5 text-error" } else { "size-5 text-success" }
                    />
                    <p class="min-w-0 flex-1 break-words">{toast.text}</p>
                    {toast.offer.map(|(words, act)| {
                        let id = toast.id;
                        view! {
                            <button
                                type="button"
                                class="btn btn-sm"
                                on:click=move |_| {
                                    handle.close(id);
                                    act.run(());
                                }
                            >
                                {words}
                            </button>
                        }
                    })}
                    <button
                        type="button"
                        class="btn btn-ghost btn-square btn-xs"
                        aria-label=td_string!(locale, common.close)
                        on:click=move |_| handle.close(toast.id)
                    >
                        <Icon name=IconName::Close class="size-4" />
                    </button>
                </div>
            </For>
        </div>
    }
}

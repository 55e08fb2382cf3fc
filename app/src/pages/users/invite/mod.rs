//! The dialog "Invite users".
//!
//! - `draft`: what is typed; `preview`: what the server says to it, and the sending
//! - `address_box`, `bad_entries`, `known`: the list of people
//! - `settings`: role, access, expiry, language, message; `presets`: saved ones
//! - `letter`: how it will look, and what they will see

mod address_box;
mod bad_entries;
pub mod draft;
mod known;
mod letter;
mod presets;
mod preview;
mod settings;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use types::{ids::BatchId, refusal::MOST_RECIPIENTS, users::InviteChoices};

use self::{
    address_box::AddressBox,
    bad_entries::BadEntries,
    draft::{Draft, Hold},
    known::KnownPeople,
    letter::{PreviewButton, PreviewSheet},
    presets::{DeletePreset, PresetField, Presets, SaveButton, SavePreset},
    preview::Sending,
    settings::Settings,
};
use crate::{
    api::users::read_invite_choices,
    components::{
        dialog::Sheet,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

/// The dialog; `draft.open` opens it. What is typed stays when it is closed, until it was sent.
#[component]
pub fn InviteDialog(draft: Draft) -> impl IntoView {
    let locale = use_locale();
    let navigate = use_navigate();
    let sending = Sending::new(draft);
    let choices = RwSignal::new(None::<InviteChoices>);
    let presets = Presets::new(draft);
    let looking = RwSignal::new(false);
    Effect::new(move |_| {
        if draft.open.get() {
            spawn_local(read_choices(draft, sending, choices));
            spawn_local(presets.read());
        }
    });
    let again = Callback::new(move |()| {
        sending.ask_again();
        if choices.with_untracked(Option::is_none) {
            spawn_local(read_choices(draft, sending, choices));
        }
    });
    let done = Callback::new(move |batch: BatchId| {
        draft.forget();
        draft.open.set(false);
        navigate(
            &format!("/batches/{batch}"),
            leptos_router::NavigateOptions::default(),
        );
    });
    view! {
        <Sheet
            open=draft.open
            id="invite"
            title=td_string!(locale, invite.heading)
        >
            <div class="grid gap-6">
                <div class="grid gap-3">
                    <AddressBox
                        draft
                        reading=sending.reading
                        sendable=Signal::derive(move || sending.count())
                    />
                    <TooMany sending />
                    <BadEntries text=draft.text reading=sending.reading />
                    <KnownPeople draft sending />
                </div>
                <PresetField presets />
                <Settings draft choices />
                <div class="flex flex-wrap gap-2">
                    <PreviewButton open=looking choices />
                    <SaveButton presets />
                </div>
            </div>
            <Footer
                sending
                again
                send=Callback::new(move |()| {
                    // What was typed this very moment is part of it: then nothing is sent yet.
                    draft.take_in();
                    sending.send(done);
                })
            />
        </Sheet>
        <PreviewSheet open=looking draft choices />
        <SavePreset presets choices />
        <DeletePreset presets />
    }
}

async fn read_choices(draft: Draft, sending: Sending, choices: RwSignal<Option<InviteChoices>>) {
    let answer = read_invite_choices().await;
    // The page may have been left meanwhile.
    if draft.open.try_get_untracked().is_none() {
        return;
    }
    match answer {
        Ok(answer) => {
            draft.begin(&answer);
            choices.set(Some(answer));
        }
        Err(error) => sending.fault.set(Some(error)),
    }
}

/// More people than one batch may have.
#[component]
fn TooMany(sending: Sending) -> impl IntoView {
    let locale = use_locale();
    move || {
        let Err(Hold::TooMany(count)) = sending.wanted.get() else {
            return None;
        };
        Some(view! {
            <p role="alert" class="flex gap-2 text-sm text-error">
                <Icon name=IconName::Alert class="mt-0.5 size-4" />
                <span>
                    {move || td_string!(locale, invite.over_limit, most = MOST_RECIPIENTS, count = count)}
                </span>
            </p>
        })
    }
}

/// The button that sends, and above it why it can't or didn't.
#[component]
fn Footer(sending: Sending, again: Callback<()>, send: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let count = move || sending.count();
    let can_send = move || count().is_some_and(|count| count > 0) && !sending.pending.get();
    let note = move || {
        if sending.changed.get() {
            td_string!(locale, invite.changed)
        } else if sending.is_checking() {
            td_string!(locale, invite.checking)
        } else if count() == Some(0) {
            td_string!(locale, invite.nobody)
        } else {
            ""
        }
    };
    view! {
        <div class="sticky -bottom-6 -mx-6 mt-6 -mb-6 grid gap-3 border-t border-base-300 bg-base-100 px-6 py-4">
            {move || {
                sending.fault.get().map(|error| {
                    view! {
                        <Alert error />
                        <Show when=move || count().is_none()>
                            <button
                                type="button"
                                class="btn btn-sm justify-self-start"
                                on:click=move |_| again.run(())
                            >
                                <Icon name=IconName::Refresh class="size-4" />
                                {td_string!(locale, common.try_again)}
                            </button>
                        </Show>
                    }
                })
            }}
            <p role="status" class="text-sm text-base-content/75 empty:hidden">{note}</p>
            <button
                type="button"
                class="btn btn-primary w-full"
                disabled=move || !can_send()
                aria-busy=move || sending.pending.get().to_string()
                on:click=move |_| send.run(())
            >
                <Show
                    when=move || sending.pending.get()
                    fallback=move || {
                        view! {
                            <Icon name=IconName::Send class="size-4" />
                            {td_string!(locale, invite.send)}
                            <Count count=Signal::derive(count) />
                        }
                    }
                >
                    <span class="loading loading-spinner loading-sm" aria-hidden="true"></span>
                    {td_string!(locale, invite.sending)}
                </Show>
            </button>
        </div>
    }
}

/// How many it sends; for the eye, since the button's name stays the same.
#[component]
fn Count(count: Signal<Option<u32>>) -> impl IntoView {
    move || {
        count.get().filter(|count| *count > 0).map(|count| {
            view! {
                <span
                    class="rounded-full bg-primary-content/20 px-2 text-xs tabular-nums"
                    aria-hidden="true"
                >
                    {count}
                </span>
            }
        })
    }
}

//! Pausing and resuming, and the word on every page meanwhile.

use leptos::{prelude::*, task::spawn_local};
use types::access::Permission;

use super::{super::DELIVERY, Listing};
use crate::{
    api::delivery::{pause_sending, resume_sending, sending_paused},
    components::{
        dialog::Confirm,
        fault::error_text,
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
        time::Moment,
        toast::use_toasts,
    },
    i18n::td_string,
    pages::console::{use_awake, use_me},
};

/// Whether messages go out, and the button that changes it.
#[component]
pub fn Sending(listing: ReadSignal<Listing>) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let paused_at =
        Memo::new(move |_| listing.with(|page| page.as_ref().ok().and_then(|page| page.paused_at)));
    let waiting =
        Memo::new(move |_| listing.with(|page| page.as_ref().map_or(0, |page| page.waiting)));
    let is_paused = Memo::new(move |_| paused_at.get().is_some());
    let act = move |()| {
        let resume = is_paused.get_untracked();
        spawn_local(async move {
            let done = if resume {
                resume_sending().await
            } else {
                pause_sending().await
            };
            match done {
                Ok(()) if resume => toasts.say(td_string!(locale, delivery.resumed)),
                Ok(()) => toasts.say(td_string!(locale, delivery.paused)),
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    };
    let button = Signal::derive(move || {
        let text = if is_paused.get() {
            td_string!(locale, delivery.resume)
        } else {
            td_string!(locale, delivery.pause)
        };
        text.to_owned()
    });
    let question = Signal::derive(move || {
        let text = if is_paused.get() {
            td_string!(locale, delivery.resume_heading)
        } else {
            td_string!(locale, delivery.pause_heading)
        };
        text.to_owned()
    });
    let state = move || match paused_at.get() {
        Some(at) => view! {
            <p class="font-medium">
                {td_string!(locale, delivery.paused_since)} " " <Moment at />
            </p>
            <p>{td_string!(locale, delivery.paused_text)}</p>
        }
        .into_any(),
        None => view! { <p>{td_string!(locale, delivery.goes_on)}</p> }.into_any(),
    };
    view! {
        <section class="panel p-4 sm:p-6" aria-labelledby="sending-heading">
            <div class="flex flex-wrap items-start justify-between gap-4">
                <div class="min-w-0">
                    <h2 id="sending-heading" class="text-lg font-semibold">
                        {td_string!(locale, delivery.sending)}
                    </h2>
                    <div class="mt-1 max-w-xl text-sm text-base-content/80">{state}</div>
                </div>
                <button
                    type="button"
                    class="btn"
                    aria-disabled=move || (!awake.get()).then_some("true")
                    on:click=move |_| asking.set(true)
                >
                    {move || button.get()}
                </button>
            </div>
        </section>
        <Confirm open=asking id="pause" title=question button on_confirm=act>
            <p>
                {move || {
                    if is_paused.get() {
                        td_string!(locale, delivery.resume_text, count = waiting.get())
                    } else {
                        td_string!(locale, delivery.pause_text).to_owned()
                    }
                }}
            </p>
        </Confirm>
    }
}

/// On every page of those who send, while nothing is sent.
#[component]
pub fn PausedBanner() -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let can_change = use_me().is_some_and(|me| me.permissions.has(Permission::ManageOrganization));
    let paused = Resource::new(move || live.get(), |_| sending_paused());
    view! {
        <Transition>
            {Suspend::new(async move {
                let paused = follow(paused, paused.await);
                view! {
                    <Show when=move || paused.with(|paused| *paused == Ok(true))>
                        <div
                            role="status"
                            class="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-warning/50 bg-warning/15 px-4 py-2 text-sm lg:px-8"
                        >
                            <Icon name=IconName::Clock class="size-4" />
                            <span>{td_string!(locale, delivery.banner)}</span>
                            {can_change
                                .then(|| {
                                    view! {
                                        <a href=DELIVERY class="link font-medium">
                                            {td_string!(locale, delivery.banner_link)}
                                        </a>
                                    }
                                })}
                        </div>
                    </Show>
                }
            })}
        </Transition>
    }
}

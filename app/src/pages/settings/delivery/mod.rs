//! `/settings/delivery`: how the organization's messages get on.
//!
//! - `pause`: stopping and going on, and the banner meanwhile; `errors`: what went wrong
//! - `doctor`: whether the installation can send

mod doctor;
mod errors;
mod pause;

use leptos::prelude::*;
use types::{access::Permission, delivery::DeliveryPage as Page};

use self::{
    doctor::Doctor,
    errors::{Errors, Resting},
    pause::Sending,
};
use crate::{
    api::{AppError, delivery::read_delivery},
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
        time::When,
    },
    i18n::td_string,
    pages::console::{Allowed, Loading, PageTitle},
};

pub use self::pause::PausedBanner;

type Listing = Result<Page, AppError>;

#[component]
pub fn DeliveryPage() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PageTitle text=td_string!(locale, delivery.heading) />
        <h1 class="text-2xl font-semibold tracking-tight">{td_string!(locale, delivery.heading)}</h1>
        <p class="mt-2 text-base-content/80">{td_string!(locale, delivery.lead)}</p>
        <Allowed permission=Permission::ManageOrganization>
            <Content />
        </Allowed>
    }
}

#[component]
fn Content() -> impl IntoView {
    let live = use_live();
    let page = Resource::new(move || live.get(), |_| read_delivery());
    view! {
        <div class="mt-6 max-w-5xl space-y-6">
            <Transition fallback=Loading>
                {Suspend::new(async move {
                    let listing = follow(page, page.await);
                    view! {
                        <Sending listing />
                        <Numbers listing />
                    }
                })}
            </Transition>
            <Doctor />
        </div>
    }
}

/// The queue, and below it what went wrong; or that there is nothing yet.
#[component]
fn Numbers(listing: ReadSignal<Listing>) -> impl IntoView {
    move || match listing.get() {
        Err(error) => view! { <Alert error /> }.into_any(),
        Ok(page) if page.is_empty() => view! { <Nothing /> }.into_any(),
        Ok(page) => view! {
            <Queue page=page.clone() />
            <Errors errors=page.errors all_counted=page.all_counted now=page.now />
            <Resting domains=page.resting now=page.now />
        }
        .into_any(),
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="panel flex flex-col items-center gap-3 px-6 py-12 text-center">
            <span class="grid size-12 place-items-center rounded-box bg-base-200">
                <Icon name=IconName::Send class="size-6" />
            </span>
            <h2 class="text-lg font-semibold">{td_string!(locale, delivery.empty)}</h2>
            <p class="max-w-md text-base-content/80">{td_string!(locale, delivery.empty_more)}</p>
            <a href="/users" class="btn mt-3">
                {td_string!(locale, delivery.to_users)}
            </a>
        </div>
    }
}

#[component]
fn Queue(page: Page) -> impl IntoView {
    let locale = use_locale();
    let oldest = match page.oldest {
        Some(at) => view! { <When at now=page.now /> }.into_any(),
        None => td_string!(locale, delivery.nobody_waits).into_any(),
    };
    let figures = [
        (
            td_string!(locale, delivery.waiting),
            page.waiting.into_any(),
        ),
        (td_string!(locale, delivery.oldest), oldest),
        (
            td_string!(locale, delivery.sent_minute),
            page.sent.minute.into_any(),
        ),
        (
            td_string!(locale, delivery.sent_hour),
            page.sent.hour.into_any(),
        ),
        (
            td_string!(locale, delivery.sent_day),
            page.sent.day.into_any(),
        ),
    ];
    let figures = figures.map(|(name, value)| {
        view! {
            <div class="min-w-0 bg-base-100 p-4 max-md:last:col-span-2">
                <dt class="text-sm text-base-content/75">{name}</dt>
                <dd class="mt-1 text-xl font-semibold tabular-nums [&_time]:whitespace-normal">
                    {value}
                </dd>
            </div>
        }
    });
    view! {
        <section aria-labelledby="queue-heading">
            <h2 id="queue-heading" class="text-lg font-semibold">
                {td_string!(locale, delivery.queue)}
            </h2>
            <dl class="mt-3 grid grid-cols-2 gap-px overflow-hidden rounded-box border border-base-300 bg-base-300 md:grid-cols-5">
                {figures.into_iter().collect_view()}
            </dl>
        </section>
    }
}

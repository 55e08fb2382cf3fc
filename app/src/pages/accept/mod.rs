//! The invitee's page.

mod closed;
mod decline;
mod offer;
mod until;

use leptos::prelude::*;
use types::{invitation::InvitationPage, session::Flash};

pub use self::decline::DeclinePage;
use self::{closed::ClosedCard, offer::OfferCard};
use crate::{
    api::{account::take_flash, invitee::read_invitation},
    components::{fault::Alert, language::use_locale, public_card::PublicCard},
    i18n::td_string,
};

/// `/accept`: the offer with the way in that fits the visitor, or why it does not stand any more.
#[component]
pub fn AcceptPage() -> impl IntoView {
    let page = Resource::new_blocking(|| (), |()| read_invitation());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    let locale = use_locale();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let flash: Flash = flash.await.unwrap_or_default();
                match page.await {
                    Ok(InvitationPage::Open(offer)) => view! { <OfferCard offer flash /> }.into_any(),
                    Ok(InvitationPage::Closed(closed)) => view! { <ClosedCard closed flash /> }.into_any(),
                    Ok(InvitationPage::Unknown) => view! { <UnknownCard /> }.into_any(),
                    Err(error) => {
                        view! {
                            <PublicCard heading=td_string!(locale, account.invitation)>
                                <Alert error />
                            </PublicCard>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

/// No link was followed, or one that Usher never made, or the browser keeps no cookies.
#[component]
fn UnknownCard() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PublicCard heading=td_string!(locale, account.unknown_heading)>
            <p>{td_string!(locale, account.unknown_text)}</p>
            <p class="text-sm text-base-content/80">{td_string!(locale, account.unknown_cookies)}</p>
            <a class="btn w-full border-base-300 bg-base-100" href="/sign-in">
                {td_string!(locale, account.to_sign_in)}
            </a>
        </PublicCard>
    }
}

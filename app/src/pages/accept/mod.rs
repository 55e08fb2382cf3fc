//! The invitee's page.

mod closed;
mod offer;
mod until;

use leptos::prelude::*;
use types::{invitation::InvitationPage, session::Flash};

use self::{closed::ClosedCard, offer::OfferCard};
use crate::{
    api::{account::take_flash, invitee::read_invitation},
    components::{fault::Alert, public_card::PublicCard},
    i18n::{t, t_string, use_i18n},
};

/// `/accept`: the offer with the way in that fits the visitor, or why it does not stand any more.
#[component]
pub fn AcceptPage() -> impl IntoView {
    let page = Resource::new_blocking(|| (), |()| read_invitation());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    let i18n = use_i18n();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let flash: Flash = flash.await.unwrap_or_default();
                match page.await {
                    Ok(InvitationPage::Open(offer)) => view! { <OfferCard offer flash /> }.into_any(),
                    Ok(InvitationPage::Closed { why, organization, can_ask }) => {
                        view! { <ClosedCard why organization can_ask flash /> }.into_any()
                    }
                    Ok(InvitationPage::Unknown) => view! { <UnknownCard /> }.into_any(),
                    Err(error) => {
                        view! {
                            <PublicCard heading=move || t_string!(i18n, account.invitation)>
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
    let i18n = use_i18n();
    view! {
        <PublicCard heading=move || t_string!(i18n, account.unknown_heading)>
            <p>{t!(i18n, account.unknown_text)}</p>
            <p class="text-sm text-base-content/80">{t!(i18n, account.unknown_cookies)}</p>
            <a class="btn w-full border-base-300 bg-base-100" href="/sign-in">
                {t!(i18n, account.to_sign_in)}
            </a>
        </PublicCard>
    }
}

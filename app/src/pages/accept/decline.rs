//! Declining an invitation, after one more question.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{
    invitation::{InvitationPage, Offer},
    session::Flash,
};

use super::{UnknownCard, closed::ClosedCard};
use crate::{
    api::{
        account::take_flash,
        invitee::{DeclineInvitation, read_invitation},
    },
    components::{
        fault::{Alert, flash_error},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::{td, td_string},
};

/// Where one says no.
pub const DECLINE: &str = "/accept/decline";

/// `/accept/decline`
#[component]
pub fn DeclinePage() -> impl IntoView {
    let page = Resource::new_blocking(|| (), |()| read_invitation());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    let locale = use_locale();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let flash: Flash = flash.await.unwrap_or_default();
                match page.await {
                    Ok(InvitationPage::Open(offer)) => view! { <Question offer flash /> }.into_any(),
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

#[component]
fn Question(offer: Offer, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let organization = offer.organization.clone();
    view! {
        <PublicCard
            heading=td_string!(locale, account.decline_heading)
            organization=organization.clone()
            look=offer.look
        >
            <p class="break-words">{td!(locale, account.decline_text, organization)}</p>
            {flash_error(&flash).map(|error| view! { <Alert error /> })}
            <form method="post" action=DeclineInvitation::url()>
                <button type="submit" class="btn btn-primary w-full">
                    {td_string!(locale, account.decline_button)}
                </button>
            </form>
            <p class="text-center text-sm">
                <a class="link link-hover" href="/accept">
                    {td_string!(locale, account.decline_back)}
                </a>
            </p>
        </PublicCard>
    }
}

//! An invitation that cannot be accepted any more, and what to do then.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{invitation::Closed, refusal::Refusal, session::Flash};

use crate::{
    api::{AppError, invitee::AskForNewInvitation},
    components::{
        fault::{Alert, Notice, flash_error},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::{td, td_string},
};

/// Why it cannot be accepted, and the way on.
#[component]
pub fn ClosedCard(why: Closed, organization: String, can_ask: bool, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let heading = move || match why {
        Closed::Expired => td_string!(locale, account.expired_heading),
        Closed::Replaced => td_string!(locale, account.replaced_heading),
        Closed::Revoked => td_string!(locale, account.revoked_heading),
        Closed::Used => td_string!(locale, account.used_heading),
    };
    let error = flash_error(&flash).filter(|error| !is_said_by_heading(error));
    view! {
        <PublicCard heading organization=organization.clone()>
            <p>{advice(why, organization, can_ask)}</p>
            {error.map(|error| view! { <Alert error /> })}
            {if flash.done {
                view! { <Notice>{td_string!(locale, account.asked)}</Notice> }.into_any()
            } else if can_ask {
                view! { <AskForNew /> }.into_any()
            } else {
                ().into_any()
            }}
            {(why == Closed::Used)
                .then(|| {
                    view! {
                        <a class="btn btn-primary w-full" href="/sign-in">
                            {td_string!(locale, account.sign_in_button)}
                        </a>
                    }
                })}
        </PublicCard>
    }
}

/// Whether the page itself says what the form was refused for.
fn is_said_by_heading(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Refused(
            Refusal::InvitationExpired
                | Refusal::InvitationReplaced
                | Refusal::InvitationRevoked
                | Refusal::InvitationUsed
        )
    )
}

fn advice(why: Closed, organization: String, can_ask: bool) -> AnyView {
    let locale = use_locale();
    match why {
        Closed::Expired if can_ask => td!(locale, account.expired_text, organization).into_any(),
        Closed::Expired => td!(locale, account.expired_text_no_ask, organization).into_any(),
        Closed::Replaced => td!(locale, account.replaced_text, organization).into_any(),
        Closed::Revoked => td!(locale, account.revoked_text, organization).into_any(),
        Closed::Used => td!(locale, account.used_text, organization).into_any(),
    }
}

#[component]
fn AskForNew() -> impl IntoView {
    let locale = use_locale();
    view! {
        <form method="post" action=AskForNewInvitation::url()>
            <button type="submit" class="btn btn-primary w-full">
                {td_string!(locale, account.ask_for_new)}
            </button>
        </form>
    }
}

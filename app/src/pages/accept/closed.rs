//! An invitation that cannot be accepted any more, and what to do then.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{
    invitation::{Asked, Closed, ClosedPage},
    refusal::Refusal,
    session::Flash,
};

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
pub fn ClosedCard(closed: ClosedPage, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let ClosedPage {
        why,
        organization,
        look,
        can_ask,
        asked,
        contact,
    } = closed;
    let heading = move || match why {
        Closed::Expired => td_string!(locale, account.expired_heading),
        Closed::Replaced => td_string!(locale, account.replaced_heading),
        Closed::Revoked => td_string!(locale, account.revoked_heading),
        Closed::Used => td_string!(locale, account.used_heading),
        Closed::AwaitsApproval => td_string!(locale, account.awaits_heading),
        Closed::Refused => td_string!(locale, account.refused_heading),
        Closed::Suspended => td_string!(locale, account.suspended_heading),
        Closed::Declined => td_string!(locale, account.declined_heading),
    };
    let error = flash_error(&flash).filter(|error| !is_said_by_heading(error));
    view! {
        <PublicCard heading organization=organization.clone() look>
            <p class="break-words">{advice(why, organization, can_ask, asked, contact)}</p>
            {error.map(|error| view! { <Alert error /> })}
            {if asked == Some(Asked::Waits) {
                view! { <Notice>{td_string!(locale, account.asked_admins)}</Notice> }.into_any()
            } else if flash.done && why != Closed::Declined {
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
                | Refusal::InvitationDeclined
                | Refusal::AwaitsApproval
                | Refusal::ApprovalRefused
                | Refusal::OrganizationSuspended
        )
    )
}

fn advice(
    why: Closed,
    organization: String,
    can_ask: bool,
    asked: Option<Asked>,
    contact: String,
) -> AnyView {
    let locale = use_locale();
    match why {
        Closed::Expired | Closed::Replaced | Closed::Revoked if asked == Some(Asked::Refused) => {
            td!(locale, account.ask_refused_text, organization).into_any()
        }
        Closed::Expired if can_ask => td!(locale, account.expired_text, organization).into_any(),
        Closed::Expired => td!(locale, account.expired_text_no_ask, organization).into_any(),
        Closed::Replaced => td!(locale, account.replaced_text, organization).into_any(),
        Closed::Revoked if can_ask => {
            td!(locale, account.revoked_text_ask, organization).into_any()
        }
        Closed::Revoked => td!(locale, account.revoked_text, organization).into_any(),
        Closed::Used => td!(locale, account.used_text, organization).into_any(),
        Closed::AwaitsApproval => td!(locale, account.awaits_text, organization).into_any(),
        Closed::Refused if contact.is_empty() => {
            td!(locale, account.refused_text_no_contact, organization).into_any()
        }
        Closed::Refused => td!(locale, account.refused_text, organization, contact).into_any(),
        Closed::Suspended => td!(locale, account.suspended_text, organization).into_any(),
        Closed::Declined => td!(locale, account.declined_text, organization).into_any(),
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

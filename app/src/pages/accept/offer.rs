//! A standing invitation and the four ways in.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{
    contact::Username,
    invitation::{Offer, WayIn},
    refusal::Refusal,
    session::Flash,
};

use super::{decline::DECLINE, until::Until};
use crate::{
    api::invitee::{AcceptInvitation, Join, SignInAndJoin, SwitchAccount},
    components::{
        fault::{Alert, flash_error},
        field::{Marking, NewPasswordField, PasswordField, TextField},
        language::use_locale,
        public_card::PublicCard,
    },
    i18n::{td, td_string},
};

/// Who invited, to what and until when, with the way in that fits the visitor.
#[component]
pub fn OfferCard(offer: Offer, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let organization = offer.organization.clone();
    let heading = {
        let organization = organization.clone();
        move || td_string!(locale, account.join, organization = organization.as_str())
    };
    let way_in = match offer.way_in.clone() {
        WayIn::SignUp => view! { <SignUp offer=offer.clone() flash=flash.clone() /> }.into_any(),
        WayIn::SignIn => {
            view! { <SignInToJoin email=offer.username.clone() refusal=flash.refusal /> }.into_any()
        }
        WayIn::Join => {
            view! { <JoinAtOnce organization email=offer.username.clone() /> }.into_any()
        }
        WayIn::SwitchAccount { signed_in_as } => {
            view! { <OtherAccount invited=offer.username.clone() signed_in_as /> }.into_any()
        }
    };
    view! {
        <PublicCard heading organization=offer.organization.clone() look=offer.look.clone()>
            <Invited offer />
            {flash_error(&flash).map(|error| view! { <Alert error /> })}
            {way_in}
            <p class="text-center text-sm">
                <a class="link link-hover" href=DECLINE>
                    {td_string!(locale, account.decline)}
                </a>
            </p>
        </PublicCard>
    }
}

/// Who invited, in their words, and until when.
#[component]
fn Invited(offer: Offer) -> impl IntoView {
    let locale = use_locale();
    let Offer {
        inviter,
        organization,
        message,
        expires_at,
        ..
    } = offer;
    let words = (!message.trim().is_empty()).then(|| {
        let label = {
            let inviter = inviter.clone();
            move || match inviter.as_str() {
                "" => td_string!(locale, account.message_to_you).to_owned(),
                inviter => td_string!(locale, account.message_from, inviter = inviter),
            }
        };
        view! {
            <blockquote
                aria-label=label
                class="border-l-2 border-base-300 pl-4 break-words whitespace-pre-line"
            >
                {message}
            </blockquote>
        }
    });
    let by_whom = if inviter.is_empty() {
        td!(locale, account.invited, organization).into_any()
    } else {
        td!(locale, account.invited_by, inviter, organization).into_any()
    };
    view! {
        <p class="break-words">{by_whom}</p>
        {words}
        <p class="text-sm text-base-content/80">
            {td!(locale, account.open_until, until = move || view! { <Until at=expires_at /> })}
        </p>
    }
}

/// For an address that is new: choose a password.
#[component]
fn SignUp(offer: Offer, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let refusal = flash.refusal;
    // Who was invited by a number signs in with it.
    let by_phone = offer.username.phone().is_some();
    let (label, name, kind) = if by_phone {
        (td_string!(locale, account.phone), "phone", "tel")
    } else {
        (td_string!(locale, account.email), "email", "email")
    };
    // What was typed wins over what the organization knows, even where it was emptied.
    let value = move |field: &str, known: String| flash.typed.get(field).cloned().unwrap_or(known);
    view! {
        <form method="post" action=AcceptInvitation::url() novalidate class="space-y-5">
            <TextField
                label
                name
                kind
                autocomplete="username"
                value=offer.username.to_string()
                readonly=true
            />
            <div class="grid gap-5 sm:grid-cols-2 sm:gap-4">
                <TextField
                    label=td_string!(locale, account.first_name)
                    name="first_name"
                    autocomplete="given-name"
                    value=value("first_name", offer.first_name)
                    required=true
                    refusal
                />
                <TextField
                    label=td_string!(locale, account.last_name)
                    name="last_name"
                    autocomplete="family-name"
                    value=value("last_name", offer.last_name)
                    refusal
                />
            </div>
            {(!by_phone)
                .then(|| {
                    view! {
                        <TextField
                            label=td_string!(locale, account.phone)
                            name="phone"
                            kind="tel"
                            autocomplete="tel"
                            hint=td_string!(locale, account.phone_hint)
                            value=value("phone", offer.phone)
                            refusal
                        />
                    }
                })}
            <TextField
                label=td_string!(locale, account.job_title)
                name="job_title"
                autocomplete="organization-title"
                value=value("job_title", offer.job_title)
                refusal
            />
            <NewPasswordField
                label=td_string!(locale, account.password)
                about=vec![offer.organization]
                about_fields=&["email", "first_name", "last_name", "phone", "job_title"]
                refusal
            />
            <button type="submit" class="btn btn-primary w-full">
                {td_string!(locale, account.create_account)}
            </button>
        </form>
    }
}

/// For an address that has an identity: its password signs in and joins.
#[component]
fn SignInToJoin(email: Username, refusal: Option<Refusal>) -> impl IntoView {
    let locale = use_locale();
    let marking = match refusal {
        Some(Refusal::WrongCredentials) => Marking::Always,
        _ => Marking::Quiet,
    };
    let (label, kind) = if email.phone().is_some() {
        (td_string!(locale, account.phone), "tel")
    } else {
        (td_string!(locale, account.email), "email")
    };
    let address = email.to_string();
    view! {
        <div class="space-y-1">
            <h2 class="text-lg font-semibold">{td_string!(locale, account.sign_in_to_join)}</h2>
            <p class="text-sm break-words text-base-content/80">
                {td!(locale, account.sign_in_to_join_lead, email = address.clone())}
            </p>
        </div>
        <form method="post" action=SignInAndJoin::url() novalidate class="space-y-5">
            <TextField
                label
                name="email"
                kind
                autocomplete="username"
                value=address
                readonly=true
            />
            <PasswordField
                label=td_string!(locale, account.password)
                refusal
                marking
            />
            <button type="submit" class="btn btn-primary w-full">
                {td_string!(locale, account.sign_in_and_join)}
            </button>
        </form>
        <p class="text-center text-sm">
            <a class="link link-hover" href="/forgot-password">
                {td_string!(locale, account.forgot_password)}
            </a>
        </p>
    }
}

/// For someone who is signed in with the invited address.
#[component]
fn JoinAtOnce(organization: String, email: Username) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="text-sm break-words text-base-content/80">
            {td!(locale, account.join_lead, email = email.to_string())}
        </p>
        <form method="post" action=Join::url()>
            <button type="submit" class="btn btn-primary h-auto min-h-10 w-full py-2">
                {td!(locale, account.join_button, organization)}
            </button>
        </form>
    }
}

/// For someone who is signed in with another address.
#[component]
fn OtherAccount(invited: Username, signed_in_as: Username) -> impl IntoView {
    let locale = use_locale();
    let go_on_as = signed_in_as.to_string();
    view! {
        <p>{td_string!(locale, account.switch_lead)}</p>
        <dl class="space-y-3 rounded-box border border-base-300 p-4">
            <div>
                <dt class="text-sm text-base-content/70">{td_string!(locale, account.invited_address)}</dt>
                <dd class="font-medium break-words">{invited.to_string()}</dd>
            </div>
            <div>
                <dt class="text-sm text-base-content/70">{td_string!(locale, account.signed_in_address)}</dt>
                <dd class="font-medium break-words">{signed_in_as.to_string()}</dd>
            </div>
        </dl>
        <form method="post" action=SwitchAccount::url() class="space-y-2">
            <button type="submit" class="btn btn-primary w-full" aria-describedby="switch-hint">
                {td_string!(locale, account.switch_account)}
            </button>
            <p id="switch-hint" class="text-center text-sm text-base-content/70">
                {td_string!(locale, account.switch_hint)}
            </p>
        </form>
        <p class="text-center text-sm break-words">
            <a class="link link-hover" href="/home">
                {td!(locale, account.go_on_as, email = go_on_as)}
            </a>
        </p>
    }
}

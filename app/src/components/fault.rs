//! What a person reads when something was refused or broke.

use leptos::prelude::*;
use leptos_i18n::I18nContext;
use types::{refusal::Refusal, session::Flash};

use super::icon::{Icon, IconName};
use crate::{
    api::AppError,
    i18n::{Locale, t_string, use_i18n},
};

/// The sentence of a refusal: what is wrong and what to do. Reactive to the language.
pub fn refusal_text(i18n: I18nContext<Locale>, refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::NotSignedIn => t_string!(i18n, refusals.not_signed_in),
        Refusal::NotAllowed => t_string!(i18n, refusals.not_allowed),
        Refusal::NotFound => t_string!(i18n, refusals.not_found),
        Refusal::TooManyRequests => t_string!(i18n, refusals.too_many_requests),
        Refusal::EmailNotValid => t_string!(i18n, refusals.email_not_valid),
        Refusal::FirstNameMissing => t_string!(i18n, refusals.first_name_missing),
        Refusal::NameMissing => t_string!(i18n, refusals.name_missing),
        Refusal::OrganizationNameMissing => t_string!(i18n, refusals.organization_name_missing),
        Refusal::PhoneNotValid => t_string!(i18n, refusals.phone_not_valid),
        Refusal::PasswordTooShort => t_string!(i18n, refusals.password_too_short),
        Refusal::PasswordTooLong => t_string!(i18n, refusals.password_too_long),
        Refusal::PasswordTooWeak => t_string!(i18n, refusals.password_too_weak),
        Refusal::TextTooLong => t_string!(i18n, refusals.text_too_long),
        Refusal::WrongCredentials => t_string!(i18n, refusals.wrong_credentials),
        Refusal::WrongPassword => t_string!(i18n, refusals.wrong_password),
        Refusal::ResetLinkNotValid => t_string!(i18n, refusals.reset_link_not_valid),
        Refusal::SetupCodeWrong => t_string!(i18n, refusals.setup_code_wrong),
        Refusal::AlreadySetUp => t_string!(i18n, refusals.already_set_up),
        Refusal::NobodyToInvite => t_string!(i18n, refusals.nobody_to_invite),
        Refusal::TooManyRecipients => t_string!(i18n, refusals.too_many_recipients),
        Refusal::LifetimeOutOfRange => t_string!(i18n, refusals.lifetime_out_of_range),
        Refusal::ListChanged => t_string!(i18n, refusals.list_changed),
        Refusal::RoleAboveYours => t_string!(i18n, refusals.role_above_yours),
        Refusal::NotInvitedYet => t_string!(i18n, refusals.not_invited_yet),
        Refusal::UserActive => t_string!(i18n, refusals.user_active),
        Refusal::UserDeactivated => t_string!(i18n, refusals.user_deactivated),
        Refusal::InvitationUnknown => t_string!(i18n, refusals.invitation_unknown),
        Refusal::InvitationExpired => t_string!(i18n, refusals.invitation_expired),
        Refusal::InvitationReplaced => t_string!(i18n, refusals.invitation_replaced),
        Refusal::InvitationRevoked => t_string!(i18n, refusals.invitation_revoked),
        Refusal::InvitationUsed => t_string!(i18n, refusals.invitation_used),
        Refusal::SignInInstead => t_string!(i18n, refusals.sign_in_instead),
        Refusal::OtherIdentity => t_string!(i18n, refusals.other_identity),
    };
    text.to_owned()
}

/// The sentence of any answer that is not a value. Reactive to the language.
pub fn error_text(i18n: I18nContext<Locale>, error: &AppError) -> String {
    match error {
        AppError::Refused(refusal) => refusal_text(i18n, *refusal),
        AppError::Broken { reference } => {
            t_string!(i18n, refusals.broken, reference = reference.as_str())
        }
        AppError::Unreachable => t_string!(i18n, refusals.unreachable).to_owned(),
        AppError::OtherVersion => t_string!(i18n, refusals.other_version).to_owned(),
    }
}

/// Why the form was not done, if it was not.
pub fn flash_error(flash: &Flash) -> Option<AppError> {
    let broken = || {
        let reference = flash.broken.clone()?;
        Some(AppError::Broken { reference })
    };
    flash.refusal.map(AppError::Refused).or_else(broken)
}

/// The `id` of a form's alert, which the field that it is about points to.
pub const ALERT_ID: &str = "alert";

/// Says, above a form or in the place of a list, why something was not done (`role="alert"`).
/// Takes a `Refusal` as well as an `AppError`.
#[component]
pub fn Alert(#[prop(into)] error: AppError) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div
            id=ALERT_ID
            role="alert"
            class="flex items-start gap-3 rounded-box border border-error/40 bg-error/10 px-4 py-3 text-sm leading-6 text-base-content"
        >
            <Icon name=IconName::Alert class="mt-0.5 size-5 text-error" />
            <p class="min-w-0 break-words">{move || error_text(i18n, &error)}</p>
        </div>
    }
}

/// Says that something was done (`role="status"`).
#[component]
pub fn Notice(children: Children) -> impl IntoView {
    view! {
        <div
            role="status"
            class="flex items-start gap-3 rounded-box border border-success/40 bg-success/10 px-4 py-3 text-sm leading-6 text-base-content"
        >
            <Icon name=IconName::CheckCircle class="mt-0.5 size-5 text-success" />
            <div class="min-w-0 break-words">{children()}</div>
        </div>
    }
}

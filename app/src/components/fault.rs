//! What a person reads when something was refused or broke.

use leptos::prelude::*;
use types::{
    import::Unreadable,
    refusal::{MOST_SLIPS, Refusal},
    session::Flash,
};

use super::{
    contact_fault::no_country_code_text,
    icon::{Icon, IconName},
};
use crate::{
    api::AppError,
    components::language::use_locale,
    i18n::{Locale, td_string},
};

/// The sentence of a refusal: what is wrong and what to do.
pub fn refusal_text(locale: Locale, refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::NotSignedIn => td_string!(locale, refusals.not_signed_in),
        Refusal::NotAllowed => td_string!(locale, refusals.not_allowed),
        Refusal::NotFound => td_string!(locale, refusals.not_found),
        Refusal::TooManyRequests => td_string!(locale, refusals.too_many_requests),
        Refusal::RequestTooLarge => td_string!(locale, refusals.request_too_large),
        Refusal::EmailNotValid => td_string!(locale, refusals.email_not_valid),
        Refusal::FirstNameMissing => td_string!(locale, refusals.first_name_missing),
        Refusal::NameMissing => td_string!(locale, refusals.name_missing),
        Refusal::OrganizationNameMissing => td_string!(locale, refusals.organization_name_missing),
        Refusal::PhoneNotValid => td_string!(locale, refusals.phone_not_valid),
        Refusal::PhoneWithoutCountryCode(digits) => return no_country_code_text(locale, digits),
        Refusal::PhoneImpossible => td_string!(locale, refusals.phone_impossible),
        Refusal::PasswordTooShort => td_string!(locale, refusals.password_too_short),
        Refusal::PasswordTooLong => td_string!(locale, refusals.password_too_long),
        Refusal::PasswordTooWeak => td_string!(locale, refusals.password_too_weak),
        Refusal::TextTooLong => td_string!(locale, refusals.text_too_long),
        Refusal::WrongCredentials => td_string!(locale, refusals.wrong_credentials),
        Refusal::WrongPassword => td_string!(locale, refusals.wrong_password),
        Refusal::ResetLinkNotValid => td_string!(locale, refusals.reset_link_not_valid),
        Refusal::SetupCodeWrong => td_string!(locale, refusals.setup_code_wrong),
        Refusal::AlreadySetUp => td_string!(locale, refusals.already_set_up),
        Refusal::NobodyToInvite => td_string!(locale, refusals.nobody_to_invite),
        Refusal::TooManyRecipients => td_string!(locale, refusals.too_many_recipients),
        Refusal::LifetimeOutOfRange => td_string!(locale, refusals.lifetime_out_of_range),
        Refusal::ListChanged => td_string!(locale, refusals.list_changed),
        Refusal::RoleAboveYours => td_string!(locale, refusals.role_above_yours),
        Refusal::AccessAboveYours => td_string!(locale, refusals.access_above_yours),
        Refusal::NotEnabled => td_string!(locale, refusals.not_enabled),
        Refusal::NotInvitedYet => td_string!(locale, refusals.not_invited_yet),
        Refusal::UserActive => td_string!(locale, refusals.user_active),
        Refusal::UserDeactivated => td_string!(locale, refusals.user_deactivated),
        Refusal::RoleNameMissing => td_string!(locale, refusals.role_name_missing),
        Refusal::RoleNameTaken => td_string!(locale, refusals.role_name_taken),
        Refusal::RoleBuiltIn => td_string!(locale, refusals.role_built_in),
        Refusal::RoleInUse => td_string!(locale, refusals.role_in_use),
        Refusal::RoleChangedMeanwhile => td_string!(locale, refusals.role_changed_meanwhile),
        Refusal::PresetTaken => td_string!(locale, refusals.preset_taken),
        Refusal::TooManyPresets => td_string!(locale, refusals.too_many_presets),
        Refusal::EmailTaken => td_string!(locale, refusals.email_taken),
        Refusal::PhoneTaken => td_string!(locale, refusals.phone_taken),
        Refusal::NoContact => td_string!(locale, refusals.no_contact),
        Refusal::EmailFixed => td_string!(locale, refusals.email_fixed),
        Refusal::ChangedMeanwhile => td_string!(locale, refusals.changed_meanwhile),
        Refusal::ResourceNameMissing => td_string!(locale, refusals.resource_name_missing),
        Refusal::ResourceNameTaken => td_string!(locale, refusals.resource_name_taken),
        Refusal::ResourceNameRetired => td_string!(locale, refusals.resource_name_retired),
        Refusal::TooManyResources => td_string!(locale, refusals.too_many_resources),
        Refusal::EmailDiffers => td_string!(locale, refusals.email_differs),
        Refusal::TooManyToPrint => {
            return td_string!(locale, refusals.too_many_to_print, most = MOST_SLIPS);
        }
        Refusal::PasswordPlaceMissing => td_string!(locale, refusals.password_place_missing),
        Refusal::InvitationDeclined => td_string!(locale, refusals.invitation_declined),
        Refusal::RequestDecided => td_string!(locale, refusals.request_decided),
        Refusal::NobodyToChange => td_string!(locale, refusals.nobody_to_change),
        Refusal::NotYourself => td_string!(locale, refusals.not_yourself),
        Refusal::LastOwner => td_string!(locale, refusals.last_owner),
        Refusal::TooLateToUndo => td_string!(locale, refusals.too_late_to_undo),
        Refusal::NobodyToImport => td_string!(locale, refusals.nobody_to_import),
        Refusal::StillChecking => td_string!(locale, refusals.still_checking),
        Refusal::ImportBegun => td_string!(locale, refusals.import_begun),
        Refusal::OneLineOnly => td_string!(locale, refusals.one_line_only),
        Refusal::ColorNotValid => td_string!(locale, refusals.color_not_valid),
        Refusal::TimeZoneUnknown => td_string!(locale, refusals.time_zone_unknown),
        Refusal::SelectorNotValid => td_string!(locale, refusals.selector_not_valid),
        Refusal::RemindersOutOfRange => td_string!(locale, refusals.reminders_out_of_range),
        Refusal::DomainsNotValid => td_string!(locale, refusals.domains_not_valid),
        Refusal::PlaceholderUnknown => td_string!(locale, refusals.placeholder_unknown),
        Refusal::LinkMissing => td_string!(locale, refusals.link_missing),
        Refusal::SmsTooLong => td_string!(locale, refusals.sms_too_long),
        Refusal::LogoTooLarge => td_string!(locale, refusals.logo_too_large),
        Refusal::LogoUnreadable => td_string!(locale, refusals.logo_unreadable),
        Refusal::Unreadable(why) => return unreadable_text(locale, why),
        Refusal::InvitationUnknown => td_string!(locale, refusals.invitation_unknown),
        Refusal::InvitationExpired => td_string!(locale, refusals.invitation_expired),
        Refusal::InvitationReplaced => td_string!(locale, refusals.invitation_replaced),
        Refusal::InvitationRevoked => td_string!(locale, refusals.invitation_revoked),
        Refusal::InvitationUsed => td_string!(locale, refusals.invitation_used),
        Refusal::SignInInstead => td_string!(locale, refusals.sign_in_instead),
        Refusal::OtherIdentity => td_string!(locale, refusals.other_identity),
        Refusal::AwaitsApproval => td_string!(locale, refusals.awaits_approval),
        Refusal::ApprovalRefused => td_string!(locale, refusals.approval_refused),
        Refusal::ApprovalDecided => td_string!(locale, refusals.approval_decided),
        Refusal::OrganizationSuspended => td_string!(locale, refusals.organization_suspended),
        Refusal::SuspendsOwn => td_string!(locale, refusals.suspends_own),
        Refusal::SeatsNotValid => td_string!(locale, refusals.seats_not_valid),
        Refusal::OverSeats { free } => {
            return td_string!(locale, refusals.over_seats, count = free);
        }
        Refusal::NoSeatLeft => td_string!(locale, refusals.no_seat_left),
    };
    text.to_owned()
}

fn unreadable_text(locale: Locale, why: Unreadable) -> String {
    let text = match why {
        Unreadable::Empty => td_string!(locale, refusals.unreadable.empty),
        Unreadable::TooLarge => td_string!(locale, refusals.unreadable.too_large),
        Unreadable::TooManyRows => td_string!(locale, refusals.unreadable.too_many_rows),
        Unreadable::TooManyColumns => td_string!(locale, refusals.unreadable.too_many_columns),
        Unreadable::CellTooLong { line, column } => {
            return td_string!(
                locale,
                refusals.unreadable.cell_too_long,
                line = line,
                column = column
            );
        }
        Unreadable::UnclosedQuote { line } => {
            return td_string!(locale, refusals.unreadable.unclosed_quote, line = line);
        }
        Unreadable::NotATable => td_string!(locale, refusals.unreadable.not_a_table),
        Unreadable::OldExcel => td_string!(locale, refusals.unreadable.old_excel),
        Unreadable::Encrypted => td_string!(locale, refusals.unreadable.encrypted),
        Unreadable::Damaged => td_string!(locale, refusals.unreadable.damaged),
        Unreadable::Expands => td_string!(locale, refusals.unreadable.expands),
    };
    text.to_owned()
}

/// The sentence of any answer that is not a value.
pub fn error_text(locale: Locale, error: &AppError) -> String {
    match error {
        AppError::Refused(refusal) => refusal_text(locale, *refusal),
        AppError::Broken { reference } => {
            td_string!(locale, refusals.broken, reference = reference.as_str())
        }
        AppError::Unreachable => td_string!(locale, refusals.unreachable).to_owned(),
        AppError::OtherVersion => td_string!(locale, refusals.other_version).to_owned(),
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
    let locale = use_locale();
    view! {
        <div
            id=ALERT_ID
            role="alert"
            class="flex items-start gap-3 rounded-box border border-error/40 bg-error/10 px-4 py-3 text-sm leading-6 text-base-content"
        >
            <Icon name=IconName::Alert class="mt-0.5 size-5 text-error" />
            <p class="min-w-0 break-words">{error_text(locale, &error)}</p>
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

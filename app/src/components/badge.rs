//! Badges: icon and word together, never colour alone.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::{
    access::RoleKind,
    batch::{Outcome, Verdict},
    doctor::Light,
    import::RowVerdict,
    users::ShownStatus,
};

use super::icon::{Icon, IconName};
use super::language::use_locale;
use super::time::Happened;
use crate::i18n::{Locale, td_string};

/// How a badge is coloured; see `.tone-*` in the stylesheet.
#[derive(Clone, Copy)]
enum Tone {
    Quiet,
    Wait,
    Going,
    Good,
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "status-badge tone-quiet",
            Self::Wait => "status-badge tone-wait",
            Self::Going => "status-badge tone-going",
            Self::Good => "status-badge tone-good",
            Self::Bad => "status-badge tone-bad",
        }
    }
}

fn badge(tone: Tone, icon: IconName, word: impl IntoView + 'static) -> AnyView {
    view! {
        <span class=tone.class()>
            <Icon name=icon class="size-3.5" />
            <span>{word}</span>
        </span>
    }
    .into_any()
}

/// Whether something is on, in a word.
pub fn active_badge(is_on: bool, word: &'static str) -> AnyView {
    if is_on {
        badge(Tone::Good, IconName::CheckCircle, word)
    } else {
        badge(Tone::Quiet, IconName::Ban, word)
    }
}

/// How good something is.
pub fn light_badge(locale: Locale, light: Light) -> AnyView {
    match light {
        Light::Green => badge(
            Tone::Good,
            IconName::CheckCircle,
            td_string!(locale, doctor.green),
        ),
        Light::Amber => badge(Tone::Wait, IconName::Eye, td_string!(locale, doctor.amber)),
        Light::Red => badge(Tone::Bad, IconName::Alert, td_string!(locale, doctor.red)),
    }
}

/// The status of a user.
#[component]
pub fn StatusBadge(status: ShownStatus) -> impl IntoView {
    let locale = use_locale();
    let (tone, icon) = match status {
        ShownStatus::NotInvited => (Tone::Quiet, IconName::CircleDashed),
        ShownStatus::Waiting => (Tone::Wait, IconName::Clock),
        ShownStatus::Invited => (Tone::Going, IconName::Send),
        ShownStatus::Expired => (Tone::Wait, IconName::Hourglass),
        ShownStatus::Failed => (Tone::Bad, IconName::Alert),
        ShownStatus::Active => (Tone::Good, IconName::CheckCircle),
        ShownStatus::Deactivated => (Tone::Quiet, IconName::Ban),
    };
    badge(tone, icon, move || status_text(locale, status))
}

/// Beside the status of somebody who has declined the last invitation.
#[component]
pub fn DeclinedBadge(at: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let word = td_string!(locale, common.status.declined);
    badge(Tone::Wait, IconName::Ban, view! { <Happened at word /> })
}

/// The word for a status.
pub fn status_text(locale: Locale, status: ShownStatus) -> &'static str {
    match status {
        ShownStatus::NotInvited => td_string!(locale, common.status.not_invited),
        ShownStatus::Waiting => td_string!(locale, common.status.waiting),
        ShownStatus::Invited => td_string!(locale, common.status.invited),
        ShownStatus::Expired => td_string!(locale, common.status.expired),
        ShownStatus::Failed => td_string!(locale, common.status.failed),
        ShownStatus::Active => td_string!(locale, common.status.active),
        ShownStatus::Deactivated => td_string!(locale, common.status.deactivated),
    }
}

/// What becomes of a row of an import.
#[component]
pub fn RowBadge(verdict: RowVerdict) -> impl IntoView {
    let locale = use_locale();
    let (tone, icon) = match verdict {
        RowVerdict::Ready => (Tone::Good, IconName::Check),
        RowVerdict::Update => (Tone::Going, IconName::Refresh),
        RowVerdict::Imported => (Tone::Good, IconName::CheckCircle),
        RowVerdict::Malformed => (Tone::Bad, IconName::Alert),
        RowVerdict::Duplicate
        | RowVerdict::InDirectory
        | RowVerdict::Active
        | RowVerdict::Deactivated => (Tone::Quiet, IconName::CircleDashed),
        RowVerdict::DomainNotAllowed
        | RowVerdict::RoleAboveYours
        | RowVerdict::NotAllowed
        | RowVerdict::ChannelNotAllowed
        | RowVerdict::OverSeats => (Tone::Wait, IconName::Ban),
    };
    badge(tone, icon, row_verdict_text(locale, verdict))
}

/// The verdict on a row, in a word or two.
pub fn row_verdict_text(locale: Locale, verdict: RowVerdict) -> &'static str {
    match verdict {
        RowVerdict::Ready => td_string!(locale, imports.verdict.ready),
        RowVerdict::Update => td_string!(locale, imports.verdict.update),
        RowVerdict::Malformed => td_string!(locale, imports.verdict.malformed),
        RowVerdict::Duplicate => td_string!(locale, imports.verdict.duplicate),
        RowVerdict::InDirectory => td_string!(locale, imports.verdict.in_directory),
        RowVerdict::Active => td_string!(locale, imports.verdict.active),
        RowVerdict::Deactivated => td_string!(locale, imports.verdict.deactivated),
        RowVerdict::DomainNotAllowed => td_string!(locale, imports.verdict.domain_not_allowed),
        RowVerdict::RoleAboveYours => td_string!(locale, imports.verdict.role_above_yours),
        RowVerdict::NotAllowed => td_string!(locale, imports.verdict.not_allowed),
        RowVerdict::OverSeats => td_string!(locale, imports.verdict.over_seats),
        RowVerdict::ChannelNotAllowed => td_string!(locale, imports.verdict.channel_not_allowed),
        RowVerdict::Imported => td_string!(locale, imports.verdict.imported),
    }
}

/// Where a recipient of a batch stands.
#[component]
pub fn OutcomeBadge(outcome: Outcome) -> impl IntoView {
    let locale = use_locale();
    let (tone, icon) = match &outcome {
        Outcome::Skipped(_) => (Tone::Quiet, IconName::CircleDashed),
        Outcome::Waiting { failure: None } => (Tone::Wait, IconName::Clock),
        Outcome::Waiting { failure: Some(_) } => (Tone::Wait, IconName::Refresh),
        Outcome::Sent => (Tone::Going, IconName::Send),
        Outcome::Failed(_) => (Tone::Bad, IconName::Alert),
        Outcome::Cancelled => (Tone::Quiet, IconName::Ban),
        Outcome::Accepted | Outcome::Done => (Tone::Good, IconName::CheckCircle),
    };
    let word = move || match &outcome {
        Outcome::Skipped(verdict) => verdict_text(locale, verdict),
        Outcome::Waiting { failure: None } => td_string!(locale, batches.outcome.waiting),
        Outcome::Waiting { failure: Some(_) } => td_string!(locale, batches.outcome.retrying),
        Outcome::Sent => td_string!(locale, batches.outcome.sent),
        Outcome::Failed(_) => td_string!(locale, batches.outcome.failed),
        Outcome::Cancelled => td_string!(locale, batches.outcome.cancelled),
        Outcome::Accepted => td_string!(locale, batches.outcome.accepted),
        Outcome::Done => td_string!(locale, batches.outcome.done),
    };
    badge(tone, icon, word)
}

/// Why somebody is left out.
pub fn verdict_text(locale: Locale, verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Ready => td_string!(locale, batches.outcome.skipped),
        Verdict::Duplicate => td_string!(locale, batches.outcome.duplicate),
        Verdict::AlreadyActive => td_string!(locale, batches.outcome.already_active),
        Verdict::AlreadyInvited => td_string!(locale, batches.outcome.already_invited),
        Verdict::Deactivated => td_string!(locale, batches.outcome.deactivated),
        Verdict::DomainNotAllowed => td_string!(locale, batches.outcome.domain_not_allowed),
        Verdict::RoleAboveYours => td_string!(locale, batches.outcome.role_above),
        Verdict::NotInvited => td_string!(locale, batches.outcome.not_invited),
        Verdict::NotExpired => td_string!(locale, batches.outcome.not_expired),
        Verdict::NotDeactivated => td_string!(locale, batches.outcome.not_deactivated),
        Verdict::Yourself => td_string!(locale, batches.outcome.yourself),
        Verdict::LastOwner => td_string!(locale, batches.outcome.last_owner),
        Verdict::OverSeats => td_string!(locale, batches.outcome.over_seats),
        Verdict::NotValid(_) => td_string!(locale, batches.outcome.not_valid),
        Verdict::NoEmail => td_string!(locale, batches.outcome.no_email),
        Verdict::NoPhone => td_string!(locale, batches.outcome.no_phone),
        Verdict::ChannelNotAllowed => td_string!(locale, batches.outcome.channel_not_allowed),
        Verdict::NoMailServer => td_string!(locale, batches.outcome.no_mail_server),
        Verdict::Bounced => td_string!(locale, batches.outcome.bounced),
    }
}

/// What a person is called: "" is somebody who was deleted since.
pub fn person_name(locale: Locale, called: &str) -> String {
    if called.is_empty() {
        td_string!(locale, common.deleted_user).to_owned()
    } else {
        called.to_owned()
    }
}

/// What a role is called: the built-in ones in the reader's language, others as they were named.
pub fn role_name(locale: Locale, kind: RoleKind, name: &str) -> String {
    match kind {
        RoleKind::Owner => td_string!(locale, common.role.owner).to_owned(),
        RoleKind::Admin => td_string!(locale, common.role.admin).to_owned(),
        RoleKind::User => td_string!(locale, common.role.user).to_owned(),
        RoleKind::Custom => name.to_owned(),
    }
}

//! Badges: icon and word together, never colour alone.

use leptos::prelude::*;
use leptos_i18n::I18nContext;
use types::{
    access::RoleKind,
    batch::{Outcome, Verdict},
    users::ShownStatus,
};

use super::icon::{Icon, IconName};
use crate::i18n::{Locale, t_string, use_i18n};

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

/// The status of a user.
#[component]
pub fn StatusBadge(status: ShownStatus) -> impl IntoView {
    let i18n = use_i18n();
    let (tone, icon) = match status {
        ShownStatus::NotInvited => (Tone::Quiet, IconName::CircleDashed),
        ShownStatus::Waiting => (Tone::Wait, IconName::Clock),
        ShownStatus::Invited => (Tone::Going, IconName::Send),
        ShownStatus::Expired => (Tone::Wait, IconName::Hourglass),
        ShownStatus::Failed => (Tone::Bad, IconName::Alert),
        ShownStatus::Active => (Tone::Good, IconName::CheckCircle),
        ShownStatus::Deactivated => (Tone::Quiet, IconName::Ban),
    };
    let word = move || match status {
        ShownStatus::NotInvited => t_string!(i18n, common.status.not_invited),
        ShownStatus::Waiting => t_string!(i18n, common.status.waiting),
        ShownStatus::Invited => t_string!(i18n, common.status.invited),
        ShownStatus::Expired => t_string!(i18n, common.status.expired),
        ShownStatus::Failed => t_string!(i18n, common.status.failed),
        ShownStatus::Active => t_string!(i18n, common.status.active),
        ShownStatus::Deactivated => t_string!(i18n, common.status.deactivated),
    };
    badge(tone, icon, word)
}

/// Where a recipient of a batch stands.
#[component]
pub fn OutcomeBadge(outcome: Outcome) -> impl IntoView {
    let i18n = use_i18n();
    let (tone, icon) = match &outcome {
        Outcome::Skipped(_) => (Tone::Quiet, IconName::CircleDashed),
        Outcome::Waiting { failure: None } => (Tone::Wait, IconName::Clock),
        Outcome::Waiting { failure: Some(_) } => (Tone::Wait, IconName::Refresh),
        Outcome::Sent => (Tone::Going, IconName::Send),
        Outcome::Failed(_) => (Tone::Bad, IconName::Alert),
        Outcome::Cancelled => (Tone::Quiet, IconName::Ban),
        Outcome::Accepted => (Tone::Good, IconName::CheckCircle),
    };
    let word = move || match &outcome {
        Outcome::Skipped(verdict) => match verdict {
            Verdict::Ready => t_string!(i18n, batches.outcome.skipped),
            Verdict::Duplicate => t_string!(i18n, batches.outcome.duplicate),
            Verdict::AlreadyActive => t_string!(i18n, batches.outcome.already_active),
            Verdict::AlreadyInvited => t_string!(i18n, batches.outcome.already_invited),
            Verdict::Deactivated => t_string!(i18n, batches.outcome.deactivated),
            Verdict::RoleAboveYours => t_string!(i18n, batches.outcome.role_above),
            Verdict::NotValid(_) => t_string!(i18n, batches.outcome.not_valid),
        },
        Outcome::Waiting { failure: None } => t_string!(i18n, batches.outcome.waiting),
        Outcome::Waiting { failure: Some(_) } => t_string!(i18n, batches.outcome.retrying),
        Outcome::Sent => t_string!(i18n, batches.outcome.sent),
        Outcome::Failed(_) => t_string!(i18n, batches.outcome.failed),
        Outcome::Cancelled => t_string!(i18n, batches.outcome.cancelled),
        Outcome::Accepted => t_string!(i18n, batches.outcome.accepted),
    };
    badge(tone, icon, word)
}

/// What a role is called: the built-in ones in the reader's language, others as they were named.
pub fn role_name(i18n: I18nContext<Locale>, kind: RoleKind, name: &str) -> String {
    match kind {
        RoleKind::Owner => t_string!(i18n, common.role.owner).to_owned(),
        RoleKind::Admin => t_string!(i18n, common.role.admin).to_owned(),
        RoleKind::User => t_string!(i18n, common.role.user).to_owned(),
        RoleKind::Custom => name.to_owned(),
    }
}

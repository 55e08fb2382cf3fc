//! The Doctor: a button, and what it found line by line.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use types::doctor::{Check, Finding, Light};

use super::super::panel::{HINT, LABEL};
use crate::{
    api::{AppError, delivery::ask_doctor},
    components::{
        badge::light_badge,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::{Locale, td_string},
    pages::console::{use_awake, use_me},
};

type Report = Result<Vec<Finding>, AppError>;

#[component]
pub fn Doctor() -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let selector = RwSignal::new(String::new());
    let looking = RwSignal::new(false);
    let report = RwSignal::new(None::<Report>);
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        if looking.get_untracked() {
            return;
        }
        looking.set(true);
        report.set(None);
        spawn_local(async move {
            let found = ask_doctor(selector.get_untracked()).await;
            // The page may have been left meanwhile.
            if looking.try_set(false).is_none() {
                report.set(Some(found));
            }
        });
    };
    let lead = match use_me().and_then(|me| me.username.email().cloned()) {
        Some(address) => td_string!(locale, doctor.lead, address = address.as_str()),
        None => td_string!(locale, doctor.lead_without_address).to_owned(),
    };
    let button = move || {
        if report.with(Option::is_some) {
            td_string!(locale, doctor.again)
        } else {
            td_string!(locale, doctor.start)
        }
    };
    view! {
        <section class="panel p-4 sm:p-6" aria-labelledby="doctor-heading">
            <h2 id="doctor-heading" class="text-lg font-semibold">
                {td_string!(locale, doctor.heading)}
            </h2>
            <p class="mt-1 text-sm text-base-content/80">
                {lead}
            </p>
            <form class="mt-4 max-w-xl space-y-4" method="post" on:submit=start>
                <div>
                    <label class=LABEL for="selector">
                        {td_string!(locale, doctor.selector)}
                    </label>
                    <input
                        id="selector"
                        class="input w-full text-base"
                        autocapitalize="none"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="selector-hint"
                        prop:value=selector
                        on:input=move |event| selector.set(event_target_value(&event))
                    />
                    <p id="selector-hint" class=HINT>
                        {td_string!(locale, doctor.selector_hint)}
                    </p>
                </div>
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-disabled=move || (!awake.get() || looking.get()).then_some("true")
                    aria-busy=move || looking.get().to_string()
                >
                    <Icon name=IconName::Search class="size-4" />
                    {button}
                </button>
            </form>
            <div class="mt-4" aria-live="polite">
                {move || {
                    looking
                        .get()
                        .then(|| {
                            view! {
                                <p class="flex items-center gap-3 py-2 text-sm">
                                    <span class="loading loading-spinner loading-sm" aria-hidden="true"></span>
                                    {td_string!(locale, doctor.looking)}
                                </p>
                            }
                        })
                }}
                {move || {
                    report
                        .get()
                        .map(|report| match report {
                            Ok(findings) => view! { <Findings findings /> }.into_any(),
                            Err(error) => view! { <Alert error /> }.into_any(),
                        })
                }}
            </div>
        </section>
    }
}

#[component]
fn Findings(findings: Vec<Finding>) -> impl IntoView {
    let locale = use_locale();
    let unwell = findings
        .iter()
        .filter(|finding| finding.light() != Light::Green)
        .count();
    let summary = match unwell {
        0 => td_string!(locale, doctor.all_well).to_owned(),
        count => td_string!(locale, doctor.found, count = count),
    };
    let lines = findings
        .into_iter()
        .map(|finding| {
            let light = finding.light();
            let said = words(&finding)
                .map(|words| td_string!(locale, doctor.server_said, words = words));
            view! {
                <li class="grid gap-x-4 gap-y-1 py-3 sm:grid-cols-[11rem_minmax(0,1fr)]">
                    <div class="flex flex-wrap items-start gap-2 sm:flex-col">
                        <span class="font-medium">{check_text(locale, finding.check())}</span>
                        {light_badge(locale, light)}
                    </div>
                    <div class="min-w-0 space-y-1 text-sm break-words">
                        <p>{finding_text(locale, &finding)}</p>
                        {said.map(|said| view! { <p class="text-base-content/75">{said}</p> })}
                        {advice(locale, &finding).map(|advice| view! { <p class="font-medium">{advice}</p> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="font-medium">{summary}</p>
        <ul
            role="list"
            class="mt-2 divide-y divide-base-300"
            aria-label=td_string!(locale, doctor.report)
        >
            {lines}
        </ul>
    }
}

fn check_text(locale: Locale, check: Check) -> &'static str {
    match check {
        Check::MailServer => td_string!(locale, doctor.check.mail_server),
        Check::Encryption => td_string!(locale, doctor.check.encryption),
        Check::Certificate => td_string!(locale, doctor.check.certificate),
        Check::SignIn => td_string!(locale, doctor.check.sign_in),
        Check::Message => td_string!(locale, doctor.check.message),
        Check::Spf => td_string!(locale, doctor.check.spf),
        Check::Dkim => td_string!(locale, doctor.check.dkim),
        Check::Dmarc => td_string!(locale, doctor.check.dmarc),
        Check::PublicUrl => td_string!(locale, doctor.check.public_url),
        Check::Sms => td_string!(locale, doctor.check.sms),
    }
}

/// What the other side said.
fn words(finding: &Finding) -> Option<&str> {
    let (Finding::NotConnected { words, .. }
    | Finding::EncryptionFailed { words }
    | Finding::SignInRefused { words }
    | Finding::MessageTaken { words, .. }
    | Finding::MessageRefused { words, .. }
    | Finding::NoAnswer { words, .. }
    | Finding::PublicUrlSilent { words, .. }) = finding
    else {
        return None;
    };
    Some(words.as_str()).filter(|words| !words.is_empty())
}

/// What was found, in a sentence.
fn finding_text(locale: Locale, finding: &Finding) -> String {
    match finding {
        Finding::MailIsCaught => td_string!(locale, doctor.mail_caught).to_owned(),
        Finding::Connected { server } => {
            td_string!(locale, doctor.connected, server = server.as_str())
        }
        Finding::NotConnected { server, .. } => {
            td_string!(locale, doctor.not_connected, server = server.as_str())
        }
        Finding::Encrypted { from_start: true } => {
            td_string!(locale, doctor.encrypted_from_start).to_owned()
        }
        Finding::Encrypted { from_start: false } => td_string!(locale, doctor.encrypted).to_owned(),
        Finding::NotEncrypted { offered: true } => {
            td_string!(locale, doctor.not_encrypted_offered).to_owned()
        }
        Finding::NotEncrypted { offered: false } => {
            td_string!(locale, doctor.not_encrypted).to_owned()
        }
        Finding::ClearOnLoopback => td_string!(locale, doctor.clear_on_loopback).to_owned(),
        Finding::EncryptionFailed { .. } => td_string!(locale, doctor.encryption_failed).to_owned(),
        Finding::CertificateEnds { days, .. } => {
            let days = u64::try_from(*days).unwrap_or_default();
            td_string!(locale, doctor.certificate_days, count = days)
        }
        Finding::CertificateUnreadable => {
            td_string!(locale, doctor.certificate_unreadable).to_owned()
        }
        Finding::SignedIn => td_string!(locale, doctor.signed_in).to_owned(),
        Finding::NoSignIn => td_string!(locale, doctor.no_sign_in).to_owned(),
        Finding::SignInRefused { .. } => td_string!(locale, doctor.sign_in_refused).to_owned(),
        Finding::MessageTaken { to, .. } => {
            td_string!(locale, doctor.message_taken, to = to.as_str())
        }
        Finding::MessageRefused { to, .. } => {
            td_string!(locale, doctor.message_refused, to = to.as_str())
        }
        Finding::NobodyToWriteTo => td_string!(locale, doctor.nobody).to_owned(),
        Finding::NoAnswer { .. } => td_string!(locale, doctor.no_answer).to_owned(),
        Finding::SmsIsCaught => td_string!(locale, doctor.sms_caught).to_owned(),
        Finding::SmsGateway => td_string!(locale, doctor.sms).to_owned(),
        Finding::NoSendingDomain { domain } => {
            td_string!(locale, doctor.no_domain, domain = domain.as_str())
        }
        Finding::Spf { domain, record } => td_string!(
            locale,
            doctor.spf,
            domain = domain.as_str(),
            record = record.as_str()
        ),
        Finding::SpfMissing { domain } => {
            td_string!(locale, doctor.spf_missing, domain = domain.as_str())
        }
        Finding::SpfTwice { domain } => {
            td_string!(locale, doctor.spf_twice, domain = domain.as_str())
        }
        Finding::SpfOpenEnded { domain, record } => td_string!(
            locale,
            doctor.spf_open,
            domain = domain.as_str(),
            record = record.as_str()
        ),
        Finding::SpfLetsAll { domain, record } => td_string!(
            locale,
            doctor.spf_all,
            domain = domain.as_str(),
            record = record.as_str()
        ),
        Finding::Dkim { name } => td_string!(locale, doctor.dkim, name = name.as_str()),
        Finding::DkimRevoked { name } => {
            td_string!(locale, doctor.dkim_revoked, name = name.as_str())
        }
        Finding::DkimMissing { name } => {
            td_string!(locale, doctor.dkim_missing, name = name.as_str())
        }
        Finding::DkimUnknown { domain } => {
            td_string!(locale, doctor.dkim_unknown, domain = domain.as_str())
        }
        Finding::Dmarc { name, policy } => td_string!(
            locale,
            doctor.dmarc,
            name = name.as_str(),
            policy = policy.as_str()
        ),
        Finding::DmarcOnlyWatches { name } => {
            td_string!(locale, doctor.dmarc_watches, name = name.as_str())
        }
        Finding::DmarcMissing { domain } => {
            td_string!(locale, doctor.dmarc_missing, domain = domain.as_str())
        }
        Finding::DmarcUnreadable { name, record } => td_string!(
            locale,
            doctor.dmarc_unreadable,
            name = name.as_str(),
            record = record.as_str()
        ),
        Finding::PublicUrl { url } => td_string!(locale, doctor.url, url = url.as_str()),
        Finding::PublicUrlOnlyHere { url } => {
            td_string!(locale, doctor.url_only_here, url = url.as_str())
        }
        Finding::PublicUrlNotHttps { url } => {
            td_string!(locale, doctor.url_not_https, url = url.as_str())
        }
        Finding::PublicUrlSilent { url, .. } => {
            td_string!(locale, doctor.url_silent, url = url.as_str())
        }
        Finding::PublicUrlOther { url, status } => {
            td_string!(
                locale,
                doctor.url_stranger,
                url = url.as_str(),
                status = *status
            )
        }
    }
}

/// What to do about it; `None`: nothing.
fn advice(locale: Locale, finding: &Finding) -> Option<&'static str> {
    let text = match finding {
        Finding::MailIsCaught => td_string!(locale, doctor.mail_caught_do),
        Finding::NotConnected { .. } => td_string!(locale, doctor.not_connected_do),
        Finding::NotEncrypted { offered: true } => {
            td_string!(locale, doctor.not_encrypted_offered_do)
        }
        Finding::NotEncrypted { offered: false } => td_string!(locale, doctor.not_encrypted_do),
        Finding::EncryptionFailed { .. } => td_string!(locale, doctor.encryption_failed_do),
        Finding::CertificateEnds { .. } if finding.light() != Light::Green => {
            td_string!(locale, doctor.certificate_do)
        }
        Finding::CertificateUnreadable => td_string!(locale, doctor.certificate_unreadable_do),
        Finding::SignInRefused { .. } => td_string!(locale, doctor.sign_in_refused_do),
        Finding::MessageRefused { .. } => td_string!(locale, doctor.message_refused_do),
        Finding::NobodyToWriteTo => td_string!(locale, doctor.nobody_do),
        Finding::NoSendingDomain { .. } => td_string!(locale, doctor.no_domain_do),
        Finding::NoAnswer { .. } => td_string!(locale, doctor.no_answer_do),
        Finding::Spf { .. } => td_string!(locale, doctor.spf_do),
        Finding::SpfMissing { .. } => td_string!(locale, doctor.spf_missing_do),
        Finding::SpfTwice { .. } => td_string!(locale, doctor.spf_twice_do),
        Finding::SpfOpenEnded { .. } => td_string!(locale, doctor.spf_open_do),
        Finding::SpfLetsAll { .. } => td_string!(locale, doctor.spf_all_do),
        Finding::Dkim { .. } => td_string!(locale, doctor.dkim_do),
        Finding::DkimRevoked { .. } => td_string!(locale, doctor.dkim_revoked_do),
        Finding::DkimMissing { .. } => td_string!(locale, doctor.dkim_missing_do),
        Finding::DkimUnknown { .. } => td_string!(locale, doctor.dkim_unknown_do),
        Finding::DmarcOnlyWatches { .. } => td_string!(locale, doctor.dmarc_watches_do),
        Finding::DmarcMissing { .. } => td_string!(locale, doctor.dmarc_missing_do),
        Finding::DmarcUnreadable { .. } => td_string!(locale, doctor.dmarc_unreadable_do),
        Finding::PublicUrlOnlyHere { .. } => td_string!(locale, doctor.url_only_here_do),
        Finding::PublicUrlNotHttps { .. } => td_string!(locale, doctor.url_not_https_do),
        Finding::PublicUrlSilent { .. } => td_string!(locale, doctor.url_silent_do),
        Finding::PublicUrlOther { .. } => td_string!(locale, doctor.url_stranger_do),
        Finding::SmsIsCaught => td_string!(locale, doctor.sms_caught_do),
        _ => return None,
    };
    Some(text)
}

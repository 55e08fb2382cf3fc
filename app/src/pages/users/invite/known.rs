//! The people of the list whom the directory knows already: who is left out, and sending again.

use leptos::prelude::*;
use types::batch::{RecipientVerdict, SendPreview, Verdict, VerdictCounts};

use super::{draft::Draft, preview::Sending};
use crate::components::language::use_locale;
use crate::i18n::{Locale, td_string};

/// "Of these people: 3 already active, 2 already invited", their names, and the choice to send to
/// the invited again.
#[component]
pub fn KnownPeople(draft: Draft, sending: Sending) -> impl IntoView {
    let locale = use_locale();
    let preview = sending.fresh;
    let list =
        move || preview.with(|preview| preview.as_ref().map(|it| counts_text(locale, it.counts)));
    let left_out =
        Memo::new(move |_| preview.with(|it| it.as_ref().map(LeftOut::of).unwrap_or_default()));
    view! {
        <div role="status">
            {move || {
                list().filter(|list| !list.is_empty()).map(|list| {
                    view! { <p class="text-sm">{td_string!(locale, invite.known, list = list)}</p> }
                })
            }}
        </div>
        <Show when=move || { left_out.with(|it| it.total > 0) }>
            <Names left_out sending />
        </Show>
        <SendAgain draft sending />
    }
}

/// How many the server knows, in words.
fn counts_text(locale: Locale, counts: VerdictCounts) -> String {
    let mut parts = Vec::new();
    if counts.already_active > 0 {
        parts.push(td_string!(
            locale,
            invite.already_active,
            count = counts.already_active
        ));
    }
    if counts.already_invited > 0 {
        parts.push(td_string!(
            locale,
            invite.already_invited,
            count = counts.already_invited
        ));
    }
    if counts.deactivated > 0 {
        parts.push(td_string!(
            locale,
            invite.deactivated,
            count = counts.deactivated
        ));
    }
    if counts.role_above_yours > 0 {
        parts.push(td_string!(
            locale,
            invite.above,
            count = counts.role_above_yours
        ));
    }
    if counts.domain_not_allowed > 0 {
        parts.push(td_string!(
            locale,
            invite.other_domain,
            count = counts.domain_not_allowed
        ));
    }
    if counts.over_seats > 0 {
        parts.push(td_string!(
            locale,
            invite.over_seats,
            count = counts.over_seats
        ));
    }
    for (count, text) in [
        (
            counts.no_email,
            td_string!(locale, invite.no_email, count = counts.no_email),
        ),
        (
            counts.no_phone,
            td_string!(locale, invite.no_phone, count = counts.no_phone),
        ),
        (
            counts.channel_not_allowed,
            td_string!(
                locale,
                invite.channel_not_allowed,
                count = counts.channel_not_allowed
            ),
        ),
        (
            counts.no_mail_server,
            td_string!(locale, invite.no_mail_server, count = counts.no_mail_server),
        ),
        (
            counts.bounced,
            td_string!(locale, invite.bounced, count = counts.bounced),
        ),
    ] {
        if count > 0 {
            parts.push(text);
        }
    }
    parts.join(", ")
}

/// The people who get nothing although their addresses are right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct LeftOut {
    total: u32,
    named: Vec<RecipientVerdict>,
}

impl LeftOut {
    fn of(preview: &SendPreview) -> Self {
        let counts = preview.counts;
        let seen_above = |it: &&RecipientVerdict| {
            !matches!(
                it.verdict,
                Verdict::Ready | Verdict::Duplicate | Verdict::NotValid(_)
            )
        };
        Self {
            total: counts.skipped() - counts.duplicate - counts.not_valid,
            named: preview.skipped.iter().filter(seen_above).cloned().collect(),
        }
    }
}

#[component]
fn Names(left_out: Memo<LeftOut>, sending: Sending) -> impl IntoView {
    let locale = use_locale();
    let total = move || left_out.with(|it| it.total);
    let more = move || {
        left_out.with(|it| {
            it.total
                .saturating_sub(u32::try_from(it.named.len()).unwrap_or(u32::MAX))
        })
    };
    view! {
        <details class="rounded-box border border-base-300 text-sm">
            <summary class="cursor-pointer px-4 py-2 font-medium">
                {move || td_string!(locale, invite.who, count = total())}
            </summary>
            <ul class="max-h-60 divide-y divide-base-300 overflow-y-auto border-t border-base-300" tabindex="0">
                <For
                    each=move || left_out.get().named
                    key=|it| (it.address.clone(), it.verdict == Verdict::Deactivated)
                    let:it
                >
                    <li class="flex flex-wrap justify-between gap-x-4 px-4 py-2">
                        <span class="min-w-0 break-all">{it.address.clone()}</span>
                        <span class="text-base-content/75">
                            {verdict_text(locale, &it.verdict)}
                        </span>
                        {it.user
                            .filter(|_| it.verdict == Verdict::Deactivated)
                            .map(|user| {
                                let label = td_string!(
                                    locale,
                                    invite.activate_and_send_to,
                                    email = it.address.as_str()
                                );
                                view! {
                                    <button
                                        type="button"
                                        class="btn btn-xs"
                                        aria-label=label
                                        disabled=move || sending.pending.get()
                                        on:click=move |_| sending.activate_and_send(user)
                                    >
                                        {td_string!(locale, invite.activate_and_send)}
                                    </button>
                                }
                            })}
                    </li>
                </For>
            </ul>
            <Show when=move || { more() > 0 }>
                <p class="border-t border-base-300 px-4 py-2 text-base-content/75">
                    {move || td_string!(locale, invite.more, count = more())}
                </p>
            </Show>
        </details>
    }
}

fn verdict_text(locale: Locale, verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::AlreadyActive => td_string!(locale, invite.is_active),
        Verdict::AlreadyInvited => td_string!(locale, invite.is_invited),
        Verdict::Deactivated => td_string!(locale, invite.is_deactivated),
        Verdict::DomainNotAllowed => td_string!(locale, invite.is_of_other_domain),
        Verdict::RoleAboveYours => td_string!(locale, invite.is_above),
        Verdict::OverSeats => td_string!(locale, invite.is_over_seats),
        Verdict::NoEmail => td_string!(locale, invite.has_no_email),
        Verdict::NoPhone => td_string!(locale, invite.has_no_phone),
        Verdict::ChannelNotAllowed => td_string!(locale, invite.not_by_this_way),
        Verdict::NoMailServer => td_string!(locale, invite.has_no_mail_server),
        Verdict::Bounced => td_string!(locale, invite.has_bounced),
        _ => "",
    }
}

/// The checkbox "Send again to ...": there while someone is invited already, or it is ticked.
#[component]
fn SendAgain(draft: Draft, sending: Sending) -> impl IntoView {
    let locale = use_locale();
    let invited = move || sending.invited.get().unwrap_or_default();
    let offered = Memo::new(move |_| draft.resend.get() || invited() > 0);
    view! {
        <Show when=move || offered.get()>
            <div class="flex gap-3">
                <input
                    type="checkbox"
                    id="invite-again"
                    class="checkbox checkbox-sm mt-0.5"
                    aria-describedby="invite-again-hint"
                    prop:checked=move || draft.resend.get()
                    on:change=move |event| draft.resend.set(event_target_checked(&event))
                />
                <div class="text-sm">
                    <label for="invite-again" class="font-medium">
                        {move || {
                            if invited() > 0 {
                                td_string!(locale, invite.again, count = invited())
                            } else {
                                td_string!(locale, invite.again_all).to_owned()
                            }
                        }}
                    </label>
                    <p id="invite-again-hint" class="text-base-content/75">
                        {td_string!(locale, invite.again_hint)}
                    </p>
                </div>
            </div>
        </Show>
    }
}

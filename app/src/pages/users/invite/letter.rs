//! "Preview": the e-mail as it will look, and what the invited people will see.

use leptos::{html, prelude::*, task::spawn_local};
use types::{
    access::{RoleChoice, RoleKind},
    batch::{LetterPreview, LetterRequest},
    recipients,
    resources::{Access, AccessChoices, Reach, ResourceKind},
    users::InviteChoices,
};

use super::{
    draft::Draft,
    settings::{shown_access, shown_role},
};
use crate::{
    api::{AppError, batches::preview_letter},
    components::{
        access_picker::{any_choice, feature_text, things_text},
        badge::role_name,
        dialog::Sheet,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

/// The name of the frame that the letter's HTML is posted into.
const FRAME: &str = "invite-letter";
/// From so many on names are folded away.
const FOLDED_FROM: usize = 8;

/// Opens the preview, once it is known what can be chosen.
#[component]
pub fn PreviewButton(
    open: RwSignal<bool>,
    choices: RwSignal<Option<InviteChoices>>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <button
            type="button"
            class="btn btn-sm"
            aria-haspopup="dialog"
            disabled=move || choices.with(Option::is_none)
            on:click=move |_| open.set(true)
        >
            <Icon name=IconName::Eye class="size-4" />
            {td_string!(locale, invite.preview)}
        </button>
    }
}

/// The role that is shown in the dialog.
fn role_of(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> Option<RoleChoice> {
    choices.with(|choices| shown_role(draft, choices.as_ref()?).cloned())
}

/// What the letter is made of. The address is the first one that is one.
fn asked(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> LetterRequest {
    let recipient = draft.text.with(|text| {
        let entries = recipients::parse(text).entries;
        let ready = entries.iter().filter_map(|entry| match &entry.reading {
            recipients::Reading::Ready(recipient) => Some(recipient),
            _ => None,
        });
        recipients::write(ready.take(1))
    });
    LetterRequest {
        recipient,
        role: role_of(draft, choices).map(|role| role.id),
        lifetime: draft.lifetime().ok(),
        language: Some(draft.language.get()),
        message: draft.message.get(),
    }
}

#[component]
pub fn PreviewSheet(
    open: RwSignal<bool>,
    draft: Draft,
    choices: RwSignal<Option<InviteChoices>>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Sheet open id="invite-preview" title=td_string!(locale, invite.preview)>
            <div class="grid gap-8">
                <LetterView asked=untrack(|| asked(draft, choices)) />
                <WhatTheySee draft choices />
            </div>
        </Sheet>
    }
}

/// The letter: its head, and its body in a frame that can do nothing.
#[component]
fn LetterView(asked: LetterRequest) -> impl IntoView {
    let locale = use_locale();
    let answer = RwSignal::new(None::<Result<LetterPreview, AppError>>);
    let form = NodeRef::<html::Form>::new();
    let sent = serde_json::to_string(&asked).unwrap_or_default();
    spawn_local(async move {
        // The preview may have been closed meanwhile.
        let _ = answer.try_set(Some(preview_letter(asked).await));
    });
    // The body is an answer of its own, with a policy that allows what letters need: their styles.
    Effect::new(move |_| {
        if answer.with(|answer| matches!(answer, Some(Ok(_))))
            && let Some(form) = form.get()
        {
            let _ = form.submit();
        }
    });
    let head = move || {
        answer.get().map(|answer| match answer {
            Ok(head) => view! { <Head head /> }.into_any(),
            Err(error) => view! { <Alert error /> }.into_any(),
        })
    };
    let failed = move || answer.with(|answer| matches!(answer, Some(Err(_))));
    view! {
        <section aria-labelledby="invite-letter-heading">
            <h3 id="invite-letter-heading" class="mb-3 font-semibold">
                {td_string!(locale, invite.preview_letter)}
            </h3>
            <div class="min-h-14">{head}</div>
            <form
                node_ref=form
                method="post"
                action="/users/invite/letter"
                target=FRAME
                hidden
            >
                <input type="hidden" name="request" value=sent />
            </form>
            <iframe
                name=FRAME
                title=td_string!(locale, invite.preview_frame)
                sandbox=""
                class="mt-3 block h-[32rem] w-full rounded-box border border-base-300 bg-white"
                hidden=failed
            ></iframe>
        </section>
    }
}

#[component]
fn Head(head: LetterPreview) -> impl IntoView {
    let locale = use_locale();
    view! {
        <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
            <dt class="text-base-content/70">{td_string!(locale, invite.preview_to)}</dt>
            <dd class="break-words">{head.to}</dd>
            <dt class="text-base-content/70">{td_string!(locale, invite.preview_subject)}</dt>
            <dd class="break-words">{head.subject}</dd>
        </dl>
    }
}

/// Role, things and features by name.
#[component]
fn WhatTheySee(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> impl IntoView {
    let locale = use_locale();
    let role = untrack(|| role_of(draft, choices));
    let access = match &role {
        Some(role) if role.kind == RoleKind::Owner => Access::everything(),
        _ => untrack(|| shown_access(draft, choices)),
    };
    let offered = choices.with_untracked(|choices| {
        let choices = choices.as_ref();
        choices.map(|it| it.access.clone()).unwrap_or_default()
    });
    let is_owner = role
        .as_ref()
        .is_some_and(|role| role.kind == RoleKind::Owner);
    let unchosen = draft.access.with_untracked(Option::is_none) && !is_owner;
    let rows = ResourceKind::ALL
        .iter()
        .filter_map(|kind| {
            let names = names(*kind, &access, &offered)?;
            let all = matches!(access.of(*kind), Reach::All);
            Some(view! { <KindRow kind=*kind all names /> })
        })
        .collect_view();
    let features = offered
        .features
        .iter()
        .filter(|feature| access.allows(**feature))
        .map(|feature| {
            view! {
                <li class="flex gap-2">
                    <Icon name=IconName::Check class="mt-0.5 size-4 text-success" />
                    {feature_text(locale, *feature)}
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="invite-see-heading">
            <h3 id="invite-see-heading" class="mb-3 font-semibold">
                {td_string!(locale, access.see_heading)}
            </h3>
            <dl class="grid gap-3 text-sm">
                {role
                    .map(|role| {
                        view! {
                            <div>
                                <dt class="text-base-content/70">
                                    {td_string!(locale, access.role)}
                                </dt>
                                <dd>{role_name(locale, role.kind, &role.name)}</dd>
                            </div>
                        }
                    })} {rows}
            </dl>
            <ul class="mt-3 grid gap-1 text-sm empty:hidden" role="list">
                {features}
            </ul>
            {(!any_choice(&offered))
                .then(|| {
                    view! {
                        <p class="mt-3 text-sm text-base-content/75">
                            {td_string!(locale, access.see_nothing_kinds)}
                        </p>
                    }
                })}
            {(unchosen && any_choice(&offered))
                .then(|| {
                    view! {
                        <p class="mt-3 text-sm text-base-content/75">
                            {td_string!(locale, access.see_lead)}
                        </p>
                    }
                })}
        </section>
    }
}

/// Those of a kind that are reached; `None` where there is nothing of it.
fn names(kind: ResourceKind, access: &Access, offered: &AccessChoices) -> Option<Vec<String>> {
    offered.of(kind).next()?;
    let reached = offered.of(kind).filter(|it| access.of(kind).has(it.id));
    Some(reached.map(|it| it.name.clone()).collect())
}

#[component]
fn KindRow(kind: ResourceKind, all: bool, names: Vec<String>) -> impl IntoView {
    let locale = use_locale();
    let count = names.len();
    let joined = names.join(", ");
    let text = match (all, count) {
        (_, 0) => td_string!(locale, access.nothing).into_any(),
        (true, _) if count >= FOLDED_FROM => td_string!(locale, access.all).into_any(),
        (true, _) => format!("{}: {joined}", td_string!(locale, access.all)).into_any(),
        (false, _) if count >= FOLDED_FROM => view! {
            <details>
                <summary class="cursor-pointer">
                    {td_string!(locale, access.names_more, count = count)}
                </summary>
                {joined}
            </details>
        }
        .into_any(),
        (false, _) => joined.into_any(),
    };
    view! {
        <div>
            <dt class="text-base-content/70">{things_text(locale, kind)}</dt>
            <dd class="break-words">{text}</dd>
        </div>
    }
}

//! The settings of the invitations: role, access, expiry, language, message.

use leptos::prelude::*;
use types::{
    access::{RoleChoice, RoleKind},
    language::Language,
    refusal::LONGEST_MESSAGE,
    resources::Access,
    users::InviteChoices,
};

use super::draft::{Draft, Expiry, Unit};
use crate::components::{
    access_picker::{AccessPicker, any_choice},
    badge::role_name,
    language::use_locale,
};
use crate::{i18n::td_string, pages::via::ViaField};

const LABEL: &str = "mb-1 block text-sm font-medium";
const HINT: &str = "mt-1 text-sm text-base-content/75";
const FAULT: &str = "mt-1 text-sm text-error";

/// All six, with the organization's defaults once they are known.
#[component]
pub fn Settings(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> impl IntoView {
    view! {
        <div class="grid gap-6 sm:grid-cols-2">
            <div class="sm:col-span-2">
                <RoleField draft choices />
            </div>
            <AccessField draft choices />
            <ExpiryField draft />
            <LanguageField draft />
            <ViaField id="invite-via" via=draft.via />
            <div class="sm:col-span-2">
                <MessageField draft />
            </div>
        </div>
    }
}

/// The role that is chosen or, until one is, the one that new people get.
pub fn shown_role(draft: Draft, choices: &InviteChoices) -> Option<&RoleChoice> {
    let shown = draft.role.get().or(choices.default_role);
    let mut roles = choices.roles.iter();
    let found = roles.find(|role| Some(role.id) == shown);
    found.or(choices.roles.first())
}

#[component]
fn RoleField(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> impl IntoView {
    let locale = use_locale();
    let roles = Memo::new(move |_| {
        choices.with(|choices| {
            choices
                .as_ref()
                .map(|it| it.roles.clone())
                .unwrap_or_default()
        })
    });
    let shown =
        Memo::new(move |_| choices.with(|choices| Some(shown_role(draft, choices.as_ref()?)?.id)));
    let choose = move |event| {
        let chosen = event_target_value(&event).parse().ok();
        draft.role.set(chosen);
    };
    let options = move || {
        let options = roles.get().into_iter().map(|role| {
            view! {
                <option
                    value=role.id.to_string()
                    prop:selected=move || shown.get() == Some(role.id)
                >
                    {role_name(locale, role.kind, &role.name)}
                </option>
            }
        });
        options.collect_view()
    };
    view! {
        <label class=LABEL for="invite-role">
            {td_string!(locale, invite.role)}
        </label>
        <select
            id="invite-role"
            class="select w-full"
            aria-describedby="invite-role-hint"
            disabled=move || roles.with(Vec::is_empty)
            on:change=choose
        >
            <Show when=move || choices.with(Option::is_none)>
                <option value="">{td_string!(locale, invite.loading)}</option>
            </Show>
            {options}
        </select>
        <p id="invite-role-hint" class=HINT>
            {td_string!(locale, invite.role_hint)}
        </p>
    }
}

/// The access that is chosen or, until one is, the one that new people get.
pub fn shown_access(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> Access {
    draft.access.get().unwrap_or_else(|| {
        choices.with(|choices| {
            let choices = choices.as_ref();
            choices.map(|it| it.access.usual()).unwrap_or_default()
        })
    })
}

/// What can be reached; nothing where the organization has nothing to choose from.
#[component]
fn AccessField(draft: Draft, choices: RwSignal<Option<InviteChoices>>) -> impl IntoView {
    let locale = use_locale();
    let offered = Memo::new(move |_| {
        choices.with(|choices| {
            let choices = choices.as_ref();
            choices.map(|it| it.access.clone()).unwrap_or_default()
        })
    });
    let access = Memo::new(move |_| shown_access(draft, choices));
    let on_change = Callback::new(move |access| draft.access.set(Some(access)));
    let of_owner = Memo::new(move |_| {
        choices.with(|choices| {
            let shown = choices.as_ref().and_then(|it| shown_role(draft, it));
            shown.is_some_and(|role| role.kind == RoleKind::Owner)
        })
    });
    view! {
        <Show when=move || of_owner.get() && offered.with(any_choice)>
            <p class="text-sm text-base-content/75 sm:col-span-2">
                {td_string!(locale, access.of_owner)}
            </p>
        </Show>
        <Show when=move || !of_owner.get() && offered.with(any_choice)>
            <div class="sm:col-span-2">
                <AccessPicker prefix="invite-access" choices=offered access on_change />
                <p class=HINT>
                    {td_string!(locale, invite.access_hint)}
                    <Show when=move || draft.access.with(Option::is_some)>
                        " "
                        <button
                            type="button"
                            class="link"
                            on:click=move |_| draft.access.set(None)
                        >
                            {td_string!(locale, invite.keep_access)}
                        </button>
                    </Show>
                </p>
            </div>
        </Show>
    }
}

/// An `<option>` for each expiry, with the word it travels under in the page.
const EXPIRIES: [(&str, Expiry); 4] = [
    ("24", Expiry::Day),
    ("72", Expiry::ThreeDays),
    ("168", Expiry::Week),
    ("custom", Expiry::Custom),
];

#[component]
fn ExpiryField(draft: Draft) -> impl IntoView {
    let locale = use_locale();
    let choose = move |event| {
        let word = event_target_value(&event);
        if let Some((_, expiry)) = EXPIRIES.iter().find(|(name, _)| *name == word) {
            draft.choose_expiry(*expiry);
        }
    };
    let text = move |expiry| match expiry {
        Expiry::Day => td_string!(locale, invite.day),
        Expiry::ThreeDays => td_string!(locale, invite.three_days),
        Expiry::Week => td_string!(locale, invite.week),
        Expiry::Custom => td_string!(locale, invite.custom),
    };
    let options = EXPIRIES.map(|(word, expiry)| {
        view! {
            <option value=word prop:selected=move || draft.expiry.get() == expiry>
                {move || text(expiry)}
            </option>
        }
    });
    view! {
        <div>
            <label class=LABEL for="invite-expiry">
                {td_string!(locale, invite.expires_in)}
            </label>
            <select id="invite-expiry" class="select w-full" on:change=choose>
                {options.collect_view()}
            </select>
            <Show when=move || draft.expiry.get() == Expiry::Custom>
                <CustomTime draft />
            </Show>
        </div>
    }
}

#[component]
fn CustomTime(draft: Draft) -> impl IntoView {
    let locale = use_locale();
    let wrong = Memo::new(move |_| draft.lifetime().is_err());
    let choose_unit = move |event| {
        let days = event_target_value(&event) == "days";
        draft.unit.set(if days { Unit::Days } else { Unit::Hours });
    };
    view! {
        <div class="mt-2 grid grid-cols-2 gap-2">
            <label>
                <span class="sr-only">{td_string!(locale, invite.amount)}</span>
                <input
                    type="number"
                    class="input w-full tabular-nums"
                    min="1"
                    max=move || if draft.unit.get() == Unit::Days { "30" } else { "720" }
                    step="1"
                    inputmode="numeric"
                    aria-invalid=move || wrong.get().to_string()
                    aria-describedby="invite-custom-fault"
                    prop:value=move || draft.amount.get()
                    on:input=move |event| draft.amount.set(event_target_value(&event))
                />
            </label>
            <label>
                <span class="sr-only">{td_string!(locale, invite.unit)}</span>
                <select class="select w-full" on:change=choose_unit>
                    <option value="hours" prop:selected=move || draft.unit.get() == Unit::Hours>
                        {td_string!(locale, invite.hours)}
                    </option>
                    <option value="days" prop:selected=move || draft.unit.get() == Unit::Days>
                        {td_string!(locale, invite.days)}
                    </option>
                </select>
            </label>
        </div>
        <p id="invite-custom-fault" role="status" class=FAULT>
            {move || wrong.get().then(|| td_string!(locale, invite.out_of_range))}
        </p>
    }
}

#[component]
fn LanguageField(draft: Draft) -> impl IntoView {
    let locale = use_locale();
    let choose = move |event| {
        if let Ok(language) = event_target_value(&event).parse() {
            draft.choose_language(language);
        }
    };
    let options = Language::ALL.iter().map(|language| {
        let language = *language;
        // Each in its own words, whatever the page's language is.
        let name = match language {
            Language::En => "English",
            Language::Ru => "Русский",
        };
        view! {
            <option
                value=language.as_str()
                lang=language.as_str()
                prop:selected=move || draft.language.get() == language
            >
                {name}
            </option>
        }
    });
    view! {
        <div>
            <label class=LABEL for="invite-language">
                {td_string!(locale, invite.language)}
            </label>
            <select id="invite-language" class="select w-full" on:change=choose>
                {options.collect_view()}
            </select>
        </div>
    }
}

#[component]
fn MessageField(draft: Draft) -> impl IntoView {
    let locale = use_locale();
    let used = Memo::new(move |_| draft.message.with(|message| message.chars().count()));
    let wrong = Memo::new(move |_| draft.message_is_too_long());
    view! {
        <div class="flex items-baseline justify-between gap-4">
            <label class=LABEL for="invite-message">
                {td_string!(locale, invite.message)}
            </label>
            <span class="text-sm text-base-content/75">
                {td_string!(locale, invite.optional)}
            </span>
        </div>
        <textarea
            id="invite-message"
            class="textarea w-full text-base"
            rows="3"
            aria-describedby="invite-message-hint invite-message-fault"
            aria-invalid=move || wrong.get().to_string()
            prop:value=move || draft.message.get()
            on:input=move |event| draft.message.set(event_target_value(&event))
        ></textarea>
        <p
            id="invite-message-hint"
            class="mt-1 flex flex-wrap justify-between gap-x-4 text-sm text-base-content/75"
        >
            <span>{td_string!(locale, invite.message_hint)}</span>
            " "
            <span class="tabular-nums">
                {move || td_string!(locale, invite.message_count, used = used.get(), most = LONGEST_MESSAGE)}
            </span>
        </p>
        <p id="invite-message-fault" role="status" class=FAULT>
            {move || wrong.get().then(|| td_string!(locale, invite.too_long, most = LONGEST_MESSAGE))}
        </p>
    }
}

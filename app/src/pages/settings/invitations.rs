//! How the organization invites.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use types::{
    access::{Permission, RoleKind},
    invitation::{Channel, Lifetime},
    language::Language,
    organization::{
        InvitationsPage as Page, OfferBy, Requests, Setting, Unit, Verification, WordingKey,
    },
    session::Flash,
};

use super::{
    domains::DomainsForm,
    panel::{Form, HINT, LABEL, SettingsForm, language_name},
    reminders::RemindersForm,
    wording::WordsPanel,
    words_address,
};
use crate::{
    api::{
        account::take_flash,
        organization::{Panel, read_invitation_settings},
    },
    components::{badge::role_name, fault::Alert, field::TextField, language::use_locale},
    i18n::td_string,
    pages::console::{Allowed, Loading, PageTitle},
};

/// `/settings/invitations`; `?words=<language>` says which words are shown.
#[component]
pub fn InvitationSettingsPage() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PageTitle text=td_string!(locale, organization.invitations_heading) />
        <h1 class="text-2xl font-semibold tracking-tight">
            {td_string!(locale, organization.invitations_heading)}
        </h1>
        <p class="mt-2 text-base-content/80">{td_string!(locale, organization.invitations_lead)}</p>
        <Allowed permission=Permission::ManageOrganization>
            <Content />
        </Allowed>
    }
}

#[component]
fn Content() -> impl IntoView {
    let page = Resource::new_blocking(|| (), |()| read_invitation_settings());
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    view! {
        <div class="mt-6">
            <Suspense fallback=Loading>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    match page.await {
                        Ok(page) => view! { <Panels page flash /> }.into_any(),
                        Err(error) => view! { <Alert error /> }.into_any(),
                    }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn Panels(page: Page, flash: Flash) -> impl IntoView {
    let form = |panel| Form::new(panel, &page.settings, &flash);
    let (expiry, offer, reminders, domains, sender) = (
        form(Panel::Expiry),
        form(Panel::Offer),
        form(Panel::Reminders),
        form(Panel::Domains),
        form(Panel::Sender),
    );
    let words = form(Panel::Wording).flash;
    view! {
        <div class="space-y-6">
            <div class="max-w-3xl space-y-6">
                <ExpiryForm form=expiry page=page.clone() />
                <OfferForm form=offer />
                <RemindersForm form=reminders />
                <DomainsForm form=domains />
                <SenderForm form=sender />
            </div>
            <Words page flash=words />
        </div>
    }
}

#[component]
fn ExpiryForm(form: Form, page: Page) -> impl IntoView {
    let locale = use_locale();
    let hours = form.value(Setting::InvitationHours);
    let common = [
        (Lifetime::DAY, td_string!(locale, invite.day)),
        (Lifetime::THREE_DAYS, td_string!(locale, invite.three_days)),
        (Lifetime::WEEK, td_string!(locale, invite.week)),
    ];
    let common = common.map(|(lifetime, text)| (lifetime.in_hours().to_string(), text));
    let is_custom = common.iter().all(|(value, _)| *value != hours);
    let (amount, unit) = match hours.parse::<u32>() {
        Ok(hours) if is_custom && hours.is_multiple_of(24) => (hours / 24, Unit::Days),
        Ok(hours) if is_custom => (hours, Unit::Hours),
        _ => (14, Unit::Days),
    };
    let choices = common
        .into_iter()
        .chain([("custom".to_owned(), td_string!(locale, invite.custom))])
        .map(|(value, text)| {
            let checked = value == hours || is_custom && value == "custom";
            view! {
                <label class="flex min-h-8 items-center gap-3">
                    <input
                        type="radio"
                        class="radio radio-sm"
                        name="wanted[invitation_hours]"
                        value=value
                        checked=checked
                    />
                    {text}
                </label>
            }
        })
        .collect_view();
    let is_wrong = form.is_wrong(Setting::InvitationHours);
    let described = form.described_by(Setting::InvitationHours, "expires-hint");
    let hint = form.hint(
        locale,
        Setting::InvitationHours,
        td_string!(locale, organization.expires_effect),
    );
    let units = [
        (Unit::Hours, td_string!(locale, invite.hours)),
        (Unit::Days, td_string!(locale, invite.days)),
    ];
    let units = units.map(|(it, text)| {
        view! {
            <option value=it.as_str() selected=it == unit>
                {text}
            </option>
        }
    });
    view! {
        <SettingsForm
            form=form.clone()
            settings=&[Setting::InvitationHours, Setting::DefaultRole]
            title=td_string!(locale, organization.expiry)
        >
            <fieldset aria-describedby=described.clone()>
                <legend class=LABEL>{td_string!(locale, organization.expires_in)}</legend>
                {choices}
                <div class="mt-1 ml-8 grid max-w-xs grid-cols-2 gap-2">
                    <input
                        type="number"
                        name="amount"
                        class="input w-full text-base tabular-nums"
                        class:input-error=is_wrong
                        min="1"
                        max="720"
                        inputmode="numeric"
                        aria-label=td_string!(locale, invite.amount)
                        aria-invalid=is_wrong.then_some("true")
                        aria-describedby=described.clone()
                        value=amount
                    />
                    <select
                        name="unit"
                        class="select w-full text-base"
                        aria-label=td_string!(locale, invite.unit)
                    >
                        {units.into_iter().collect_view()}
                    </select>
                </div>
                <p id="expires-hint" class=HINT>
                    {hint}
                </p>
            </fieldset>
            <RoleField form page />
        </SettingsForm>
    }
}

#[component]
fn RoleField(form: Form, page: Page) -> impl IntoView {
    let locale = use_locale();
    let chosen = form.value(Setting::DefaultRole);
    // The built-in one is what there is without any choice.
    let value = |role: &types::access::RoleChoice| match role.kind {
        RoleKind::User => String::new(),
        _ => role.id.to_string(),
    };
    let is_above = !chosen.is_empty() && page.roles.iter().all(|role| value(role) != chosen);
    let options = page
        .roles
        .iter()
        .map(|role| {
            let value = value(role);
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {role_name(locale, role.kind, &role.name)}
                </option>
            }
        })
        .collect_view();
    let above = is_above.then(|| {
        view! {
            <option value=chosen selected=true>
                {td_string!(locale, organization.role_above)}
            </option>
        }
    });
    let described = form.described_by(Setting::DefaultRole, "default-role-hint");
    view! {
        <div>
            <label class=LABEL for="default-role">
                {td_string!(locale, organization.default_role)}
            </label>
            <select
                id="default-role"
                name="wanted[default_role]"
                class="select w-full text-base"
                aria-describedby=described
            >
                {above}
                {options}
            </select>
            <p id="default-role-hint" class=HINT>
                {td_string!(locale, organization.default_role_effect)}
            </p>
        </div>
    }
}

/// What an invitation carries, and what becomes of it when somebody asks for a new one.
#[component]
fn OfferForm(form: Form) -> impl IntoView {
    let locale = use_locale();
    let offer = [
        (
            OfferBy::Link.as_str(),
            td_string!(locale, organization.offer_link),
        ),
        (
            OfferBy::TemporaryPassword.as_str(),
            td_string!(locale, organization.offer_password),
        ),
    ];
    let requests = [
        (
            Requests::AtOnce.as_str(),
            td_string!(locale, organization.requests_at_once),
        ),
        (
            Requests::Approved.as_str(),
            td_string!(locale, organization.requests_approved),
        ),
    ];
    view! {
        <SettingsForm
            form=form.clone()
            settings=&[Setting::Offer, Setting::Requests]
            title=td_string!(locale, organization.signing_up)
        >
            <Choice
                form=form.clone()
                setting=Setting::Offer
                legend=td_string!(locale, organization.offer)
                choices=offer
                effect=td_string!(locale, organization.offer_effect)
            />
            <Choice
                form
                setting=Setting::Requests
                legend=td_string!(locale, organization.requests)
                choices=requests
                effect=td_string!(locale, organization.requests_effect)
            />
        </SettingsForm>
    }
}

/// One of two, with what it does.
#[component]
fn Choice(
    form: Form,
    setting: Setting,
    legend: &'static str,
    /// Each with its value.
    choices: [(&'static str, &'static str); 2],
    effect: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let value = form.value(setting);
    let id = format!("{setting}-hint");
    let described = form.described_by(setting, &id);
    let hint = form.hint(locale, setting, effect);
    let choices = choices.map(|(choice, text)| {
        view! {
            <label class="flex min-h-8 items-center gap-3">
                <input
                    type="radio"
                    class="radio radio-sm"
                    name=format!("wanted[{setting}]")
                    value=choice
                    checked=choice == value
                />
                {text}
            </label>
        }
    });
    view! {
        <fieldset aria-describedby=described>
            <legend class=LABEL>{legend}</legend>
            {choices.into_iter().collect_view()}
            <p id=id class=HINT>
                {hint}
            </p>
        </fieldset>
    }
}

#[component]
fn SenderForm(form: Form) -> impl IntoView {
    let locale = use_locale();
    let name = (
        form.value(Setting::SenderName),
        form.hint(
            locale,
            Setting::SenderName,
            td_string!(locale, organization.sender_name_effect),
        ),
        form.marking(Setting::SenderName),
    );
    let reply_to = (
        form.value(Setting::ReplyTo),
        form.hint(
            locale,
            Setting::ReplyTo,
            td_string!(locale, organization.reply_to_effect),
        ),
        form.marking(Setting::ReplyTo),
    );
    view! {
        <SettingsForm
            form
            settings=&[Setting::SenderName, Setting::ReplyTo]
            title=td_string!(locale, organization.sender)
            lead=td_string!(locale, organization.sender_lead)
        >
            <TextField
                label=td_string!(locale, organization.sender_name)
                name="wanted[sender_name]"
                value=name.0
                hint=name.1
                marking=name.2
            />
            <TextField
                label=td_string!(locale, organization.reply_to)
                name="wanted[reply_to]"
                kind="email"
                value=reply_to.0
                hint=reply_to.1
                marking=reply_to.2
            />
        </SettingsForm>
    }
}

/// The words of the language that the address names, of each kind of message there is.
#[component]
fn Words(page: Page, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let default: Language = page.settings.language.parse().unwrap_or_default();
    let language = Memo::new(move |_| {
        let asked = query.with(|query| query.get("words"));
        asked.and_then(|word| word.parse().ok()).unwrap_or(default)
    });
    let has_sms = page.verification == Verification::EmailOrSms;
    let tabs = Language::ALL
        .iter()
        .map(|it| {
            let it = *it;
            view! {
                <a
                    href=words_address(it)
                    lang=it.as_str()
                    class="btn btn-sm join-item px-4 font-normal aria-[current]:bg-base-300 aria-[current]:font-semibold"
                    aria-current=move || (language.get() == it).then_some("true")
                >
                    {language_name(it)}
                </a>
            }
        })
        .collect_view();
    let panels = move || {
        let language = language.get();
        let panel = |channel| {
            let key = WordingKey { channel, language };
            let own = flash.typed("channel") == channel.as_str();
            let flash = if own { flash.clone() } else { Flash::default() };
            view! { <WordsPanel page=page.clone() message=key flash /> }
        };
        view! {
            {panel(Channel::Email)}
            {has_sms.then(|| panel(Channel::Sms))}
        }
    };
    view! {
        <nav class="join" aria-label=td_string!(locale, organization.words_language)>
            {tabs}
        </nav>
        {panels}
    }
}

//! What the forms of the settings have in common.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{
    language::Language,
    organization::{Setting, Settings},
    refusal::Refusal,
    session::Flash,
};

use crate::{
    api::organization::{Panel, SaveSettings},
    components::{
        fault::{ALERT_ID, Alert, Notice, flash_error},
        field::Marking,
        language::use_locale,
    },
    i18n::{Locale, td_string},
};

pub const LABEL: &str = "mb-1.5 block text-sm font-medium";
pub const HINT: &str = "mt-1.5 text-sm text-base-content/75 break-words";

/// One form: what is stored, and what became of its last post.
#[derive(Clone)]
pub struct Form {
    pub panel: Panel,
    pub settings: Settings,
    /// Empty where the last post was another form's.
    pub flash: Flash,
}

impl Form {
    pub fn new(panel: Panel, settings: &Settings, flash: &Flash) -> Self {
        let own = flash.typed("panel") == panel.as_str();
        Self {
            panel,
            settings: settings.clone(),
            flash: if own { flash.clone() } else { Flash::default() },
        }
    }

    fn stored(&self, setting: Setting) -> String {
        self.settings.text(setting).to_owned()
    }

    /// What stands in the field: what was typed, where it was refused.
    pub fn value(&self, setting: Setting) -> String {
        let typed = self.flash.typed.get(setting.as_str());
        match typed {
            Some(typed) if !self.flash.done => typed.clone(),
            _ => self.stored(setting),
        }
    }

    /// Whether the refusal is about the field.
    pub fn is_wrong(&self, setting: Setting) -> bool {
        let about: &[Setting] = match self.flash.refusal {
            Some(Refusal::OrganizationNameMissing) => &[Setting::Name],
            Some(Refusal::OneLineOnly | Refusal::TextTooLong) => {
                &[Setting::Name, Setting::SenderName]
            }
            Some(Refusal::TimeZoneUnknown) => &[Setting::TimeZone],
            Some(Refusal::ColorNotValid) => &[Setting::Accent],
            Some(Refusal::LifetimeOutOfRange) => &[Setting::InvitationHours],
            Some(Refusal::RoleAboveYours) => &[Setting::DefaultRole],
            Some(Refusal::DomainsNotValid) => &[Setting::AllowedDomains],
            Some(Refusal::RemindersOutOfRange) => &[Setting::Reminders, Setting::ReminderHours],
            Some(Refusal::EmailNotValid) => &[Setting::ReplyTo],
            _ => &[],
        };
        about.contains(&setting)
    }

    pub fn marking(&self, setting: Setting) -> Marking {
        if self.is_wrong(setting) {
            Marking::Always
        } else {
            Marking::SayWhy
        }
    }

    /// For `aria-describedby` of a field with the hint `hint`.
    pub fn described_by(&self, setting: Setting, hint: &str) -> String {
        if self.is_wrong(setting) {
            format!("{ALERT_ID} {hint}")
        } else {
            hint.to_owned()
        }
    }

    /// The field's hint and, where somebody else has changed it meanwhile, what it is now.
    pub fn hint(&self, locale: Locale, setting: Setting, hint: &'static str) -> String {
        let moved = self.flash.refusal == Some(Refusal::ChangedMeanwhile)
            && self.value(setting) != self.stored(setting);
        if !moved {
            return hint.to_owned();
        }
        let now = match self.stored(setting) {
            now if now.is_empty() => td_string!(locale, people.moved_empty).to_owned(),
            now => td_string!(locale, people.moved, value = now.as_str()),
        };
        format!("{hint} {now}")
    }
}

/// A form that is posted as it is, with what it was drawn with.
#[component]
pub fn SettingsForm(
    form: Form,
    /// What it can change.
    settings: &'static [Setting],
    title: &'static str,
    #[prop(optional)] lead: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let locale = use_locale();
    let panel = form.panel.as_str();
    let seen = settings
        .iter()
        .map(|setting| {
            view! {
                <input
                    type="hidden"
                    name=format!("seen[{setting}]")
                    value=form.settings.text(*setting).to_owned()
                />
            }
        })
        .collect_view();
    view! {
        <PanelFrame panel=form.panel title lead>
            <Said flash=form.flash.clone() done=td_string!(locale, organization.saved) />
            <form method="post" action=SaveSettings::url() novalidate class="max-w-xl space-y-5">
                <input type="hidden" name="panel" value=panel />
                {seen}
                {children()}
                <button type="submit" class="btn btn-primary">
                    {td_string!(locale, organization.save)}
                </button>
            </form>
        </PanelFrame>
    }
}

/// One matter, under its heading.
#[component]
pub fn PanelFrame(
    panel: Panel,
    title: &'static str,
    #[prop(optional_no_strip)] lead: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let id = format!("{panel}-heading");
    view! {
        <section class="panel p-4 sm:p-6" aria-labelledby=id.clone()>
            <h2 id=id.clone() class="text-lg font-semibold">
                {title}
            </h2>
            {lead.map(|lead| view! { <p class="mt-1 max-w-2xl text-sm text-base-content/80">{lead}</p> })}
            <div class="mt-4 space-y-5">{children()}</div>
        </section>
    }
}

/// What became of the last post.
#[component]
pub fn Said(flash: Flash, done: &'static str) -> impl IntoView {
    let notice = flash.done.then(|| view! { <Notice>{done}</Notice> });
    let alert = flash_error(&flash).map(|error| view! { <Alert error /> });
    view! { {notice} {alert} }
}

/// Each language in its own words, whatever the page's language is.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Ru => "Русский",
    }
}

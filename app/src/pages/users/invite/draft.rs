//! What is typed in the dialog. It lives as long as the page, so that closing loses nothing.

use std::{ops::Range, time::Duration};

use leptos::prelude::*;
use types::{
    batch::{Audience, SendRequest},
    contact::EmailFault,
    ids::RoleId,
    invitation::{Lifetime, Via},
    language::Language,
    presets::Preset,
    recipients,
    refusal::{LONGEST_MESSAGE, MOST_RECIPIENTS, Refusal},
    resources::Access,
    users::InviteChoices,
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use super::address_box::BOX_ID;

/// How many bad entries are shown at once.
pub const BAD_SHOWN: usize = 20;

/// What "Expires in" offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Day,
    ThreeDays,
    Week,
    Custom,
}

/// What the number of a custom time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hours,
    Days,
}

impl Unit {
    const fn in_hours(self) -> u32 {
        match self {
            Self::Hours => 1,
            Self::Days => 24,
        }
    }
}

/// What is in the fields already, so that nothing is put there later: the defaults come when the server
/// has answered.
#[derive(Clone, Copy, Default)]
struct Begun {
    /// The organization's defaults are.
    defaults: bool,
    /// Somebody has chosen it.
    language: bool,
    /// Somebody has chosen it.
    expiry: bool,
}

/// The dialog's fields.
#[derive(Clone, Copy)]
pub struct Draft {
    pub open: RwSignal<bool>,
    pub text: RwSignal<String>,
    /// Whether the text area holds something newer than `text`.
    unread: StoredValue<bool>,
    /// `None` until one is chosen: people of the directory keep theirs.
    pub role: RwSignal<Option<RoleId>>,
    /// `None` until one is chosen: people of the directory keep theirs.
    pub access: RwSignal<Option<Access>>,
    pub expiry: RwSignal<Expiry>,
    pub amount: RwSignal<String>,
    pub unit: RwSignal<Unit>,
    pub language: RwSignal<Language>,
    pub via: RwSignal<Via>,
    pub message: RwSignal<String>,
    pub resend: RwSignal<bool>,
    begun: StoredValue<Begun>,
}

impl Draft {
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            unread: StoredValue::new(false),
            role: RwSignal::new(None),
            access: RwSignal::new(None),
            expiry: RwSignal::new(Expiry::Week),
            amount: RwSignal::new("14".to_owned()),
            unit: RwSignal::new(Unit::Days),
            language: RwSignal::new(Language::En),
            via: RwSignal::new(Via::Automatic),
            message: RwSignal::new(String::new()),
            resend: RwSignal::new(false),
            begun: StoredValue::new(Begun::default()),
        }
    }

    /// The text area has changed. It is read once the browser is done with it: a paste of many lines
    /// may come as many changes, each of which would be a reading of everything.
    pub fn has_changed(self) {
        if !self.unread.get_value() {
            self.unread.set_value(true);
            set_timeout(move || self.take_in(), Duration::ZERO);
        }
    }

    /// Reads the text area, if it holds something newer.
    pub fn take_in(self) {
        if self.unread.try_get_value() != Some(true) {
            return;
        }
        self.unread.set_value(false);
        let field = document().get_element_by_id(BOX_ID);
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
            self.text.set(field.value());
        }
    }

    /// Puts the organization's defaults in the fields, once.
    pub fn begin(self, choices: &InviteChoices) {
        let begun = self.begun.get_value();
        if begun.defaults {
            return;
        }
        self.begun.update_value(|begun| begun.defaults = true);
        if !begun.language {
            self.language.set(choices.default_language);
        }
        if begun.expiry {
            return;
        }
        let usual = Lifetime::hours(choices.default_hours);
        self.set_lifetime(usual.unwrap_or(Lifetime::WEEK));
    }

    fn set_lifetime(self, lifetime: Lifetime) {
        self.expiry.set(match lifetime {
            Lifetime::DAY => Expiry::Day,
            Lifetime::THREE_DAYS => Expiry::ThreeDays,
            Lifetime::WEEK => Expiry::Week,
            other => {
                let hours = other.in_hours();
                let unit = if hours.is_multiple_of(24) {
                    Unit::Days
                } else {
                    Unit::Hours
                };
                self.amount.set((hours / unit.in_hours()).to_string());
                self.unit.set(unit);
                Expiry::Custom
            }
        });
    }

    /// Fills role, access and expiry, as far as the preset still has them.
    pub fn apply(self, preset: &Preset) {
        if preset.role.is_some() {
            self.role.set(preset.role);
        }
        self.access.set(Some(preset.access.clone()));
        self.set_lifetime(preset.lifetime);
    }

    pub fn choose_language(self, language: Language) {
        self.begun.update_value(|begun| begun.language = true);
        self.language.set(language);
    }

    pub fn choose_expiry(self, expiry: Expiry) {
        self.begun.update_value(|begun| begun.expiry = true);
        self.expiry.set(expiry);
    }

    /// After sending: the next one begins with nothing.
    pub fn forget(self) {
        self.text.set(String::new());
        self.role.set(None);
        self.access.set(None);
        self.via.set(Via::Automatic);
        self.message.set(String::new());
        self.resend.set(false);
        self.begun.set_value(Begun::default());
    }

    /// # Errors
    /// `LifetimeOutOfRange` where the custom number is none or out of range.
    pub fn lifetime(self) -> Result<Lifetime, Refusal> {
        match self.expiry.get() {
            Expiry::Day => Ok(Lifetime::DAY),
            Expiry::ThreeDays => Ok(Lifetime::THREE_DAYS),
            Expiry::Week => Ok(Lifetime::WEEK),
            Expiry::Custom => {
                let number = self.amount.with(|amount| amount.trim().parse::<u32>().ok());
                let hours = number.and_then(|n| n.checked_mul(self.unit.get().in_hours()));
                Lifetime::hours(hours.unwrap_or_default())
            }
        }
    }

    pub fn message_is_too_long(self) -> bool {
        self.message
            .with(|message| message.chars().count() > LONGEST_MESSAGE)
    }

    /// The request that the fields make now; without its key and without what the sender saw.
    pub fn request(self, reading: &Reading) -> Result<SendRequest, Hold> {
        if !self.open.get() || reading.ready == 0 {
            return Err(Hold::Nobody);
        }
        if reading.ready > MOST_RECIPIENTS {
            return Err(Hold::TooMany(reading.ready));
        }
        let Ok(lifetime) = self.lifetime() else {
            return Err(Hold::Settings);
        };
        if self.message_is_too_long() {
            return Err(Hold::Settings);
        }
        Ok(SendRequest {
            key: Uuid::nil(),
            audience: Audience::Pasted(self.text.get()),
            role: self.role.get(),
            access: self.access.get(),
            lifetime: Some(lifetime),
            language: Some(self.language.get()),
            via: self.via.get(),
            message: self.message.get(),
            resend: self.resend.get(),
            seen: 0,
        })
    }
}

/// Why nothing can be sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Nobody,
    TooMany(u32),
    /// A field says itself what is wrong with it.
    Settings,
}

/// What the parser makes of the text, in numbers, with the first of the bad entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub ready: u32,
    pub duplicate: u32,
    pub not_valid: u32,
    pub bad: Vec<BadEntry>,
}

/// An entry that is no e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// Bytes of the text.
    pub range: Range<usize>,
    pub text: String,
    pub fault: EmailFault,
    /// How many entries before it have the same text.
    pub nth: usize,
}

impl Reading {
    pub fn of(text: &str) -> Self {
        let mut reading = Self::default();
        for entry in recipients::parse(text).entries {
            match entry.reading {
                recipients::Reading::Ready(_) => reading.ready += 1,
                recipients::Reading::Duplicate(_) => reading.duplicate += 1,
                recipients::Reading::Invalid { text, fault } => {
                    reading.not_valid += 1;
                    if reading.bad.len() < BAD_SHOWN {
                        let nth = reading.bad.iter().filter(|bad| bad.text == text).count();
                        reading.bad.push(BadEntry {
                            range: entry.range,
                            text,
                            fault,
                            nth,
                        });
                    }
                }
            }
        }
        reading
    }

    pub fn is_empty(&self) -> bool {
        self.ready + self.duplicate + self.not_valid == 0
    }
}

/// The text without its bad entries, written anew, one entry a line.
pub fn without_bad(text: &str) -> String {
    let entries = recipients::parse(text).entries;
    recipients::write(entries.iter().filter_map(|entry| match &entry.reading {
        recipients::Reading::Ready(recipient) | recipients::Reading::Duplicate(recipient) => {
            Some(recipient)
        }
        recipients::Reading::Invalid { .. } => None,
    }))
}

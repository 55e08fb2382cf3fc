//! What an admin sets for the organization, as texts of a form.

use std::{collections::HashSet, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use super::{Color, Look, OfferBy, Requests, Verification, wording::Wording, wording::WordingKey};
use crate::{
    access::RoleChoice,
    contact::{Domain, Email, EmailFault, Username},
    invitation::Lifetime,
    language::Language,
    refusal::{LONGEST_NAME, Refusal},
};

/// One thing that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    Name,
    Language,
    TimeZone,
    Accent,
    InvitationHours,
    DefaultRole,
    AllowedDomains,
    SenderName,
    ReplyTo,
    Offer,
    Requests,
    Reminders,
    ReminderHours,
}

crate::stored_words!(Setting {
    Name = "name",
    Language = "language",
    TimeZone = "time_zone",
    Accent = "accent",
    InvitationHours = "invitation_hours",
    DefaultRole = "default_role",
    AllowedDomains = "allowed_domains",
    SenderName = "sender_name",
    ReplyTo = "reply_to",
    Offer = "offer",
    Requests = "requests",
    Reminders = "reminders",
    ReminderHours = "reminder_hours",
});

impl Setting {
    /// The text as it is kept. Whether there is such a time zone and such a role, and whether the
    /// admin may give it, is for the server to say.
    ///
    /// # Errors
    /// `OrganizationNameMissing`, `TextTooLong`, `OneLineOnly`, `ColorNotValid`, `NotFound` for a
    /// language that Usher does not speak, an offer that it does not make, `LifetimeOutOfRange`,
    /// `DomainsNotValid`, `EmailNotValid`, `RemindersOutOfRange`.
    pub fn read(self, typed: &str) -> Result<String, Refusal> {
        let typed = typed.trim();
        match self {
            Self::Name if typed.is_empty() => Err(Refusal::OrganizationNameMissing),
            Self::Name | Self::SenderName => one_line(typed),
            Self::Language => typed
                .parse::<Language>()
                .map(|language| language.to_string())
                .map_err(|_| Refusal::NotFound),
            Self::Accent | Self::ReplyTo if typed.is_empty() => Ok(String::new()),
            Self::Accent => Color::parse(typed).map(|color| color.to_string()),
            Self::InvitationHours => typed
                .parse()
                .map_err(|_| Refusal::LifetimeOutOfRange)
                .and_then(Lifetime::hours)
                .map(|lifetime| lifetime.in_hours().to_string()),
            Self::AllowedDomains => Domains::read(typed).kept(),
            Self::ReplyTo => Email::parse(typed)
                .map(|email| email.to_string())
                .map_err(|_| Refusal::EmailNotValid),
            Self::Offer => typed
                .parse::<OfferBy>()
                .map(|offer| offer.to_string())
                .map_err(|_| Refusal::NotFound),
            Self::Requests => typed
                .parse::<Requests>()
                .map(|requests| requests.to_string())
                .map_err(|_| Refusal::NotFound),
            Self::Reminders => number(typed, 0..=MOST_REMINDERS),
            Self::ReminderHours => number(typed, 1..=LONGEST_BEFORE),
            Self::TimeZone | Self::DefaultRole => Ok(typed.to_owned()),
        }
    }
}

/// The most reminders of one invitation.
pub const MOST_REMINDERS: u32 = 3;
/// The longest time before the end of an invitation, in hours: half of the longest lifetime.
pub const LONGEST_BEFORE: u32 = 15 * 24;

fn number(typed: &str, range: RangeInclusive<u32>) -> Result<String, Refusal> {
    let number = typed.parse().ok().filter(|number| range.contains(number));
    number
        .map(|number: u32| number.to_string())
        .ok_or(Refusal::RemindersOutOfRange)
}

/// A name: no line break, so that it can begin no other line of a message.
fn one_line(text: &str) -> Result<String, Refusal> {
    if text.chars().any(char::is_control) {
        Err(Refusal::OneLineOnly)
    } else if text.chars().count() > LONGEST_NAME {
        Err(Refusal::TextTooLong)
    } else {
        Ok(text.to_owned())
    }
}

/// The settings as they are kept, or as somebody types them. What a form does not hold is "" in what
/// it saw as in what it wants, and so stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub name: String,
    pub language: String,
    /// IANA name.
    pub time_zone: String,
    /// `#rrggbb`; "": Usher's own.
    pub accent: String,
    pub invitation_hours: String,
    /// A role's id; "": the built-in User.
    pub default_role: String,
    /// A domain a line; "": any.
    pub allowed_domains: String,
    /// "": as the installation has it.
    pub sender_name: String,
    /// An address; "": none.
    pub reply_to: String,
    /// An `OfferBy`.
    pub offer: String,
    /// A `Requests`.
    pub requests: String,
    /// How many remind of an invitation that is about to end; "0": none.
    pub reminders: String,
    /// How long before the end the last of them goes out, and each other one before the next.
    pub reminder_hours: String,
}

impl Settings {
    pub fn text(&self, setting: Setting) -> &str {
        match setting {
            Setting::Name => &self.name,
            Setting::Language => &self.language,
            Setting::TimeZone => &self.time_zone,
            Setting::Accent => &self.accent,
            Setting::InvitationHours => &self.invitation_hours,
            Setting::DefaultRole => &self.default_role,
            Setting::AllowedDomains => &self.allowed_domains,
            Setting::SenderName => &self.sender_name,
            Setting::ReplyTo => &self.reply_to,
            Setting::Offer => &self.offer,
            Setting::Requests => &self.requests,
            Setting::Reminders => &self.reminders,
            Setting::ReminderHours => &self.reminder_hours,
        }
    }

    pub fn set(&mut self, setting: Setting, text: String) {
        *match setting {
            Setting::Name => &mut self.name,
            Setting::Language => &mut self.language,
            Setting::TimeZone => &mut self.time_zone,
            Setting::Accent => &mut self.accent,
            Setting::InvitationHours => &mut self.invitation_hours,
            Setting::DefaultRole => &mut self.default_role,
            Setting::AllowedDomains => &mut self.allowed_domains,
            Setting::SenderName => &mut self.sender_name,
            Setting::ReplyTo => &mut self.reply_to,
            Setting::Offer => &mut self.offer,
            Setting::Requests => &mut self.requests,
            Setting::Reminders => &mut self.reminders,
            Setting::ReminderHours => &mut self.reminder_hours,
        } = text;
    }

    /// The settings in which the other ones differ.
    pub fn differing(&self, other: &Self) -> Vec<Setting> {
        let all = Setting::ALL.iter().copied();
        all.filter(|setting| self.text(*setting) != other.text(*setting))
            .collect()
    }
}

/// The unit of a time that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Hours,
    Days,
}

crate::stored_words!(Unit {
    Hours = "hours",
    Days = "days",
});

/// The hours of `choice`, which is a number of them, or "custom": then `amount` of `unit`. What is no
/// number becomes a text that is none either.
pub fn hours_of(choice: &str, amount: &str, unit: Unit) -> String {
    if choice != "custom" {
        return choice.to_owned();
    }
    let hours = match unit {
        Unit::Hours => 1,
        Unit::Days => 24,
    };
    let amount = amount.trim().parse::<u32>().ok();
    amount
        .and_then(|amount| amount.checked_mul(hours))
        .map(|hours| hours.to_string())
        .unwrap_or_default()
}

/// The most domains that an organization may name.
pub const MOST_DOMAINS: usize = 100;

/// What a list of domains says: commas, semicolons and white space stand between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Domains {
    /// Each once, in the order of the list.
    pub domains: Vec<Domain>,
    pub unread: Vec<UnreadDomain>,
    /// Those that stand in the list more than once.
    pub repeated: Vec<Domain>,
}

/// What is no domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadDomain {
    pub text: String,
    pub fault: EmailFault,
}

impl Domains {
    pub fn read(text: &str) -> Self {
        let mut list = Self::default();
        let mut known = HashSet::new();
        let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        for word in words.filter(|word| !word.is_empty()) {
            match Domain::parse(word) {
                Ok(domain) if known.insert(domain.clone()) => list.domains.push(domain),
                Ok(domain) if !list.repeated.contains(&domain) => list.repeated.push(domain),
                Ok(_) => {}
                Err(fault) => list.unread.push(UnreadDomain {
                    text: word.to_owned(),
                    fault,
                }),
            }
        }
        list
    }

    /// The list as it is kept: a domain a line, as people read it.
    fn kept(&self) -> Result<String, Refusal> {
        if !self.unread.is_empty() || self.domains.len() > MOST_DOMAINS {
            return Err(Refusal::DomainsNotValid);
        }
        let lines: Vec<&str> = self.domains.iter().map(Domain::as_str).collect();
        Ok(lines.join("\n"))
    }
}

/// The largest picture to upload as a logo, in bytes.
pub const LARGEST_LOGO: usize = 2 << 20;

/// A logo as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Its name in the address `/logo/{hash}`.
    pub hash: String,
}

impl Logo {
    /// Its path on this installation.
    pub fn path(&self) -> String {
        format!("/logo/{}", self.hash)
    }
}

/// What `/settings/organization` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationPage {
    pub settings: Settings,
    pub logo: Option<Logo>,
    /// IANA names.
    pub time_zones: Vec<String>,
}

/// What `/settings/invitations` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationsPage {
    pub settings: Settings,
    /// The roles that the admin may give, the most modest first.
    pub roles: Vec<RoleChoice>,
    pub verification: Verification,
    pub look: Look,
    /// The organization's own words, "" where it has none, of every language and channel.
    pub wordings: Vec<(WordingKey, Wording)>,
    /// Usher's words for e-mails.
    pub ushers: Vec<(Language, Wording)>,
    /// Where "Send me a test" sends to.
    pub own_address: Username,
}

impl InvitationsPage {
    /// What the invitations carry.
    pub fn offer(&self) -> OfferBy {
        self.settings.offer.parse().unwrap_or_default()
    }

    /// The organization's own words.
    pub fn wording(&self, key: WordingKey) -> Wording {
        let found = self.wordings.iter().find(|(known, _)| *known == key);
        found
            .map(|(_, wording)| wording.clone())
            .unwrap_or_default()
    }

    /// Usher's words.
    pub fn ushers(&self, language: Language) -> Wording {
        let found = self.ushers.iter().find(|(known, _)| *known == language);
        found
            .map(|(_, wording)| wording.clone())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_however_they_are_written() {
        let list = Domains::read(
            "North.example, @почта.рф;\n xn--80a1acny.xn--p1ai nope\t*.a.example a@b.example",
        );
        let names: Vec<_> = list.domains.iter().map(Domain::as_str).collect();
        assert_eq!(names, ["north.example", "почта.рф"]);
        assert_eq!(list.domains[1].ascii(), "xn--80a1acny.xn--p1ai");
        assert_eq!(list.repeated.len(), 1);
        let unread: Vec<_> = list.unread.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(unread, ["nope", "*.a.example", "a@b.example"]);
    }

    #[test]
    fn a_custom_time_is_so_many_hours() {
        assert_eq!(hours_of("72", "", Unit::Hours), "72");
        assert_eq!(hours_of("custom", " 2 ", Unit::Days), "48");
        assert_eq!(hours_of("custom", "2", Unit::Hours), "2");
        for amount in ["", "-1", "x", "4294967295"] {
            assert_eq!(hours_of("custom", amount, Unit::Days), "");
        }
    }
}

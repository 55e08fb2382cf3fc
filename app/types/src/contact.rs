//! How a person is reached: an e-mail address or a phone number.

use std::{borrow::Cow, fmt};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{recipients::chars, refusal::Refusal};

/// What every value that is parsed from one text and shown as one text can do.
macro_rules! reads_as_text {
    ($name:ident, $fault:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $fault;

            fn from_str(text: &str) -> Result<Self, $fault> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $fault;

            fn try_from(text: String) -> Result<Self, $fault> {
                Self::parse(&text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}
mod username;

pub use self::username::Username;

/// The longest local part, in bytes (RFC 5321).
const LOCAL_MAX: usize = 64;
/// The longest address, in bytes, with its domain in ASCII (RFC 5321).
const ADDRESS_MAX: usize = 254;
/// The longest part of a domain between two dots, in bytes of ASCII (RFC 1035).
const LABEL_MAX: usize = 63;
/// Anything longer than this many bytes can't shrink to an address, whatever its domain becomes in ASCII.
const TEXT_MAX: usize = 1024;

/// An e-mail address that SMTP can carry: a local part in ASCII, without quotes, and a domain name with a dot.
///
/// `==` compares what was typed, so `Ann@x.org` and `ann@x.org` differ; [`Email::key`] is the same for both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub struct Email {
    // First, so that addresses sort by it.
    key: String,
    text: String,
}

impl Email {
    /// Reads one address. Spaces around it and invisible characters in it are dropped.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        let text = chars::visible(text);
        let text = text.trim_matches(chars::is_space);
        let (local, domain) = text.split_once('@').ok_or(EmailFault::NoAt)?;
        if domain.contains('@') {
            return Err(EmailFault::TwoAts);
        }
        if text.len() > TEXT_MAX {
            return Err(EmailFault::TooLong);
        }
        check_local(local)?;
        let ascii = ascii_domain(domain)?;
        if local.len() + 1 + ascii.len() > ADDRESS_MAX {
            return Err(EmailFault::TooLong);
        }
        let key = format!("{}@{ascii}", local.to_ascii_lowercase());
        let text = format!("{local}@{}", readable_domain(domain, ascii));
        Ok(Self { key, text })
    }

    /// The address as people read it: as typed, with the domain in lower case and in its own script.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What tells two addresses apart: all in lower case, the domain in ASCII.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What SMTP gets: the local part as typed, the domain in ASCII (`xn--…`).
    pub fn ascii(&self) -> String {
        let local = self.text.split_once('@').map_or("", |(local, _)| local);
        format!("{local}@{}", self.domain())
    }

    /// The domain in ASCII, in lower case.
    pub fn domain(&self) -> &str {
        self.key.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// A domain name with a dot. `==` compares it in ASCII, however it was typed.
#[derive(Clone, Debug, Eq)]
pub struct Domain {
    ascii: String,
    text: String,
}

impl Domain {
    /// Reads one domain; an `@` in front of it is dropped.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        let text = chars::visible(text);
        let text = text.trim_matches(chars::is_space);
        let text = text.strip_prefix('@').unwrap_or(text);
        // No address would have room for it.
        if text.len() > TEXT_MAX {
            return Err(EmailFault::TooLong);
        }
        let ascii = ascii_domain(text)?;
        if ascii.len() > ADDRESS_MAX {
            return Err(EmailFault::TooLong);
        }
        Ok(Self {
            ascii: ascii.clone().into_owned(),
            text: in_own_script(ascii).into_owned(),
        })
    }

    /// As people read it: in lower case and in its own script.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As DNS has it (`xn--…`), in lower case.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }
}

impl PartialEq for Domain {
    fn eq(&self, other: &Self) -> bool {
        self.ascii == other.ascii
    }
}

impl std::hash::Hash for Domain {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.ascii.hash(state);
    }
}

fn check_local(local: &str) -> Result<(), EmailFault> {
    if local.is_empty() {
        return Err(EmailFault::NoLocalPart);
    }
    for c in local.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) => {}
            _ if c.is_ascii() || chars::is_space(c) => {
                return Err(EmailFault::CharacterNotAllowed(c));
            }
            _ => return Err(EmailFault::LocalPartNotAscii),
        }
    }
    if local.split('.').any(str::is_empty) {
        return Err(EmailFault::DotMisplaced);
    }
    if local.len() > LOCAL_MAX {
        return Err(EmailFault::TooLong);
    }
    Ok(())
}

/// The domain as DNS has it.
fn ascii_domain(domain: &str) -> Result<Cow<'_, str>, EmailFault> {
    if domain.is_empty() {
        return Err(EmailFault::NoDomain);
    }
    let strange = |c: &char| {
        chars::is_space(*c) || c.is_ascii() && !c.is_ascii_alphanumeric() && *c != '-' && *c != '.'
    };
    if let Some(c) = domain.chars().find(strange) {
        return Err(EmailFault::CharacterNotAllowed(c));
    }
    let ascii = to_ascii(domain).ok_or(EmailFault::DomainNotValid)?;
    if ascii.split('.').any(str::is_empty) {
        return Err(EmailFault::DotMisplaced);
    }
    if !ascii.contains('.') {
        return Err(EmailFault::DomainWithoutDot);
    }
    if ascii.split('.').any(|label| label.len() > LABEL_MAX) {
        return Err(EmailFault::TooLong);
    }
    // No top-level domain is a number; this is an IP address.
    let top = ascii.rsplit('.').next().unwrap_or_default();
    if top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(EmailFault::DomainNotValid);
    }
    Ok(ascii)
}

fn to_ascii(domain: &str) -> Option<Cow<'_, str>> {
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Ignore,
        )
        .ok()
}

/// The domain for people. What is typed in ASCII stays so; of the rest, what can't be read back stays in ASCII.
fn readable_domain<'a>(typed: &str, ascii: Cow<'a, str>) -> Cow<'a, str> {
    if typed.is_ascii() {
        return ascii;
    }
    in_own_script(ascii)
}

fn in_own_script(ascii: Cow<'_, str>) -> Cow<'_, str> {
    let (unicode, valid) = Uts46::new().to_unicode(
        ascii.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
    );
    let plain =
        |c: char| !(chars::is_space(c) || chars::is_invisible(c) || chars::is_punctuation(c));
    let reads_back = valid.is_ok()
        && unicode.chars().all(|c| c == '.' || plain(c))
        && to_ascii(&unicode).is_some_and(|again| again == ascii);
    if reads_back {
        Cow::Owned(unicode.into_owned())
    } else {
        ascii
    }
}

/// Why a text is no [`Email`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum EmailFault {
    #[error("there is no @ in the address")]
    NoAt,
    #[error("there is nothing before the @")]
    NoLocalPart,
    #[error("there is nothing after the @")]
    NoDomain,
    #[error("there is more than one @")]
    TwoAts,
    #[error("there is no dot in the part after the @")]
    DomainWithoutDot,
    #[error("the part after the @ is no domain name")]
    DomainNotValid,
    #[error("{0:?} is not allowed in an address")]
    CharacterNotAllowed(char),
    #[error("only Latin letters without accents are allowed before the @")]
    LocalPartNotAscii,
    #[error("a dot begins or ends a part of the address, or follows another dot")]
    DotMisplaced,
    #[error("the address is too long")]
    TooLong,
}

mod digits;

pub use self::digits::Digits;

/// A phone number with its country code, as E.164 has it: `+79051111111`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads one number. Spaces, dashes, dots and brackets are dropped; `+` or `00` says that a country code
    /// follows, and 11 digits or more are taken to begin with it. Whether there can be such a number, the server
    /// says (`domain::phones`): what is known of all countries' numbers is too much for a page.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        let text = chars::visible(text);
        let text = text.trim_matches(chars::is_space);
        let (mut international, rest) = match text.strip_prefix(['+', '＋']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut digits = String::with_capacity(16);
        let mut rest = rest.chars();
        while let Some(c) = rest.next() {
            match c {
                '0'..='9' => digits.push(c),
                // +44 (0)20 …: the zero is dialled at home only.
                '(' if international && rest.as_str().starts_with("0)") => {
                    rest.next();
                }
                '-' | '\u{2010}'..='\u{2015}' | '−' | '.' | '(' | ')' | '[' | ']' => {}
                _ if chars::is_space(c) => {}
                _ => return Err(PhoneFault::CharacterNotAllowed(c)),
            }
            if digits == "00" && !international {
                international = true;
                digits.clear();
            }
            // More can't become a number, however long the text.
            if digits.len() > 15 {
                return Err(PhoneFault::TooLong);
            }
        }
        match digits.len() {
            0 => return Err(PhoneFault::TooShort),
            ..=10 if !international => return Err(PhoneFault::NoCountryCode),
            // No country code begins with 0. +89 belongs to nobody: such numbers are Russian, dialled with 8.
            _ if digits.starts_with('0') || digits.starts_with("89") => {
                return Err(PhoneFault::NoCountryCode);
            }
            1..=6 => return Err(PhoneFault::TooShort),
            _ => {}
        }
        Ok(Self(format!("+{digits}")))
    }

    /// The number: `+` and 7 to 15 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits without the plus: `79051111111`.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// As people write it, where that is known here: `+7 905 111-11-11`.
    pub fn readable(&self) -> String {
        match self.0.strip_prefix("+7") {
            Some(national) if national.len() == 10 => format!(
                "+7 {} {}-{}-{}",
                &national[..3],
                &national[3..6],
                &national[6..8],
                &national[8..]
            ),
            _ => self.0.clone(),
        }
    }
}

/// Why a text is no [`Phone`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum PhoneFault {
    #[error("the number does not begin with a country code")]
    NoCountryCode,
    #[error("the number is too short")]
    TooShort,
    #[error("the number is too long")]
    TooLong,
    #[error("{0:?} is not allowed in a phone number")]
    CharacterNotAllowed(char),
    /// No country has numbers like this.
    #[error("there can be no such number")]
    Impossible,
}

impl PhoneFault {
    /// The refusal of what was typed.
    pub fn refusal(&self, typed: &str) -> Refusal {
        match self {
            Self::NoCountryCode => Refusal::PhoneWithoutCountryCode(Digits::of(typed)),
            Self::Impossible => Refusal::PhoneImpossible,
            Self::TooShort | Self::TooLong | Self::CharacterNotAllowed(_) => Refusal::PhoneNotValid,
        }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.text
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

reads_as_text!(Email, EmailFault);
reads_as_text!(Phone, PhoneFault);

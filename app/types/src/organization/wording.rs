//! An organization's own words in its invitations, with places for what differs.

use serde::{Deserialize, Serialize};

use super::OfferBy;
use crate::{
    invitation::Channel,
    language::Language,
    refusal::{LONGEST_MESSAGE, LONGEST_NAME, Refusal},
};

/// What is filled in, written `{name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    /// The invited person's first name; without one, their address.
    Name,
    Organization,
    /// Name, or address, of who invites.
    Inviter,
    Role,
    /// Until when the invitation stands.
    Expires,
    /// The personal link, or where to sign in with the temporary password: in text messages only, where
    /// nothing else carries it.
    Link,
    /// What the person signs in with; so is the next one.
    Username,
    /// The temporary password.
    Password,
}

crate::stored_words!(Placeholder {
    Name = "name",
    Organization = "organization",
    Inviter = "inviter",
    Role = "role",
    Expires = "expires",
    Link = "link",
    Username = "username",
    Password = "password",
});

impl Placeholder {
    /// Those of a channel, for what the organization offers.
    pub fn of(channel: Channel, offer: OfferBy) -> &'static [Self] {
        match (channel, offer) {
            (Channel::Sms, OfferBy::TemporaryPassword) => Self::ALL,
            (Channel::Sms, OfferBy::Link) => &[
                Self::Name,
                Self::Organization,
                Self::Inviter,
                Self::Role,
                Self::Expires,
                Self::Link,
            ],
            (Channel::Email | Channel::Copied, _) => &[
                Self::Name,
                Self::Organization,
                Self::Inviter,
                Self::Role,
                Self::Expires,
            ],
        }
    }

    /// Without which nobody could use a text message.
    pub fn needed(offer: OfferBy) -> &'static [Self] {
        match offer {
            OfferBy::Link => &[Self::Link],
            OfferBy::TemporaryPassword => &[Self::Link, Self::Username, Self::Password],
        }
    }
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it stands there.
    Text(&'a str),
    /// A word in braces, without them.
    Braced(&'a str),
}

/// The pieces of a text. Braces around anything but one word are text.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut open = None;
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('{', _) => open = Some(at),
            ('}', Some(begin)) if at > begin + 1 => {
                parts.push(Part::Text(&text[from..begin]));
                parts.push(Part::Braced(&text[begin + 1..at]));
                from = at + 1;
                open = None;
            }
            _ if c.is_alphanumeric() || c == '_' => {}
            _ => open = None,
        }
    }
    parts.push(Part::Text(&text[from..]));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

/// The text with its places filled, once: braces in what is filled in are text. An unknown word stays
/// as it is.
pub fn fill<'a>(text: &str, value: impl Fn(Placeholder) -> &'a str) -> String {
    let mut filled = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Braced(word) => {
                if let Ok(placeholder) = word.parse() {
                    filled.push_str(value(placeholder));
                } else {
                    filled.push('{');
                    filled.push_str(word);
                    filled.push('}');
                }
            }
        }
    }
    filled
}

/// The places that a text message needs and that its words have not.
pub fn missing(offer: OfferBy, text: &str) -> Vec<Placeholder> {
    let parts = parts(text);
    let needed = Placeholder::needed(offer).iter().copied();
    needed
        .filter(|place| !parts.contains(&Part::Braced(place.as_str())))
        .collect()
}

/// The words of a text message with all that it needs, even where they were written for another offer:
/// what they lack comes behind them. `None` where they speak of a password that there is not.
pub fn completed(offer: OfferBy, text: &str) -> Option<String> {
    let password = Part::Braced(Placeholder::Password.as_str());
    if offer == OfferBy::Link && parts(text).contains(&password) {
        return None;
    }
    let missing = missing(offer, text);
    if missing.is_empty() {
        return Some(text.to_owned());
    }
    let places: Vec<String> = missing.iter().map(|place| format!("{{{place}}}")).collect();
    Some(format!("{text}\n{}", places.join(" ")))
}

/// The words in braces that a channel fills nothing in for, each once.
pub fn unknown(channel: Channel, offer: OfferBy, text: &str) -> Vec<String> {
    let known = Placeholder::of(channel, offer);
    let mut unknown: Vec<String> = Vec::new();
    for part in parts(text) {
        if let Part::Braced(word) = part
            && !known.iter().any(|it| it.as_str() == word)
            && !unknown.iter().any(|it| it == word)
        {
            unknown.push(word.to_owned());
        }
    }
    unknown
}

/// Which of an organization's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WordingKey {
    pub channel: Channel,
    pub language: Language,
}

/// One text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordingPart {
    Subject,
    /// Above the inviter's message and the link; of a text message all of it.
    Opening,
    /// Below the link.
    Closing,
}

crate::stored_words!(WordingPart {
    Subject = "subject",
    Opening = "opening",
    Closing = "closing",
});

/// The most characters of a text message.
pub const LONGEST_SMS: usize = 300;

impl WordingPart {
    /// The text as it is kept: trimmed, with plain line breaks.
    ///
    /// # Errors
    /// `OneLineOnly`, `TextTooLong`, `SmsTooLong`, `PlaceholderUnknown`; `LinkMissing` or
    /// `PasswordPlaceMissing` for a text message without what it needs; `NotFound` for what a text
    /// message has not.
    pub fn read(self, channel: Channel, offer: OfferBy, typed: &str) -> Result<String, Refusal> {
        let text = typed.trim().replace("\r\n", "\n").replace('\r', "\n");
        if text.is_empty() {
            return Ok(text);
        }
        let length = text.chars().count();
        let longest = match self {
            Self::Subject => LONGEST_NAME,
            Self::Opening | Self::Closing => LONGEST_MESSAGE,
        };
        let is_sms = channel == Channel::Sms;
        if is_sms && self != Self::Opening {
            Err(Refusal::NotFound)
        } else if is_sms && length > LONGEST_SMS {
            Err(Refusal::SmsTooLong)
        } else if self == Self::Subject && text.chars().any(char::is_control) {
            Err(Refusal::OneLineOnly)
        } else if length > longest {
            Err(Refusal::TextTooLong)
        } else if !unknown(channel, offer, &text).is_empty() {
            Err(Refusal::PlaceholderUnknown)
        } else if is_sms && !missing(offer, &text).is_empty() {
            Err(match offer {
                OfferBy::Link => Refusal::LinkMissing,
                OfferBy::TemporaryPassword => Refusal::PasswordPlaceMissing,
            })
        } else {
            Ok(text)
        }
    }
}

/// The words of one message; "" where Usher's own are used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    pub subject: String,
    pub opening: String,
    pub closing: String,
}

impl Wording {
    pub fn text(&self, part: WordingPart) -> &str {
        match part {
            WordingPart::Subject => &self.subject,
            WordingPart::Opening => &self.opening,
            WordingPart::Closing => &self.closing,
        }
    }

    pub fn set(&mut self, part: WordingPart, text: String) {
        *match part {
            WordingPart::Subject => &mut self.subject,
            WordingPart::Opening => &mut self.opening,
            WordingPart::Closing => &mut self.closing,
        } = text;
    }

    /// The parts in which the other one differs.
    pub fn differing(&self, other: &Self) -> Vec<WordingPart> {
        let all = WordingPart::ALL.iter().copied();
        all.filter(|part| self.text(*part) != other.text(*part))
            .collect()
    }

    /// As it is kept.
    ///
    /// # Errors
    /// Those of `WordingPart::read`.
    pub fn read(&self, channel: Channel, offer: OfferBy) -> Result<Self, Refusal> {
        let mut read = Self::default();
        for part in WordingPart::ALL {
            read.set(*part, part.read(channel, offer, self.text(*part))?);
        }
        Ok(read)
    }
}

/// To change the words of one message. Only parts in which `wanted` differs from `seen` are touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingRequest {
    pub channel: Channel,
    pub language: Language,
    /// What the admin began with. A part that is something else by now is refused
    /// (`ChangedMeanwhile`).
    pub seen: Wording,
    pub wanted: Wording,
}

impl WordingRequest {
    pub fn key(&self) -> WordingKey {
        WordingKey {
            channel: self.channel,
            language: self.language,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        OfferBy::{Link, TemporaryPassword},
        WordingPart::{Closing, Opening, Subject},
        *,
    };

    fn filled(text: &str) -> String {
        fill(text, |placeholder| match placeholder {
            Placeholder::Name => "{organization} {x}",
            Placeholder::Organization => "Acme",
            _ => "",
        })
    }

    #[test]
    fn places_are_filled_once() {
        for (text, expected) in [
            ("", ""),
            ("{name}", "{organization} {x}"),
            ("a {organization}{organization} b", "a AcmeAcme b"),
            ("{{organization}}", "{Acme}"),
            (
                "{ organization } {} {organization",
                "{ organization } {} {organization",
            ),
            ("{other}", "{other}"),
            ("}{organization}{", "}Acme{"),
        ] {
            assert_eq!(filled(text), expected, "{text}");
        }
    }

    #[test]
    fn unknown_words_are_named_and_refused() {
        let text = "{name} {имя} {link} {имя} { x }";
        assert_eq!(unknown(Channel::Email, Link, text), ["имя", "link"]);
        assert_eq!(unknown(Channel::Sms, Link, text), ["имя"]);
        assert_eq!(unknown(Channel::Sms, Link, "{password}"), ["password"]);
        let none: [&str; 0] = [];
        assert_eq!(unknown(Channel::Sms, TemporaryPassword, "{password}"), none);
        let read = |part: WordingPart, channel, text: &str| part.read(channel, Link, text);
        for (part, channel, text, expected) in [
            (
                Opening,
                Channel::Email,
                "{nmae}",
                Refusal::PlaceholderUnknown,
            ),
            (
                Closing,
                Channel::Email,
                "{link}",
                Refusal::PlaceholderUnknown,
            ),
            (Subject, Channel::Email, "a\nBcc: b", Refusal::OneLineOnly),
            (
                Opening,
                Channel::Sms,
                "Join {organization}",
                Refusal::LinkMissing,
            ),
            (Subject, Channel::Sms, "{link}", Refusal::NotFound),
        ] {
            assert_eq!(read(part, channel, text), Err(expected), "{text}");
        }
        let long = "й".repeat(LONGEST_SMS);
        assert_eq!(
            read(Opening, Channel::Sms, &format!("{long}{{link}}")),
            Err(Refusal::SmsTooLong)
        );
        assert_eq!(
            read(Opening, Channel::Email, &"й".repeat(LONGEST_MESSAGE + 1)),
            Err(Refusal::TextTooLong)
        );
        assert_eq!(
            read(Opening, Channel::Email, " Hi {name}\r\n\r\nbye \n"),
            Ok("Hi {name}\n\nbye".to_owned())
        );
    }

    #[test]
    fn a_text_message_has_what_it_needs_whatever_it_was_written_for() {
        let with_password = "{organization}, {link}: {username} / {password}";
        for (offer, text, expected) in [
            (Link, "Join: {link}", Some("Join: {link}")),
            (Link, "Join", Some("Join\n{link}")),
            (Link, with_password, None),
            (TemporaryPassword, with_password, Some(with_password)),
            (
                TemporaryPassword,
                "Join: {link}",
                Some("Join: {link}\n{username} {password}"),
            ),
        ] {
            assert_eq!(completed(offer, text).as_deref(), expected, "{text}");
        }
        let read = |text| Opening.read(Channel::Sms, TemporaryPassword, text);
        assert_eq!(read("{link}"), Err(Refusal::PasswordPlaceMissing));
        assert_eq!(
            read("{username} {password}"),
            Err(Refusal::PasswordPlaceMissing)
        );
        assert_eq!(read(with_password), Ok(with_password.to_owned()));
    }
}

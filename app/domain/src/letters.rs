//! The e-mails: an invitation, its reminder, a welcome and a password reset, in each language, as text and as HTML.
//!
//! The words stand in `templates/letters/<language>/`, the frame of the HTML part in `templates/letters/layout.html`.
//! The first line of `invitation.txt` and `password_reset.txt` is the subject, so that a translator finds everything in
//! one folder. An organization may say the subject, the opening and the closing of an invitation in words of its own,
//! with places in braces, which are filled here and nowhere else; the HTML part escapes them as it does every value.

use askama::Template;
use chrono::{DateTime, Datelike as _, Offset as _, Timelike as _, Utc};
use chrono_tz::Tz;
use types::{
    language::Language,
    organization::{Accent, Color, OfferBy, Placeholder, Wording, fill},
};

mod sms;
mod templates;
#[cfg(test)]
mod tests;

pub use sms::{Sms, SmsInvitation, sms};
use templates::{
    Colors, InvitationHtml, InvitationText, InvitationWords, PartText, PasswordResetHtml,
    PasswordResetText, PasswordResetWords, ReminderHtml, ReminderText, WelcomeHtml, WelcomeText,
    WelcomeWords,
};

/// One e-mail, worded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line, without control characters.
    pub subject: String,
    /// Reads well alone: it is also what "Copy invitation" puts on the clipboard.
    pub text: String,
    pub html: String,
}

/// What an invitation tells.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    pub organization: &'a str,
    /// Name of the person who invites, or their address; "": the organization itself.
    pub inviter: &'a str,
    /// Name of the invited person, or "".
    pub recipient_name: &'a str,
    /// What the person signs in with; the organization's own words call somebody without a name so.
    pub recipient_address: &'a str,
    pub role: &'a str,
    /// What the inviter adds, or ""; line breaks are kept.
    pub message: &'a str,
    /// Leads to the sign-up page; with a temporary password to the page where one signs in.
    pub link: &'a str,
    /// As it is shown; `None`: the link is all that is needed.
    pub password: Option<&'a str>,
    pub expires_at: DateTime<Utc>,
    /// Where `expires_at` is shown.
    pub time_zone: Tz,
    /// Address of the organization's logo.
    pub logo: Option<&'a str>,
    /// `None`: Usher's own.
    pub accent: Option<Accent>,
    /// The organization's own words; "" and `None`: Usher's.
    pub wording: Option<&'a Wording>,
}

/// What the word that somebody is in tells.
#[derive(Clone, Copy, Debug)]
pub struct Welcome<'a> {
    pub organization: &'a str,
    /// Name of the person, or "".
    pub recipient_name: &'a str,
    /// Where to sign in.
    pub link: &'a str,
    /// Address of the organization's logo.
    pub logo: Option<&'a str>,
    /// `None`: Usher's own.
    pub accent: Option<Accent>,
}

/// What a password reset tells.
#[derive(Clone, Copy, Debug)]
pub struct PasswordReset<'a> {
    pub link: &'a str,
    pub expires_at: DateTime<Utc>,
    /// Where `expires_at` is shown.
    pub time_zone: Tz,
}

/// Words an invitation.
///
/// # Errors
/// Only if a template cannot be rendered, which no input brings about.
pub fn invitation(language: Language, facts: &Invitation<'_>) -> Result<Letter, askama::Error> {
    let letter = &words(language, facts);
    let text = match language {
        Language::En => InvitationText::En { letter },
        Language::Ru => InvitationText::Ru { letter },
    };
    let (subject, text) = split_subject(&text.render()?);
    let subject = subject.as_str();
    let html = match language {
        Language::En => InvitationHtml::En { subject, letter },
        Language::Ru => InvitationHtml::Ru { subject, letter },
    };
    Ok(Letter {
        subject: subject.to_owned(),
        text,
        html: html.render()?,
    })
}

/// Words a reminder that an invitation is about to end. It is always said in Usher's words.
///
/// # Errors
/// Only if a template cannot be rendered, which no input brings about.
pub fn reminder(language: Language, facts: &Invitation<'_>) -> Result<Letter, askama::Error> {
    let letter = &words(language, facts);
    let text = match language {
        Language::En => ReminderText::En { letter },
        Language::Ru => ReminderText::Ru { letter },
    };
    let (subject, text) = split_subject(&text.render()?);
    let subject = subject.as_str();
    let html = match language {
        Language::En => ReminderHtml::En { subject, letter },
        Language::Ru => ReminderHtml::Ru { subject, letter },
    };
    Ok(Letter {
        subject: subject.to_owned(),
        text,
        html: html.render()?,
    })
}

/// What the templates may say, the organization's own words in it.
fn words<'a>(language: Language, facts: &Invitation<'a>) -> InvitationWords<'a> {
    let mut letter = InvitationWords {
        organization: one_line(facts.organization),
        inviter: one_line(facts.inviter),
        recipient_name: one_line(facts.recipient_name),
        role: one_line(facts.role),
        message: lines(facts.message),
        link: facts.link,
        username: one_line(facts.recipient_address),
        password: facts.password,
        until: until(language, facts.expires_at, facts.time_zone),
        subject: None,
        opening: None,
        closing: None,
        logo: facts.logo,
        colors: colors(facts.accent),
    };
    if let Some(wording) = facts.wording {
        let filled = |text: &str| filled(text, &letter, facts.recipient_address);
        let said = |text: &str| Some(lines(&filled(text))).filter(|lines| !lines.is_empty());
        let subject = one_line(&filled(&wording.subject));
        let (opening, closing) = (said(&wording.opening), said(&wording.closing));
        letter.subject = Some(subject).filter(|subject| !subject.is_empty());
        (letter.opening, letter.closing) = (opening, closing);
    }
    letter
}

/// Words an SMS in the organization's own words.
pub fn own_sms(language: Language, text: &str, facts: &Invitation<'_>) -> String {
    let filled = filled(text, &words(language, facts), facts.recipient_address);
    lines(&filled).join("\n")
}

/// Words a welcome.
///
/// # Errors
/// Only if a template cannot be rendered, which no input brings about.
pub fn welcome(language: Language, facts: &Welcome<'_>) -> Result<Letter, askama::Error> {
    let letter = &WelcomeWords {
        organization: one_line(facts.organization),
        recipient_name: one_line(facts.recipient_name),
        link: facts.link,
        logo: facts.logo,
        colors: colors(facts.accent),
    };
    let text = match language {
        Language::En => WelcomeText::En { letter },
        Language::Ru => WelcomeText::Ru { letter },
    };
    let (subject, text) = split_subject(&text.render()?);
    let subject = subject.as_str();
    let html = match language {
        Language::En => WelcomeHtml::En { subject, letter },
        Language::Ru => WelcomeHtml::Ru { subject, letter },
    };
    Ok(Letter {
        subject: subject.to_owned(),
        text,
        html: html.render()?,
    })
}

/// Words a password reset.
///
/// # Errors
/// Only if a template cannot be rendered, which no input brings about.
pub fn password_reset(
    language: Language,
    facts: &PasswordReset<'_>,
) -> Result<Letter, askama::Error> {
    let letter = &PasswordResetWords {
        link: facts.link,
        until: until(language, facts.expires_at, facts.time_zone),
        // An identity belongs to no one organization.
        colors: colors(None),
    };
    let text = match language {
        Language::En => PasswordResetText::En { letter },
        Language::Ru => PasswordResetText::Ru { letter },
    };
    let (subject, text) = split_subject(&text.render()?);
    let subject = subject.as_str();
    let html = match language {
        Language::En => PasswordResetHtml::En { subject, letter },
        Language::Ru => PasswordResetHtml::Ru { subject, letter },
    };
    Ok(Letter {
        subject: subject.to_owned(),
        text,
        html: html.render()?,
    })
}

/// An organization's words with its places filled.
fn filled(text: &str, letter: &InvitationWords<'_>, address: &str) -> String {
    fill(text, |placeholder| match placeholder {
        Placeholder::Name if letter.recipient_name.is_empty() => address,
        Placeholder::Name => &letter.recipient_name,
        Placeholder::Organization => &letter.organization,
        Placeholder::Inviter => &letter.inviter,
        Placeholder::Role => &letter.role,
        Placeholder::Expires => &letter.until,
        Placeholder::Link => letter.link,
        Placeholder::Username => &letter.username,
        Placeholder::Password => letter.password.unwrap_or_default(),
    })
}

/// Usher's words for an invitation, with the places in braces: what an organization may begin with.
///
/// # Errors
/// Only if a template cannot be rendered, which no input brings about.
pub fn own_words(language: Language, offer: OfferBy) -> Result<Wording, askama::Error> {
    let place = |placeholder: Placeholder| format!("{{{placeholder}}}");
    let letter = &InvitationWords {
        organization: place(Placeholder::Organization),
        inviter: place(Placeholder::Inviter),
        recipient_name: place(Placeholder::Name),
        role: place(Placeholder::Role),
        message: Vec::new(),
        link: "",
        username: String::new(),
        password: (offer == OfferBy::TemporaryPassword).then_some(""),
        until: place(Placeholder::Expires),
        subject: None,
        opening: None,
        closing: None,
        logo: None,
        colors: colors(None),
    };
    let [subject, opening, closing] = match language {
        Language::En => [
            PartText::EnSubject { letter },
            PartText::EnOpening { letter },
            PartText::EnClosing { letter },
        ],
        Language::Ru => [
            PartText::RuSubject { letter },
            PartText::RuOpening { letter },
            PartText::RuClosing { letter },
        ],
    };
    Ok(Wording {
        subject: subject.render()?,
        opening: opening.render()?,
        closing: closing.render()?,
    })
}

fn colors(accent: Option<Accent>) -> Colors {
    match accent {
        Some(accent) => Colors {
            light: accent.on_light(),
            dark: accent.on_dark(),
        },
        None => Colors {
            light: Accent::USHER.0,
            dark: Color::USHER_IN_THE_DARK,
        },
    }
}

/// Parts the subject, which is the first line, from the rest.
fn split_subject(rendered: &str) -> (String, String) {
    let (subject, text) = rendered.split_once('\n').unwrap_or((rendered, ""));
    (subject.to_owned(), format!("{}\n", text.trim()))
}

/// A name on one line: white space of any kind and control characters become single spaces, and what would turn the
/// direction of the writing around it goes away. So a name can neither add a header nor disguise the text beside it.
fn one_line(name: &str) -> String {
    let spaced: String =
        visible(name, |c| if c.is_control() { Some(' ') } else { Some(c) }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of a message, without empty ones at either end; none if there is nothing to say.
fn lines(message: &str) -> Vec<String> {
    let unix = message
        .replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let clean: String = visible(&unix, |c| match c {
        '\n' => Some(c),
        '\t' => Some(' '),
        _ if c.is_control() => None,
        _ => Some(c),
    })
    .collect();
    let text = clean.trim();
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n')
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn visible(text: &str, keep: impl Fn(char) -> Option<char>) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .filter_map(keep)
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// A moment to the minute, with the zone's name and its distance from UTC on that day.
pub(crate) fn until(language: Language, moment: DateTime<Utc>, zone: Tz) -> String {
    let local = moment.with_timezone(&zone);
    let day = local.day();
    let (months, year) = match language {
        Language::En => (MONTHS_EN, local.year().to_string()),
        Language::Ru => (MONTHS_RU, format!("{} г.", local.year())),
    };
    // `month0` is 0 to 11, so the name is always there.
    let month = months
        .get(local.month0() as usize)
        .copied()
        .unwrap_or_default();
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    format!(
        "{day} {month} {year}, {clock} ({})",
        zone_words(zone, local.offset().fix().local_minus_utc())
    )
}

/// `seconds` east of UTC.
fn zone_words(zone: Tz, seconds: i32) -> String {
    if matches!(zone, Tz::UTC | Tz::Etc__UTC) {
        return "UTC".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    if minutes == 0 {
        format!("{}, UTC{sign}{hours}", zone.name())
    } else {
        format!("{}, UTC{sign}{hours}:{minutes:02}", zone.name())
    }
}

//! The e-mails: an invitation and a password reset, in each language, as text and as HTML.
//!
//! The words stand in `templates/letters/<language>/`, the frame of the HTML part in `templates/letters/layout.html`.
//! The first line of a `.txt` template is the subject, so that a translator finds everything in one folder.

use askama::Template;
use chrono::{DateTime, Datelike as _, Offset as _, Timelike as _, Utc};
use chrono_tz::Tz;
use types::language::Language;

mod templates;
#[cfg(test)]
mod tests;

use templates::{
    InvitationHtml, InvitationText, InvitationWords, PasswordResetHtml, PasswordResetText,
    PasswordResetWords,
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
    /// Name of the person who invites, or their address; never "".
    pub inviter: &'a str,
    /// Name of the invited person, or "".
    pub recipient_name: &'a str,
    pub role: &'a str,
    /// What the inviter adds, or ""; line breaks are kept.
    pub message: &'a str,
    pub link: &'a str,
    pub expires_at: DateTime<Utc>,
    /// Where `expires_at` is shown.
    pub time_zone: Tz,
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
    let letter = &InvitationWords {
        organization: one_line(facts.organization),
        inviter: one_line(facts.inviter),
        recipient_name: one_line(facts.recipient_name),
        role: one_line(facts.role),
        message: lines(facts.message),
        link: facts.link,
        until: until(language, facts.expires_at, facts.time_zone),
    };
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
fn until(language: Language, moment: DateTime<Utc>, zone: Tz) -> String {
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

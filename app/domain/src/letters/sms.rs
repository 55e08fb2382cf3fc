//! The same messages as SMS: one sentence and the link, in no more than two parts as far as that is in our hands.

#![expect(
    clippy::ref_binding_to_reference,
    clippy::ref_option_ref,
    reason = "askama's derive for enums writes such patterns"
)]

use askama::Template;
use types::language::Language;

use super::one_line;

/// What an SMS carries.
#[derive(Clone, Copy, Debug)]
pub enum Sms<'a> {
    Invitation(SmsInvitation<'a>),
    Welcome {
        organization: &'a str,
        link: &'a str,
    },
    PasswordReset {
        link: &'a str,
    },
}

/// What an invitation by SMS tells in Usher's words.
#[derive(Clone, Copy, Debug)]
pub struct SmsInvitation<'a> {
    pub organization: &'a str,
    /// Name of the person who invites, or what they sign in with; "": the organization itself.
    pub inviter: &'a str,
    /// With a temporary password where to sign in.
    pub link: &'a str,
    pub username: &'a str,
    pub password: Option<&'a str>,
}

#[derive(Template)]
enum Text<'a> {
    #[template(path = "letters/en/invitation_sms.txt")]
    EnInvitation {
        organization: &'a str,
        inviter: &'a str,
        link: &'a str,
        username: &'a str,
        password: Option<&'a str>,
    },
    #[template(path = "letters/ru/invitation_sms.txt")]
    RuInvitation {
        organization: &'a str,
        inviter: &'a str,
        link: &'a str,
        username: &'a str,
        password: Option<&'a str>,
    },
    #[template(path = "letters/en/welcome_sms.txt")]
    EnWelcome { organization: String, link: &'a str },
    #[template(path = "letters/ru/welcome_sms.txt")]
    RuWelcome { organization: String, link: &'a str },
    #[template(path = "letters/en/password_reset_sms.txt")]
    EnPasswordReset { link: &'a str },
    #[template(path = "letters/ru/password_reset_sms.txt")]
    RuPasswordReset { link: &'a str },
}

/// Words an SMS.
///
/// # Errors
/// Only if a template cannot be rendered, which no input brings about.
pub fn sms(language: Language, facts: Sms<'_>) -> Result<String, askama::Error> {
    let text = match (facts, language) {
        (Sms::Invitation(facts), language) => return invitation(language, &facts),
        (Sms::Welcome { organization, link }, language) => {
            let organization = one_line(organization);
            match language {
                Language::En => Text::EnWelcome { organization, link },
                Language::Ru => Text::RuWelcome { organization, link },
            }
        }
        (Sms::PasswordReset { link }, Language::En) => Text::EnPasswordReset { link },
        (Sms::PasswordReset { link }, Language::Ru) => Text::RuPasswordReset { link },
    };
    Ok(text.render()?.trim().to_owned())
}

fn invitation(language: Language, facts: &SmsInvitation<'_>) -> Result<String, askama::Error> {
    let organization = one_line(facts.organization);
    let inviter = one_line(facts.inviter);
    let said = |organization: &str, inviter: &str| -> Result<String, askama::Error> {
        let SmsInvitation {
            link,
            username,
            password,
            ..
        } = *facts;
        let text = match language {
            Language::En => Text::EnInvitation {
                organization,
                inviter,
                link,
                username,
                password,
            },
            Language::Ru => Text::RuInvitation {
                organization,
                inviter,
                link,
                username,
                password,
            },
        };
        Ok(text.render()?.trim().to_owned())
    };
    // Who invites is the first to go; the page behind the link says it.
    let whole = said(&organization, &inviter)?;
    if parts(&whole) <= MOST_PARTS {
        return Ok(whole);
    }
    let mut shorter = said(&organization, "")?;
    let mut characters = LONG_NAME;
    while parts(&shorter) > MOST_PARTS && characters > SHORT_NAME {
        characters -= 1;
        let begin: String = organization.chars().take(characters).collect();
        shorter = said(&format!("{}…", begin.trim_end()), "")?;
    }
    Ok(shorter)
}

/// Each is paid for.
const MOST_PARTS: usize = 2;
/// Characters of an organization's name that is too long for a text message: at most, and at least.
const LONG_NAME: usize = 60;
const SHORT_NAME: usize = 8;

/// In how many parts a text travels: of 160 characters in the alphabet of GSM 03.38, of 70 in any other; several are
/// a little shorter, as they say which they are.
pub fn parts(text: &str) -> usize {
    const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
        ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    // They take two places each.
    const BESIDE: &str = "^{}\\[~]|€";
    let places = text.chars().try_fold(0, |places, c| {
        if ALPHABET.contains(c) {
            Some(places + 1)
        } else {
            BESIDE.contains(c).then_some(places + 2)
        }
    });
    let (places, one, each): (usize, usize, usize) = match places {
        Some(places) => (places, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if places <= one {
        1
    } else {
        places.div_ceil(each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as links are.
    fn link() -> String {
        format!("https://usher.example/invite/{}", "x".repeat(71))
    }

    fn worded(language: Language, organization: &str, inviter: &str) -> String {
        let facts = SmsInvitation {
            organization,
            inviter,
            link: &link(),
            username: "+79051111111",
            password: None,
        };
        sms(language, Sms::Invitation(facts)).unwrap()
    }

    #[test]
    fn as_the_networks_count() {
        for (text, expected) in [
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("я".repeat(70), 1),
            ("я".repeat(71), 2),
            ("я".repeat(134), 2),
            ("я".repeat(135), 3),
            (String::new(), 1),
        ] {
            assert_eq!(parts(&text), expected, "{text}");
        }
    }

    #[test]
    fn an_invitation_goes_in_two_parts() {
        let text = worded(Language::En, "Acme Clinics", "Olive Owner");
        assert_eq!(
            text,
            format!("Olive Owner invites you to Acme Clinics: {}", link())
        );
        assert_eq!(parts(&text), 1);
        let text = worded(
            Language::Ru,
            "Клиника «Доктор рядом»",
            "Ольга Константинопольская",
        );
        assert!(!text.contains("Ольга") && text.ends_with(&link()), "{text}");
        let text = worded(Language::Ru, &"Очень длинное имя ".repeat(9), "Ольга");
        assert!(parts(&text) <= 2 && text.ends_with(&link()), "{text}");
    }
}

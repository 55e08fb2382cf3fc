//! Which phone numbers there can be. `types::contact::Phone` reads the digits, on both sides; here the result is
//! compared with what is known of all countries' numbers, which is too much for a page.
//!
//! A number is refused where no country has numbers of this kind: an unknown country code, too many or too few digits
//! for the country, or a beginning that it gives to nobody. Whether a possible number is somebody's, only the message
//! to it tells; plans of numbers grow, and what is written down about their parts is soon out of date.

use std::{collections::HashMap, sync::LazyLock};

use phonenumber::{Metadata, metadata::DATABASE};
use regex::{Regex, RegexBuilder};
use types::{
    contact::{Email, Phone, PhoneFault, Username},
    refusal::Refusal,
    users::PersonField,
};

/// The numbers of one country, without its code.
struct Plan {
    /// Not compiled before the first number of the country is read.
    pattern: LazyLock<Option<Regex>, Box<dyn FnOnce() -> Option<Regex> + Send>>,
    /// What is dialled in front of a number at home.
    trunk: Option<&'static str>,
}

/// By country code. Several countries may share one.
///
/// The crate's own matching is not used: it keeps a hundred patterns for all countries and compiles the others anew each
/// time, so that a table of numbers from everywhere would take milliseconds a row; and it takes a number that goes on
/// behind its pattern.
static PLANS: LazyLock<HashMap<u16, Vec<Plan>>> = LazyLock::new(|| {
    let of_code = |code| Some((code, DATABASE.by_code(&code)?));
    let plans = (1..=999).filter_map(of_code).map(|(code, countries)| {
        let plans = countries.into_iter().map(Plan::of);
        (code, plans.collect())
    });
    plans.collect()
});

impl Plan {
    fn of(country: &'static Metadata) -> Self {
        let pattern = country.descriptors().general().national_number().as_str();
        Self {
            pattern: LazyLock::new(Box::new(move || {
                RegexBuilder::new(&format!("^(?:{pattern})$"))
                    .ignore_whitespace(true)
                    .unicode(false)
                    .build()
                    .ok()
            })),
            trunk: country.national_prefix(),
        }
    }

    fn holds(&self, national: &str) -> bool {
        self.pattern
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(national))
    }
}

/// Reads one number, as E.164 has it: the same however it was typed, without a zero that is dialled at home only.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(typed: &str) -> Result<Phone, PhoneFault> {
    let phone = Phone::parse(typed)?;
    // No country's code begins with another's.
    let (code, plans) = (1..=3)
        .filter_map(|digits| phone.digits().get(..digits))
        .find_map(|code| Some((code, PLANS.get(&code.parse().ok()?)?)))
        .ok_or(PhoneFault::Impossible)?;
    let national = &phone.digits()[code.len()..];
    if plans.iter().any(|plan| plan.holds(national)) {
        return Ok(phone);
    }
    let without_trunk = plans.iter().find_map(|plan| {
        let rest = national.strip_prefix(plan.trunk?)?;
        plan.holds(rest).then_some(rest)
    });
    match without_trunk {
        Some(national) => Phone::parse(&format!("+{code}{national}")),
        None => Err(PhoneFault::Impossible),
    }
}

/// `PersonField::read`, with all that is known of phone numbers.
///
/// # Errors
/// Those of `PersonField::read`, and `PhoneImpossible`.
pub(crate) fn read_field(field: PersonField, typed: &str) -> Result<String, Refusal> {
    let typed = typed.trim();
    if field == PersonField::Phone && !typed.is_empty() {
        return read(typed)
            .map(String::from)
            .map_err(|fault| fault.refusal(typed));
    }
    field.read(typed)
}

/// What somebody signs in with, as it was typed.
///
/// # Errors
/// `EmailNotValid`; of a number `PhoneWithoutCountryCode`, `PhoneImpossible`, `PhoneNotValid`.
pub fn username(typed: &str) -> Result<Username, Refusal> {
    let is_number = !typed.contains('@') && typed.contains(|c: char| c.is_ascii_digit());
    match read(typed) {
        Ok(phone) => Ok(Username::Phone(phone)),
        Err(PhoneFault::CharacterNotAllowed(_)) => Err(Refusal::EmailNotValid),
        Err(fault) if is_number => Err(fault.refusal(typed)),
        Err(_) => Err(Refusal::EmailNotValid),
    }
    .or_else(|refusal| {
        Email::parse(typed)
            .map(Username::Email)
            .map_err(|_| refusal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_however_it_is_typed() {
        for (number, spellings) in [
            (
                "+79051111111",
                &[
                    "79051111111",
                    "+79051111111",
                    "+7 (905) 111-11-11",
                    "007 905 111 11 11",
                    "7-905-111-11-11",
                ][..],
            ),
            (
                "+442079460018",
                &[
                    "+44 20 7946 0018",
                    "+44 (0)20 7946 0018",
                    "+44 020 7946 0018",
                ],
            ),
            ("+12025550143", &["1 202 555 0143", "+1-202-555-0143"]),
            // A zero that belongs to the number stays.
            ("+390612345678", &["+39 06 1234 5678"]),
            // Germany's numbers have no one length.
            ("+491711234567", &["+49 (0)171 1234567", "+49 171 1234567"]),
            // A satellite phone belongs to no country.
            ("+881612345678", &["+881 6 1234 5678"]),
        ] {
            for spelling in spellings {
                let read = read(spelling).map(String::from);
                assert_eq!(read.as_deref(), Ok(number), "{spelling}");
            }
            let again = read(number).map(String::from);
            assert_eq!(again.as_deref(), Ok(number));
        }
    }

    #[test]
    fn what_no_country_has_is_refused() {
        for impossible in [
            "+999 12345678",   // nobody's country code
            "+7 905 111-11-1", // a digit short
            "+7 905 111-11-111",
            "+7 105 111-11-11",
            "+1 102 555 0143",
            "+1 202 555 014",
            "+44 20 7946 00180",
        ] {
            assert_eq!(
                read(impossible),
                Err(PhoneFault::Impossible),
                "{impossible}"
            );
        }
        assert_eq!(read("9051111111"), Err(PhoneFault::NoCountryCode));
        assert_eq!(read("8 (905) 111-11-11"), Err(PhoneFault::NoCountryCode));
        let refusal = read_field(PersonField::Phone, " 9051111111 ");
        assert_eq!(
            refusal,
            Err(PhoneFault::NoCountryCode.refusal("9051111111"))
        );
        assert_eq!(read_field(PersonField::Phone, "  "), Ok(String::new()));
    }

    #[test]
    fn a_username_is_an_address_or_a_number() {
        let key = |typed: &str| username(typed).map(|it| it.key().to_owned());
        assert_eq!(key("Ann@X.org"), Ok("ann@x.org".to_owned()));
        assert_eq!(key("+44 020 7946 0018"), Ok("+442079460018".to_owned()));
        assert_eq!(key("12@x.org"), Ok("12@x.org".to_owned()));
        for (typed, refusal) in [
            ("", Refusal::EmailNotValid),
            ("ann", Refusal::EmailNotValid),
            ("ann7", Refusal::EmailNotValid),
            (
                "9051111111",
                PhoneFault::NoCountryCode.refusal("9051111111"),
            ),
            ("+7 105 111-11-11", Refusal::PhoneImpossible),
        ] {
            assert_eq!(key(typed), Err(refusal), "{typed}");
        }
    }

    proptest::proptest! {
        /// What was read is read as itself, with any of the signs that people put between digits.
        #[test]
        fn a_number_stays_itself(national in "9[0-9]{9}", signs in "[ .()-]{0,10}") {
            let number = read(&format!("+7{national}")).unwrap();
            let mut typed = String::from("7");
            let mut signs = signs.chars();
            for digit in national.chars() {
                typed.extend(signs.next());
                typed.push(digit);
            }
            assert_eq!(read(&typed).unwrap(), number);
            assert_eq!(read(number.as_str()).unwrap(), number);
        }

        #[test]
        fn no_text_makes_it_fall_over(text in "\\PC{0,24}", digits in "[+0-9 ()-]{0,24}") {
            let _ = read(&text);
            if let Ok(number) = read(&digits) {
                assert_eq!(read(number.as_str()), Ok(number.clone()));
            }
        }
    }
}

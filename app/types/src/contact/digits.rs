//! A number that somebody typed without its country code.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Phone;

/// The digits of what was typed as a phone number, at most 15 of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digits {
    value: u64,
    count: u8,
}

impl Digits {
    /// Drops all that is no digit.
    pub fn of(typed: &str) -> Self {
        let digits = typed.chars().filter_map(|c| c.to_digit(10)).take(15);
        let (value, count) = digits.fold((0, 0), |(value, count), digit| {
            (value * 10 + u64::from(digit), count + 1)
        });
        Self { value, count }
    }

    /// The number that is meant, where it is clear from the digits: that is a Russian mobile number, whose country
    /// code was left out, or dialled with 8 as at home.
    pub fn meant(self) -> Option<Phone> {
        let text = self.to_string();
        let national = match text.strip_prefix('8') {
            Some(national) if text.len() == 11 => national,
            _ => &text,
        };
        let is_mobile = national.len() == 10 && national.starts_with('9');
        is_mobile
            .then(|| Phone::parse(&format!("+7{national}")).ok())
            .flatten()
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, count } = self;
        write!(f, "{value:0count$}", count = usize::from(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_told_where_it_is_clear() {
        for (typed, shown, meant) in [
            ("9051111111", "9051111111", Some("+79051111111")),
            ("(905) 111-11-11", "9051111111", Some("+79051111111")),
            ("8 905 111-11-11", "89051111111", Some("+79051111111")),
            ("020 7946 0958", "02079460958", None),
            ("202 555 0143", "2025550143", None),
            ("12345", "12345", None),
            ("", "0", None),
            ("9999999999999999", "999999999999999", None),
        ] {
            let digits = Digits::of(typed);
            assert_eq!(digits.to_string(), shown, "{typed}");
            assert_eq!(digits.meant().as_ref().map(Phone::as_str), meant, "{typed}");
        }
    }
}

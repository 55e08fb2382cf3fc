//! The temporary password of an invitation: for people without an inbox in which links can be clicked.

use std::fmt;

/// 60 bits, written in Crockford's base32 (<https://www.crockford.com/base32.html>): without the letters
/// that are taken for digits, as it is read from paper and typed on phones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TemporaryPassword(u64);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: u32 = 12;
/// Characters between two dashes.
const GROUP: u32 = 4;
const BITS_EACH: u32 = 5;

impl TemporaryPassword {
    /// Of the first 60 bits.
    pub fn of(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes) >> (u64::BITS - LENGTH * BITS_EACH))
    }

    /// However it is typed: in small or capital letters, O for 0, I and L for 1, with dashes and spaces
    /// anywhere. `None` for what is no such password.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits = 0;
        let mut count = 0;
        let between =
            |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        for c in text.chars().filter(|c| !between(*c)) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let value = ALPHABET.iter().position(|it| char::from(*it) == c)?;
            count += 1;
            if count > LENGTH {
                return None;
            }
            bits = bits << BITS_EACH | value as u64;
        }
        (count == LENGTH).then_some(Self(bits))
    }

    /// To be compared in constant time.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// In groups, as people read it out.
impl fmt::Display for TemporaryPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..LENGTH).rev() {
            let value = (self.0 >> (place * BITS_EACH)) & 31;
            let letter = ALPHABET.get(usize::try_from(value).unwrap_or_default());
            write!(f, "{}", char::from(letter.copied().unwrap_or(b'0')))?;
            if place > 0 && place.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

/// Logs carry no password.
impl fmt::Debug for TemporaryPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemporaryPassword(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_in_groups_and_read_as_people_type_it() {
        let password = TemporaryPassword::of([0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]);
        assert_eq!(password.to_string(), "04HM-ASW9-NF6Y");
        for typed in [
            "04HM-ASW9-NF6Y",
            "04hmasw9nf6y",
            "O4hm asw9 nf6y",
            " 04HM\u{a0}ASW9\u{2013}NF6Y\n",
        ] {
            assert_eq!(TemporaryPassword::parse(typed), Some(password), "{typed}");
        }
        assert_eq!(
            TemporaryPassword::parse("IIIL-1111-oooO"),
            TemporaryPassword::parse("1111-1111-0000")
        );
        for other in [
            "",
            "04HM-ASW9-NF6",
            "04HM-ASW9-NF6Y0",
            "04HM-ASW9-NF6U",
            "04HM-ASW9-NF6\u{0443}",
        ] {
            assert_eq!(TemporaryPassword::parse(other), None, "{other}");
        }
        assert!(!format!("{password:?}").contains("04HM"));
    }
}

//! The organization's colour, and how it stays readable.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// A colour of the screen, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color([u8; 3]);

/// Text and its ground must differ by so much (WCAG 2, level AA).
const READABLE: f64 = 4.5;

impl Color {
    pub const WHITE: Self = Self([255; 3]);
    /// What lies behind text in the dark, on pages and in e-mails.
    pub const DARK_GROUND: Self = Self([0x1b, 0x21, 0x1f]);

    /// Usher's own accent on a dark ground.
    pub const USHER_IN_THE_DARK: Self = Self([0x6c, 0xc5, 0xbb]);

    /// Reads `#rrggbb`, in any case, with or without `#`.
    ///
    /// # Errors
    /// `ColorNotValid`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Refusal::ColorNotValid);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| Refusal::ColorNotValid)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// Six digits, without `#`: as it stands in an address.
    pub fn digits(self) -> String {
        let Self([red, green, blue]) = self;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    /// From 1, the same brightness, to 21, black and white.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// One of 20 steps on the way to another colour.
    fn towards(self, other: Self, step: u16) -> Self {
        let mixed = |own: u8, other: u8| {
            let sum = u16::from(own) * (20 - step) + u16::from(other) * step;
            u8::try_from(sum / 20).unwrap_or(u8::MAX)
        };
        let mut color = self.0;
        for (channel, end) in color.iter_mut().zip(other.0) {
            *channel = mixed(*channel, end);
        }
        Self(color)
    }

    /// This colour or, where it is too close to `ground`, the nearest on its way to `end` that is not.
    fn apart_from(self, ground: Self, end: Self) -> Self {
        (0..20)
            .map(|step| self.towards(end, step))
            .find(|color| color.contrast(ground) >= READABLE)
            .unwrap_or(end)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

impl FromStr for Color {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Color {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

/// The colour that an organization has chosen for its buttons and links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Accent(pub Color);

impl Accent {
    /// Usher's own: the deep teal of its pages.
    pub const USHER: Self = Self(Color([0x0f, 0x5e, 0x59]));

    /// As it is used on a light ground and behind white text: the chosen one, darkened where white
    /// could hardly be read on it.
    pub fn on_light(self) -> Color {
        self.0.apart_from(Color::WHITE, Color([0; 3]))
    }

    /// As it is used on a dark ground.
    pub fn on_dark(self) -> Color {
        self.0.apart_from(Color::DARK_GROUND, Color::WHITE)
    }

    /// Whether it is used as it was chosen.
    pub fn is_readable(self) -> bool {
        self.on_light() == self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_text_is_readable_on_every_accent_and_every_accent_in_the_dark() {
        for red in (0..=255).step_by(17) {
            for green in (0..=255).step_by(17) {
                for blue in (0..=255).step_by(17) {
                    let accent = Accent(Color([red, green, blue]));
                    let (light, dark) = (accent.on_light(), accent.on_dark());
                    assert!(light.contrast(Color::WHITE) >= READABLE, "{accent:?}");
                    assert!(dark.contrast(Color::DARK_GROUND) >= READABLE, "{accent:?}");
                }
            }
        }
        assert!(Accent::USHER.is_readable());
        let yellow = Accent(Color([255, 204, 0]));
        assert!(!yellow.is_readable());
        assert_eq!(yellow.on_dark(), yellow.0);
    }

    #[test]
    fn a_colour_is_six_digits() {
        for text in ["#0F5e59", "0f5e59", " #0f5e59 "] {
            assert_eq!(Color::parse(text), Ok(Accent::USHER.0), "{text}");
        }
        for text in [
            "", "#", "#fff", "teal", "#0f5e5", "#0f5e599", "#+f5e59", "#0f5e5g", "#ёёё",
        ] {
            assert_eq!(Color::parse(text), Err(Refusal::ColorNotValid), "{text}");
        }
        assert_eq!(Accent::USHER.0.to_string(), "#0f5e59");
        assert!((Color::WHITE.contrast(Color([0; 3])) - 21.0).abs() < 1e-9);
    }
}

//! What a password must be before anyone looks at its strength.

use crate::refusal::Refusal;

/// A new password of 12 to 256 characters; its strength is judged on the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub const SHORTEST: usize = 12;
    pub const LONGEST: usize = 256;

    /// Spaces count, at the ends too: they are typed on purpose.
    ///
    /// # Errors
    /// `PasswordTooShort`, `PasswordTooLong`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text.chars().count() {
            ..Self::SHORTEST => Err(Refusal::PasswordTooShort),
            Self::SHORTEST..=Self::LONGEST => Ok(Self(text.to_owned())),
            _ => Err(Refusal::PasswordTooLong),
        }
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Strength of a password, 0 (guessed at once) to 4; 3 is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Strength(pub u8);

impl Strength {
    pub const ENOUGH: Self = Self(3);

    pub fn is_enough(self) -> bool {
        self.0 >= Self::ENOUGH.0
    }
}

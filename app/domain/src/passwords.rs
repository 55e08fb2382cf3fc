//! Passwords: argon2id (19 MiB, 2 passes, 1 lane; OWASP's minimum), judged by zxcvbn.

use std::{num::NonZero, sync::LazyLock, thread};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use types::{
    password::{Password, Strength},
    refusal::Refusal,
};

use crate::{Fault, Outcome};

/// Reads and judges a new password. `about` are words that must not carry it: name, address,
/// organization.
///
/// # Errors
/// `PasswordTooShort`, `PasswordTooLong`, `PasswordTooWeak`.
pub fn read_new(text: &str, about: &[String]) -> Result<Password, Refusal> {
    let password = Password::parse(text)?;
    if strength(text, about).is_enough() {
        Ok(password)
    } else {
        Err(Refusal::PasswordTooWeak)
    }
}

/// How strong a password is; what is too short is never strong.
pub fn strength(text: &str, about: &[String]) -> Strength {
    // zxcvbn's time grows fast with length, and the first hundred characters decide.
    let head: String = text.chars().take(100).collect();
    let words: Vec<&str> = about
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() > 2)
        .take(20)
        .collect();
    let score = u8::from(zxcvbn::zxcvbn(&head, &words).score());
    if text.chars().count() < Password::SHORTEST {
        Strength(score.min(1))
    } else {
        Strength(score)
    }
}

/// Hashes and verifies on the blocking pool, at most as many at once as there are cores.
pub(crate) struct Hasher(Semaphore);

impl Default for Hasher {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Semaphore::new(cores))
    }
}

impl Hasher {
    /// The PHC string of a password.
    pub async fn hash(&self, password: &Password) -> Outcome<String> {
        let _permit = self.0.acquire().await.map_err(Fault::broken)?;
        let text = password.reveal().to_owned();
        spawn_blocking(move || hash(&text))
            .await
            .map_err(Fault::broken)?
    }

    /// Whether `text` is the password of `stored`. Without a stored one it takes as long and says
    /// no, so that time does not tell which addresses are known.
    pub async fn verify(&self, text: &str, stored: Option<&str>) -> Outcome<bool> {
        let _permit = self.0.acquire().await.map_err(Fault::broken)?;
        let text = text.to_owned();
        let known = stored.is_some();
        let stored = stored.map_or_else(|| NOBODYS.clone(), str::to_owned);
        let matches = spawn_blocking(move || verify(&text, &stored))
            .await
            .map_err(Fault::broken)??;
        Ok(matches && known)
    }
}

/// Of a password that nobody has.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hash("the password of nobody").unwrap_or_default());

fn argon2() -> Outcome<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| Fault::broken(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(text: &str) -> Outcome<String> {
    argon2()?
        .hash_password(text.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| Fault::broken(e.to_string()))
}

fn verify(text: &str, stored: &str) -> Outcome<bool> {
    let stored = PasswordHash::new(stored).map_err(|e| Fault::broken(e.to_string()))?;
    Ok(argon2()?.verify_password(text.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_verifies_its_own_password_only() -> Outcome<()> {
        let hasher = Hasher::default();
        let password = Password::parse("tidal lantern orchard")?;
        let stored = hasher.hash(&password).await?;
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            hasher
                .verify("tidal lantern orchard", Some(&stored))
                .await?
        );
        assert!(
            !hasher
                .verify("tidal lantern orchards", Some(&stored))
                .await?
        );
        assert!(!hasher.verify("the password of nobody", None).await?);
        Ok(())
    }

    #[test]
    fn weak_passwords_are_refused_with_their_reason() {
        let about = [
            "Ann Lee".to_owned(),
            "ann.lee@north-clinic.example".to_owned(),
        ];
        let refused = |text: &str| read_new(text, &about).err();
        assert_eq!(refused("short"), Some(Refusal::PasswordTooShort));
        assert_eq!(refused(&"x".repeat(257)), Some(Refusal::PasswordTooLong));
        assert_eq!(refused("password1234"), Some(Refusal::PasswordTooWeak));
        assert_eq!(refused("annleeannlee"), Some(Refusal::PasswordTooWeak));
        assert_eq!(refused("aaaaaaaaaaaaaaaa"), Some(Refusal::PasswordTooWeak));
        assert_eq!(refused("tidal lantern orchard"), None);
    }

    #[test]
    fn a_very_long_password_is_judged_at_once() {
        assert!(strength(&"correct horse battery ".repeat(500), &[]).0 <= 4);
    }
}

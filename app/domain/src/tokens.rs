//! What the installation's key signs: links, and the audit log's seals.
//!
//! Links: their tokens are derived from ids and the installation's key, never stored.
//!
//! A token is `id (16 bytes) | generation (4) | channel (1) | HMAC-SHA-256 (32)`, in URL-safe
//! base64: 71 characters. The MAC covers the purpose too, so that a token of one kind is none of
//! another. Nobody can make one from a copy of the database; raising the generation of an
//! invitation makes every earlier token an old one, recognisably.
//!
//! A temporary password is 60 bits of a MAC over the same, made for its own purpose: each generation
//! and each channel has another one, so that it says by which way it has come.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use types::{
    ids::{DeliveryId, InvitationId, PasswordResetId},
    invitation::Channel,
    temporary_password::TemporaryPassword,
};
use uuid::Uuid;

/// Bytes that a key has.
pub const KEY_BYTES: usize = 32;

/// Bytes of the MAC in a return path: enough against guessing through a mail server.
const RETURN_PATH_SEAL: usize = 8;

const PAYLOAD_BYTES: usize = 16 + 4 + 1;

/// The installation's secret keys. The first signs; all verify, so that keys can be rotated.
pub struct Keys(Vec<SecretBox<[u8; KEY_BYTES]>>);

/// There must be a key to sign with.
#[derive(Debug, thiserror::Error)]
#[error("there is no secret key")]
pub struct NoKey;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Invitation,
    TemporaryPassword,
    PasswordReset,
    /// One event of the audit log.
    AuditEvent,
    /// The details of one: without the key nobody finds out by guessing what was forgotten.
    AuditDetails,
    /// The end of the audit log.
    AuditHead,
    /// Where one message comes back to.
    ReturnPath,
}

/// What the token of an invitation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationToken {
    pub invitation: InvitationId,
    pub generation: i32,
    /// The way the link travelled.
    pub channel: Channel,
}

impl Keys {
    /// # Errors
    /// `NoKey` if there is none.
    pub fn new(keys: Vec<[u8; KEY_BYTES]>) -> Result<Self, NoKey> {
        if keys.is_empty() {
            return Err(NoKey);
        }
        Ok(Self(
            keys.into_iter()
                .map(|key| SecretBox::new(Box::new(key)))
                .collect(),
        ))
    }

    pub fn sign_invitation(&self, token: InvitationToken) -> String {
        self.sign(Purpose::Invitation, &payload_of(token))
    }

    /// `None` for what this installation never signed.
    pub fn read_invitation(&self, text: &str) -> Option<InvitationToken> {
        let (id, generation, channel) = self.read(Purpose::Invitation, text)?;
        Some(InvitationToken {
            invitation: InvitationId(id),
            generation,
            channel: channel_of(channel)?,
        })
    }

    /// The password that stands for this token's link.
    pub fn temporary_password(&self, token: InvitationToken) -> TemporaryPassword {
        let seal = self.seal(Purpose::TemporaryPassword, &payload_of(token));
        shortened(&seal)
    }

    /// Of which channel's link this is the temporary password. Takes as long whatever the answer is.
    pub(crate) fn read_temporary_password(
        &self,
        invitation: InvitationId,
        generation: i32,
        typed: TemporaryPassword,
    ) -> Option<InvitationToken> {
        let mut found = None;
        for channel in Channel::ALL {
            let token = InvitationToken {
                invitation,
                generation,
                channel: *channel,
            };
            let mut is_it = Choice::from(0);
            for key in &self.0 {
                let mac = mac(key, Purpose::TemporaryPassword, &payload_of(token));
                let own = shortened(&mac.finalize().into_bytes());
                is_it |= own.bits().ct_eq(&typed.bits());
            }
            if is_it.into() {
                found = Some(token);
            }
        }
        found
    }

    pub fn sign_password_reset(&self, reset: PasswordResetId) -> String {
        self.sign(Purpose::PasswordReset, &payload(reset.0, 0, 0))
    }

    /// `None` for what this installation never signed.
    pub fn read_password_reset(&self, text: &str) -> Option<PasswordResetId> {
        let (id, _, _) = self.read(Purpose::PasswordReset, text)?;
        Some(PasswordResetId(id))
    }

    /// Stands in an e-mail address, whose case is nobody's concern and whose length is bounded: id and half a
    /// MAC in hexadecimal, 48 characters.
    pub(crate) fn sign_delivery(&self, delivery: DeliveryId) -> String {
        let seal = self.seal(Purpose::ReturnPath, delivery.0.as_bytes());
        let mut token = delivery.0.simple().to_string();
        for byte in seal.iter().take(RETURN_PATH_SEAL) {
            let _ = write!(token, "{byte:02x}");
        }
        token
    }

    /// `None` for what this installation never signed.
    pub(crate) fn read_delivery(&self, text: &str) -> Option<DeliveryId> {
        let (id, seal) = text.split_at_checked(32)?;
        let id = Uuid::try_parse(id).ok()?;
        let seal: Option<Vec<u8>> = seal
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let seal = seal.filter(|seal| seal.len() == RETURN_PATH_SEAL)?;
        let signed = |key| {
            let mac = mac(key, Purpose::ReturnPath, id.as_bytes());
            mac.verify_truncated_left(&seal).is_ok()
        };
        self.0.iter().any(signed).then_some(DeliveryId(id))
    }

    /// The MAC of a text by the first key.
    pub(crate) fn seal(&self, purpose: Purpose, text: &[u8]) -> Vec<u8> {
        let first = self.0.first();
        first.map_or_else(Vec::new, |key| {
            mac(key, purpose, text).finalize().into_bytes().to_vec()
        })
    }

    /// Whether any of the keys has sealed the text so.
    pub(crate) fn has_sealed(&self, purpose: Purpose, text: &[u8], seal: &[u8]) -> bool {
        self.0
            .iter()
            .any(|key| mac(key, purpose, text).verify_slice(seal).is_ok())
    }

    fn sign(&self, purpose: Purpose, payload: &[u8; PAYLOAD_BYTES]) -> String {
        let mut bytes = payload.to_vec();
        bytes.extend(self.seal(purpose, payload));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, purpose: Purpose, text: &str) -> Option<(Uuid, i32, u8)> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (payload, tag) = bytes.split_first_chunk::<PAYLOAD_BYTES>()?;
        if !self.has_sealed(purpose, payload, tag) {
            return None;
        }
        let (id, rest) = payload.split_first_chunk::<16>()?;
        let (generation, channel) = rest.split_first_chunk::<4>()?;
        Some((
            Uuid::from_bytes(*id),
            i32::from_be_bytes(*generation),
            *channel.first()?,
        ))
    }
}

fn payload_of(token: InvitationToken) -> [u8; PAYLOAD_BYTES] {
    payload(
        token.invitation.0,
        token.generation,
        channel_byte(token.channel),
    )
}

fn shortened(seal: &[u8]) -> TemporaryPassword {
    let first = seal.first_chunk().copied();
    TemporaryPassword::of(first.unwrap_or_default())
}

fn payload(id: Uuid, generation: i32, channel: u8) -> [u8; PAYLOAD_BYTES] {
    let mut bytes = [channel; PAYLOAD_BYTES];
    bytes[..16].copy_from_slice(id.as_bytes());
    bytes[16..20].copy_from_slice(&generation.to_be_bytes());
    bytes
}

fn mac(key: &SecretBox<[u8; KEY_BYTES]>, purpose: Purpose, payload: &[u8]) -> Hmac<Sha256> {
    let label: &[u8] = match purpose {
        Purpose::Invitation => b"usher invitation",
        Purpose::TemporaryPassword => b"usher temporary password",
        Purpose::PasswordReset => b"usher password reset",
        Purpose::AuditEvent => b"usher audit event",
        Purpose::AuditDetails => b"usher audit details",
        Purpose::AuditHead => b"usher audit head",
        Purpose::ReturnPath => b"usher return path",
    };
    // A key as long as the hash's block; HMAC itself fills shorter ones up with zeros.
    let mut block = [0; 64];
    block[..KEY_BYTES].copy_from_slice(key.expose_secret());
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    mac.update(label);
    mac.update(payload);
    mac
}

fn channel_byte(channel: Channel) -> u8 {
    match channel {
        Channel::Email => 1,
        Channel::Sms => 2,
        Channel::Copied => 3,
    }
}

fn channel_of(byte: u8) -> Option<Channel> {
    match byte {
        1 => Some(Channel::Email),
        2 => Some(Channel::Sms),
        3 => Some(Channel::Copied),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(generation: i32) -> InvitationToken {
        InvitationToken {
            invitation: InvitationId(Uuid::from_u128(7)),
            generation,
            channel: Channel::Copied,
        }
    }

    #[test]
    fn a_token_says_what_was_signed() -> Result<(), NoKey> {
        let keys = Keys::new(vec![[1; KEY_BYTES]])?;
        let text = keys.sign_invitation(token(3));
        assert_eq!(text.len(), 71);
        assert_eq!(keys.read_invitation(&text), Some(token(3)));
        Ok(())
    }

    #[test]
    fn no_other_text_is_a_token() -> Result<(), NoKey> {
        let keys = Keys::new(vec![[1; KEY_BYTES]])?;
        let text = keys.sign_invitation(token(3));
        for (index, _) in text.char_indices() {
            let mut other = text.clone();
            let replacement = if &text[index..=index] == "A" {
                "B"
            } else {
                "A"
            };
            other.replace_range(index..=index, replacement);
            // The last character carries unused bits; base64 refuses those that are not zero.
            assert_eq!(keys.read_invitation(&other), None, "changed at {index}");
        }
        assert_eq!(keys.read_invitation(""), None);
        assert_eq!(keys.read_invitation(&text[..70]), None);
        assert_eq!(keys.read_invitation(&format!("{text}A")), None);
        Ok(())
    }

    #[test]
    fn a_token_of_one_purpose_is_none_of_another() -> Result<(), NoKey> {
        let keys = Keys::new(vec![[1; KEY_BYTES]])?;
        let reset = PasswordResetId(Uuid::from_u128(7));
        let text = keys.sign_password_reset(reset);
        assert_eq!(keys.read_password_reset(&text), Some(reset));
        assert_eq!(keys.read_invitation(&text), None);
        Ok(())
    }

    #[test]
    fn a_temporary_password_says_its_channel_and_is_that_of_one_generation() -> Result<(), NoKey> {
        let keys = Keys::new(vec![[1; KEY_BYTES]])?;
        let rotated = Keys::new(vec![[2; KEY_BYTES], [1; KEY_BYTES]])?;
        let stranger = Keys::new(vec![[3; KEY_BYTES]])?;
        let mut all = Vec::new();
        for channel in Channel::ALL {
            let token = InvitationToken {
                channel: *channel,
                ..token(3)
            };
            let password = keys.temporary_password(token);
            let read = |keys: &Keys, generation| {
                keys.read_temporary_password(token.invitation, generation, password)
            };
            assert_eq!(read(&keys, 3), Some(token));
            assert_eq!(read(&rotated, 3), Some(token));
            assert_eq!(read(&keys, 2), None);
            assert_eq!(read(&stranger, 3), None);
            all.push(password.bits());
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Channel::ALL.len());
        Ok(())
    }

    #[test]
    fn a_return_path_is_read_in_any_case_and_in_no_other_form() -> Result<(), NoKey> {
        let keys = Keys::new(vec![[1; KEY_BYTES]])?;
        let delivery = DeliveryId(Uuid::from_u128(7));
        let token = keys.sign_delivery(delivery);
        assert_eq!(token.len(), 48);
        assert_eq!(keys.read_delivery(&token), Some(delivery));
        assert_eq!(keys.read_delivery(&token.to_uppercase()), Some(delivery));
        for index in 0..token.len() {
            let mut other = token.clone();
            let replacement = if &token[index..=index] == "a" {
                "b"
            } else {
                "a"
            };
            other.replace_range(index..=index, replacement);
            assert_eq!(keys.read_delivery(&other), None, "changed at {index}");
        }
        for other in ["", &token[..47], &token[..32], &format!("{token}00"), "ё"] {
            assert_eq!(keys.read_delivery(other), None, "{other}");
        }
        let stranger = Keys::new(vec![[3; KEY_BYTES]])?;
        assert_eq!(stranger.read_delivery(&token), None);
        let rotated = Keys::new(vec![[3; KEY_BYTES], [1; KEY_BYTES]])?;
        assert_eq!(rotated.read_delivery(&token), Some(delivery));
        Ok(())
    }

    #[test]
    fn an_older_key_still_verifies_and_a_stranger_does_not() -> Result<(), NoKey> {
        let before = Keys::new(vec![[1; KEY_BYTES]])?;
        let after = Keys::new(vec![[2; KEY_BYTES], [1; KEY_BYTES]])?;
        let stranger = Keys::new(vec![[3; KEY_BYTES]])?;
        let text = before.sign_invitation(token(1));
        assert_eq!(after.read_invitation(&text), Some(token(1)));
        assert_ne!(after.sign_invitation(token(1)), text);
        assert_eq!(stranger.read_invitation(&text), None);
        Ok(())
    }
}

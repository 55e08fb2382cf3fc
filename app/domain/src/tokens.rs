//! Links: their tokens are derived from ids and the installation's key, never stored.
//!
//! A token is `id (16 bytes) | generation (4) | channel (1) | HMAC-SHA-256 (32)`, in URL-safe
//! base64: 71 characters. The MAC covers the purpose too, so that a token of one kind is none of
//! another. Nobody can make one from a copy of the database; raising the generation of an
//! invitation makes every earlier token an old one, recognisably.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use types::{
    ids::{InvitationId, PasswordResetId},
    invitation::Channel,
};
use uuid::Uuid;

/// Bytes that a key has.
pub const KEY_BYTES: usize = 32;

const PAYLOAD_BYTES: usize = 16 + 4 + 1;

/// The installation's secret keys. The first signs; all verify, so that keys can be rotated.
pub struct Keys(Vec<SecretBox<[u8; KEY_BYTES]>>);

/// There must be a key to sign with.
#[derive(Debug, thiserror::Error)]
#[error("there is no secret key")]
pub struct NoKey;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Invitation,
    PasswordReset,
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
        let InvitationToken {
            invitation,
            generation,
            channel,
        } = token;
        self.sign(
            Purpose::Invitation,
            &payload(invitation.0, generation, channel_byte(channel)),
        )
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

    pub fn sign_password_reset(&self, reset: PasswordResetId) -> String {
        self.sign(Purpose::PasswordReset, &payload(reset.0, 0, 0))
    }

    /// `None` for what this installation never signed.
    pub fn read_password_reset(&self, text: &str) -> Option<PasswordResetId> {
        let (id, _, _) = self.read(Purpose::PasswordReset, text)?;
        Some(PasswordResetId(id))
    }

    fn sign(&self, purpose: Purpose, payload: &[u8; PAYLOAD_BYTES]) -> String {
        let mut bytes = payload.to_vec();
        if let Some(first) = self.0.first() {
            bytes.extend(mac(first, purpose, payload).finalize().into_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, purpose: Purpose, text: &str) -> Option<(Uuid, i32, u8)> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (payload, tag) = bytes.split_first_chunk::<PAYLOAD_BYTES>()?;
        let ours = self
            .0
            .iter()
            .any(|key| mac(key, purpose, payload).verify_slice(tag).is_ok());
        if !ours {
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

fn payload(id: Uuid, generation: i32, channel: u8) -> [u8; PAYLOAD_BYTES] {
    let mut bytes = [channel; PAYLOAD_BYTES];
    bytes[..16].copy_from_slice(id.as_bytes());
    bytes[16..20].copy_from_slice(&generation.to_be_bytes());
    bytes
}

fn mac(
    key: &SecretBox<[u8; KEY_BYTES]>,
    purpose: Purpose,
    payload: &[u8; PAYLOAD_BYTES],
) -> Hmac<Sha256> {
    let label: &[u8] = match purpose {
        Purpose::Invitation => b"usher invitation",
        Purpose::PasswordReset => b"usher password reset",
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

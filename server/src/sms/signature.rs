//! Who a message between us and a gateway comes from.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::Sha256;

/// Twilio's signature: HMAC-SHA-1, in base64, over the address as Twilio called it and the form's fields, sorted by
/// their names, name and value behind each other.
pub fn is_twilios(
    token: &SecretString,
    address: &str,
    fields: &[(String, String)],
    signature: &str,
) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else {
        return false;
    };
    twilio_mac(token, address, fields).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
}

fn twilio_mac(
    token: &SecretString,
    address: &str,
    fields: &[(String, String)],
) -> Option<Hmac<Sha1>> {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes()).ok()?;
    mac.update(address.as_bytes());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Some(mac)
}

/// Seconds by which the clocks of two sides may differ, and for which a signed message counts.
const COUNTS_FOR: i64 = 300;

/// The signature of a webhook: `t=<seconds since 1970>,v1=<hex of HMAC-SHA-256 over "t.body">`.
pub fn signed(secret: &SecretString, now: i64, body: &[u8]) -> String {
    let hex = webhook_mac(secret, now, body)
        .map(|mac| {
            let mut hex = String::new();
            for byte in mac.finalize().into_bytes() {
                // A string takes everything.
                let _ = write!(hex, "{byte:02x}");
            }
            hex
        })
        .unwrap_or_default();
    format!("t={now},v1={hex}")
}

/// Whether whoever knows the secret has signed the body within the last minutes.
pub fn is_signed(secret: &SecretString, now: i64, body: &[u8], signature: &str) -> bool {
    let Some((at, hex)) = signature
        .strip_prefix("t=")
        .and_then(|rest| rest.split_once(",v1="))
    else {
        return false;
    };
    let (Ok(at), Some(bytes)) = (at.parse::<i64>(), unhex(hex)) else {
        return false;
    };
    at.abs_diff(now) <= COUNTS_FOR.unsigned_abs()
        && webhook_mac(secret, at, body).is_some_and(|mac| mac.verify_slice(&bytes).is_ok())
}

fn webhook_mac(secret: &SecretString, at: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    Some(mac)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high << 4 | low),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// The example of Twilio's documentation ("Validating requests").
    #[test]
    fn twilios_own_example() {
        let token = SecretString::from("12345");
        let address = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let sent = fields(&[
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
            ("From", "+12349013030"),
        ]);
        let good = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
        assert!(is_twilios(&token, address, &sent, good));
        let mut other = sent.clone();
        other[3].1 = "1235".to_owned();
        assert!(!is_twilios(&token, address, &other, good));
        assert!(!is_twilios(
            &token,
            "https://mycompany.com/myapp.php",
            &sent,
            good
        ));
        assert!(!is_twilios(&"12346".into(), address, &sent, good));
        for bad in ["", "0/KCTR6DLpKmkAf8muzZqo1nDgQ", "AAAA", "не то"] {
            assert!(!is_twilios(&token, address, &sent, bad), "{bad}");
        }
    }

    #[test]
    fn a_webhook_is_signed_for_five_minutes() {
        let secret = SecretString::from("0123456789abcdef");
        let signature = signed(&secret, 1_000_000, b"{}");
        // printf '1000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
        assert_eq!(
            signature,
            "t=1000000,v1=a104d646f241131d17ca3b957290e81721d4ec6c5b15dff7b0221fdc985395de"
        );
        for (now, body, counts) in [
            (1_000_000, "{}", true),
            (1_000_300, "{}", true),
            (999_700, "{}", true),
            (1_000_301, "{}", false),
            (999_699, "{}", false),
            (1_000_000, "{ }", false),
        ] {
            assert_eq!(
                is_signed(&secret, now, body.as_bytes(), &signature),
                counts,
                "{now} {body}"
            );
        }
        assert!(!is_signed(
            &"0123456789abcdeF".into(),
            1_000_000,
            b"{}",
            &signature
        ));
        // The moment is signed too.
        let later = signature.replace("t=1000000", "t=1000001");
        assert!(!is_signed(&secret, 1_000_000, b"{}", &later));
        for bad in [
            "",
            "t=1000000",
            "t=1000000,v1=",
            "t=x,v1=00",
            "v1=00,t=1000000",
            "t=1000000,v1=0",
        ] {
            assert!(!is_signed(&secret, 1_000_000, b"{}", bad), "{bad}");
        }
    }
}

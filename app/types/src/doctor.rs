//! What the Doctor finds out about how the installation sends.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How good a finding is; pages say it by icon and word too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Light {
    Green,
    Amber,
    Red,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Check {
    MailServer,
    Encryption,
    Certificate,
    SignIn,
    Message,
    Spf,
    Dkim,
    Dmarc,
    PublicUrl,
    Sms,
}

/// One line of the report. `words` are the other side's, one line of bounded length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// No mail server is set: messages are caught in the mailbox.
    MailIsCaught,
    /// `server` is `host:port`.
    Connected {
        server: String,
    },
    NotConnected {
        server: String,
        words: String,
    },
    Encrypted {
        from_start: bool,
    },
    /// `offered`: the server would encrypt, but the setting doesn't ask for it.
    NotEncrypted {
        offered: bool,
    },
    /// Nothing leaves the machine.
    ClearOnLoopback,
    EncryptionFailed {
        words: String,
    },
    CertificateEnds {
        at: DateTime<Utc>,
        /// Whole ones from now on.
        days: i64,
    },
    CertificateUnreadable,
    SignedIn,
    NoSignIn,
    SignInRefused {
        words: String,
    },
    MessageTaken {
        to: String,
        words: String,
    },
    MessageRefused {
        to: String,
        words: String,
    },
    /// The admin has no e-mail address.
    NobodyToWriteTo,
    /// The sender's domain is one that is nowhere in the DNS, such as `localhost`.
    NoSendingDomain {
        domain: String,
    },
    /// The name server gave no answer.
    NoAnswer {
        check: Check,
        words: String,
    },
    Spf {
        domain: String,
        record: String,
    },
    SpfMissing {
        domain: String,
    },
    SpfTwice {
        domain: String,
    },
    /// It says nothing about everybody else.
    SpfOpenEnded {
        domain: String,
        record: String,
    },
    /// It lets everybody send in the domain's name.
    SpfLetsAll {
        domain: String,
        record: String,
    },
    Dkim {
        name: String,
    },
    /// The record says that the key is no longer good.
    DkimRevoked {
        name: String,
    },
    DkimMissing {
        name: String,
    },
    /// No selector was given, and none of the common ones is there.
    DkimUnknown {
        domain: String,
    },
    Dmarc {
        name: String,
        policy: String,
    },
    /// `p=none`: failures are reported at most.
    DmarcOnlyWatches {
        name: String,
    },
    DmarcMissing {
        domain: String,
    },
    DmarcUnreadable {
        name: String,
        record: String,
    },
    PublicUrl {
        url: String,
    },
    PublicUrlOnlyHere {
        url: String,
    },
    PublicUrlNotHttps {
        url: String,
    },
    PublicUrlSilent {
        url: String,
        words: String,
    },
    /// Somebody answers, but not Usher.
    PublicUrlOther {
        url: String,
        status: u16,
    },
    SmsIsCaught,
    SmsGateway,
}

/// Days before a certificate's end at which it is time to do something about it.
pub const CERTIFICATE_SOON: i64 = 14;

impl Finding {
    pub fn check(&self) -> Check {
        match self {
            Self::MailIsCaught | Self::Connected { .. } | Self::NotConnected { .. } => {
                Check::MailServer
            }
            Self::Encrypted { .. }
            | Self::NotEncrypted { .. }
            | Self::ClearOnLoopback
            | Self::EncryptionFailed { .. } => Check::Encryption,
            Self::CertificateEnds { .. } | Self::CertificateUnreadable => Check::Certificate,
            Self::SignedIn | Self::NoSignIn | Self::SignInRefused { .. } => Check::SignIn,
            Self::MessageTaken { .. } | Self::MessageRefused { .. } | Self::NobodyToWriteTo => {
                Check::Message
            }
            Self::NoSendingDomain { .. }
            | Self::Spf { .. }
            | Self::SpfMissing { .. }
            | Self::SpfTwice { .. }
            | Self::SpfOpenEnded { .. }
            | Self::SpfLetsAll { .. } => Check::Spf,
            Self::Dkim { .. }
            | Self::DkimRevoked { .. }
            | Self::DkimMissing { .. }
            | Self::DkimUnknown { .. } => Check::Dkim,
            Self::Dmarc { .. }
            | Self::DmarcOnlyWatches { .. }
            | Self::DmarcMissing { .. }
            | Self::DmarcUnreadable { .. } => Check::Dmarc,
            Self::NoAnswer { check, .. } => *check,
            Self::PublicUrl { .. }
            | Self::PublicUrlOnlyHere { .. }
            | Self::PublicUrlNotHttps { .. }
            | Self::PublicUrlSilent { .. }
            | Self::PublicUrlOther { .. } => Check::PublicUrl,
            Self::SmsIsCaught | Self::SmsGateway => Check::Sms,
        }
    }

    pub fn light(&self) -> Light {
        match self {
            Self::CertificateEnds { days, .. } if *days < 0 => Light::Red,
            Self::CertificateEnds { days, .. } if *days <= CERTIFICATE_SOON => Light::Amber,
            Self::Connected { .. }
            | Self::Encrypted { .. }
            | Self::ClearOnLoopback
            | Self::CertificateEnds { .. }
            | Self::SignedIn
            | Self::NoSignIn
            | Self::MessageTaken { .. }
            | Self::Spf { .. }
            | Self::Dkim { .. }
            | Self::Dmarc { .. }
            | Self::PublicUrl { .. }
            | Self::SmsGateway => Light::Green,
            Self::MailIsCaught
            | Self::NotEncrypted { .. }
            | Self::CertificateUnreadable
            | Self::NobodyToWriteTo
            | Self::NoSendingDomain { .. }
            | Self::NoAnswer { .. }
            | Self::SpfOpenEnded { .. }
            | Self::DkimUnknown { .. }
            | Self::DmarcOnlyWatches { .. }
            | Self::DmarcMissing { .. }
            | Self::PublicUrlOnlyHere { .. }
            | Self::PublicUrlNotHttps { .. }
            | Self::SmsIsCaught => Light::Amber,
            Self::NotConnected { .. }
            | Self::EncryptionFailed { .. }
            | Self::SignInRefused { .. }
            | Self::MessageRefused { .. }
            | Self::SpfMissing { .. }
            | Self::SpfTwice { .. }
            | Self::SpfLetsAll { .. }
            | Self::DkimRevoked { .. }
            | Self::DkimMissing { .. }
            | Self::DmarcUnreadable { .. }
            | Self::PublicUrlSilent { .. }
            | Self::PublicUrlOther { .. } => Light::Red,
        }
    }
}

/// Whether the text can stand before `._domainkey.`: labels of letters, digits, hyphens and
/// underscores.
pub fn is_selector(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= 120 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors() {
        for good in ["mail", "s1", "k1._a", "20261127-rsa"] {
            assert!(is_selector(good), "{good}");
        }
        for bad in ["", ".", "a..b", "a b", "mail._domainkey.", "ключ", "a/b"] {
            assert!(!is_selector(bad), "{bad}");
        }
    }

    #[test]
    fn a_certificate_is_amber_two_weeks_before_its_end() {
        let light = |days| {
            let at = DateTime::UNIX_EPOCH;
            Finding::CertificateEnds { at, days }.light()
        };
        assert_eq!(light(15), Light::Green);
        assert_eq!(light(14), Light::Amber);
        assert_eq!(light(-1), Light::Red);
    }
}

//! The mail server as the Doctor sees it: step by step, with one connection of its own.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ports::{OutgoingEmail, SendError};
use tokio::time::timeout;
use types::doctor::Finding;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::connection::{Connection, Opening, Reached};
use super::settings::{Settings, SmtpSettingsError};
use super::tls::Security;
use super::{FAREWELL, message};

/// A mail server and how to speak to it, for being looked at.
pub struct Patient {
    settings: Settings,
}

impl Patient {
    /// As `SmtpMailer::trusting`.
    ///
    /// # Errors
    /// As there.
    pub fn new(url: &str, from: &str, roots: &[Vec<u8>]) -> Result<Self, SmtpSettingsError> {
        Ok(Self {
            settings: Settings::parse(url, from, roots)?,
        })
    }

    /// The domain that letters come from, in ASCII.
    pub fn sending_domain(&self) -> &str {
        self.settings.from().email.domain()
    }

    /// Connects, signs in and hands the message over, within `time`.
    pub async fn examine(
        &self,
        test: Option<&OutgoingEmail>,
        time: Duration,
        now: DateTime<Utc>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut opening = Opening::default();
        let opened = timeout(
            time,
            Connection::open_watched(&self.settings, time, &mut opening),
        )
        .await
        .unwrap_or_else(|_| Err(late(time)));
        let words = opened.as_ref().err().map(words).unwrap_or_default();
        self.tell_way(&opening, words, now, &mut findings);
        let Ok(mut connection) = opened else {
            return findings;
        };
        match test {
            Some(test) => findings.push(self.hand_over(&mut connection, test, time).await),
            None => findings.push(Finding::NobodyToWriteTo),
        }
        connection.quit(FAREWELL).await;
        findings
    }

    /// What was found on the way to an open connection; `words` say why it ended earlier.
    fn tell_way(
        &self,
        opening: &Opening,
        words: String,
        now: DateTime<Utc>,
        findings: &mut Vec<Finding>,
    ) {
        let server = format!("{}:{}", self.settings.host, self.settings.port);
        let from_start = matches!(self.settings.security, Security::Implicit(..));
        if matches!(opening.reached, Reached::Dialing | Reached::Greeting) {
            findings.push(Finding::NotConnected { server, words });
            return;
        }
        findings.push(Finding::Connected { server });
        if opening.reached == Reached::Encrypting {
            findings.push(Finding::EncryptionFailed { words });
            return;
        }
        findings.push(if opening.encrypted {
            Finding::Encrypted { from_start }
        } else if is_loopback(&self.settings.host) {
            Finding::ClearOnLoopback
        } else {
            Finding::NotEncrypted {
                offered: opening.offers_encryption,
            }
        });
        if opening.encrypted {
            findings.push(certificate(opening.certificate.as_deref(), now));
        }
        findings.push(match (&self.settings.credentials, opening.reached) {
            (None, _) => Finding::NoSignIn,
            (Some(_), Reached::Open) => Finding::SignedIn,
            (Some(_), _) => Finding::SignInRefused { words },
        });
    }

    async fn hand_over(
        &self,
        connection: &mut Connection,
        test: &OutgoingEmail,
        time: Duration,
    ) -> Finding {
        let to = test.to.to_string();
        let said = match message::compose(&self.settings.host, self.settings.from(), test) {
            Ok(message) => match timeout(time, connection.deliver(&message)).await {
                Ok(said) => said.map_err(|failure| failure.error),
                Err(_) => Err(late(time)),
            },
            Err(error) => Err(error),
        };
        match said {
            Ok(answer) => Finding::MessageTaken {
                to,
                words: coded(answer.code, answer.words),
            },
            Err(error) => Finding::MessageRefused {
                to,
                words: words(&error),
            },
        }
    }
}

fn late(time: Duration) -> SendError {
    super::failure::unavailable(format!("no answer within {} s", time.as_secs_f32()))
}

fn words(error: &SendError) -> String {
    let answer = error.answer();
    coded(answer.code, answer.words.clone())
}

fn coded(code: Option<u16>, words: String) -> String {
    match code {
        Some(code) => format!("{code} {words}"),
        None => words,
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn certificate(der: Option<&[u8]>, now: DateTime<Utc>) -> Finding {
    let end = der
        .and_then(|der| X509Certificate::from_der(der).ok())
        .and_then(|(_, shown)| DateTime::from_timestamp(shown.validity().not_after.timestamp(), 0));
    match end {
        Some(at) => Finding::CertificateEnds {
            at,
            days: (at - now)
                .num_milliseconds()
                .div_euclid(TimeDelta::days(1).num_milliseconds()),
        },
        None => Finding::CertificateUnreadable,
    }
}

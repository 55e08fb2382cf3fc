//! The gateways for text messages against doubles of what they speak to.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;
mod twilio;
mod webhook;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::ports::{Answer, Clock, OutgoingSms, SendError, SmsGateway};
use types::contact::Phone;
use url::Url;

const ID: &str = "01939a5e-0000-7000-8000-000000000001";
const TEXT: &str = "Ana приглашает вас: https://usher.example/invite/abc&x=1";

/// 2026-11-27T12:00:00Z.
const NOW: i64 = 1_795_780_800;

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(NOW, 0).unwrap()
    }
}

fn sms(to: &str) -> OutgoingSms {
    OutgoingSms {
        id: ID.to_owned(),
        to: Phone::parse(to).unwrap(),
        text: TEXT.to_owned(),
    }
}

fn gateway(url: &str, timeout: Duration) -> Arc<dyn SmsGateway> {
    let public_url = Url::parse("https://usher.example/").unwrap();
    let clock: Arc<dyn Clock> = Arc::new(Stopped);
    let (gateway, _) = server::sms::gateway(url, &public_url, &clock, timeout, 2).unwrap();
    gateway
}

fn refused(permanently: bool, code: u16, words: &str) -> SendError {
    let answer = Answer {
        code: Some(code),
        words: words.to_owned(),
    };
    if permanently {
        SendError::Permanent(answer)
    } else {
        SendError::Temporary(answer)
    }
}

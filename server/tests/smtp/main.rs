//! The SMTP mailer against servers that behave, and servers that don't.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod connections;
mod doctor;
mod encrypted;
mod message;
mod scripted;

use std::time::Duration;

use domain::ports::{Answer, OutgoingEmail, SendError};
use scripted::Server;
use server::smtp::SmtpMailer;
use types::contact::Email;

const TIMEOUT: Duration = Duration::from_secs(5);

fn email() -> OutgoingEmail {
    OutgoingEmail {
        message_id: "0190.1.email@usher.example".to_owned(),
        to: Email::parse("boris@example.com").unwrap(),
        to_name: "Boris Petrov".to_owned(),
        from_name: String::new(),
        return_path: None,
        reply_to: None,
        subject: "Ana invites you".to_owned(),
        text: "Hello\n.\n..two dots\nhttps://usher.example/invite/abc\n".to_owned(),
        html: "<p>Hello</p>".to_owned(),
    }
}

fn mailer(server: &Server, connections: usize) -> SmtpMailer {
    mailer_within(server, TIMEOUT, connections)
}

fn mailer_within(server: &Server, timeout: Duration, connections: usize) -> SmtpMailer {
    let url = format!("smtp://127.0.0.1:{}", server.port);
    SmtpMailer::new(&url, "Usher Гид <usher@example.com>", timeout, connections).unwrap()
}

fn temporary(code: u16, words: &str) -> Result<Answer, SendError> {
    Err(SendError::Temporary(Answer {
        code: Some(code),
        words: words.to_owned(),
    }))
}

fn permanent(code: u16, words: &str) -> Result<Answer, SendError> {
    Err(SendError::Permanent(Answer {
        code: Some(code),
        words: words.to_owned(),
    }))
}

fn unavailable(code: Option<u16>, words: &str) -> Result<Answer, SendError> {
    Err(SendError::Unavailable(Answer {
        code,
        words: words.to_owned(),
    }))
}

fn failed(words: &str) -> Result<Answer, SendError> {
    Err(SendError::Temporary(Answer {
        code: None,
        words: words.to_owned(),
    }))
}

//! What an error of the SMTP talk means, in words for people and for the courier.

use std::error::Error as _;
use std::io;

use domain::ports::{Answer, SendError};
use lettre::transport::smtp::Error;

/// Longest text of an answer that is kept, in characters; servers may send 100,000 bytes.
const LONGEST: usize = 500;

/// How far the talk had got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Encryption,
    SignIn,
    /// MAIL FROM: the first word about a message.
    Sender,
    Recipient,
    /// From the first byte of the message on, the server may have taken it even if we never hear so.
    Content,
}

/// A message was not taken.
#[derive(Debug)]
pub struct Failure {
    pub error: SendError,
    step: Option<Step>,
    orderly: bool,
}

impl Failure {
    pub fn new(step: Step, cause: &Error) -> Self {
        let code = cause.status().map(u16::from);
        let words = one_line(&words(step, cause));
        let answer = Answer { code, words };
        let is_of_message = matches!(step, Step::Sender | Step::Recipient | Step::Content);
        let error = if is_of_settings(code) {
            SendError::Unavailable(answer)
        } else if cause.is_permanent() && is_of_message {
            SendError::Permanent(answer)
        } else if step == Step::Recipient || step == Step::Content {
            SendError::Temporary(answer)
        } else {
            // No recipient was named yet: it would be the same for any.
            SendError::Unavailable(answer)
        };
        Self {
            error,
            step: Some(step),
            // With 421 a server announces that it closes the connection.
            orderly: code.is_some_and(|code| code != 421),
        }
    }

    /// The server broke the protocol.
    pub fn disorderly(words: String) -> Self {
        Self {
            error: SendError::Temporary(Answer { code: None, words }),
            step: None,
            orderly: false,
        }
    }

    /// The server said no by the rules and goes on listening.
    pub fn is_orderly(&self) -> bool {
        self.orderly
    }

    /// The connection was gone, or going, before the server heard of the message.
    pub fn was_dead(&self) -> bool {
        !self.orderly && self.step == Some(Step::Sender)
    }
}

/// There is no server to speak with.
pub fn unavailable(words: String) -> SendError {
    SendError::Unavailable(Answer { code: None, words })
}

/// Whether an answer speaks of our settings. Servers that want encryption or a sign-in often say so only at MAIL or
/// RCPT (530, 534, 535, 538: RFC 4954 and RFC 3207); to count that as the recipient's fault would end every invitation
/// because of one wrong setting.
fn is_of_settings(code: Option<u16>) -> bool {
    matches!(code, Some(530 | 534 | 535 | 538))
}

fn words(step: Step, cause: &Error) -> String {
    let said = cause
        .source()
        .map_or_else(|| cause.to_string(), ToString::to_string);
    let words = if cause.status().is_some() {
        said
    } else if was_closed(cause, &said) {
        closed(step).to_owned()
    } else if cause.is_response() {
        "the mail server's answer is not SMTP".to_owned()
    } else {
        root(cause)
    };
    match step {
        Step::Greeting if cause.status().is_some() => {
            format!("the mail server takes no connection: {words}")
        }
        Step::Encryption => format!("no encrypted connection: {words}"),
        Step::SignIn => format!("the mail server refused our sign-in: {words}"),
        _ => words,
    }
}

fn was_closed(cause: &Error, said: &str) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
    };
    let mut source = cause.source();
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return matches!(
                io.kind(),
                BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof
            );
        }
        source = error.source();
    }
    // lettre has no other sign for an end of file in place of an answer; the tests hold it to these words.
    cause.is_response() && said == "incomplete response"
}

const fn closed(step: Step) -> &'static str {
    match step {
        Step::Greeting | Step::Encryption | Step::SignIn => "connection closed by the mail server",
        Step::Sender | Step::Recipient | Step::Content => "connection closed while sending",
    }
}

/// The words of the innermost cause; lettre's own say little more than "network error".
fn root(cause: &Error) -> String {
    let mut words = cause.to_string();
    let mut source = cause.source();
    while let Some(error) = source {
        words = error.to_string();
        source = error.source();
    }
    words
}

/// One line of bounded length, whatever the server sent.
pub fn one_line(words: &str) -> String {
    let spaced: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(LONGEST)
        .collect()
}

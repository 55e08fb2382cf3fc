//! An `OutgoingEmail` as the bytes that go over the wire.

use domain::ports::{Answer, MailError, OutgoingEmail};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

/// A message and its envelope; all ASCII, so that it needs no extension of the server.
pub struct Composed {
    pub from: Address,
    pub to: Address,
    pub raw: Vec<u8>,
}

/// # Errors
/// Permanent: what cannot be written today cannot be written tomorrow.
pub fn compose(from: &Mailbox, email: &OutgoingEmail) -> Result<Composed, MailError> {
    let to: Address = email.to.ascii().parse().map_err(|cause| unfit(&cause))?;
    let name = header_text(&email.to_name);
    let recipient = Mailbox::new(Some(name).filter(|name| !name.is_empty()), to.clone());
    let message = Message::builder()
        .from(from.clone())
        .to(recipient)
        .subject(header_text(&email.subject))
        .message_id(Some(message_id(&email.message_id)))
        // RFC 3834: nobody wrote this by hand, and no absence note should answer it.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .multipart(MultiPart::alternative_plain_html(
            email.text.clone(),
            email.html.clone(),
        ))
        .map_err(|cause| unfit(&cause))?;
    Ok(Composed {
        from: from.email.clone(),
        to,
        raw: message.formatted(),
    })
}

fn unfit(cause: &dyn std::error::Error) -> MailError {
    MailError::Permanent(Answer {
        code: None,
        words: format!("this cannot be written as an e-mail: {cause}"),
    })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Text for a header: no control characters, so that no text can begin another header.
fn header_text(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn message_id(id: &str) -> String {
    let id: String = id
        .chars()
        .filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))
        .collect();
    format!("<{id}>")
}

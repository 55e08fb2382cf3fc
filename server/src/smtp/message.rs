//! An `OutgoingEmail` as the bytes that go over the wire.

use domain::ports::{Answer, OutgoingEmail, SendError};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

/// A message and its envelope, whose sender is the message's return path where it has one; all ASCII, so that it needs no extension of the server.
pub struct Composed {
    pub from: Address,
    pub to: Address,
    pub raw: Vec<u8>,
}

/// # Errors
/// Permanent: what cannot be written today cannot be written tomorrow.
pub fn compose(host: &str, from: &Mailbox, email: &OutgoingEmail) -> Result<Composed, SendError> {
    let to: Address = email.to.ascii().parse().map_err(|cause| unfit(&cause))?;
    let name = header_text(&email.to_name);
    let recipient = Mailbox::new(Some(name).filter(|name| !name.is_empty()), to.clone());
    let name = Some(header_text(&email.from_name)).filter(|name| !name.is_empty());
    let sender = Mailbox::new(name.or_else(|| from.name.clone()), from.email.clone());
    let mut message = Message::builder().from(sender).to(recipient);
    if let Some(reply_to) = &email.reply_to {
        let address = reply_to.ascii().parse().map_err(|cause| unfit(&cause))?;
        message = message.reply_to(Mailbox::new(None, address));
    }
    // Postmark replaces the Message-ID and the return path; what stands here it tells with a bounce.
    if host.ends_with(".postmarkapp.com") {
        let id = email.message_id.split('@').next().unwrap_or_default();
        message = message.raw_header(header("X-PM-Metadata-delivery", &header_text(id)));
    }
    let return_path = email
        .return_path
        .as_ref()
        .map(|path| path.parse::<Address>());
    let return_path = return_path.transpose().map_err(|cause| unfit(&cause))?;
    let message = message
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
        from: return_path.unwrap_or_else(|| from.email.clone()),
        to,
        raw: message.formatted(),
    })
}

fn unfit(cause: &dyn std::error::Error) -> SendError {
    SendError::Permanent(Answer {
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

#[cfg(test)]
mod tests {
    use types::contact::Email;

    use super::*;

    fn written(host: &str, return_path: Option<&str>) -> (String, String) {
        let email = OutgoingEmail {
            message_id: "0190-7@usher.example".to_owned(),
            to: Email::parse("ivan@north.example").unwrap(),
            to_name: String::new(),
            from_name: String::new(),
            return_path: return_path.map(str::to_owned),
            reply_to: None,
            subject: "Hello".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        };
        let from = "Usher <usher@usher.example>".parse().unwrap();
        let composed = compose(host, &from, &email).unwrap();
        let raw = String::from_utf8(composed.raw).unwrap();
        (composed.from.to_string(), raw)
    }

    #[test]
    fn the_return_path_is_the_envelopes_and_not_the_headers() {
        let path = "bounces+0123456789abcdef@usher.example";
        let (from, raw) = written("mail.example", Some(path));
        assert_eq!(from, path);
        assert!(raw.contains("usher@usher.example") && !raw.contains("bounces+"));
        let (from, _) = written("mail.example", None);
        assert_eq!(from, "usher@usher.example");
    }

    #[test]
    fn postmark_is_told_which_message_it_is() {
        let told = "X-PM-Metadata-delivery: 0190-7\r\n";
        assert!(written("smtp.postmarkapp.com", None).1.contains(told));
        assert!(!written("mail.example", None).1.contains("X-PM-"));
    }
}

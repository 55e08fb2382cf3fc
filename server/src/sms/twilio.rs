//! Twilio's REST API, and of those who speak it too: `POST …/Messages.json`, form encoded.

use async_trait::async_trait;
use domain::ports::{OutgoingSms, SendError, SmsGateway, Taken};
use http::{
    Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Deserialize;
use url::{Url, form_urlencoded::Serializer};

use super::{
    client::{Client, Reply, in_short, permanent, temporary},
    settings::{Sender, TwilioSettings},
};

pub struct TwilioGateway {
    settings: TwilioSettings,
    /// Where Twilio tells what became of a message.
    told_at: Url,
    client: Client,
}

impl TwilioGateway {
    pub fn new(settings: TwilioSettings, told_at: Url, client: Client) -> Self {
        Self {
            settings,
            told_at,
            client,
        }
    }

    fn form(&self, sms: &OutgoingSms) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("To", sms.to.as_str());
        match &self.settings.sender {
            Sender::From(from) => form.append_pair("From", from),
            Sender::Service(service) => form.append_pair("MessagingServiceSid", service),
        };
        form.append_pair("Body", &sms.text);
        form.append_pair("StatusCallback", told_about(&self.told_at, sms).as_str());
        form.finish()
    }
}

/// The address for news of one message. Twilio may call it before its answer to us is written down, so that the
/// message is told by our own id.
pub fn told_about(told_at: &Url, sms: &OutgoingSms) -> Url {
    let mut url = told_at.clone();
    url.query_pairs_mut().append_pair("delivery", &sms.id);
    url
}

#[async_trait]
impl SmsGateway for TwilioGateway {
    async fn send(&self, sms: &OutgoingSms) -> Result<Taken, SendError> {
        let request = Request::post(&self.settings.messages)
            .header(AUTHORIZATION, &self.settings.authorization)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(self.form(sms))))
            .map_err(|error| permanent(None, error.to_string()))?;
        understood(&self.client.ask(request).await?)
    }
}

/// A message as Twilio describes it.
#[derive(Deserialize)]
struct Message {
    sid: Option<String>,
    status: Option<String>,
}

/// Twilio's description of an error.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    code: Option<u32>,
    message: String,
}

fn understood(reply: &Reply) -> Result<Taken, SendError> {
    let status = reply.status;
    if status.is_success() {
        // Taken, whatever is said about it: another try would be a second message.
        let message: Option<Message> = serde_json::from_slice(&reply.body).ok();
        let (sid, said) = message.map_or((None, None), |it| (it.sid, it.status));
        return Ok(Taken {
            reference: sid,
            answer: domain::ports::Answer {
                code: Some(status.as_u16()),
                words: in_short(said.as_deref().unwrap_or("accepted")),
            },
        });
    }
    let refused: Refused = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = refused.code.and_then(|code| u16::try_from(code).ok());
    let words = match refused.message.trim() {
        "" => status.to_string(),
        message => in_short(message),
    };
    let code = code.or(Some(status.as_u16()));
    if is_final(status, refused.code) {
        Err(permanent(code, words))
    } else {
        Err(temporary(code, words))
    }
}

/// Whether an error is about this message: another try of it would be refused as well. What is about the account, its
/// token, its sender or its balance is an operator's to put right, and the message then goes out.
fn is_final(status: StatusCode, code: Option<u32>) -> bool {
    /// About the recipient, or about what the message says.
    const ABOUT_THE_MESSAGE: [u32; 19] = [
        21211, // 'To' is no valid phone number
        21214, // 'To' cannot be reached
        21217, // no valid phone number
        21219, // 'To' is not verified (trial accounts)
        21265, // 'To' cannot be a short code
        21401, // no valid phone number
        21407, // a kind of number that takes no SMS
        21408, // no permission to send to this region
        21602, // no body
        21604, // no 'To'
        21608, // not verified (trial accounts)
        21610, // the recipient has unsubscribed
        21612, // no way from this sender to 'To'
        21614, // 'To' is no mobile number
        21617, // the body is too long
        21635, // a landline
        30006, // a landline, or a carrier that can't be reached
        30007, // filtered
        60410, // blocked for this country
    ];
    match code {
        Some(code) if ABOUT_THE_MESSAGE.contains(&code) => true,
        // What a question of ours got wrong stays wrong, unless it is the account's fault.
        Some(20001 | 20002 | 20422) => true,
        Some(_) => false,
        None => {
            status.is_client_error()
                && !matches!(
                    status,
                    StatusCode::UNAUTHORIZED
                        | StatusCode::PAYMENT_REQUIRED
                        | StatusCode::FORBIDDEN
                        | StatusCode::NOT_FOUND
                        | StatusCode::REQUEST_TIMEOUT
                        | StatusCode::TOO_EARLY
                        | StatusCode::TOO_MANY_REQUESTS
                )
        }
    }
}

/// What a code of Twilio's says, in its documentation's words: of a message that did not arrive it tells no more.
pub fn words_of(code: Option<u16>) -> &'static str {
    match code {
        Some(30001) => "Queue overflow",
        Some(30002) => "Account suspended",
        Some(30003) => "Unreachable destination handset",
        Some(30004) => "Message blocked",
        Some(30005) => "Unknown destination handset",
        Some(30006) => "Landline or unreachable carrier",
        Some(30007) => "Message filtered",
        Some(30008) => "Unknown error of the carrier",
        Some(30010) => "Message price exceeds max price",
        Some(30017) => "Carrier network congestion",
        Some(30034) => "Message from an unregistered number",
        Some(30036) => "Validity period expired",
        Some(30410) => "Provider timeout",
        _ => "The message was not delivered",
    }
}

//! A gateway of one's own, behind an address that takes messages as JSON.
//!
//! Usher asks `POST <address>` with
//!
//! ```text
//! Content-Type: application/json
//! Idempotency-Key: <id>
//! Usher-Signature: t=<seconds since 1970>,v1=<hex of HMAC-SHA-256 with the secret over "t.body">
//!
//! {"id": "<id>", "to": "+79051111111", "text": "…", "status_url": "https://usher.example/sms/status"}
//! ```
//!
//! The `id` is the message's, and the same for every try: what was taken once already is answered with success, and
//! not sent again. Answers:
//!
//! - 2xx: the message is taken. `{"reference": "…"}`, the gateway's own id of it, may say more, and is kept.
//! - 4xx: it will never be taken, except 401, 403, 404, 408, 425 and 429, after which it is tried again, as after 5xx
//!   and where no answer comes in time. `{"code": 123, "message": "…"}` says why; admins see both.
//!
//! What became of it the gateway may tell later, signed in the same way with the same secret, not more than five
//! minutes after it was signed: `POST <status_url>` with
//!
//! ```text
//! {"id": "<id>", "status": "delivered" | "undelivered" | "failed", "code": 123, "message": "…"}
//! ```
//!
//! where `code` and `message` may be left out. It is answered with 204, also for a message that is not there any more,
//! and with 403 where the signature is wrong.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ports::{Answer, Clock, OutgoingSms, SendError, SmsGateway, Taken};
use http::{HeaderName, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    client::{Client, Reply, in_short, permanent, temporary},
    settings::WebhookSettings,
    signature,
};

pub const SIGNATURE: HeaderName = HeaderName::from_static("usher-signature");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

pub struct WebhookGateway {
    settings: WebhookSettings,
    told_at: Url,
    clock: Arc<dyn Clock>,
    client: Client,
}

#[derive(Serialize)]
struct Message<'a> {
    id: &'a str,
    to: &'a str,
    text: &'a str,
    status_url: &'a str,
}

impl WebhookGateway {
    pub fn new(
        settings: WebhookSettings,
        told_at: Url,
        clock: Arc<dyn Clock>,
        client: Client,
    ) -> Self {
        Self {
            settings,
            told_at,
            clock,
            client,
        }
    }
}

#[async_trait]
impl SmsGateway for WebhookGateway {
    async fn send(&self, sms: &OutgoingSms) -> Result<Taken, SendError> {
        let id = sms.id.as_str();
        let body = serde_json::to_vec(&Message {
            id,
            to: sms.to.as_str(),
            text: &sms.text,
            status_url: self.told_at.as_str(),
        })
        .map_err(|error| permanent(None, error.to_string()))?;
        let now = self.clock.now().timestamp();
        let request = Request::post(&self.settings.address)
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, id)
            .header(
                SIGNATURE,
                signature::signed(&self.settings.secret, now, &body),
            )
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| permanent(None, error.to_string()))?;
        understood(&self.client.ask(request).await?)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    reference: Option<String>,
    code: Option<u16>,
    message: String,
}

fn understood(reply: &Reply) -> Result<Taken, SendError> {
    let status = reply.status;
    let said: Said = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = said.code.or(Some(status.as_u16()));
    let words = match said.message.trim() {
        "" => status.to_string(),
        message => in_short(message),
    };
    if status.is_success() {
        return Ok(Taken {
            reference: said.reference,
            answer: Answer { code, words },
        });
    }
    let later = matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS
    );
    if status.is_client_error() && !later {
        Err(permanent(code, words))
    } else {
        Err(temporary(code, words))
    }
}

//! What gateways tell about messages that they have taken: routes for whoever can sign.
//!
//! They are called by servers, without cookies and without an origin; who calls is known by the signature alone.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    routing::post,
};
use domain::{
    Core,
    receipts::{self, Fate},
};
use http::{HeaderMap, HeaderName, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use types::ids::DeliveryId;
use url::{Url, form_urlencoded};

use super::{
    STATUS, TWILIO_STATUS, client::in_short, signature, twilio::words_of, webhook::SIGNATURE,
};

/// Who may tell; nobody, where messages are caught.
#[derive(Clone, Default)]
pub struct Callbacks {
    /// The account's token, and the address as Twilio knows it.
    twilio: Option<(SecretString, Url)>,
    webhook: Option<SecretString>,
}

#[derive(Clone)]
struct Told {
    core: Arc<Core>,
    from: Callbacks,
}

/// Bytes that news of one message has at most.
const LARGEST: usize = 16 << 10;
const TWILIO_SIGNATURE: HeaderName = HeaderName::from_static("x-twilio-signature");

impl Callbacks {
    pub fn twilio(token: SecretString, told_at: Url) -> Self {
        Self {
            twilio: Some((token, told_at)),
            webhook: None,
        }
    }

    pub fn webhook(secret: SecretString) -> Self {
        Self {
            twilio: None,
            webhook: Some(secret),
        }
    }

    /// Those who may tell here, and those who may tell there.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            twilio: self.twilio.or(other.twilio),
            webhook: self.webhook.or(other.webhook),
        }
    }

    /// The routes that are called from outside.
    pub fn routes(self, core: Arc<Core>) -> Router {
        Router::new()
            .route(TWILIO_STATUS, post(from_twilio))
            .route(STATUS, post(from_webhook))
            .with_state(Told { core, from: self })
    }
}

/// `POST /sms/twilio/status?delivery=<id>`: a form, signed as Twilio signs.
async fn from_twilio(
    State(told): State<Told>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Some((token, told_at)) = &told.from.twilio else {
        return StatusCode::NOT_FOUND;
    };
    if body.len() > LARGEST {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    // What Twilio has signed is the address that it was given, whatever a proxy makes of it.
    let query = query.unwrap_or_default();
    let address = format!("{told_at}?{query}");
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let signature = header(&headers, &TWILIO_SIGNATURE);
    if !signature::is_twilios(token, &address, &fields, signature) {
        return StatusCode::FORBIDDEN;
    }
    let delivery = form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "delivery").then(|| value.parse().ok()))
        .flatten();
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let code = field("ErrorCode").parse().ok();
    let words = match field("ErrorMessage").trim() {
        "" => words_of(code).to_owned(),
        words => in_short(words),
    };
    note(&told.core, delivery, field("MessageStatus"), code, words).await
}

#[derive(Deserialize)]
struct Receipt {
    id: String,
    status: String,
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    message: String,
}

/// `POST /sms/status`: JSON, signed as `webhook.rs` says.
async fn from_webhook(State(told): State<Told>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Some(secret) = &told.from.webhook else {
        return StatusCode::NOT_FOUND;
    };
    if body.len() > LARGEST {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    let now = told.core.now().timestamp();
    if !signature::is_signed(secret, now, &body, header(&headers, &SIGNATURE)) {
        return StatusCode::FORBIDDEN;
    }
    let Ok(receipt) = serde_json::from_slice::<Receipt>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let delivery = receipt.id.parse().ok();
    let words = in_short(&receipt.message);
    note(&told.core, delivery, &receipt.status, receipt.code, words).await
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    let value = headers.get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// Both sides speak of a message's end with the same words; of what is on the way to it, Usher keeps nothing.
async fn note(
    core: &Core,
    delivery: Option<DeliveryId>,
    status: &str,
    code: Option<u16>,
    words: String,
) -> StatusCode {
    let fate = match status {
        "delivered" | "read" => Fate::Delivered,
        "undelivered" | "failed" => Fate::Undelivered { code, words },
        _ => return StatusCode::NO_CONTENT,
    };
    let Some(delivery) = delivery else {
        return StatusCode::BAD_REQUEST;
    };
    match receipts::note(core, delivery, fate).await {
        Ok(()) => StatusCode::NO_CONTENT,
        // The gateway tells again.
        Err(fault) => {
            tracing::error!(%fault, "what became of a text message could not be written down");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

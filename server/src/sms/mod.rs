//! Text messages: the `SmsGateway` behind `twilio://` and `webhook:`, and what gateways tell about messages later.

mod callbacks;
mod client;
mod settings;
pub mod signature;
mod twilio;
mod webhook;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::ports::{Answer, Clock, OutgoingSms, SendError, SmsGateway, Taken};
use http::{HeaderValue, header::InvalidHeaderValue};
use tokio_rustls::rustls;
use url::Url;

use client::Client;
use settings::{TwilioSettings, WebhookSettings};
use twilio::TwilioGateway;
use webhook::WebhookGateway;

pub use callbacks::Callbacks;
pub use settings::SmsSettingsError;

/// Where Twilio tells what became of a message.
pub const TWILIO_STATUS: &str = "/sms/twilio/status";
/// Where a webhook's gateway does.
pub const STATUS: &str = "/sms/status";

/// Where no gateway is set.
pub struct NoGateway;

#[async_trait]
impl SmsGateway for NoGateway {
    async fn send(&self, _: &OutgoingSms) -> Result<Taken, SendError> {
        Err(SendError::Permanent(Answer {
            code: None,
            words: "no SMS gateway is set".to_owned(),
        }))
    }
}

/// Why there is no gateway.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    #[error(transparent)]
    Settings(#[from] SmsSettingsError),
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// The gateway of a `twilio://` or `webhook:` URL, and who may tell about its messages. `timeout` bounds one message,
/// `connections` (at least 1) how many are handed over at once.
///
/// # Errors
/// What is wrong with the URL; never repeats it, as it holds a token.
pub fn gateway(
    url: &str,
    public_url: &Url,
    clock: &Arc<dyn Clock>,
    timeout: Duration,
    connections: usize,
) -> Result<(Arc<dyn SmsGateway>, Callbacks), SmsError> {
    let client = Client::new(timeout, connections)?;
    let told_at = |path: &str| {
        let mut url = public_url.clone();
        url.set_path(&format!(
            "{}{path}",
            public_url.path().trim_end_matches('/')
        ));
        url
    };
    if url.starts_with("webhook:") {
        let settings = WebhookSettings::parse(url)?;
        let callbacks = Callbacks::webhook(settings.secret.clone());
        let gateway = WebhookGateway::new(settings, told_at(STATUS), Arc::clone(clock), client);
        Ok((Arc::new(gateway), callbacks))
    } else {
        let settings = TwilioSettings::parse(url)?;
        let told_at = told_at(TWILIO_STATUS);
        let callbacks = Callbacks::twilio(settings.token.clone(), told_at.clone());
        Ok((
            Arc::new(TwilioGateway::new(settings, told_at, client)),
            callbacks,
        ))
    }
}

/// The header's value for a name and a password; not shown in logs.
fn basic_auth(name: &str, password: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let login = STANDARD.encode(format!("{name}:{password}"));
    let mut value = HeaderValue::from_str(&format!("Basic {login}"))?;
    value.set_sensitive(true);
    Ok(value)
}

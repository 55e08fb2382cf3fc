//! `POST /bounces/{provider}`: a provider of mail tells which messages came back.
//!
//! Whoever knows the secret is believed: it stands in the address as `?secret=…`, or as the password of HTTP Basic, which
//! providers make of `https://usher:secret@usher.example/bounces/ses`. Signatures of SNS are not looked at: their
//! certificates would have to be fetched from addresses that the message itself names.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::bounces::{self, Posted, Provider};
use http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use serde::Deserialize;
use types::refusal::Refusal;
use url::Url;

use super::context::ServerContext;
use crate::api::AppError;

#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    secret: String,
}

/// Answers once what was told is in the database, so that the provider tells it again otherwise.
pub(super) async fn take(
    State(context): State<ServerContext>,
    Path(provider): Path<String>,
    Query(address): Query<Address>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AppError> {
    let provider = Provider::named(&provider).ok_or(Refusal::NotFound)?;
    let secret = basic_password(&headers).unwrap_or(address.secret);
    let core = &*context.core;
    let teller = bounces::teller(core, &secret)?;
    let posted = serde_json::from_slice(&body)
        .ok()
        .and_then(|body| bounces::posted(core, &teller, provider, &body));
    match posted {
        Some(Posted::Bounces(told)) => {
            bounces::record(core, &told).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Some(Posted::AsksToConfirm { topic, address }) => {
            say_how_to_confirm(&topic, &address);
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        None => Ok((StatusCode::BAD_REQUEST, "none of the provider's shapes").into_response()),
    }
}

/// Opening an address because a message says so is for a person to do.
fn say_how_to_confirm(topic: &str, address: &str) {
    let amazons = Url::parse(address).ok().filter(|url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" && host.ends_with(".amazonaws.com")
    });
    if let Some(url) = amazons {
        tracing::warn!(
            topic,
            address = url.as_str(),
            "SNS asks to confirm its subscription: open the address in a browser if you made it"
        );
    } else {
        tracing::warn!("a confirmation of SNS leads elsewhere than to Amazon: not shown");
    }
}

fn basic_password(headers: &HeaderMap) -> Option<String> {
    let told = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let told = STANDARD.decode(told.strip_prefix("Basic ")?.trim()).ok()?;
    let told = String::from_utf8(told).ok()?;
    let (_, password) = told.split_once(':')?;
    Some(password.to_owned())
}

//! What machines ask: is it alive, is it ready, what are its numbers. None of it is logged.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::Core;
use http::{
    HeaderMap, HeaderName, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, FORWARDED, VIA, WWW_AUTHENTICATE},
};
use migrations::{Migrator, MigratorTrait};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::metrics::{FORMAT, Metrics};

pub const ROUTES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The courier's loop goes round at least once a second, and waits 5 s after the database failed.
const COURIER_WITHIN: Duration = Duration::from_secs(30);
/// How long the database may take to answer.
const DATABASE_WITHIN: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Probed {
    core: Arc<Core>,
    metrics: Arc<Metrics>,
    token: Option<SecretString>,
}

pub fn routes(core: Arc<Core>, metrics: Arc<Metrics>, token: Option<SecretString>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(numbers))
        .with_state(Probed {
            core,
            metrics,
            token,
        })
}

/// Whether the process can do its work: the database answers and is up to date, and the courier goes
/// round. What is wrong is a word and no cause, as anybody may ask.
async fn readyz(State(probed): State<Probed>) -> (StatusCode, String) {
    let wrong = [
        database(&probed.core).await,
        courier(probed.core.tallies().since_beat()),
    ];
    let wrong: Vec<&str> = wrong.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        (StatusCode::OK, "ready".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, wrong.join("\n"))
    }
}

async fn database(core: &Core) -> Result<(), &'static str> {
    let pending = Migrator::get_pending_migrations(core.database().read());
    match timeout(DATABASE_WITHIN, pending).await {
        Ok(Ok(pending)) if pending.is_empty() => Ok(()),
        Ok(Ok(_)) => Err("database: not up to date"),
        Ok(Err(_)) | Err(_) => Err("database: no answer"),
    }
}

fn courier(since_beat: Option<Duration>) -> Result<(), &'static str> {
    match since_beat {
        Some(since) if since < COURIER_WITHIN => Ok(()),
        Some(_) => Err("courier: stands still"),
        None => Err("courier: not begun"),
    }
}

/// For whoever asks from this very machine, or knows the token.
async fn numbers(State(probed): State<Probed>, request: Request) -> Response {
    let token = probed.token.as_ref();
    if !is_from_here(&request) && !token.is_some_and(|token| carries(request.headers(), token)) {
        return refused(token.is_some());
    }
    match probed.metrics.text().await {
        Ok(text) => ([(CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "the metrics could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn refused(has_token: bool) -> Response {
    if has_token {
        let headers = [(WWW_AUTHENTICATE, "Bearer")];
        (StatusCode::UNAUTHORIZED, headers, "metrics.token is needed").into_response()
    } else {
        let why = "Metrics are answered on loopback only; set metrics.token to ask from elsewhere.";
        (StatusCode::FORBIDDEN, why).into_response()
    }
}

/// The connection itself comes from loopback, and carries nobody else's request: behind a proxy on
/// this machine everybody would seem to be here.
fn is_from_here(request: &Request) -> bool {
    const PASSED_ON: [HeaderName; 5] = [
        FORWARDED,
        VIA,
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("x-forwarded-host"),
        HeaderName::from_static("x-real-ip"),
    ];
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback())
        && !PASSED_ON
            .iter()
            .any(|name| request.headers().contains_key(name))
}

fn carries(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, given)| given.trim());
    given.is_some_and(|given| same(given.as_bytes(), token.expose_secret().as_bytes()))
}

/// Takes as long wherever the two differ.
fn same(given: &[u8], wanted: &[u8]) -> bool {
    given.len() == wanted.len()
        && given
            .iter()
            .zip(wanted)
            .fold(0, |differing, (a, b)| differing | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_courier_that_stands_still_is_told() {
        assert_eq!(courier(None), Err("courier: not begun"));
        assert_eq!(courier(Some(Duration::from_secs(1))), Ok(()));
        assert_eq!(
            courier(Some(Duration::from_mins(1))),
            Err("courier: stands still")
        );
    }
}

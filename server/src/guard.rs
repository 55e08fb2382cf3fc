//! Layers around every request: where it may come from, and what its answer must say.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use app::{
    api::AppError,
    ssr::{
        context::{ClientAddress, CspNonce},
        gate::asks_for_page,
    },
};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::random_nonce;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    },
};
use secrecy::SecretString;
use types::refusal::Refusal;

/// What the layers need to know.
#[derive(Clone)]
pub struct Guard {
    /// `scheme://host:port` of the public URL.
    pub origin: String,
    pub secure: bool,
    pub behind_proxy: bool,
    /// Lets whoever knows it read the metrics from elsewhere.
    pub metrics_token: Option<SecretString>,
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Changes come from our own pages only. Browsers say where a request comes from; a request that
/// says nothing comes from no browser, and so carries nobody's cookies by accident.
pub async fn own_origin(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    if *request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if is_ours(&guard, request.headers()) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "This request comes from another site. Open the page itself and try again.",
        )
            .into_response()
    }
}

fn is_ours(guard: &Guard, headers: &HeaderMap) -> bool {
    let header = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (header(SEC_FETCH_SITE), header(ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == guard.origin,
        (None, None) => true,
    }
}

/// Says in our own words that a request was too large to be read: the page's code would otherwise
/// take the answer for one of another version.
pub async fn tell_too_large(request: Request, next: Next) -> Response {
    let wants_page = asks_for_page(request.headers());
    let response = next.run(request).await;
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return response;
    }
    if wants_page {
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is more than 4 MB, too much for one request. Go back and send it in parts.",
        )
            .into_response()
    } else {
        AppError::Refused(Refusal::RequestTooLarge).into_response()
    }
}

/// Tells the application who calls and which nonce its scripts carry.
pub async fn tell(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let address = client_address(&guard, &request);
    let nonce = random_nonce();
    request.extensions_mut().insert(ClientAddress(address));
    request.extensions_mut().insert(CspNonce(nonce.clone()));
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    set_headers(&guard, &path, &nonce, &mut response);
    response
}

fn client_address(guard: &Guard, request: &Request) -> IpAddr {
    let forwarded = guard
        .behind_proxy
        .then(|| request.headers().get_all(FORWARDED_FOR).iter().next_back())
        .flatten()
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok());
    forwarded.unwrap_or_else(|| {
        request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
    })
}

fn set_headers(guard: &Guard, path: &str, nonce: &str, response: &mut Response) {
    let status = response.status();
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The links' own addresses hold secrets. Elsewhere a form's post must still tell its origin.
    let referrer = if path.starts_with("/invite/") || path.starts_with("/reset/") {
        "no-referrer"
    } else {
        "same-origin"
    };
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(referrer));
    if guard.secure {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    // A message of the mailbox brings a stricter policy of its own.
    if is_page && !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = format!(
            "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    // Pages and answers are one person's; only files of the site may be kept. What is named after its
    // content never changes.
    let is_file = path.starts_with("/pkg/") || matches!(path, "/favicon.svg" | "/robots.txt");
    let is_named = path.starts_with("/logo/") || path.starts_with("/accent/");
    let caching = if is_named && status.is_success() {
        "public, max-age=31536000, immutable"
    } else if is_file {
        "no-cache"
    } else {
        "no-store"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
}

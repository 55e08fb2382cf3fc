//! Links out of messages: the token moves from the address into a cookie, so that no secret stays
//! in the address bar, the history or a Referer. Reading a link changes nothing; that it was read is noted beside it
//! (`openings`).

use axum::{
    extract::{Path, State},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use cookie::time::Duration;
use http::{HeaderMap, Method, header::SET_COOKIE, request::Parts};
use leptos::prelude::use_context;

use super::{
    context::{ServerContext, cookie_name, cookie_of, http_only},
    forms::{LANGUAGE, language_cookie, set_cookie},
    gate,
    openings::Looks,
};

const INVITATION: &str = "invitation";
const RESET: &str = "password-reset";
/// Time to fill in a form.
const LIFETIME: Duration = Duration::hours(2);

/// `GET /invite/{token}`
pub(super) async fn follow_invitation(
    State(context): State<ServerContext>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let looks = Looks::of(&method, &headers);
    context.openings.followed(&context.core, &token, looks);
    let cookie = http_only(context.secure, INVITATION, bounded(&token), LIFETIME);
    let mut response = (
        AppendHeaders([(SET_COOKIE, cookie.to_string())]),
        Redirect::to("/accept"),
    )
        .into_response();
    // The page speaks the invitation's language until the person chooses.
    if cookie_of(&headers, LANGUAGE).is_none()
        && let Ok(Some(language)) = domain::sign_up::language(&context.core, &token).await
        && let Ok(value) = language_cookie(language).to_string().parse()
    {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// `GET /reset/{token}`
pub(super) async fn follow_reset(
    State(context): State<ServerContext>,
    Path(token): Path<String>,
) -> impl IntoResponse {
    let cookie = http_only(context.secure, RESET, bounded(&token), LIFETIME);
    (
        AppendHeaders([(SET_COOKIE, cookie.to_string())]),
        Redirect::to("/reset-password"),
    )
}

/// What is no token needs no place in a cookie.
fn bounded(token: &str) -> String {
    token
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(100)
        .collect()
}

/// Somebody looks at the page with the link that led here. Called where it is drawn, and nowhere else.
pub fn arrived(token: &str) {
    if let (Some(parts), Ok(context)) = (use_context::<Parts>(), gate::context()) {
        let looks = Looks::of(&parts.method, &parts.headers);
        context.openings.arrived(&context.core, token, looks);
    }
}

/// The token of the link that led here, or "".
pub fn invitation_token() -> String {
    token(INVITATION)
}

/// The token of the link that led here, or "".
pub fn reset_token() -> String {
    token(RESET)
}

/// As if the link had been followed.
pub fn keep_invitation_token(token: &str) {
    if let Ok(context) = gate::context() {
        set_cookie(&http_only(
            context.secure,
            INVITATION,
            bounded(token),
            LIFETIME,
        ));
    }
}

pub fn forget_invitation_token() {
    forget(INVITATION);
}

pub fn forget_reset_token() {
    forget(RESET);
}

fn token(name: &'static str) -> String {
    let (Some(parts), Ok(context)) = (use_context::<Parts>(), gate::context()) else {
        return String::new();
    };
    cookie_of(&parts.headers, &cookie_name(context.secure, name)).unwrap_or_default()
}

fn forget(name: &'static str) {
    if let Ok(context) = gate::context() {
        set_cookie(&http_only(
            context.secure,
            name,
            String::new(),
            Duration::ZERO,
        ));
    }
}

//! What the server hands to every request.

use std::{net::IpAddr, sync::Arc};

use cookie::{Cookie, SameSite, time::Duration};
use domain::{Core, doctor::Examiner, ports::Mailer};
use http::{HeaderMap, header::COOKIE};
use tokio_util::sync::CancellationToken;

use super::{limits::Limits, openings::Openings};

#[derive(Clone)]
pub struct ServerContext {
    pub core: Arc<Core>,
    /// For what is sent at once; everything else goes through the outbox.
    pub mailer: Arc<dyn Mailer>,
    /// Looks at how the installation sends.
    pub doctor: Arc<dyn Examiner>,
    pub limits: Arc<Limits>,
    /// Who opens invitations.
    pub openings: Openings,
    /// Whether pages travel over https: cookies are then `__Host-` and `Secure`.
    pub secure: bool,
    /// Cancelled when the server stops: what streams must end.
    pub stopping: CancellationToken,
}

/// The nonce of the page's content security policy; a request extension.
#[derive(Clone)]
pub struct CspNonce(pub String);

/// Where the request came from; a request extension.
#[derive(Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// The name that a cookie has here.
pub(super) fn cookie_name(secure: bool, name: &'static str) -> String {
    if secure {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// The value of a cookie of these headers.
pub(crate) fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// A cookie that no script can read; `lifetime` zero takes it away.
pub(super) fn http_only(
    secure: bool,
    name: &'static str,
    value: String,
    lifetime: Duration,
) -> Cookie<'static> {
    Cookie::build((cookie_name(secure, name), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(lifetime)
        .build()
}

//! The session's cookie.

use cookie::time::Duration;
use domain::{
    Core, Outcome,
    proof::{Member, Origin, SignedIn},
    sessions::{self, ABSOLUTE, Authenticated},
};
use http::{HeaderMap, header::USER_AGENT, request::Parts};
use leptos::prelude::use_context;

use super::{
    context::{ServerContext, cookie_name, cookie_of, http_only},
    forms::set_cookie,
    gate,
};
use crate::api::AppError;

const SESSION: &str = "session";

/// Who calls, if they have a valid session.
pub async fn signed_in() -> Result<Option<SignedIn>, AppError> {
    match use_context::<Parts>() {
        Some(parts) => signed_in_by(&gate::context()?, &parts.headers, gate::origin()).await,
        None => Ok(None),
    }
}

/// The same for a plain route.
pub(super) async fn signed_in_by(
    context: &ServerContext,
    headers: &HeaderMap,
    origin: Origin,
) -> Result<Option<SignedIn>, AppError> {
    match cookie_of(headers, &cookie_name(context.secure, SESSION)) {
        Some(secret) => Ok(sessions::signed_in(&context.core, &secret, origin).await?),
        None => Ok(None),
    }
}

/// The member behind a session.
///
/// # Errors
/// `NotSignedIn`, `OrganizationSuspended`.
pub(super) async fn member(core: &Core, signed_in: &SignedIn) -> Outcome<Member> {
    match sessions::member(core, signed_in).await? {
        Some(member) => Ok(member),
        None => Err(sessions::why_no_member(core, signed_in).await?.into()),
    }
}

/// Starts a session in a cookie of its own; one that was there before ends.
pub async fn start(who: Authenticated) -> Result<(), AppError> {
    let context = gate::context()?;
    if let Some(before) = signed_in().await? {
        sessions::end(&context.core, &before).await?;
    }
    let user_agent = use_context::<Parts>()
        .and_then(|parts| {
            let value = parts.headers.get(USER_AGENT)?;
            value.to_str().ok().map(str::to_owned)
        })
        .unwrap_or_default();
    let secret = sessions::start(&context.core, who, &user_agent).await?;
    let lifetime = Duration::seconds(ABSOLUTE.num_seconds());
    set_cookie(&http_only(context.secure, SESSION, secret, lifetime));
    Ok(())
}

/// Ends the session, if there is one.
pub async fn end() -> Result<(), AppError> {
    let context = gate::context()?;
    if let Some(signed_in) = signed_in().await? {
        sessions::end(&context.core, &signed_in).await?;
    }
    set_cookie(&http_only(
        context.secure,
        SESSION,
        String::new(),
        Duration::ZERO,
    ));
    Ok(())
}

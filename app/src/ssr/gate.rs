//! Who calls -> proof. Every server function begins here.

use std::sync::Arc;

use domain::{
    Core,
    doctor::Examiner,
    mailbox::Shown,
    ports::Mailer,
    proof::{Admin, Member, Operator, Origin, Right, SignedIn},
};
use http::{
    Extensions, HeaderMap,
    header::{ACCEPT, ACCEPT_LANGUAGE},
    request::Parts,
};
use leptos::prelude::use_context;
use types::{
    contact::Username,
    language::Language,
    refusal::Refusal,
    session::{Me, Outsider},
};

pub use super::limits::Limit;
use super::limits::Whose;
use super::{
    context::{ClientAddress, ServerContext, cookie_of},
    fault, forms, sessions,
};
use crate::api::AppError;
pub use domain::proof::{
    CopyInvitationLinks, ManageOrganization, ManageRoles, ManageUsers, ViewAudit,
};

/// What the server handed to this request. Missing only where no request is being answered.
pub(super) fn context() -> Result<ServerContext, AppError> {
    use_context::<ServerContext>().ok_or(AppError::Unreachable)
}

pub fn core() -> Result<Arc<Core>, AppError> {
    Ok(context()?.core)
}

/// An active user of the chosen organization.
///
/// # Errors
/// `NotSignedIn`, `OrganizationSuspended`.
pub async fn member() -> Result<(Arc<Core>, Member), AppError> {
    let (core, signed_in) = signed_in().await?;
    let member = sessions::member(&core, &signed_in).await?;
    Ok((core, member))
}

/// Someone with a session, whether or not it has a seat anywhere.
///
/// # Errors
/// `NotSignedIn`.
pub async fn signed_in() -> Result<(Arc<Core>, SignedIn), AppError> {
    let core = core()?;
    let signed_in = sessions::signed_in().await?;
    Ok((
        core,
        signed_in.ok_or_else(|| refused(Refusal::NotSignedIn))?,
    ))
}

/// A member who has the right.
///
/// # Errors
/// `NotSignedIn`, `NotAllowed`.
pub async fn admin<R: Right>(right: R) -> Result<(Arc<Core>, Admin<R>), AppError> {
    let (core, member) = member().await?;
    Ok((core, member.with(right).map_err(refused)?))
}

/// The person who runs the installation.
///
/// # Errors
/// `NotSignedIn`, `NotAllowed`.
pub async fn operator() -> Result<(Arc<Core>, Operator), AppError> {
    let (core, signed_in) = signed_in().await?;
    Ok((core, signed_in.operator().map_err(refused)?))
}

/// Where the request came from.
pub fn origin() -> Origin {
    let parts = use_context::<Parts>();
    parts.map_or_else(Origin::default, |parts| origin_of(&parts.extensions))
}

/// The same for a plain route.
pub(super) fn origin_of(extensions: &Extensions) -> Origin {
    let address = extensions.get::<ClientAddress>();
    address.map_or_else(Origin::default, |address| address.0.into())
}

/// Anyone, as often as the limit of their address allows.
///
/// # Errors
/// `TooManyRequests`.
#[expect(clippy::unused_async, reason = "gates are alike to call")]
pub async fn visitor(limit: Limit) -> Result<(), AppError> {
    let address = origin().to_string();
    context()?
        .limits
        .check(limit, Whose::Address(&address))
        .map_err(refused)
}

/// Anyone, as often as the limits of their address and of the account allow. The account is a
/// username, or a link that stands for one.
///
/// # Errors
/// `TooManyRequests`.
pub async fn visitor_for(limit: Limit, account: &str) -> Result<(), AppError> {
    visitor(limit).await?;
    let account = Username::parse(account).map_or_else(
        |_| account.trim().to_lowercase(),
        |username| username.key().to_owned(),
    );
    context()?
        .limits
        .check(limit, Whose::Account(&account))
        .map_err(refused)
}

/// Where messages are caught for everyone to see.
///
/// # Errors
/// `NotFound`.
pub fn mailbox() -> Result<(Arc<Core>, Shown), AppError> {
    let core = core()?;
    let shown = domain::mailbox::open(&core).map_err(refused)?;
    Ok((core, shown))
}

/// What sends at once.
pub fn mailer() -> Result<Arc<dyn Mailer>, AppError> {
    Ok(context()?.mailer)
}

/// What looks at how the installation sends.
pub fn doctor() -> Result<Arc<dyn Examiner>, AppError> {
    Ok(context()?.doctor)
}

/// The signed-in person, if any.
pub async fn me() -> Result<Option<Me>, AppError> {
    let core = core()?;
    let Some(signed_in) = sessions::signed_in().await? else {
        return Ok(None);
    };
    let Some(member) = domain::sessions::member(&core, &signed_in).await? else {
        return Ok(None);
    };
    Ok(Some(Me {
        organizations: domain::sessions::memberships(&core, &signed_in).await?,
        logo: domain::organization::logo_path(&core, &member).await?,
        ..member.me(core.mailbox())
    }))
}

/// The signed-in person who cannot use the chosen organization, if it is so.
pub async fn outsider() -> Result<Option<Outsider>, AppError> {
    let core = core()?;
    let Some(signed_in) = sessions::signed_in().await? else {
        return Ok(None);
    };
    match domain::sessions::member(&core, &signed_in).await? {
        Some(_) => Ok(None),
        None => Ok(domain::sessions::outsider(&core, &signed_in).await?),
    }
}

/// Sets the language of pages and, for someone signed in, of messages.
pub async fn set_language(language: Language) -> Result<(), AppError> {
    forms::set_language_cookie(language);
    if let Some(signed_in) = sessions::signed_in().await? {
        domain::sign_in::set_language(&*core()?, &signed_in, language).await?;
    }
    Ok(())
}

/// The language of the page that called: as chosen, or as the browser asks.
pub fn language() -> Language {
    let Some(parts) = use_context::<Parts>() else {
        return Language::default();
    };
    language_of(&parts.headers)
}

pub(super) fn language_of(headers: &HeaderMap) -> Language {
    if let Some(chosen) = cookie_of(headers, forms::LANGUAGE) {
        return chosen.parse().unwrap_or_default();
    }
    let asked = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    asked
        .split(',')
        .find_map(|part| part.trim().get(..2)?.parse().ok())
        .unwrap_or_default()
}

/// Whether a person's browser waits for a page, with or without JavaScript.
pub(super) fn wants_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| asks_for_page(&parts.headers))
}

/// The same, of the headers of any request.
pub fn asks_for_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn refused(refusal: Refusal) -> AppError {
    let error = AppError::Refused(refusal);
    fault::set_status(&error);
    error
}

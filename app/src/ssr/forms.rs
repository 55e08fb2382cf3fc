//! Public forms: after the post comes a redirect, and what there is to say waits in a cookie.
//!
//! So they work without JavaScript, a reload posts nothing again, and nothing typed is lost but
//! passwords. Who does not ask for a page (a test, a script) gets the answer itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite, time::Duration};
use http::{
    HeaderValue, StatusCode,
    header::{LOCATION, SET_COOKIE},
    request::Parts,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use types::{ids::OrganizationId, language::Language, refusal::Refusal, session::Flash};

use super::{
    context::{cookie_name, cookie_of, http_only},
    fault, gate,
};
use crate::api::AppError;

const FLASH: &str = "flash";
/// Time to follow a redirect.
const FLASH_LIFETIME: Duration = Duration::minutes(1);
/// Bytes that are remembered of all fields together: they must fit into a cookie.
const MOST_TYPED: usize = 2_000;
/// Characters that are remembered of one field, where all together are too many.
const LONGEST_TYPED: usize = 200;

/// Readable by the page, as the translations look for it there.
pub(super) const LANGUAGE: &str = "language";

/// Ends a form's post: onward if it was done, back with the reason if not.
pub fn settle(
    result: Result<(), AppError>,
    back: &str,
    onward: &str,
    typed: &[(&str, &String)],
) -> Result<(), AppError> {
    if !gate::wants_page() {
        return result.inspect_err(fault::set_status);
    }
    match result {
        Ok(()) => redirect(onward),
        Err(AppError::Refused(refusal)) => {
            keep(Some(refusal), None, typed)?;
            redirect(back);
        }
        Err(AppError::Broken { reference }) => {
            keep(None, Some(reference), typed)?;
            redirect(back);
        }
        Err(error @ (AppError::Unreachable | AppError::OtherVersion)) => return Err(error),
    }
    Ok(())
}

/// The operator's page of an organization.
pub fn organization_page(id: OrganizationId) -> String {
    format!("/operator/{id}")
}

/// As `settle`, where the page onward says that it was done.
pub fn settle_and_say(
    result: Result<(), AppError>,
    back: &str,
    onward: &str,
    typed: &[(&str, &String)],
) -> Result<(), AppError> {
    let done = result.is_ok();
    settle(result, back, onward, typed)?;
    if done && gate::wants_page() {
        keep(None, None, typed)?;
    }
    Ok(())
}

/// As `settle`, where the page onward shows what is so, done or not: a refusal says no more.
pub fn settle_quietly(result: Result<(), AppError>, onward: &str) -> Result<(), AppError> {
    match result {
        Err(AppError::Refused(_)) if gate::wants_page() => go_back(onward),
        result => settle(result, onward, onward, &[]),
    }
}

/// Back to a page of ours; anything else leads to `/`.
pub fn go_back(page: &str) -> Result<(), AppError> {
    let ours =
        page.starts_with('/') && !page.starts_with("//") && !page.contains(['\\', '\r', '\n']);
    redirect(if ours { page } else { "/" });
    Ok(())
}

/// What the last form had to say; it is said once.
pub fn take_flash() -> Flash {
    let Ok(context) = gate::context() else {
        return Flash::default();
    };
    let kept = use_context::<Parts>()
        .and_then(|parts| cookie_of(&parts.headers, &cookie_name(context.secure, FLASH)));
    let Some(kept) = kept else {
        return Flash::default();
    };
    set_cookie(&http_only(
        context.secure,
        FLASH,
        String::new(),
        Duration::ZERO,
    ));
    URL_SAFE_NO_PAD
        .decode(kept)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

/// Keeps what the next page has to say: a refusal, a fault, or neither: that it was done.
fn keep(
    refusal: Option<Refusal>,
    broken: Option<String>,
    typed: &[(&str, &String)],
) -> Result<(), AppError> {
    let fit = typed.iter().map(|(_, text)| text.len()).sum::<usize>() <= MOST_TYPED;
    let longest = if fit { MOST_TYPED } else { LONGEST_TYPED };
    let typed = typed.iter().map(|(field, text)| {
        let text = text.chars().take(longest).collect();
        ((*field).to_owned(), text)
    });
    let flash = Flash {
        done: refusal.is_none() && broken.is_none(),
        refusal,
        broken,
        typed: typed.collect(),
    };
    set_cookie(&flash_cookie(gate::context()?.secure, &flash)?);
    Ok(())
}

/// Carries it to the next page.
pub(super) fn flash_cookie(secure: bool, flash: &Flash) -> Result<Cookie<'static>, AppError> {
    let text = serde_json::to_vec(flash).map_err(domain::Fault::from)?;
    let value = URL_SAFE_NO_PAD.encode(text);
    Ok(http_only(secure, FLASH, value, FLASH_LIFETIME))
}

/// 303: whatever the method was, the page is fetched.
fn redirect(to: &str) {
    let (Some(response), Ok(to)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(to))
    else {
        return;
    };
    response.set_status(StatusCode::SEE_OTHER);
    response.insert_header(LOCATION, to);
}

pub(super) fn set_cookie(cookie: &Cookie<'_>) {
    if let (Some(response), Ok(value)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&cookie.to_string()),
    ) {
        response.append_header(SET_COOKIE, value);
    }
}

pub(super) fn language_cookie(language: Language) -> Cookie<'static> {
    Cookie::build((LANGUAGE, language.as_str()))
        .path("/")
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .build()
}

pub(super) fn set_language_cookie(language: Language) {
    set_cookie(&language_cookie(language));
}

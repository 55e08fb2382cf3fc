//! An organization's look as files, and its e-mail as it will look.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Multipart, Path, Query, State},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::{organization::Draft, proof::ManageOrganization};
use http::{
    HeaderName,
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE},
};
use types::{
    language::Language,
    organization::{Accent, Color, LARGEST_LOGO, Wording, WordingPart},
    refusal::Refusal,
    session::Flash,
};

use super::{context::ServerContext, forms::flash_cookie, gate::asks_for_page, routes::Caller};
use crate::{
    api::{AppError, organization::Panel},
    pages::settings::ORGANIZATION,
};

/// `GET /logo/{hash}`: for everyone, as invitees and readers of e-mails see it; the name can't be
/// guessed.
pub(super) async fn logo(
    State(context): State<ServerContext>,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, AppError> {
    let png = domain::organization::logo(&context.core, &hash).await?;
    Ok(([(CONTENT_TYPE, "image/png")], png))
}

/// `GET /accent/{rrggbb}.css`: the colour as the pages' primary one. A file of its own, as the policy
/// lets no page carry styles.
pub(super) async fn accent(Path(file): Path<String>) -> Result<impl IntoResponse, AppError> {
    let digits = file.strip_suffix(".css").ok_or(Refusal::NotFound)?;
    let accent = Accent(Color::parse(digits).map_err(|_| Refusal::NotFound)?);
    if accent.0.digits() != digits {
        return Err(Refusal::NotFound.into());
    }
    let light = format!(
        "--color-primary:{};--color-primary-content:{}",
        accent.on_light(),
        Color::WHITE
    );
    let dark = format!(
        "--color-primary:{};--color-primary-content:{}",
        accent.on_dark(),
        Color::DARK_GROUND
    );
    // As the pages' themes: light unless the system is dark, or as the visitor has chosen.
    let css = format!(
        ":root{{{light}}}\
         @media(prefers-color-scheme:dark){{:root{{{dark}}}}}\
         :root[data-theme=usher-light]{{{light}}}\
         :root[data-theme=usher-dark]{{{dark}}}\n"
    );
    Ok(([(CONTENT_TYPE, "text/css; charset=utf-8")], css))
}

/// `POST /settings/organization/logo`: a form with the file `logo`.
pub(super) async fn upload_logo(
    State(context): State<ServerContext>,
    caller: Caller,
    form: Multipart,
) -> Result<Response, AppError> {
    let done = take_logo(&context, &caller, form).await;
    let (refusal, broken) = match &done {
        _ if !asks_for_page(&caller.headers) => return done.map(IntoResponse::into_response),
        Ok(()) => (None, None),
        Err(AppError::Refused(refusal)) => (Some(*refusal), None),
        Err(AppError::Broken { reference }) => (None, Some(reference.clone())),
        Err(_) => return done.map(IntoResponse::into_response),
    };
    let flash = Flash {
        done: done.is_ok(),
        refusal,
        broken,
        typed: [("panel".to_owned(), Panel::Logo.to_string())].into(),
    };
    let cookie = flash_cookie(context.secure, &flash)?;
    let headers = AppendHeaders([(SET_COOKIE, cookie.to_string())]);
    Ok((headers, Redirect::to(ORGANIZATION)).into_response())
}

async fn take_logo(
    context: &ServerContext,
    caller: &Caller,
    mut form: Multipart,
) -> Result<(), AppError> {
    let admin = caller.member(context).await?.with(ManageOrganization)?;
    let mut file = Err(Refusal::LogoUnreadable);
    // To its end, whatever is in it: a browser that is cut short says that there is no connection.
    while let Some(mut part) = form
        .next_field()
        .await
        .map_err(|_| AppError::OtherVersion)?
    {
        let is_logo = part.name() == Some("logo");
        let mut bytes = Vec::new();
        while let Some(piece) = part.chunk().await.map_err(|_| AppError::OtherVersion)? {
            // One byte more than there may be says that there are too many.
            let room = (LARGEST_LOGO + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        if is_logo {
            file = Ok(bytes);
        }
    }
    Ok(domain::organization::set_logo(&context.core, &admin, file?).await?)
}

/// A frame that can do nothing at all: not even its links lead anywhere.
const PREVIEW_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; \
    frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";

/// `GET /settings/invitations/preview?language=`: the e-mail with the words that are kept.
pub(super) async fn preview(
    State(context): State<ServerContext>,
    Query(query): Query<HashMap<String, String>>,
    caller: Caller,
) -> Result<impl IntoResponse, AppError> {
    let language = query.get("language").and_then(|word| word.parse().ok());
    let draft = Draft {
        language: language.unwrap_or_default(),
        wording: None,
    };
    drawn(&context, &caller, &draft).await
}

/// The same as a form: with the words that are being written.
pub(super) async fn preview_draft(
    State(context): State<ServerContext>,
    caller: Caller,
    form: Bytes,
) -> Result<impl IntoResponse, AppError> {
    let fields: HashMap<_, _> = url::form_urlencoded::parse(&form).collect();
    let field = |name: &str| fields.get(name).map(ToString::to_string);
    let mut wording = Wording::default();
    for part in WordingPart::ALL {
        let text = field(&format!("request[wanted][{part}]"));
        wording.set(*part, text.unwrap_or_default());
    }
    let language: Option<Language> = field("request[language]").and_then(|word| word.parse().ok());
    let draft = Draft {
        language: language.unwrap_or_default(),
        wording: Some(wording),
    };
    drawn(&context, &caller, &draft).await
}

async fn drawn(
    context: &ServerContext,
    caller: &Caller,
    draft: &Draft,
) -> Result<([(HeaderName, &'static str); 2], String), AppError> {
    let admin = caller.member(context).await?.with(ManageOrganization)?;
    let letter = domain::organization::preview(&context.core, &admin, draft).await?;
    // A link that would open a window of its own opens nothing here.
    let html = letter
        .html
        .replacen("<head>", "<head>\n<base target=\"_blank\">", 1);
    let head = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, PREVIEW_POLICY),
    ];
    Ok((head, html))
}

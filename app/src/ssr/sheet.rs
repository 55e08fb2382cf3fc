//! Invitations as slips of paper: a page of its own, for printing, without scripts.

use std::fmt::Write;

use axum::{
    Extension, Form,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    invitations::{LeftOut, Sheet, Slip},
    proof::CopyInvitationLinks,
};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use types::refusal::Refusal;

use super::{
    context::{CspNonce, ServerContext},
    fault,
    gate::{asks_for_page, language_of},
    routes::{Caller, Chosen},
};
use crate::{
    api::AppError,
    components::{
        fault::{error_text, refusal_text},
        language::locale_of,
    },
    i18n::{Locale, td_string},
};

/// Of those who are left out.
const MOST_NAMED: usize = 200;

const STYLE: &str = include_str!("sheet.css");

/// `POST /users/sheet`: as the form of the directory posts it, or of one user's page.
pub(super) async fn print(
    State(context): State<ServerContext>,
    Extension(nonce): Extension<CspNonce>,
    caller: Caller,
    Form(chosen): Form<Chosen>,
) -> Result<Response, AppError> {
    let locale = locale_of(language_of(&caller.headers));
    match read(&context, &caller, &chosen).await {
        Ok(sheet) => {
            let heading = td_string!(locale, sheet.heading);
            Ok(page(locale, &nonce, heading, || drawn(locale, &sheet)))
        }
        Err(error) if asks_for_page(&caller.headers) => {
            let heading = td_string!(locale, sheet.cannot);
            let mut response = page(locale, &nonce, heading, || refused(locale, &error));
            *response.status_mut() = fault::status(&error);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn read(
    context: &ServerContext,
    caller: &Caller,
    chosen: &Chosen,
) -> Result<Sheet, AppError> {
    let admin = caller.member(context).await?.with(CopyInvitationLinks)?;
    let audience = chosen.audience()?;
    Ok(domain::invitations::sheet(&context.core, &admin, &audience).await?)
}

/// The frame. Its policy allows these styles, and nothing else at all.
fn page<V: IntoView + 'static>(
    locale: Locale,
    nonce: &CspNonce,
    heading: &'static str,
    content: impl FnOnce() -> V,
) -> Response {
    let nonce = &nonce.0;
    let content = Owner::new().with(|| content().into_view().to_html());
    let language = crate::components::language::language_of(locale);
    let html = format!(
        "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{heading} · Usher</title><style nonce=\"{nonce}\">{STYLE}</style></head>\
         <body>{content}</body></html>"
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let head = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    (head, html).into_response()
}

fn refused(locale: Locale, error: &AppError) -> impl IntoView + use<> {
    view! {
        <main>
            <h1>{td_string!(locale, sheet.cannot)}</h1>
            <p>{error_text(locale, error)}</p>
            <p>
                <a href="/users">{td_string!(locale, sheet.back)}</a>
            </p>
        </main>
    }
}

fn drawn(locale: Locale, sheet: &Sheet) -> impl IntoView + use<> {
    let slips = sheet.slips.iter();
    let slips = slips.map(|slip| drawn_slip(sheet, slip)).collect_view();
    let lead = match u64::try_from(sheet.slips.len()) {
        Ok(0) | Err(_) => td_string!(locale, sheet.nothing).to_owned(),
        Ok(count) => td_string!(locale, sheet.lead, count = count),
    };
    let hint = (!sheet.slips.is_empty()).then(|| view! { <p>{td_string!(locale, sheet.hint)}</p> });
    view! {
        <main>
            <div class="screen">
                <h1>{td_string!(locale, sheet.heading)}</h1>
                <p>{lead}</p>
                {hint}
                {not_printed(locale, &sheet.left_out)}
                <p>
                    <a href="/users">{td_string!(locale, sheet.back)}</a>
                </p>
            </div>
            <div class="slips">{slips}</div>
        </main>
    }
}

/// Who is left out, and why.
fn not_printed(locale: Locale, left_out: &[LeftOut]) -> Option<impl IntoView + use<>> {
    if left_out.is_empty() {
        return None;
    }
    let lines = left_out.iter().take(MOST_NAMED).map(|it| {
        let why = match it.why {
            Refusal::NotInvitedYet => td_string!(locale, common.status.not_invited).to_owned(),
            Refusal::InvitationExpired => td_string!(locale, common.status.expired).to_owned(),
            Refusal::UserActive => td_string!(locale, common.status.active).to_owned(),
            Refusal::UserDeactivated => td_string!(locale, common.status.deactivated).to_owned(),
            Refusal::AwaitsApproval => td_string!(locale, approvals.waits).to_owned(),
            other => refusal_text(locale, other),
        };
        view! {
            <li>
                <bdi>{it.called.clone()}</bdi>
                ": "
                {why}
            </li>
        }
    });
    let lines = lines.collect_view();
    let more = u64::try_from(left_out.len().saturating_sub(MOST_NAMED)).unwrap_or_default();
    let more =
        (more > 0).then(|| view! { <li>{td_string!(locale, sheet.more, count = more)}</li> });
    Some(view! {
        <h2>{td_string!(locale, sheet.left_out)}</h2>
        <ul>{lines} {more}</ul>
    })
}

/// One slip, in the language of the invitation.
fn drawn_slip(sheet: &Sheet, slip: &Slip) -> impl IntoView + use<> {
    let locale = locale_of(slip.language);
    let organization = sheet.organization.as_str();
    let code = Code::of(&slip.link).map(|code| {
        let view_box = code.view_box();
        view! {
            <svg
                role="img"
                aria-label=td_string!(locale, sheet.code)
                viewBox=view_box
                shape-rendering="crispEdges"
            >
                <path d=code.path fill="#000" />
            </svg>
        }
    });
    let (how, facts) = if let Some(password) = slip.password {
        let address = sheet.sign_in.as_str();
        let how = td_string!(locale, sheet.scan_or_sign_in, address = address);
        let password = fact(
            td_string!(locale, sheet.password),
            password.to_string(),
            "typed",
        );
        (how, password)
    } else {
        let link = fact(td_string!(locale, sheet.link), slip.link.clone(), "link");
        (td_string!(locale, sheet.scan_or_open).to_owned(), link)
    };
    view! {
        <section class="slip" lang=slip.language.as_str()>
            {code}
            <div>
                <h2>
                    <bdi>{slip.called.clone()}</bdi>
                </h2>
                <p>{td_string!(locale, sheet.join, organization = organization)}</p>
                <p>{how}</p>
                <dl>
                    {fact(td_string!(locale, sheet.username), slip.username.clone(), "typed")} {facts}
                </dl>
                <p class="quiet">
                    {td_string!(locale, sheet.until, until = slip.until.as_str())}
                </p>
            </div>
        </section>
    }
}

fn fact(name: &'static str, value: String, class: &'static str) -> impl IntoView + use<> {
    view! {
        <div>
            <dt>{name}</dt>
            <dd class=class>{value}</dd>
        </div>
    }
}

/// A QR code as the path of an SVG, a unit a module.
struct Code {
    width: usize,
    path: String,
}

/// Empty modules that the standard wants around it.
const QUIET: usize = 4;

impl Code {
    /// `None` for what is too long, which no link is.
    fn of(text: &str) -> Option<Self> {
        // M: a crease or a stain does no harm, and the modules stay large.
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    let length = run.len();
                    let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
                }
                x += run.len();
            }
        }
        Some(Self { width, path })
    }

    fn view_box(&self) -> String {
        let size = self.width + 2 * QUIET;
        format!("-{QUIET} -{QUIET} {size} {size}")
    }
}

//! Plain routes beside the pages: links, downloads, live updates, the mailbox's messages.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{FromRequestParts, Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use domain::proof::{ManageUsers, Member, Origin, ViewAudit};
use futures::{Stream, StreamExt, stream};
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    request::Parts,
};
use serde::Deserialize;
use types::{
    audit::EventsQuery,
    batch::{Audience, LetterRequest},
    ids::{BatchId, MessageId},
    refusal::Refusal,
    users::UsersQuery,
};

use super::{
    bounces, context::ServerContext, fault, gate::origin_of, imports, links, organization,
    sessions, sheet,
};
use crate::{
    api::AppError,
    pages::settings::{LOGO_FORM, PREVIEW},
};

pub use super::imports::uploads;

/// The routes that are not pages and not server functions.
pub fn routes(context: ServerContext) -> Router {
    Router::new()
        .route("/invite/{token}", get(links::follow_invitation))
        .route("/reset/{token}", get(links::follow_reset))
        .route("/bounces/{provider}", post(bounces::take))
        .route("/events", get(events))
        .route("/batches/{id}/report.csv", get(batch_report))
        .route("/users/export.csv", post(export_users))
        .route("/users/sheet", post(sheet::print))
        .route("/settings/audit/export.csv", post(export_events))
        .route("/users/invite/letter", post(invitation_letter))
        .route("/users/import/template.xlsx", get(imports::template))
        .route("/users/import/{id}/left-out.csv", get(imports::left_out))
        .route("/mailbox/{id}/html", get(message_html))
        .route("/logo/{hash}", get(organization::logo))
        .route("/accent/{file}", get(organization::accent))
        .route(LOGO_FORM, post(organization::upload_logo))
        .route(
            PREVIEW,
            get(organization::preview).post(organization::preview_draft),
        )
        .with_state(context)
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (fault::status(&self), Json(self)).into_response()
    }
}

/// Who calls a plain route.
#[derive(Clone)]
pub(super) struct Caller {
    pub headers: HeaderMap,
    origin: Origin,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            headers: parts.headers.clone(),
            origin: origin_of(&parts.extensions),
        })
    }
}

impl Caller {
    /// # Errors
    /// `NotSignedIn`, `OrganizationSuspended`.
    pub async fn member(&self, context: &ServerContext) -> Result<Member, AppError> {
        let signed_in = sessions::signed_in_by(context, &self.headers, self.origin.clone())
            .await?
            .ok_or(Refusal::NotSignedIn)?;
        Ok(sessions::member(&context.core, &signed_in).await?)
    }
}

/// At most two updates a second reach a page.
const BETWEEN_EVENTS: Duration = Duration::from_millis(500);

/// `GET /events`: says that something of the organization has changed; the page asks what. Ends for
/// someone who was signed out or deactivated meanwhile, or is in another organization by now, and where the
/// organization is suspended.
async fn events(
    State(context): State<ServerContext>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, AppError> {
    let member = caller.member(&context).await?;
    let organization = member.organization();
    let changes = context.core.watch(organization);
    let stopping = context.stopping.clone();
    let events = stream::unfold(changes, move |mut changes| {
        let (context, caller) = (context.clone(), caller.clone());
        async move {
            changes.changed().await.ok()?;
            // What follows at once is told by the same event.
            tokio::time::sleep(BETWEEN_EVENTS).await;
            // Before the check: being deactivated meanwhile is a change of its own.
            changes.mark_unchanged();
            let member = caller.member(&context).await.ok()?;
            if member.organization() != organization {
                return None;
            }
            // Browsers pass over an event without data.
            let event = Event::default().event("change").data("change");
            Some((Ok(event), changes))
        }
    });
    let events = events.take_until(stopping.cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// `GET /batches/{id}/report.csv`
async fn batch_report(
    State(context): State<ServerContext>,
    Path(id): Path<BatchId>,
    caller: Caller,
) -> Result<impl IntoResponse, AppError> {
    let admin = caller.member(&context).await?.with(ManageUsers)?;
    let csv = domain::batches::report_csv(&context.core, &admin, id).await?;
    let name = format!("attachment; filename=\"invitations-{id}.csv\"");
    Ok((
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/csv; charset=utf-8"),
            ),
            (
                CONTENT_DISPOSITION,
                HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
            ),
        ],
        csv,
    ))
}

/// The users that a plain form is about.
#[derive(Deserialize)]
pub(super) struct Chosen {
    /// Ids with commas between them; empty: all who match.
    #[serde(default)]
    ids: String,
    /// The address of the list.
    #[serde(default)]
    query: String,
}

impl Chosen {
    /// # Errors
    /// `NotFound` for what is no id.
    pub fn audience(&self) -> Result<Audience, Refusal> {
        if self.ids.is_empty() {
            let values = values_of(&self.query);
            let query = UsersQuery::from_address(|name| values.get(name).cloned());
            return Ok(Audience::Matching(query.filter));
        }
        let ids = self.ids.split(',').map(str::parse);
        let ids = ids.collect::<Result<_, _>>();
        Ok(Audience::Users(ids.map_err(|_| Refusal::NotFound)?))
    }
}

/// `POST /users/export.csv`: changes nothing, but chosen users fit no address.
async fn export_users(
    State(context): State<ServerContext>,
    caller: Caller,
    Form(chosen): Form<Chosen>,
) -> Result<impl IntoResponse, AppError> {
    let admin = caller.member(&context).await?.with(ManageUsers)?;
    let audience = chosen.audience()?;
    let rows = domain::export::csv(context.core, admin, audience);
    Ok((
        [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"users.csv\""),
        ],
        Body::from_stream(rows),
    ))
}

/// What an address of ours says behind its path.
fn values_of(address: &str) -> HashMap<String, String> {
    let values = address.split_once('?').map_or("", |(_, values)| values);
    url::form_urlencoded::parse(values.as_bytes())
        .into_owned()
        .collect()
}

#[derive(Deserialize)]
struct ExportEvents {
    /// The address of the page.
    #[serde(default)]
    query: String,
}

/// `POST /settings/audit/export.csv`: the events that the page's filters leave.
async fn export_events(
    State(context): State<ServerContext>,
    caller: Caller,
    Form(export): Form<ExportEvents>,
) -> Result<impl IntoResponse, AppError> {
    let admin = caller.member(&context).await?.with(ViewAudit)?;
    let values = values_of(&export.query);
    let query = EventsQuery::from_address(|name| values.get(name).cloned());
    let rows = domain::audit::csv(context.core, admin, query.filter);
    Ok((
        [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (
                CONTENT_DISPOSITION,
                "attachment; filename=\"audit-log.csv\"",
            ),
        ],
        Body::from_stream(rows),
    ))
}

#[derive(Deserialize)]
struct LetterForm {
    /// A `LetterRequest` as JSON.
    request: String,
}

const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; \
    frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";

/// `POST /users/invite/letter`: the body of an invitation's e-mail, for a frame in which nothing can
/// be done. It changes nothing, but a message fits no address.
async fn invitation_letter(
    State(context): State<ServerContext>,
    caller: Caller,
    Form(form): Form<LetterForm>,
) -> Result<impl IntoResponse, AppError> {
    let admin = caller.member(&context).await?.with(ManageUsers)?;
    let request: LetterRequest =
        serde_json::from_str(&form.request).map_err(|_| AppError::OtherVersion)?;
    let html = domain::invitations::html(&context.core, &admin, &request).await?;
    // Its links lead out of the frame, which lets nothing out: they do nothing.
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    Ok((
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(LETTER_POLICY),
            ),
        ],
        html,
    ))
}

const MESSAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; \
    frame-ancestors 'self'; base-uri 'none'; form-action 'none'; \
    sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/// `GET /mailbox/{id}/html`: a message as its reader would see it, in a frame that can do nothing
/// but open links.
async fn message_html(
    State(context): State<ServerContext>,
    Path(id): Path<MessageId>,
) -> Result<impl IntoResponse, AppError> {
    let shown = domain::mailbox::open(&context.core)?;
    let html = domain::mailbox::html(&context.core, &shown, id).await?;
    Ok((
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(MESSAGE_POLICY),
            ),
        ],
        html,
    ))
}

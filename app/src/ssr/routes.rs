//! Plain routes beside the pages: links, downloads, live updates, the mailbox's messages.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use domain::proof::{ManageUsers, Member};
use futures::{Stream, StreamExt, stream};
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use serde::Deserialize;
use types::{
    batch::Audience,
    ids::{BatchId, MessageId},
    refusal::Refusal,
    users::UsersQuery,
};

use super::{context::ServerContext, fault, imports, links, sessions};
use crate::api::AppError;

pub use super::imports::uploads;

/// The routes that are not pages and not server functions.
pub fn routes(context: ServerContext) -> Router {
    Router::new()
        .route("/invite/{token}", get(links::follow_invitation))
        .route("/reset/{token}", get(links::follow_reset))
        .route("/events", get(events))
        .route("/batches/{id}/report.csv", get(batch_report))
        .route("/users/export.csv", post(export_users))
        .route("/users/import/template.xlsx", get(imports::template))
        .route("/users/import/{id}/left-out.csv", get(imports::left_out))
        .route("/mailbox/{id}/html", get(message_html))
        .with_state(context)
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (fault::status(&self), Json(self)).into_response()
    }
}

/// Who calls, of a plain route.
pub(super) async fn member(
    context: &ServerContext,
    headers: &HeaderMap,
) -> Result<Member, AppError> {
    let signed_in = sessions::signed_in_by(context, headers)
        .await?
        .ok_or(Refusal::NotSignedIn)?;
    let member = domain::sessions::member(&context.core, &signed_in).await?;
    Ok(member.ok_or(Refusal::NotSignedIn)?)
}

/// At most two updates a second reach a page.
const BETWEEN_EVENTS: Duration = Duration::from_millis(500);

/// `GET /events`: says that something of the organization has changed; the page asks what. Ends for
/// someone who was signed out or deactivated meanwhile.
async fn events(
    State(context): State<ServerContext>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, AppError> {
    let member = member(&context, &headers).await?;
    let changes = context.core.watch(member.organization());
    let stopping = context.stopping.clone();
    let events = stream::unfold(changes, move |mut changes| {
        let (context, headers) = (context.clone(), headers.clone());
        async move {
            changes.changed().await.ok()?;
            // What follows at once is told by the same event.
            tokio::time::sleep(BETWEEN_EVENTS).await;
            // Before the check: being deactivated meanwhile is a change of its own.
            changes.mark_unchanged();
            self::member(&context, &headers).await.ok()?;
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
    headers: HeaderMap,
) -> Result<impl IntoResponse, AppError> {
    let admin = member(&context, &headers).await?.with(ManageUsers)?;
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

#[derive(Deserialize)]
struct Export {
    /// Ids with commas between them; empty: all who match.
    #[serde(default)]
    ids: String,
    /// The address of the list.
    #[serde(default)]
    query: String,
}

/// `POST /users/export.csv`: changes nothing, but chosen users fit no address.
async fn export_users(
    State(context): State<ServerContext>,
    headers: HeaderMap,
    Form(export): Form<Export>,
) -> Result<impl IntoResponse, AppError> {
    let admin = member(&context, &headers).await?.with(ManageUsers)?;
    let audience = if export.ids.is_empty() {
        let values = export
            .query
            .split_once('?')
            .map_or("", |(_, values)| values);
        let values: HashMap<_, _> = url::form_urlencoded::parse(values.as_bytes()).collect();
        let query = UsersQuery::from_address(|name| values.get(name).map(ToString::to_string));
        Audience::Matching(query.filter)
    } else {
        let ids = export
            .ids
            .split(',')
            .map(str::parse)
            .collect::<Result<_, _>>();
        Audience::Users(ids.map_err(|_| Refusal::NotFound)?)
    };
    let rows = domain::export::csv(context.core, admin, audience);
    Ok((
        [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"users.csv\""),
        ],
        Body::from_stream(rows),
    ))
}

const MESSAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
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

//! The audit log.

use leptos::{prelude::*, server_fn::codec::Json};
use types::audit::{EventsPage, EventsQuery};

use super::AppError;

/// One page of the filtered log, the newest first.
#[server(input = Json)]
pub async fn list_events(query: EventsQuery) -> Result<EventsPage, AppError> {
    use crate::ssr::gate::{self, ViewAudit};
    let (core, admin) = gate::admin(ViewAudit).await?;
    Ok(domain::audit::list(&core, &admin, &query).await?)
}

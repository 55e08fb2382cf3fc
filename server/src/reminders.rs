//! Looks for reminders that have become due.

use std::{sync::Arc, time::Duration};

use domain::{Core, reminders};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often to look.
const POLL: Duration = Duration::from_secs(10);

/// Looks until it is told to stop.
pub async fn run(core: Arc<Core>, stopping: CancellationToken) {
    let look = async {
        loop {
            if let Err(fault) = reminders::pass(&core).await {
                tracing::error!(%fault, "reminders could not be queued");
            }
            sleep(POLL).await;
        }
    };
    // A step is one transaction: cut short, it is rolled back and done again.
    tokio::select! {
        () = look => {}
        () = stopping.cancelled() => {}
    }
}

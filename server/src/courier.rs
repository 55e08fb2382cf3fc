//! The courier's loop.

use std::{sync::Arc, time::Duration};

use domain::{Core, courier::Courier};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Wait after the database failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Delivers until it is told to stop; then what is under way comes to its end first, and what was only claimed
/// is given back.
pub async fn run(core: Arc<Core>, mut courier: Courier, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        core.tallies().beat();
        if let Err(fault) = courier.step().await {
            tracing::error!(%fault, "the courier could not go on");
            sleep(PAUSE).await;
            continue;
        }
        tokio::select! {
            () = courier.wait() => {}
            () = Courier::wait_for_queued(&core) => courier.look_again(),
            () = stopping.cancelled() => {}
        }
    }
    if let Err(fault) = courier.close().await {
        tracing::error!(%fault, "the courier could not settle");
    }
}

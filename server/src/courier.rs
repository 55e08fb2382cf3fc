//! The courier's loop.

use std::time::Duration;

use domain::{Core, courier::Courier};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often to look for what has become due, beside being woken.
const POLL: Duration = Duration::from_secs(1);
/// Wait after the database failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Delivers until it is told to stop; then what is under way comes to its end first.
pub async fn run(core: std::sync::Arc<Core>, mut courier: Courier, stopping: CancellationToken) {
    loop {
        let step = async {
            courier.begin_due().await?;
            let busy = !courier.is_idle();
            tokio::select! {
                () = courier.await_end(), if busy => {}
                () = Courier::wait_for_queued(&core) => {}
                () = sleep(POLL) => {}
                () = stopping.cancelled() => {}
            }
            courier.settle_ended().await
        };
        if let Err(fault) = step.await {
            tracing::error!(%fault, "the courier could not go on");
            sleep(PAUSE).await;
        }
        if stopping.is_cancelled() {
            break;
        }
    }
    while !courier.is_idle() {
        courier.await_end().await;
        if let Err(fault) = courier.settle_ended().await {
            tracing::error!(%fault, "the courier could not settle");
            break;
        }
    }
}

//! Works on imports, step by step.

use std::{sync::Arc, time::Duration};

use domain::{Core, imports};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often to look for an import that another process, or an earlier one, has begun.
const POLL: Duration = Duration::from_secs(5);
/// Wait after a step failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Works until it is told to stop. What is left then goes on at the next start.
pub async fn run(core: Arc<Core>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let wait = async {
            match imports::step(&core).await {
                Ok(true) => {}
                Ok(false) => imports::wait(&core, POLL).await,
                Err(fault) => {
                    tracing::error!(%fault, "an import could not go on");
                    sleep(PAUSE).await;
                }
            }
        };
        // A step is one transaction: cut short, it is rolled back and done again.
        tokio::select! {
            () = wait => {}
            () = stopping.cancelled() => {}
        }
    }
}

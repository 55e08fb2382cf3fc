//! Hears what other processes on the same database write.

use std::{sync::Arc, time::Duration};

use domain::{Core, changes::Listener};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// First and longest wait before a line that was lost is made anew.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_mins(1);

/// Tells this process until it is told to stop, or at once where there is nothing to hear.
pub async fn run(core: Arc<Core>, stopping: CancellationToken) {
    tokio::select! {
        () = listen(&core) => {}
        () = stopping.cancelled() => {}
    }
}

async fn listen(core: &Core) {
    let mut wait = FIRST_RETRY;
    loop {
        let fault = match Listener::connect(core).await {
            Ok(None) => return,
            Ok(Some(listener)) => {
                wait = FIRST_RETRY;
                listener.follow(core).await
            }
            Err(fault) => fault,
        };
        tracing::warn!(%fault, "what other processes write is not heard for now");
        sleep(wait).await;
        wait = LONGEST_RETRY.min(wait * 2);
    }
}

//! A process that hears of others, and whose line to the database is cut.

use std::{sync::Arc, time::Duration};

use domain::testing::TestUsher;
use sea_orm::ConnectionTrait;
use server::changes;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longer than anything that is awaited here.
const LONG: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_line_is_made_anew_and_then_everyone_looks() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let Some(other) = usher.other_process().await.unwrap() else {
        return;
    };
    let mut changed = other.watch(owner.organization());
    let stopping = CancellationToken::new();
    let listening = tokio::spawn(changes::run(Arc::clone(&other), stopping.clone()));
    timeout(LONG, changed.changed()).await.unwrap().unwrap();

    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let read = usher.core.database().read();
    read.execute_unprepared(cut).await.unwrap();
    timeout(LONG, changed.changed()).await.unwrap().unwrap();

    stopping.cancel();
    timeout(LONG, listening).await.unwrap().unwrap();
}

//! Several processes on one PostgreSQL database.

use std::{sync::Arc, time::Duration};

use domain::{Core, changes::Listener, courier::Courier, testing::TestUsher};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::common::invite;

/// Longer than anything that is awaited here.
const LONG: Duration = Duration::from_secs(10);

async fn heard(changes: &mut watch::Receiver<u64>) {
    timeout(LONG, changes.changed()).await.unwrap().unwrap();
}

async fn woken(core: &Core) {
    timeout(LONG, Courier::wait_for_queued(core)).await.unwrap();
}

/// Listens as `usher serve` does.
async fn follow(core: &Arc<Core>) -> JoinHandle<()> {
    let core = Arc::clone(core);
    let listener = Listener::connect(&core).await.unwrap().unwrap();
    tokio::spawn(async move {
        let fault = listener.follow(&core).await;
        panic!("the line was lost: {fault}");
    })
}

#[tokio::test]
async fn what_one_process_writes_is_heard_in_another() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let Some(other) = usher.other_process().await.unwrap() else {
        return;
    };
    let mut changes = other.watch(owner.organization());
    let mut elsewhere = other.watch(stranger.organization());
    let line = follow(&other).await;
    // Listening begins with telling everyone.
    heard(&mut changes).await;
    heard(&mut elsewhere).await;
    woken(&other).await;

    invite(&usher, &owner, "ivan@north.example").await;
    heard(&mut changes).await;
    woken(&other).await;
    usher.deliver().await.unwrap();
    heard(&mut changes).await;
    assert!(!elsewhere.has_changed().unwrap());
    line.abort();
}

#[tokio::test]
async fn a_message_of_no_organization_wakes_the_couriers_too() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let Some(other) = usher.other_process().await.unwrap() else {
        return;
    };
    let line = follow(&other).await;
    woken(&other).await;
    usher
        .request_password_reset(domain::testing::OWNER)
        .await
        .unwrap();
    woken(&other).await;
    line.abort();
}

#[tokio::test]
async fn a_process_alone_has_nothing_to_listen_to() {
    let usher = TestUsher::new().await.unwrap();
    let listener = Listener::connect(&usher.core).await.unwrap();
    let others = usher.other_process().await.unwrap();
    assert_eq!(listener.is_some(), others.is_some());
}

//! An organization's messages are paused and resumed by its own admin.

use std::sync::Arc;

use domain::{
    entity::deliveries::DeliveryState,
    operator, outbox,
    proof::{Admin, ManageOrganization, ManageUsers},
    testing::{HeldMailer, TestUsher, answer},
};

use crate::{
    common::{deliveries, invite, operator as operator_of, states},
    courier::{courier, until_taken},
};

const IVAN: &str = "ivan@north.example";

fn manager(owner: &Admin<ManageUsers>) -> Admin<ManageOrganization> {
    (**owner).clone().with(ManageOrganization).unwrap()
}

#[tokio::test]
async fn nothing_goes_out_until_it_is_resumed() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let manager = manager(&owner);
    invite(&usher, &owner, IVAN).await;
    outbox::pause(&usher.core, &manager).await.unwrap();
    let before = usher.everything().await.unwrap();
    outbox::pause(&usher.core, &manager).await.unwrap();
    assert_eq!(usher.everything().await.unwrap(), before, "paused already");
    // What is queued meanwhile waits, too; others' messages don't.
    invite(&usher, &owner, "dora@north.example").await;
    invite(&usher, &stranger, "nina@north.example").await;
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to.as_str(), "nina@north.example");

    outbox::resume(&usher.core, &manager).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 3);
    assert_eq!(deliveries(&usher, IVAN).await[0].attempt, 1);
    let before = usher.everything().await.unwrap();
    outbox::resume(&usher.core, &manager).await.unwrap();
    assert_eq!(usher.everything().await.unwrap(), before, "not paused");
}

#[tokio::test]
async fn what_was_claimed_already_waits_too() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "a@x.example, b@x.example, c@x.example").await;
    let slow = Arc::new(HeldMailer::default());
    let mut courier = courier(&usher, &slow, 4);
    until_taken(&mut courier, &slow, 1).await;
    outbox::pause(&usher.core, &manager(&owner)).await.unwrap();
    slow.answer_all(Ok(answer(250, "OK")));
    courier.drain().await.unwrap();
    assert_eq!(slow.taken(1).await.len(), 1);
}

#[tokio::test]
async fn a_pause_and_a_suspension_end_each_for_itself() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let operator = operator_of(&usher).await;
    let manager = manager(&stranger);
    let theirs = stranger.organization();
    invite(&usher, &stranger, IVAN).await;
    outbox::pause(&usher.core, &manager).await.unwrap();
    operator::suspend(&usher.core, &operator, theirs, false)
        .await
        .unwrap();
    operator::resume(&usher.core, &operator, theirs)
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Queued]);

    operator::suspend(&usher.core, &operator, theirs, false)
        .await
        .unwrap();
    outbox::resume(&usher.core, &manager).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Queued]);
    operator::resume(&usher.core, &operator, theirs)
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Sent]);
}

//! Sending again, which ends the older link.

use domain::{batches, entity::deliveries::DeliveryState, testing::TestUsher};
use types::{
    batch::{Outcome as Fate, SendRequest},
    invitation::{Closed, Lifetime},
    refusal::Refusal,
    users::UserStatus,
};

use crate::common::{
    accept, closed, invitation, invite, invited, offer, pasted, refusal, resend, send, set_status,
    states,
};

#[tokio::test]
async fn those_already_invited_get_a_new_one_only_if_it_is_asked_for() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    let again = pasted("ivan@north.example");
    assert_eq!(
        refusal(send(&usher, &owner, again.clone()).await),
        Refusal::NobodyToInvite
    );
    let again = SendRequest {
        resend: true,
        ..again
    };
    send(&usher, &owner, again).await.unwrap();
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 2);
}

#[tokio::test]
async fn an_expired_or_failed_invitation_is_sent_again_without_asking() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, "ivan@north.example").await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    invite(&usher, &owner, "ivan@north.example").await;
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 2);
    set_status(&usher, "ivan@north.example", UserStatus::Failed).await;
    invite(&usher, &owner, "ivan@north.example").await;
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 3);
}

#[tokio::test]
async fn a_resend_ends_the_older_link() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let older = invited(&usher, &owner, "ivan@north.example").await;
    offer(&usher, &older).await;

    resend(&usher, &owner, "ivan@north.example").await;

    assert_eq!(closed(&usher, &older).await, (Closed::Replaced, true));
    usher.deliver().await.unwrap();
    let newer = usher.mailer.token_for("ivan@north.example").unwrap();
    assert_ne!(newer, older);
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 2);
    accept(&usher, &newer).await;
}

#[tokio::test]
async fn a_resend_cancels_what_was_not_sent_yet() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let first = invite(&usher, &owner, "ivan@north.example").await;
    let second = resend(&usher, &owner, "ivan@north.example").await;
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
    assert_eq!(
        states(&usher, "ivan@north.example").await,
        [DeliveryState::Cancelled, DeliveryState::Sent]
    );
    let token = usher.mailer.token_for("ivan@north.example").unwrap();
    offer(&usher, &token).await;
    let outcome = async |batch| {
        let report = batches::report(&usher.core, &owner, batch, 0)
            .await
            .unwrap();
        report.recipients[0].outcome.clone()
    };
    assert_eq!(outcome(first).await, Fate::Cancelled);
    assert_eq!(outcome(second).await, Fate::Sent);
    accept(&usher, &token).await;
    assert_eq!(outcome(first).await, Fate::Cancelled);
    assert_eq!(outcome(second).await, Fate::Accepted);
}

//! Forgotten passwords.

use domain::proof::Origin;
use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    courier::Courier,
    entity::identities,
    password_reset, sessions, sign_in,
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::EntityTrait;
use tokio::time::timeout;
use types::refusal::Refusal;

use crate::common::{invited, refusal};

const NEW: &str = "copper meadow sundial 4";

async fn ask(usher: &TestUsher, email: &str) {
    usher.request_password_reset(email).await.unwrap();
    usher.deliver().await.unwrap();
}

async fn asked(usher: &TestUsher) -> String {
    ask(usher, OWNER).await;
    usher.mailer.token_for(OWNER).unwrap()
}

async fn is_open(usher: &TestUsher, token: &str) -> bool {
    password_reset::is_open(&usher.core, token).await.unwrap()
}

#[tokio::test]
async fn an_unknown_address_is_sent_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    // In the directory, but without a password of their own yet.
    invited(&usher, &owner, "ivan@north.example").await;
    let before = usher.everything().await.unwrap();
    ask(&usher, "nobody@acme.example").await;
    ask(&usher, "ivan@north.example").await;
    assert_eq!(usher.everything().await.unwrap(), before);
    assert_eq!(usher.mailer.sent().len(), 1);
    let wrong = password_reset::request(&usher.core, "no address");
    assert_eq!(wrong, Err(Refusal::EmailNotValid));
}

#[tokio::test]
async fn the_answer_does_not_wait_for_the_work() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    password_reset::request(&usher.core, OWNER).unwrap();
    let queued = Courier::wait_for_queued(&usher.core);
    timeout(Duration::from_secs(10), queued).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
}

#[tokio::test]
async fn a_link_sets_a_new_password_once() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let token = asked(&usher).await;
    assert!(is_open(&usher, &token).await);
    assert_eq!(usher.mailer.sent()[0].to.as_str(), OWNER);

    let weak =
        password_reset::complete(&usher.core, &Origin::default(), &token, "password1234").await;
    assert_eq!(refusal(weak), Refusal::PasswordTooWeak);
    password_reset::complete(&usher.core, &Origin::default(), &token, NEW)
        .await
        .unwrap();

    sign_in::verify(&usher.core, OWNER, NEW).await.unwrap();
    let old = sign_in::verify(&usher.core, OWNER, PASSWORD).await;
    assert_eq!(refusal(old), Refusal::WrongCredentials);
    assert!(!is_open(&usher, &token).await);
    let again = password_reset::complete(&usher.core, &Origin::default(), &token, PASSWORD).await;
    assert_eq!(refusal(again), Refusal::ResetLinkNotValid);
    let identities = identities::Entity::find()
        .all(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(identities[0].username_proven_at, Some(usher.core.now()));
}

#[tokio::test]
async fn two_who_use_a_link_at_once_are_not_both_let_through() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let token = asked(&usher).await;
    let nowhere = Origin::default();
    let (one, two) = tokio::join!(
        password_reset::complete(&usher.core, &nowhere, &token, NEW),
        password_reset::complete(&usher.core, &nowhere, &token, "velvet harbor pencil 9"),
    );
    assert_ne!(one.is_ok(), two.is_ok());
    let late = if one.is_ok() { two } else { one };
    assert_eq!(refusal(late), Refusal::ResetLinkNotValid);
}

#[tokio::test]
async fn a_link_expires_after_an_hour() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let token = asked(&usher).await;
    usher
        .clock
        .advance(TimeDelta::hours(1) - TimeDelta::seconds(1));
    assert!(is_open(&usher, &token).await);
    usher.clock.advance(TimeDelta::seconds(1));
    assert!(!is_open(&usher, &token).await);
    let before = usher.everything().await.unwrap();
    let late = password_reset::complete(&usher.core, &Origin::default(), &token, NEW).await;
    assert_eq!(refusal(late), Refusal::ResetLinkNotValid);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_reset_ends_every_session_and_every_other_link() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let older = asked(&usher).await;
    usher.clock.advance(TimeDelta::minutes(3));
    let newer = asked(&usher).await;
    assert_ne!(newer, older);
    assert_eq!(sessions::list(&usher.core, &owner).await.unwrap().len(), 1);
    password_reset::complete(&usher.core, &Origin::default(), &newer, NEW)
        .await
        .unwrap();
    assert!(
        sessions::list(&usher.core, &owner)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!is_open(&usher, &older).await);
}

#[tokio::test]
async fn asking_again_at_once_sends_nothing_more() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    ask(&usher, OWNER).await;
    ask(&usher, OWNER).await;
    assert_eq!(usher.mailer.sent().len(), 1);
    usher.clock.advance(TimeDelta::minutes(2));
    ask(&usher, OWNER).await;
    assert_eq!(usher.mailer.sent().len(), 2);
}

#[tokio::test]
async fn a_link_of_an_invitation_resets_no_password() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    assert!(!is_open(&usher, &token).await);
    assert!(!is_open(&usher, "").await);
}

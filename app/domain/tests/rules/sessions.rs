//! Sessions: when they end, and whose they are.

use chrono::TimeDelta;
use domain::proof::Origin;
use domain::{
    entity::sessions as rows,
    proof::{ManageUsers, Member, SignedIn},
    sessions::{self, ABSOLUTE, IDLE},
    sign_in,
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::{EntityTrait, PaginatorTrait};
use types::{refusal::Refusal, users::UserStatus};

use crate::common::{joined, refusal, set_status};

/// Signs the owner in and gives the cookie.
async fn cookie(usher: &TestUsher) -> String {
    let who = sign_in::verify(&usher.core, OWNER, PASSWORD).await.unwrap();
    sessions::start(&usher.core, who, "Firefox").await.unwrap()
}

async fn signed_in(usher: &TestUsher, cookie: &str) -> Option<SignedIn> {
    sessions::signed_in(&usher.core, cookie, Origin::default())
        .await
        .unwrap()
}

async fn member(usher: &TestUsher, cookie: &str) -> Member {
    let signed_in = signed_in(usher, cookie).await.unwrap();
    sessions::member(&usher.core, &signed_in)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_a_week() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let used = cookie(&usher).await;
    let unused = cookie(&usher).await;
    usher.clock.advance(IDLE);
    assert!(signed_in(&usher, &used).await.is_some());
    usher.clock.advance(TimeDelta::seconds(1));
    assert!(signed_in(&usher, &unused).await.is_none());
    assert!(signed_in(&usher, &used).await.is_some());
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let cookie = cookie(&usher).await;
    for _ in 0..10 {
        usher.clock.advance(ABSOLUTE / 10);
        assert!(signed_in(&usher, &cookie).await.is_some());
    }
    usher.clock.advance(TimeDelta::seconds(1));
    assert!(signed_in(&usher, &cookie).await.is_none());
}

#[tokio::test]
async fn sessions_that_have_ended_are_swept_away() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    cookie(&usher).await;
    usher.clock.advance(IDLE + TimeDelta::seconds(1));
    cookie(&usher).await;
    let count = rows::Entity::find()
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn only_the_hash_of_a_session_is_stored() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let cookie = cookie(&usher).await;
    assert_eq!(cookie.len(), 43);
    let everything = usher.everything().await.unwrap();
    assert!(!everything.iter().any(|row| row.contains(&cookie)));
}

#[tokio::test]
async fn nonsense_is_nobodys_session() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let cookie = cookie(&usher).await;
    for other in [
        "",
        "%",
        &cookie[1..],
        &format!("{cookie}A"),
        &"A".repeat(43),
    ] {
        assert!(signed_in(&usher, other).await.is_none(), "{other:?}");
    }
}

#[tokio::test]
async fn signing_out_ends_this_session_alone() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let (here, there) = (cookie(&usher).await, cookie(&usher).await);
    let session = signed_in(&usher, &here).await.unwrap();
    sessions::end(&usher.core, &session).await.unwrap();
    assert!(signed_in(&usher, &here).await.is_none());
    assert!(signed_in(&usher, &there).await.is_some());
}

#[tokio::test]
async fn a_session_of_somebody_else_cannot_be_ended() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ivan = joined(&usher, &owner, "ivan@north.example").await;
    let mine = cookie(&usher).await;
    let olive = member(&usher, &mine).await;
    let before = usher.everything().await.unwrap();
    for row in sessions::list(&usher.core, &olive).await.unwrap() {
        sessions::end_one(&usher.core, &ivan, row.id).await.unwrap();
    }
    assert_eq!(usher.everything().await.unwrap(), before);
    sessions::end_others(&usher.core, &ivan).await.unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, "ivan@north.example").await;
    let (here, there) = (cookie(&usher).await, cookie(&usher).await);
    let olive = member(&usher, &here).await;
    let rows = sessions::list(&usher.core, &olive).await.unwrap();
    // The third one is the test's own.
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row.current).count(), 1);
    let other = member(&usher, &there).await;
    let rows = sessions::list(&usher.core, &other).await.unwrap();
    let theirs = rows.iter().find(|row| row.current).unwrap();
    assert_eq!(theirs.user_agent, "Firefox");
    sessions::end_one(&usher.core, &olive, theirs.id)
        .await
        .unwrap();
    assert!(signed_in(&usher, &there).await.is_none());
    sessions::end_others(&usher.core, &olive).await.unwrap();
    assert_eq!(sessions::list(&usher.core, &olive).await.unwrap().len(), 1);
    assert!(signed_in(&usher, &here).await.is_some());
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    const NEW: &str = "copper meadow sundial 4";
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let (here, there) = (cookie(&usher).await, cookie(&usher).await);
    let olive = member(&usher, &here).await;

    let before = usher.everything().await.unwrap();
    let wrong = sign_in::change_password(&usher.core, &olive, "wrong", NEW).await;
    assert_eq!(refusal(wrong), Refusal::WrongPassword);
    let weak = sign_in::change_password(&usher.core, &olive, PASSWORD, "password1234").await;
    assert_eq!(refusal(weak), Refusal::PasswordTooWeak);
    assert_eq!(usher.everything().await.unwrap(), before);

    sign_in::change_password(&usher.core, &olive, PASSWORD, NEW)
        .await
        .unwrap();
    assert!(signed_in(&usher, &here).await.is_some());
    assert!(signed_in(&usher, &there).await.is_none());
    let old = sign_in::verify(&usher.core, OWNER, PASSWORD).await;
    assert_eq!(refusal(old), Refusal::WrongCredentials);
    sign_in::verify(&usher.core, OWNER, NEW).await.unwrap();
}

#[tokio::test]
async fn an_unknown_address_is_refused_like_a_wrong_password() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let cases = [
        (OWNER, "wrong"),
        (OWNER, ""),
        ("nobody@acme.example", PASSWORD),
        ("no address", PASSWORD),
    ];
    for (email, password) in cases {
        let signed_in = sign_in::verify(&usher.core, email, password).await;
        assert_eq!(refusal(signed_in), Refusal::WrongCredentials, "{email}");
    }
}

#[tokio::test]
async fn someone_deactivated_is_no_member_any_more() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, "ivan@north.example").await;
    let who = sign_in::verify(&usher.core, "ivan@north.example", PASSWORD)
        .await
        .unwrap();
    let signed_in = usher.signed_in(who).await.unwrap();
    let is_member = async || {
        let member = sessions::member(&usher.core, &signed_in).await.unwrap();
        member.is_some()
    };
    assert!(is_member().await);
    set_status(&usher, "ivan@north.example", UserStatus::Deactivated).await;
    assert!(!is_member().await);
    let again = sessions::start(&usher.core, who, "test").await;
    assert_eq!(refusal(again), Refusal::UserDeactivated);
}

#[tokio::test]
async fn a_user_is_no_admin() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ivan = joined(&usher, &owner, "ivan@north.example").await;
    assert_eq!(ivan.with(ManageUsers).err(), Some(Refusal::NotAllowed));
}

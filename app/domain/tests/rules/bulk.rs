//! Revoking, deactivating, activating many, and undoing it.

use chrono::TimeDelta;
use domain::proof::Origin;
use domain::{
    batches, bulk,
    entity::deliveries::DeliveryState,
    invitations, sessions, sign_in,
    testing::{OWNER, PASSWORD, TestUsher},
};
use types::{
    batch::{Audience, BatchCounts, Change, ChangeRequest, Outcome as Fate, SendRequest, Verdict},
    ids::UserId,
    refusal::Refusal,
    users::{StatusFilter, UserStatus},
};
use uuid::Uuid;

use crate::common::{
    accept, addresses, change, closed, id_of, invite, invited, joined, joined_admin, list, offer,
    pasted, refusal, searching, send, states, user, with_status,
};

const IVAN: &str = "ivan@north.example";

async fn ids(usher: &TestUsher, emails: &[&str]) -> Audience {
    let mut ids: Vec<UserId> = Vec::new();
    for email in emails {
        ids.push(user(usher, email).await.id);
    }
    Audience::Users(ids)
}

#[tokio::test]
async fn a_filter_chooses_exactly_those_who_match() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let north: Vec<String> = (0..1_200).map(|n| format!("n{n}@north.example")).collect();
    invite(&usher, &owner, &north.join(",")).await;
    invite(&usher, &owner, "a@south.example, b@south.example").await;
    usher.deliver().await.unwrap();
    let filter = searching("@north");
    let batch = change(
        &usher,
        &owner,
        Change::Revoke,
        Audience::Matching(filter.clone()),
    )
    .await
    .unwrap();
    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    let counts = BatchCounts {
        done: 1_200,
        ..BatchCounts::default()
    };
    assert_eq!(report.summary.counts, counts);
    let left = list(&usher, &owner, with_status(StatusFilter::Invited)).await;
    assert_eq!(addresses(&left), ["b@south.example", "a@south.example"]);

    // Sending to the same filter reaches the same people.
    let request = SendRequest {
        audience: Audience::Matching(filter),
        ..pasted("")
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1_202 + 1_200);
}

#[tokio::test]
async fn whoever_is_left_out_is_told_why() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, "anna@north.example").await;
    invite(&usher, &owner, "ivan@north.example, olga@north.example").await;
    change(
        &usher,
        &owner,
        Change::Revoke,
        ids(&usher, &["olga@north.example"]).await,
    )
    .await
    .unwrap();
    let everybody = Audience::Matching(searching("@"));
    let batch = change(&usher, &owner, Change::Revoke, everybody.clone())
        .await
        .unwrap();
    let outcomes = async |batch| {
        let report = batches::report(&usher.core, &owner, batch, 0)
            .await
            .unwrap();
        let all = report.recipients.into_iter();
        all.map(|it| (it.address, it.outcome)).collect::<Vec<_>>()
    };
    let line = |email: &str, outcome| (email.to_owned(), outcome);
    assert_eq!(
        outcomes(batch).await,
        [
            line(OWNER, Fate::Skipped(Verdict::AlreadyActive)),
            line("anna@north.example", Fate::Skipped(Verdict::AlreadyActive)),
            line("ivan@north.example", Fate::Done),
            line("olga@north.example", Fate::Skipped(Verdict::NotInvited)),
        ]
    );
    let batch = change(&usher, &owner, Change::Deactivate, everybody.clone())
        .await
        .unwrap();
    assert_eq!(
        outcomes(batch).await[0],
        line(OWNER, Fate::Skipped(Verdict::Yourself))
    );
    let batch = change(&usher, &owner, Change::Activate, everybody)
        .await
        .unwrap();
    assert_eq!(
        outcomes(batch).await[1],
        line("anna@north.example", Fate::Done)
    );
}

#[tokio::test]
async fn the_same_request_twice_is_one_batch() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    let request = ChangeRequest {
        key: Uuid::from_u128(5),
        act: Change::Revoke,
        audience: ids(&usher, &[IVAN]).await,
        seen: 1,
    };
    let (one, two) = tokio::join!(
        bulk::change(&usher.core, &owner, &request),
        bulk::change(&usher.core, &owner, &request),
    );
    assert_eq!(one.unwrap(), two.unwrap());
    assert_eq!(batches::list(&usher.core, &owner).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_that_has_changed_since_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "a@x.example, b@x.example").await;
    let request = ChangeRequest {
        key: Uuid::from_u128(5),
        act: Change::Revoke,
        audience: Audience::Matching(searching("@x.example")),
        seen: 1,
    };
    let refused = bulk::change(&usher.core, &owner, &request).await;
    assert_eq!(refusal(refused), Refusal::ListChanged);
    let before = usher.everything().await.unwrap();
    let nobody = Audience::Matching(searching("nobody"));
    let refused = change(&usher, &owner, Change::Revoke, nobody).await;
    assert_eq!(refusal(refused), Refusal::NobodyToChange);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_deactivated_person_is_signed_out_and_gets_nothing_more() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, "anna@north.example").await;
    let who = accept(&usher, &token).await;
    let cookie = sessions::start(&usher.core, who, "test").await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let both = ids(&usher, &["anna@north.example", IVAN]).await;
    change(&usher, &owner, Change::Deactivate, both.clone())
        .await
        .unwrap();
    assert!(
        sessions::signed_in(&usher.core, &cookie, Origin::default())
            .await
            .unwrap()
            .is_none()
    );
    let again = sign_in::verify(&usher.core, "anna@north.example", PASSWORD)
        .await
        .unwrap();
    let refused = sessions::start(&usher.core, again, "test").await;
    assert_eq!(refusal(refused), Refusal::UserDeactivated);
    usher.deliver().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Cancelled]);

    change(&usher, &owner, Change::Activate, both)
        .await
        .unwrap();
    assert_eq!(
        user(&usher, "anna@north.example").await.status,
        UserStatus::Active
    );
    sessions::start(&usher.core, again, "test").await.unwrap();
    // Who had not come in yet begins anew.
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::NotInvited);
}

#[tokio::test]
async fn an_active_owner_remains() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "anna@north.example").await;
    let olive = Audience::Users(vec![id_of(&owner)]);
    // An admin is below; and nobody deactivates themselves.
    let refused = change(&usher, &admin, Change::Deactivate, olive.clone()).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);
    let refused = change(&usher, &owner, Change::Deactivate, olive).await;
    assert_eq!(refusal(refused), Refusal::NotYourself);
}

#[tokio::test]
async fn what_was_revoked_can_be_undone_for_a_moment() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    invite(&usher, &owner, "olga@north.example").await;
    let before = user(&usher, IVAN).await;
    let both = ids(&usher, &[IVAN, "olga@north.example"]).await;
    let batch = change(&usher, &owner, Change::Revoke, both).await.unwrap();
    closed(&usher, &token).await;
    usher.clock.advance(TimeDelta::seconds(20));
    assert_eq!(bulk::undo(&usher.core, &owner, batch).await.unwrap(), 2);
    // The link that was in the mail works again, and what was queued is sent.
    offer(&usher, &token).await;
    assert_eq!(user(&usher, IVAN).await, before);
    usher.deliver().await.unwrap();
    assert!(usher.mailer.token_for("olga@north.example").is_some());
    let twice = bulk::undo(&usher.core, &owner, batch).await;
    assert_eq!(refusal(twice), Refusal::TooLateToUndo);
}

#[tokio::test]
async fn only_the_last_change_of_a_user_is_undone_and_only_by_its_author() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "anna@north.example").await;
    let token = invited(&usher, &owner, IVAN).await;
    let ivan = ids(&usher, &[IVAN]).await;
    let batch = change(&usher, &owner, Change::Deactivate, ivan.clone())
        .await
        .unwrap();
    let foreign = bulk::undo(&usher.core, &admin, batch).await;
    assert_eq!(refusal(foreign), Refusal::NotFound);
    for act in [Change::Activate, Change::Deactivate] {
        usher.clock.advance(TimeDelta::seconds(1));
        change(&usher, &owner, act, ivan.clone()).await.unwrap();
    }
    assert_eq!(bulk::undo(&usher.core, &owner, batch).await.unwrap(), 0);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Deactivated);

    usher.clock.advance(TimeDelta::seconds(1));
    change(&usher, &owner, Change::Activate, ivan.clone())
        .await
        .unwrap();
    let revoked = change(&usher, &owner, Change::Revoke, ivan.clone()).await;
    assert_eq!(refusal(revoked), Refusal::NotInvitedYet);
    closed(&usher, &token).await;
}

#[tokio::test]
async fn undoing_leaves_alone_whom_something_else_happened_to() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let ivan = ids(&usher, &[IVAN]).await;
    let batch = change(&usher, &owner, Change::Revoke, ivan.clone())
        .await
        .unwrap();
    let newer = invited(&usher, &owner, IVAN).await;
    assert_eq!(bulk::undo(&usher.core, &owner, batch).await.unwrap(), 0);
    closed(&usher, &token).await;
    offer(&usher, &newer).await;

    let batch = change(&usher, &owner, Change::Deactivate, ivan)
        .await
        .unwrap();
    usher.clock.advance(TimeDelta::minutes(3));
    let late = bulk::undo(&usher.core, &owner, batch).await;
    assert_eq!(refusal(late), Refusal::TooLateToUndo);
    let stranger = usher.other_organization().await.unwrap();
    let foreign = bulk::undo(&usher.core, &stranger, batch).await;
    assert_eq!(refusal(foreign), Refusal::NotFound);
    let _ = invitations::preview(&usher.core, &owner, &pasted(IVAN))
        .await
        .unwrap();
}

//! A clock that was wrong for a while: a day ahead, and set right again.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    entity::{
        deliveries::{self, DeliveryState},
        mail_domains,
    },
    ports::{Answer, SendError},
    proof::Origin,
    sign_up,
    testing::{HeldMailer, TestUsher, answer},
};
use sea_orm::EntityTrait;
use types::{
    batch::SendRequest,
    invitation::{Closed, Lifetime},
    users::UserStatus,
};

use crate::{
    common::{accept, closed, deliveries, form, invite, pasted, send, states, user},
    courier::{LEASE, courier, until_taken},
};

const IVAN: &str = "ivan@north.example";
const DAY: TimeDelta = TimeDelta::days(1);

fn greylisted() -> Result<Answer, SendError> {
    Err(SendError::Temporary(answer(450, "4.2.0 Greylisted")))
}

async fn attempt(usher: &TestUsher) -> i32 {
    deliveries(usher, IVAN).await[0].attempt
}

#[tokio::test]
async fn a_day_ahead_and_back_costs_one_try_and_no_wait() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let mut courier = courier(&usher, &usher.mailer, 4);
    usher.mailer.answer_next(greylisted());
    courier.drain().await.unwrap();
    assert_eq!(attempt(&usher).await, 1);

    usher.clock.advance(DAY);
    usher.mailer.answer_next(greylisted());
    for _ in 0..5 {
        courier.drain().await.unwrap();
    }
    assert_eq!(attempt(&usher).await, 2, "one try, however often it looks");

    // Put off by five minutes, from now and not from tomorrow.
    usher.clock.advance(-DAY);
    courier.drain().await.unwrap();
    usher
        .clock
        .advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    courier.drain().await.unwrap();
    assert_eq!(attempt(&usher).await, 2);
    usher.clock.advance(TimeDelta::seconds(1));
    courier.drain().await.unwrap();
    assert_eq!(attempt(&usher).await, 3);
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Sent]);

    for _ in 0..3 {
        usher.clock.advance(DAY);
        courier.drain().await.unwrap();
        usher.clock.advance(-DAY);
        courier.drain().await.unwrap();
    }
    assert_eq!(
        usher.mailer.sent().len(),
        1,
        "what was sent is not sent again"
    );
}

#[tokio::test]
async fn many_messages_are_tried_once_for_each_time_that_the_clock_was_wrong() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list: Vec<_> = (0..50).map(|n| format!("person{n}@x.example")).collect();
    let request = SendRequest {
        lifetime: Some(Lifetime::hours(14 * 24).unwrap()),
        ..pasted(&list.join(","))
    };
    send(&usher, &owner, request).await.unwrap();
    let mut courier = courier(&usher, &usher.mailer, 4);
    let mut tries = 0;
    for wrong in 1..=4 {
        for _ in 0..50 {
            usher.mailer.answer_next(greylisted());
        }
        courier.drain().await.unwrap();
        usher.clock.advance(DAY);
        courier.drain().await.unwrap();
        usher.clock.advance(-DAY);
        courier.drain().await.unwrap();
        let rows = deliveries::Entity::find()
            .all(usher.core.database().read())
            .await
            .unwrap();
        let most = rows.iter().map(|row| row.attempt).max().unwrap();
        assert!(most <= wrong + 1, "{most} after {wrong}");
        tries = rows.iter().map(|row| row.attempt).sum();
    }
    assert!(tries <= 50 * 5, "{tries}");
}

#[tokio::test]
async fn what_is_queued_while_the_clock_is_ahead_goes_out_once_it_is_right() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let mut courier = courier(&usher, &usher.mailer, 4);
    usher.clock.advance(DAY);
    courier.drain().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    usher.clock.advance(-DAY);
    courier.drain().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Sent]);
}

#[tokio::test]
async fn a_lease_that_was_given_while_the_clock_was_ahead_ends_as_any_other() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    usher.clock.advance(DAY);
    let silent = Arc::new(HeldMailer::default());
    let mut dying = courier(&usher, &silent, 4);
    until_taken(&mut dying, &silent, 1).await;
    drop(dying);
    usher.clock.advance(-DAY);

    // A process that starts after that.
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty(), "it may be under way yet");
    usher.clock.advance(LEASE);
    usher.deliver().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Sent]);
}

#[tokio::test]
async fn what_is_under_way_as_the_clock_is_set_is_settled_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    for change in [DAY, -DAY] {
        let slow = Arc::new(HeldMailer::default());
        let mut busy = courier(&usher, &slow, 4);
        let taken = until_taken(&mut busy, &slow, 1);
        let taken = tokio::time::timeout(std::time::Duration::from_secs(1), taken).await;
        if taken.is_err() {
            // Sent in the first round.
            assert_eq!(change, -DAY);
            break;
        }
        usher.clock.advance(change);
        busy.step().await.unwrap();
        slow.answer_all(Ok(answer(250, "OK")));
        busy.drain().await.unwrap();
        assert_eq!(slow.taken(1).await.len(), 1);
    }
    assert_eq!(attempt(&usher).await, 1);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Invited);
}

#[tokio::test]
async fn nobody_rests_for_a_day_because_of_a_clock() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    usher.clock.advance(DAY);
    let throttled = Err(SendError::Temporary(answer(421, "too much")));
    usher.mailer.answer_next(throttled);
    usher.deliver().await.unwrap();
    usher.clock.advance(-DAY);
    usher.deliver().await.unwrap();
    let rests = mail_domains::Entity::find()
        .all(usher.core.database().read())
        .await
        .unwrap();
    let longest = usher.core.now() + TimeDelta::minutes(30);
    assert_eq!(rests.len(), 1);
    assert!(rests[0].resting_until <= longest);
    usher.clock.advance(TimeDelta::minutes(30));
    usher.deliver().await.unwrap();
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Sent]);
}

#[tokio::test]
async fn an_invitation_is_open_as_long_as_the_clock_says() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::DAY),
        ..pasted(IVAN)
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    usher.clock.advance(DAY);
    assert_eq!(closed(&usher, &token).await.0, Closed::Expired);
    let early = sign_up::accept(&usher.core, &Origin::default(), &token, form()).await;
    assert!(early.is_err());
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Invited);
    usher.clock.advance(-DAY);
    accept(&usher, &token).await;
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Active);
}

//! Delivery: retries, failures, leases, and what must never go out.

use domain::proof::Origin;
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    batches,
    courier::Courier,
    entity::deliveries::DeliveryState,
    invitations,
    ports::{Answer, Mailer, OutgoingEmail, SendError},
    proof::{Admin, CopyInvitationLinks, ManageUsers},
    sign_up,
    testing::{HeldMailer, RecordingMailer, TestUsher, answer},
};
use types::{
    batch::{BatchCounts, Outcome as Fate, SendRequest},
    ids::BatchId,
    invitation::{Closed, Lifetime},
    users::{Failure, ShownStatus, UserRow, UserStatus},
};

use crate::common::{
    accept, closed, deliveries, directory, invite, invited, pasted, resend, revoke, send, states,
    token_in, user,
};
use crate::courier::{LEASE, courier, until_taken};

const IVAN: &str = "ivan@north.example";

fn greylisted() -> Result<Answer, SendError> {
    Err(SendError::Temporary(answer(450, "Greylisted, try later")))
}

fn unknown_mailbox() -> Result<Answer, SendError> {
    Err(SendError::Permanent(answer(550, "5.1.1 No such user here")))
}

fn failure(code: u16, words: &str) -> Failure {
    Failure {
        code: Some(code),
        words: words.to_owned(),
    }
}

/// What became of the batch's first recipient.
async fn fate(usher: &TestUsher, owner: &Admin<ManageUsers>, batch: BatchId) -> Fate {
    let report = batches::report(&usher.core, owner, batch, 0).await.unwrap();
    report.recipients[0].outcome.clone()
}

/// The person's line in the directory.
async fn row(usher: &TestUsher, owner: &Admin<ManageUsers>, email: &str) -> UserRow {
    let page = directory(usher, owner).await;
    let mut rows = page.rows.into_iter();
    rows.find(|row| row.username.as_str() == email).unwrap()
}

#[tokio::test]
async fn what_is_put_off_is_tried_again_after_one_five_and_thirty_minutes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    let attempts = async || {
        usher.deliver().await.unwrap();
        deliveries(&usher, IVAN).await[0].attempt
    };
    for _ in 0..3 {
        usher.mailer.answer_next(greylisted());
    }
    assert_eq!(attempts().await, 1);
    let put_off = failure(450, "Greylisted, try later");
    let shown = row(&usher, &owner, IVAN).await;
    assert_eq!(shown.status, ShownStatus::Waiting);
    assert_eq!(shown.failure, Some(put_off.clone()));
    let waiting = Fate::Waiting {
        failure: Some(put_off),
    };
    assert_eq!(fate(&usher, &owner, batch).await, waiting);

    for (minutes, attempt) in [(1, 2), (5, 3), (30, 4)] {
        usher
            .clock
            .advance(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        assert_eq!(attempts().await, attempt - 1, "not before {minutes} min");
        usher.clock.advance(TimeDelta::seconds(1));
        assert_eq!(attempts().await, attempt, "after {minutes} min");
    }

    assert_eq!(usher.mailer.sent().len(), 1);
    let shown = row(&usher, &owner, IVAN).await;
    assert_eq!((shown.status, shown.failure), (ShownStatus::Invited, None));
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Sent);
    usher.clock.advance(TimeDelta::days(1));
    assert_eq!(attempts().await, 4, "what was sent is not sent again");
}

#[tokio::test]
async fn a_refused_message_fails_at_once_with_the_servers_words() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    usher.mailer.answer_next(unknown_mailbox());
    usher.deliver().await.unwrap();

    let expected = failure(550, "5.1.1 No such user here");
    let shown = row(&usher, &owner, IVAN).await;
    assert_eq!(shown.status, ShownStatus::Failed);
    assert_eq!(shown.failure, Some(expected.clone()));
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Failed(expected));
    let counts = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap()
        .summary
        .counts;
    assert_eq!(
        counts,
        BatchCounts {
            failed: 1,
            ..BatchCounts::default()
        }
    );
    let csv = batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    assert!(csv.contains("failed,550,5.1.1 No such user here"), "{csv}");

    usher.clock.advance(TimeDelta::days(1));
    usher.deliver().await.unwrap();
    assert_eq!(deliveries(&usher, IVAN).await[0].attempt, 1);
    assert!(usher.mailer.sent().is_empty());

    // Its link can still be handed over by other means, and a new try forgets the failure.
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let ivan = user(&usher, IVAN).await.id;
    invitations::copy(&usher.core, &copier, ivan).await.unwrap();
    resend(&usher, &owner, IVAN).await;
    let shown = row(&usher, &owner, IVAN).await;
    assert_eq!((shown.status, shown.failure), (ShownStatus::Waiting, None));
}

#[tokio::test]
async fn tries_end_before_the_invitation_does() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::DAY),
        ..pasted(IVAN)
    };
    let batch = send(&usher, &owner, request).await.unwrap();
    let expires_at = user(&usher, IVAN).await.expires_at.unwrap();
    for minutes in [0, 1, 5, 30, 120, 360, 720] {
        assert_eq!(states(&usher, IVAN).await, [DeliveryState::Queued]);
        usher.clock.advance(TimeDelta::minutes(minutes));
        usher.mailer.answer_next(greylisted());
        usher.deliver().await.unwrap();
    }
    // The next one would come 12 hours later, behind the end.
    assert!(usher.core.now() < expires_at);
    let last = failure(450, "Greylisted, try later");
    assert_eq!(row(&usher, &owner, IVAN).await.status, ShownStatus::Failed);
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Failed(last));
    usher.clock.advance(TimeDelta::days(2));
    usher.deliver().await.unwrap();
    assert_eq!(deliveries(&usher, IVAN).await[0].attempt, 7);
    assert!(usher.mailer.sent().is_empty());
}

#[tokio::test]
async fn a_message_that_is_overdue_is_not_sent() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty());
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Failed]);
    assert!(matches!(fate(&usher, &owner, batch).await, Fate::Failed(_)));
    assert_eq!(row(&usher, &owner, IVAN).await.status, ShownStatus::Failed);
}

#[tokio::test]
async fn a_message_lost_on_the_way_is_sent_again_as_the_same_message() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    let silent = Arc::new(HeldMailer::default());
    let mut dying = courier(&usher, &silent, 4);
    let lost = until_taken(&mut dying, &silent, 1).await;
    drop(dying);

    usher.clock.advance(LEASE - TimeDelta::seconds(1));
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty(), "the lease still runs");
    usher.clock.advance(TimeDelta::seconds(1));
    usher.deliver().await.unwrap();

    // The same Message-ID, the same link, the same everything.
    assert_eq!(usher.mailer.sent(), lost);
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Sent);
    assert_eq!(deliveries(&usher, IVAN).await[0].attempt, 2);
}

#[tokio::test]
async fn every_message_has_an_id_of_its_own_and_keeps_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "a@x.example, b@x.example").await;
    usher.deliver().await.unwrap();
    resend(&usher, &owner, "a@x.example").await;
    usher.deliver().await.unwrap();
    let mut ids: Vec<_> = usher
        .mailer
        .sent()
        .into_iter()
        .map(|sent| sent.message_id)
        .collect();
    assert!(
        ids.iter().all(|id| id.ends_with("@usher.example")),
        "{ids:?}"
    );
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn a_late_end_of_an_older_try_changes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let slow = Arc::new(HeldMailer::default());
    let mut late = courier(&usher, &slow, 4);
    until_taken(&mut late, &slow, 1).await;
    usher.clock.advance(LEASE);
    usher.mailer.answer_next(greylisted());
    usher.deliver().await.unwrap();
    let before = usher.everything().await.unwrap();

    slow.answer_all(unknown_mailbox());
    late.close().await.unwrap();

    assert_eq!(usher.everything().await.unwrap(), before);
    usher.clock.advance(TimeDelta::minutes(5));
    usher.deliver().await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Invited);
}

#[tokio::test]
async fn two_couriers_send_every_message_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list: Vec<_> = (0..50).map(|n| format!("person{n}@x.example")).collect();
    let batch = invite(&usher, &owner, &list.join(",")).await;
    let mut one = courier(&usher, &usher.mailer, 3);
    let mut two = courier(&usher, &usher.mailer, 5);
    let (first, second) = tokio::join!(one.drain(), two.drain());
    first.unwrap();
    second.unwrap();
    let mut sent: Vec<_> = usher
        .mailer
        .sent()
        .into_iter()
        .map(|sent| sent.to.to_string())
        .collect();
    sent.sort();
    let mut expected = list;
    expected.sort();
    assert_eq!(sent, expected);
    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.summary.counts.sent, 50);
}

#[tokio::test]
async fn a_revoked_invitation_is_never_sent() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    revoke(&usher, &owner, ivan).await.unwrap();
    for _ in 0..3 {
        usher.deliver().await.unwrap();
        usher.clock.advance(TimeDelta::days(1));
    }
    assert!(usher.mailer.sent().is_empty());
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Cancelled);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::NotInvited);
}

#[tokio::test]
async fn an_invitation_revoked_while_it_is_being_sent_stays_revoked() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    let slow = Arc::new(HeldMailer::default());
    let mut busy = courier(&usher, &slow, 4);
    until_taken(&mut busy, &slow, 1).await;
    let ivan = user(&usher, IVAN).await.id;
    revoke(&usher, &owner, ivan).await.unwrap();
    slow.answer_all(Ok(answer(250, "OK")));
    busy.close().await.unwrap();

    assert_eq!(user(&usher, IVAN).await.status, UserStatus::NotInvited);
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Cancelled);
    let mail = &slow.taken(1).await[0];
    let link = mail
        .text
        .split_whitespace()
        .find(|word| word.contains("/invite/"))
        .unwrap();
    assert_eq!(
        closed(&usher, &token_in(link)).await,
        (Closed::Revoked, true)
    );
}

#[tokio::test]
async fn an_invitation_replaced_while_it_is_being_sent_does_not_speak_for_the_new_one() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let slow = Arc::new(HeldMailer::default());
    let mut busy = courier(&usher, &slow, 4);
    until_taken(&mut busy, &slow, 1).await;
    resend(&usher, &owner, IVAN).await;
    slow.answer_all(unknown_mailbox());
    busy.close().await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Waiting);
    usher.deliver().await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Invited);
    assert_eq!(
        states(&usher, IVAN).await,
        [DeliveryState::Cancelled, DeliveryState::Sent]
    );
}

#[tokio::test]
async fn whoever_came_in_by_a_copied_link_gets_no_mail_any_more() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let ivan = user(&usher, IVAN).await.id;
    let copied = invitations::copy(&usher.core, &copier, ivan).await.unwrap();
    accept(&usher, &token_in(&copied.link)).await;
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty());
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Active);
    assert_eq!(fate(&usher, &owner, batch).await, Fate::Accepted);
}

#[tokio::test]
async fn whoever_came_in_while_the_mail_was_under_way_stays_active() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let slow = Arc::new(HeldMailer::default());
    let mut busy = courier(&usher, &slow, 4);
    let mail = &until_taken(&mut busy, &slow, 1).await[0];
    let link = mail
        .text
        .split_whitespace()
        .find(|word| word.contains("/invite/"))
        .unwrap();
    accept(&usher, &token_in(link)).await;
    slow.answer_all(unknown_mailbox());
    busy.close().await.unwrap();
    let person = user(&usher, IVAN).await;
    assert_eq!(
        (person.status, person.failure_words),
        (UserStatus::Active, None)
    );
}

/// Never answers for one address.
struct Hanging {
    address: &'static str,
    others: Arc<RecordingMailer>,
}

#[async_trait]
impl Mailer for Hanging {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError> {
        if email.to.as_str() == self.address {
            std::future::pending().await
        } else {
            self.others.send(email).await
        }
    }
}

#[tokio::test]
async fn a_host_that_hangs_holds_up_no_other_message() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list: Vec<_> = (0..20)
        .map(|n| format!("person{n}@d{}.example", n % 20))
        .collect();
    let batch = invite(&usher, &owner, &list.join(",")).await;
    let hanging = Arc::new(Hanging {
        address: "person0@d0.example",
        others: usher.mailer.clone(),
    });
    let mut courier = courier(&usher, &hanging, 2);
    while usher.mailer.sent().len() < 19 {
        courier.step().await.unwrap();
        courier.wait().await;
    }
    courier.step().await.unwrap();
    let counts = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap()
        .summary
        .counts;
    assert_eq!((counts.sent, counts.waiting), (19, 1));
    assert_eq!(
        user(&usher, "person0@d0.example").await.status,
        UserStatus::Waiting
    );
}

#[tokio::test]
async fn one_bad_address_among_many_fails_alone() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, "a@x.example, b@x.example, c@x.example").await;
    usher.mailer.answer_next(unknown_mailbox());
    usher.deliver().await.unwrap();
    let counts = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap()
        .summary
        .counts;
    assert_eq!((counts.sent, counts.failed), (2, 1));
}

#[tokio::test]
async fn the_courier_is_woken_when_something_is_queued() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let woken = async || {
        let wait = Courier::wait_for_queued(&usher.core);
        tokio::time::timeout(Duration::from_secs(5), wait)
            .await
            .unwrap();
    };
    woken().await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
        .await
        .unwrap();
    woken().await;
}

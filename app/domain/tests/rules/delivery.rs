//! The page "Delivery", pausing and resuming.

use chrono::TimeDelta;
use domain::{
    delivery,
    entity::mail_domains,
    ports::SendError,
    proof::{Admin, ManageOrganization, ManageUsers},
    testing::{TestUsher, answer},
};
use sea_orm::{ActiveModelTrait, Set};
use types::{
    delivery::{DeliveryPage, Sent},
    users::UserStatus,
};

use crate::{
    common::{invite, user},
    query_plans::{assert_searched, plans},
};

fn manager(admin: &Admin<ManageUsers>) -> Admin<ManageOrganization> {
    (**admin).clone().with(ManageOrganization).unwrap()
}

async fn page(usher: &TestUsher, admin: &Admin<ManageUsers>) -> DeliveryPage {
    delivery::read(&usher.core, &manager(admin)).await.unwrap()
}

fn refused(code: u16, words: &str) -> Result<domain::ports::Answer, SendError> {
    Err(SendError::Permanent(answer(code, words)))
}

#[tokio::test]
async fn the_queue_and_the_rate() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    assert!(page(&usher, &owner).await.is_empty());
    invite(&usher, &owner, "a@n.example b@n.example").await;
    let queued_at = usher.core.now();
    usher.clock.advance(TimeDelta::minutes(5));
    invite(&usher, &owner, "c@n.example").await;
    let waiting = page(&usher, &owner).await;
    assert_eq!((waiting.waiting, waiting.oldest), (3, Some(queued_at)));
    usher.deliver().await.unwrap();
    usher.clock.advance(TimeDelta::minutes(30));
    invite(&usher, &owner, "d@n.example").await;
    usher.deliver().await.unwrap();
    let sent = page(&usher, &owner).await;
    assert_eq!((sent.waiting, sent.oldest), (0, None));
    let (minute, hour, day) = (1, 4, 4);
    assert_eq!(sent.sent, Sent { minute, hour, day });
    usher.clock.advance(TimeDelta::hours(23));
    let later = page(&usher, &owner).await.sent;
    let (minute, hour, day) = (0, 0, 4);
    assert_eq!(later, Sent { minute, hour, day });
    let depth = delivery::depth(&usher.core).await.unwrap();
    assert_eq!(depth, delivery::Depth::default());
}

#[tokio::test]
async fn errors_stand_by_their_reason() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for (email, words) in [
        ("a@n.example", "5.1.1 <a@n.example>: User unknown (id 4X11)"),
        ("b@n.example", "5.1.1 <b@n.example>: user unknown (id 9Z22)"),
        ("c@m.example", "5.1.1 <c@m.example>: User unknown (id 1A33)"),
        ("d@n.example", "5.2.2 Mailbox full"),
    ] {
        usher.mailer.answer_next(refused(550, words));
        invite(&usher, &owner, email).await;
        usher.deliver().await.unwrap();
        usher.clock.advance(TimeDelta::seconds(1));
    }
    let later = SendError::Temporary(answer(451, "4.7.1 Greylisted, try again in 300 seconds"));
    usher.mailer.answer_next(Err(later));
    invite(&usher, &owner, "e@n.example").await;
    usher.deliver().await.unwrap();
    let page = page(&usher, &owner).await;
    assert!(page.all_counted);
    let told: Vec<_> = page
        .errors
        .iter()
        .map(|it| (it.code.unwrap(), it.given_up, it.count, it.domain.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (451, false, 1, "n.example"),
            (550, true, 1, "n.example"),
            (550, true, 3, "")
        ]
    );
    let unknown = &page.errors[2];
    assert_eq!(unknown.words, "5.1.1 <c@m.example>: User unknown (id 1A33)");
    let example = unknown.example.clone().unwrap();
    let latest = user(&usher, "c@m.example").await;
    assert_eq!(
        (example.user, example.called.as_str()),
        (latest.id, "c@m.example")
    );
    assert_eq!(page.waiting, 1);
    // Older ones are forgotten.
    usher.clock.advance(TimeDelta::days(8));
    let errors = self::page(&usher, &owner).await.errors;
    assert!(errors.iter().all(|it| !it.given_up), "{errors:?}");
}

#[tokio::test]
async fn another_organization_sees_nothing_of_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    usher.mailer.answer_next(refused(550, "no such user"));
    invite(&usher, &owner, "a@n.example").await;
    usher.deliver().await.unwrap();
    invite(&usher, &owner, "b@n.example").await;
    rest(&usher, "n.example", 10).await;
    assert!(page(&usher, &stranger).await.is_empty());
    assert_eq!(page(&usher, &stranger).await.resting, []);
    delivery::pause(&usher.core, &manager(&stranger))
        .await
        .unwrap();
    assert_eq!(page(&usher, &owner).await.paused_at, None);
    // The domain has rested.
    usher.clock.advance(TimeDelta::minutes(11));
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
}

async fn rest(usher: &TestUsher, domain: &str, minutes: i64) {
    mail_domains::ActiveModel {
        domain: Set(domain.to_owned()),
        resting_until: Set(usher.core.now() + TimeDelta::minutes(minutes)),
        failures: Set(3),
        code: Set(Some(421)),
        words: Set("4.7.0 too many connections".to_owned()),
    }
    .insert(usher.core.database().schema())
    .await
    .unwrap();
}

#[tokio::test]
async fn domains_at_rest_are_those_that_the_organization_writes_to() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "a@n.example b@n.example c@m.example").await;
    rest(&usher, "n.example", 10).await;
    rest(&usher, "other.example", 10).await;
    rest(&usher, "m.example", -1).await;
    rest(&usher, "*", 5).await;
    let resting = page(&usher, &owner).await.resting;
    let told: Vec<_> = resting
        .iter()
        .map(|it| (it.domain.as_str(), it.waiting, it.failures, it.code))
        .collect();
    assert_eq!(
        told,
        [("n.example", 2, 3, Some(421)), ("*", 3, 3, Some(421))]
    );
}

#[tokio::test]
async fn while_it_is_paused_everything_waits() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "a@n.example").await;
    let manager = manager(&owner);
    delivery::pause(&usher.core, &manager).await.unwrap();
    let since = usher.core.now();
    usher.clock.advance(TimeDelta::hours(1));
    // Pausing once more changes nothing.
    delivery::pause(&usher.core, &manager).await.unwrap();
    invite(&usher, &owner, "b@n.example").await;
    usher.deliver().await.unwrap();
    let paused = page(&usher, &owner).await;
    assert_eq!((paused.paused_at, paused.waiting), (Some(since), 2));
    assert!(delivery::is_paused(&usher.core, &owner).await.unwrap());
    assert!(usher.mailer.sent().is_empty());
    assert_eq!(
        user(&usher, "a@n.example").await.status,
        UserStatus::Waiting
    );
    delivery::resume(&usher.core, &manager).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 2);
    assert_eq!(page(&usher, &owner).await.paused_at, None);
}

#[tokio::test]
async fn the_numbers_are_read_from_indexes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "a@n.example b@n.example").await;
    usher.deliver().await.unwrap();
    usher.take_statements();
    page(&usher, &owner).await;
    assert_searched(plans(&usher, "\"deliveries\"").await, "deliveries_");
}

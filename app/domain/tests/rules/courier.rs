//! The courier: what it claims ahead, how much it sends at once, whom it leaves alone for a while.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    courier::{Courier, Limits},
    entity::{
        deliveries::{self, DeliveryState},
        delivery_events, mail_domains,
    },
    ports::{Answer, Mailer, OutgoingEmail, SendError},
    testing::{HeldMailer, TestUsher, answer},
};
use sea_orm::{EntityTrait, QueryOrder};
use tokio::time::sleep;
use types::users::UserStatus;

use crate::common::{invite, revoke, states, user};

pub const TIME_OUT: Duration = Duration::from_mins(1);
/// Of a try.
pub const LEASE: TimeDelta = TimeDelta::seconds(90);
/// Of what is only claimed.
const AHEAD: TimeDelta = TimeDelta::seconds(30);

pub fn courier_within(
    usher: &TestUsher,
    mailer: &Arc<impl Mailer + 'static>,
    limits: Limits,
) -> Courier {
    let carriers = usher.carriers_with(mailer.clone());
    Courier::new(usher.core.clone(), carriers, limits, TIME_OUT)
}

pub fn courier(usher: &TestUsher, mailer: &Arc<impl Mailer + 'static>, slots: usize) -> Courier {
    courier_within(usher, mailer, Limits::of(slots))
}

/// Runs the courier until the mailer holds so many messages.
pub async fn until_taken(
    courier: &mut Courier,
    mailer: &HeldMailer,
    count: usize,
) -> Vec<OutgoingEmail> {
    let taken = mailer.taken(count);
    tokio::pin!(taken);
    loop {
        courier.step().await.unwrap();
        tokio::select! {
            taken = &mut taken => return taken,
            () = courier.wait() => {}
        }
    }
}

/// People of one domain, or of several.
fn people(count: usize, domains: &[&str]) -> String {
    let people = (0..count).map(|n| format!("person{n}@{}", domains[n % domains.len()]));
    people.collect::<Vec<_>>().join(",")
}

async fn messages(usher: &TestUsher) -> Vec<deliveries::Model> {
    deliveries::Entity::find()
        .order_by_asc(deliveries::Column::Id)
        .all(usher.core.database().read())
        .await
        .unwrap()
}

async fn attempts(usher: &TestUsher) -> Vec<i32> {
    let mut attempts: Vec<_> = messages(usher).await.iter().map(|it| it.attempt).collect();
    attempts.sort_unstable();
    attempts
}

#[tokio::test]
async fn what_was_only_claimed_is_found_after_a_crash_and_was_not_tried() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(10, &["x.example"])).await;
    let silent = Arc::new(HeldMailer::default());
    let mut dying = courier(&usher, &silent, 4);
    // The first message to a domain is sent alone.
    until_taken(&mut dying, &silent, 1).await;
    let held = messages(&usher).await;
    assert!(held.iter().all(|it| it.state == DeliveryState::Sending));
    drop(dying);

    usher.clock.advance(AHEAD - TimeDelta::seconds(1));
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty(), "the leases still run");
    usher.clock.advance(TimeDelta::seconds(1));
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 9);
    usher.clock.advance(LEASE - AHEAD);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 10);
    assert_eq!(attempts(&usher).await, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
}

#[tokio::test]
async fn what_was_only_claimed_is_given_back_at_an_orderly_stop() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(10, &["x.example"])).await;
    let slow = Arc::new(HeldMailer::default());
    let mut stopping = courier(&usher, &slow, 4);
    until_taken(&mut stopping, &slow, 1).await;
    slow.answer_all(Ok(answer(250, "OK")));
    stopping.close().await.unwrap();
    assert_eq!(slow.taken(1).await.len(), 1, "none is begun any more");

    let states: Vec<_> = messages(&usher).await.iter().map(|it| it.state).collect();
    let count = |state| states.iter().filter(|it| **it == state).count();
    assert_eq!(count(DeliveryState::Sent), 1);
    assert_eq!(count(DeliveryState::Queued), 9);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 9);
    assert!(attempts(&usher).await.iter().all(|it| *it == 1));
}

#[tokio::test]
async fn what_is_revoked_after_it_was_claimed_is_not_sent() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(3, &["x.example"])).await;
    let slow = Arc::new(HeldMailer::default());
    let mut courier = courier(&usher, &slow, 4);
    let first = until_taken(&mut courier, &slow, 1).await;
    let other = (0..3)
        .map(|n| format!("person{n}@x.example"))
        .find(|it| *it != first[0].to.as_str())
        .unwrap();
    let revoked = user(&usher, &other).await.id;
    revoke(&usher, &owner, revoked).await.unwrap();
    slow.answer_all(Ok(answer(250, "OK")));
    courier.drain().await.unwrap();
    let taken = slow.taken(2).await;
    assert_eq!(taken.len(), 2);
    assert!(taken.iter().all(|it| it.to.as_str() != other));
    assert_eq!(states(&usher, &other).await, [DeliveryState::Cancelled]);
}

/// Answers as the domain does, and counts what it is asked at once.
#[derive(Default)]
struct Domains {
    answers: Mutex<HashMap<&'static str, Result<Answer, SendError>>>,
    asked: Mutex<Vec<String>>,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Domains {
    fn answer(&self, domain: &'static str, answer: Result<Answer, SendError>) {
        self.answers.lock().unwrap().insert(domain, answer);
    }

    /// Who was asked since the last call, each domain with how often.
    fn asked(&self) -> Vec<(String, usize)> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for domain in self.asked.lock().unwrap().drain(..) {
            *counts.entry(domain).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort();
        counts
    }
}

#[async_trait]
impl Mailer for Domains {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError> {
        let domain = email.to.domain().to_owned();
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        sleep(Duration::from_millis(2)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let told = self.answers.lock().unwrap().get(domain.as_str()).cloned();
        self.asked.lock().unwrap().push(domain);
        told.unwrap_or_else(|| Ok(answer(250, "OK")))
    }
}

fn not_now(code: u16, words: &str) -> Result<Answer, SendError> {
    Err(SendError::Temporary(answer(code, words)))
}

fn asked(domain: &str, times: usize) -> (String, usize) {
    (domain.to_owned(), times)
}

async fn rests(usher: &TestUsher) -> Vec<(String, i64, i32)> {
    let now = usher.core.now();
    let rows = mail_domains::Entity::find()
        .order_by_asc(mail_domains::Column::Domain)
        .all(usher.core.database().read())
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| {
            let rest = (row.resting_until - now).num_seconds();
            (row.domain, rest, row.failures)
        })
        .collect()
}

const BUSY: &str = "busy.example";
const FREE: &str = "free.example";

#[tokio::test]
async fn a_domain_that_is_busy_rests_and_the_others_go_on() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(40, &[BUSY, FREE])).await;
    let domains = Arc::new(Domains::default());
    domains.answer(BUSY, not_now(421, "4.7.0 too much"));
    courier(&usher, &domains, 4).drain().await.unwrap();
    assert_eq!(domains.asked(), [asked(BUSY, 1), asked(FREE, 20)]);
    assert_eq!(rests(&usher).await, [(BUSY.to_owned(), 5, 1)]);
    let waiting = messages(&usher).await;
    let given_back = waiting
        .iter()
        .filter(|it| it.state == DeliveryState::Queued && it.attempt == 0);
    assert_eq!(given_back.count(), 19, "nobody holds what rests");

    // A restart forgets nothing.
    courier(&usher, &domains, 4).drain().await.unwrap();
    assert_eq!(domains.asked(), []);
    // After each rest one message is tried; rests grow.
    for (passed, rest, failures) in [(5, 15, 2), (15, 45, 3), (45, 120, 4)] {
        usher.clock.advance(TimeDelta::seconds(passed));
        courier(&usher, &domains, 4).drain().await.unwrap();
        assert_eq!(domains.asked(), [asked(BUSY, 1)], "after {passed} s");
        assert_eq!(rests(&usher).await, [(BUSY.to_owned(), rest, failures)]);
    }
    // Once one is taken, all of it is forgotten.
    domains.answer(BUSY, Ok(answer(250, "OK")));
    usher.clock.advance(TimeDelta::seconds(120));
    courier(&usher, &domains, 4).drain().await.unwrap();
    assert_eq!(rests(&usher).await, []);
    // All but those that were put off in the last minutes.
    let (_, taken) = domains.asked()[0].clone();
    assert!((16..=20).contains(&taken), "{taken}");
}

#[tokio::test]
async fn a_greylisted_recipient_puts_no_domain_to_rest() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(30, &[BUSY])).await;
    let domains = Arc::new(Domains::default());
    for (code, words) in [
        (450, "4.2.0 Greylisted"),
        (451, "4.7.1 Greylisting in action"),
        (452, "4.2.2 Mailbox full"),
    ] {
        domains.answer(BUSY, not_now(code, words));
        courier(&usher, &domains, 4).drain().await.unwrap();
        assert_eq!(domains.asked(), [asked(BUSY, 30)], "{words}");
        assert_eq!(rests(&usher).await, []);
        usher.clock.advance(TimeDelta::hours(1));
    }
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_tried_anywhere() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(40, &["a.example", "b.example"])).await;
    let domains = Arc::new(Domains::default());
    let down = Err(SendError::Unavailable(answer(421, "shutting down")));
    domains.answer("a.example", down.clone());
    domains.answer("b.example", down);
    courier(&usher, &domains, 4).drain().await.unwrap();
    let tried: usize = domains.asked().iter().map(|(_, times)| times).sum();
    assert!(tried <= 4, "{tried}");
    assert_eq!(rests(&usher).await, [("*".to_owned(), 5, 1)]);

    usher.clock.advance(TimeDelta::seconds(5));
    courier(&usher, &domains, 4).drain().await.unwrap();
    let tried: usize = domains.asked().iter().map(|(_, times)| times).sum();
    assert_eq!(tried, 1);

    domains.answer("a.example", Ok(answer(250, "OK")));
    domains.answer("b.example", Ok(answer(250, "OK")));
    usher.clock.advance(TimeDelta::minutes(5));
    courier(&usher, &domains, 4).drain().await.unwrap();
    assert_eq!(rests(&usher).await, []);
    let messages = messages(&usher).await;
    assert!(messages.iter().all(|it| it.state == DeliveryState::Sent));
}

#[tokio::test]
async fn a_try_that_was_put_off_is_told_with_its_answer() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@x.example").await;
    for (code, words) in [(450, "4.2.0 Greylisted"), (451, "Try later")] {
        usher.mailer.answer_next(not_now(code, words));
        usher.deliver().await.unwrap();
        usher.clock.advance(TimeDelta::minutes(10));
    }
    usher.deliver().await.unwrap();
    let told: Vec<_> = delivery_events::Entity::find()
        .order_by_asc(delivery_events::Column::At)
        .all(usher.core.database().read())
        .await
        .unwrap()
        .into_iter()
        .map(|it| {
            let wait = it.until.map(|until| (until - it.at).num_minutes());
            (it.code, it.words, wait)
        })
        .collect();
    let expected = [
        (Some(450), "4.2.0 Greylisted".to_owned(), Some(1)),
        (Some(451), "Try later".to_owned(), Some(5)),
    ];
    assert_eq!(told, expected);
    let ivan = user(&usher, "ivan@x.example").await;
    assert_eq!(
        (ivan.status, ivan.failure_words),
        (UserStatus::Invited, None)
    );
}

#[tokio::test]
async fn one_domain_has_half_of_the_connections_at_most() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(60, &[BUSY])).await;
    let domains = Arc::new(Domains::default());
    courier(&usher, &domains, 8).drain().await.unwrap();
    assert_eq!(domains.most_at_once.load(Ordering::SeqCst), 4);
    let list: Vec<_> = (0..8).map(|n| format!("d{n}.example")).collect();
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    invite(&usher, &owner, &people(80, &list)).await;
    courier(&usher, &domains, 8).drain().await.unwrap();
    assert_eq!(domains.most_at_once.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn rates_are_kept() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &people(12, &[BUSY, FREE])).await;
    let domains = Arc::new(Domains::default());
    let begun = Instant::now();
    let limits = Limits {
        rate: Some("20/s".parse().unwrap()),
        ..Limits::of(8)
    };
    courier_within(&usher, &domains, limits)
        .drain()
        .await
        .unwrap();
    // Eleven steps of 50 ms, of which two may be made up for.
    let time = begun.elapsed();
    assert!(time >= Duration::from_millis(440), "{time:?}");

    invite(
        &usher,
        &owner,
        &people(8, &["slow.example", "other.example"]),
    )
    .await;
    let begun = Instant::now();
    let limits = Limits {
        domain_rate: Some("10/s".parse().unwrap()),
        ..Limits::of(8)
    };
    courier_within(&usher, &domains, limits)
        .drain()
        .await
        .unwrap();
    let time = begun.elapsed();
    assert!(time >= Duration::from_millis(190), "{time:?}");
}

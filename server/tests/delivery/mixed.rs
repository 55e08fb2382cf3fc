//! 5,000 invitations to 50 domains: some greylist, some refuse, one hangs, one closes amid the message, one
//! takes only so much at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use domain::{
    courier::{Courier, Limits},
    entity::{
        deliveries::{self, DeliveryState},
        delivery_events::{self, EventKind},
        mail_domains, users,
    },
    invitations,
    ports::Carriers,
    proof::{Admin, ManageUsers},
    testing::TestUsher,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use server::smtp::SmtpMailer;
use types::{
    batch::{Audience, SendRequest},
    invitation::{Lifetime, Via},
    users::UserStatus,
};

use crate::sink::{Act, At, Sink};

const DOMAINS: usize = 50;
const PEOPLE: usize = 5_000;
const CONNECTIONS: usize = 8;
/// Of one message. No reply takes as long by itself, however busy the machine.
const TIME_OUT: Duration = Duration::from_secs(2);

const HANGS: &str = "d00.example";
const CLOSES: &str = "d01.example";
const THROTTLES: &str = "d02.example";
/// So many messages the throttling domain takes before it wants to be left alone.
const BURST: u32 = 30;

/// What the server does to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Taken,
    /// At the first try.
    Greylisted,
    Refused,
    Hangs,
    Closed,
    Throttled,
}

fn address(n: usize) -> String {
    format!("person{}@d{:02}.example", n / DOMAINS, n % DOMAINS)
}

fn fate(address: &str) -> Fate {
    let (local, domain) = address.split_once('@').unwrap();
    match domain {
        HANGS => return Fate::Hangs,
        CLOSES => return Fate::Closed,
        THROTTLES => return Fate::Throttled,
        _ => {}
    }
    // 30 of 100 and 5 of 100.
    let person: usize = local.strip_prefix("person").unwrap().parse().unwrap();
    match person % 20 {
        0..6 => Fate::Greylisted,
        19 => Fate::Refused,
        _ => Fate::Taken,
    }
}

const GREYLISTED: [(i32, &str); 2] = [
    (450, "4.2.0 Greylisted, come back later"),
    (451, "4.7.1 Greylisting in action"),
];
const REFUSED: (i32, &str) = (550, "5.1.1 No such mailbox");
const THROTTLED: (i32, &str) = (421, "4.7.0 Too much at once");

/// A server that plays all of that; `hangs`: whether the domain that hangs does.
async fn sink(hangs: bool) -> Sink {
    let seen: Mutex<HashMap<String, usize>> = Mutex::default();
    let throttle = Mutex::new(0);
    Sink::scripted(Duration::ZERO, move |at, address| {
        match (fate(address), at) {
            (Fate::Greylisted, At::Recipient) => {
                let mut seen = seen.lock().unwrap();
                let tries = seen.entry(address.to_owned()).or_default();
                *tries += 1;
                let flavour = address.ends_with("7.example");
                (*tries == 1).then_some(Act::Say(if flavour {
                    "451 4.7.1 Greylisting in action"
                } else {
                    "450 4.2.0 Greylisted, come back later"
                }))
            }
            (Fate::Refused, At::Recipient) => Some(Act::Say("550 5.1.1 No such mailbox")),
            (Fate::Hangs, At::Recipient) if hangs => Some(Act::Hang),
            (Fate::Closed, At::Content) => Some(Act::Close),
            (Fate::Throttled, At::Recipient) => {
                let mut count = throttle.lock().unwrap();
                *count += 1;
                let is_over = *count > BURST;
                if is_over {
                    *count = 0;
                }
                is_over.then_some(Act::SayAndClose("421 4.7.0 Too much at once"))
            }
            _ => None,
        }
    })
    .await
}

async fn invite(usher: &TestUsher, owner: &Admin<ManageUsers>) {
    let list: Vec<String> = (0..PEOPLE).map(address).collect();
    let mut request = SendRequest {
        key: domain::random_nonce().parse().unwrap(),
        audience: Audience::Pasted(list.join(",")),
        role: None,
        access: None,
        lifetime: None,
        language: None,
        message: String::new(),
        resend: false,
        seen: 0,
        via: Via::Automatic,
    };
    let preview = invitations::preview(&usher.core, owner, &request)
        .await
        .unwrap();
    request.seen = preview.counts.ready;
    invitations::send(&usher.core, owner, &request)
        .await
        .unwrap();
}

struct Run {
    usher: TestUsher,
    sink: Sink,
    courier: Courier,
    /// Until the first round was over for everybody but the domain that hangs.
    time: Duration,
}

/// Everybody is invited and tried once.
async fn first_round(hangs: bool) -> Run {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner).await;
    let sink = sink(hangs).await;
    let mailer = SmtpMailer::new(
        &sink.url(),
        "Usher <usher@localhost>",
        TIME_OUT,
        CONNECTIONS,
    )
    .unwrap();
    let carriers = Carriers {
        mailer: Arc::new(mailer),
        sms: usher.sms.clone(),
    };
    let mut courier = Courier::new(
        usher.core.clone(),
        carriers,
        Limits::of(CONNECTIONS),
        TIME_OUT,
    );
    let begun = Instant::now();
    courier.drain().await.unwrap();
    let last = sink.look(|log| {
        let others = log.tries.iter().filter(|(to, _)| !to.ends_with(HANGS));
        others.map(|(_, at)| *at).max()
    });
    let time = last.unwrap() - begun;
    Run {
        usher,
        sink,
        courier,
        time,
    }
}

/// What the database says of each address at last.
struct Told {
    status: UserStatus,
    reason: Option<(i32, String)>,
    attempt: i32,
    state: DeliveryState,
    put_off: Vec<(Option<i32>, String)>,
}

async fn told(usher: &TestUsher) -> HashMap<String, Told> {
    let read = usher.core.database().read();
    let mut events: HashMap<_, Vec<_>> = HashMap::new();
    for event in delivery_events::Entity::find().all(read).await.unwrap() {
        assert_eq!(event.kind, EventKind::PutOff);
        assert!(event.until.is_some_and(|until| until > event.at));
        let of_message = events.entry(event.delivery_id).or_default();
        of_message.push((event.code, event.words));
    }
    let mut told = HashMap::new();
    let rows = deliveries::Entity::find()
        .find_also_related(domain::entity::invitations::Entity)
        .all(read)
        .await
        .unwrap();
    let mut messages: HashMap<_, _> = rows
        .into_iter()
        .map(|(message, invitation)| (invitation.unwrap().user_id, message))
        .collect();
    assert_eq!(messages.len(), PEOPLE, "one message for each");
    let invited = users::Entity::find()
        .filter(users::Column::IdentityId.is_null())
        .all(read)
        .await
        .unwrap();
    for user in invited {
        let message = messages.remove(&user.id).unwrap();
        let words = user.failure_words.unwrap_or_default();
        let person = Told {
            status: user.status,
            reason: user.failure_code.map(|code| (code, words)),
            attempt: message.attempt,
            state: message.state,
            put_off: events.remove(&message.id).unwrap_or_default(),
        };
        told.insert(user.username.to_string(), person);
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_meets_its_fate_and_nobody_waits_for_the_one_that_hangs() {
    let without = first_round(false).await.time;
    let Run {
        usher,
        sink,
        mut courier,
        time: with,
    } = first_round(true).await;
    println!(
        "tried everybody else once in {:.1} s without and {:.1} s with a domain that hangs: {:.2}",
        without.as_secs_f64(),
        with.as_secs_f64(),
        with.as_secs_f64() / without.as_secs_f64()
    );

    // Greylisted once, throttled a few times; nothing takes longer than an hour.
    let waits = |fate| !matches!(fate, Fate::Hangs | Fate::Closed | Fate::Refused);
    let deliverable = (0..PEOPLE).filter(|n| waits(fate(&address(*n)))).count();
    let mut minutes = 0;
    while sink.look(|log| log.taken.len()) < deliverable {
        let step = if minutes < 10 { 1 } else { 10 };
        minutes += step;
        assert!(minutes <= 120, "not within two hours");
        usher.clock.advance(TimeDelta::minutes(step));
        courier.drain().await.unwrap();
    }

    let mut times: HashMap<String, usize> = HashMap::new();
    let mut ids: Vec<String> = Vec::new();
    sink.look(|log| {
        for taken in &log.taken {
            *times.entry(taken.to.clone()).or_default() += 1;
            ids.push(taken.message_id.clone());
        }
    });
    assert!(times.values().all(|times| *times == 1), "sent once");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), deliverable, "an id of its own for each");

    let told = told(&usher).await;
    assert_eq!(told.len(), PEOPLE);
    for n in 0..PEOPLE {
        let address = address(n);
        let fate = fate(&address);
        let person = &told[&address];
        let was_taken = times.contains_key(&address);
        let said = |(code, words): (i32, &str)| (Some(code), words.to_owned());
        match fate {
            Fate::Taken | Fate::Greylisted | Fate::Throttled => {
                assert!(was_taken, "{address}");
                assert_eq!(person.status, UserStatus::Invited, "{address}");
                assert_eq!(person.state, DeliveryState::Sent, "{address}");
                assert_eq!(person.reason, None, "{address}");
                let tries = usize::try_from(person.attempt).unwrap();
                assert_eq!(person.put_off.len(), tries - 1, "{address}");
                match fate {
                    Fate::Taken => assert_eq!(tries, 1, "{address}"),
                    Fate::Greylisted => {
                        assert_eq!(tries, 2, "{address}");
                        let flavour = usize::from(address.ends_with("7.example"));
                        assert_eq!(person.put_off[0], said(GREYLISTED[flavour]), "{address}");
                    }
                    _ => assert!(person.put_off.iter().all(|it| *it == said(THROTTLED))),
                }
            }
            Fate::Refused => {
                assert!(!was_taken, "{address}");
                assert_eq!(person.status, UserStatus::Failed, "{address}");
                assert_eq!(person.state, DeliveryState::Failed, "{address}");
                assert_eq!(
                    person.reason,
                    Some((REFUSED.0, REFUSED.1.to_owned())),
                    "{address}"
                );
                assert_eq!((person.attempt, person.put_off.len()), (1, 0), "{address}");
            }
            Fate::Hangs | Fate::Closed => {
                assert!(!was_taken, "{address}");
                assert_eq!(person.status, UserStatus::Waiting, "{address}");
                assert_eq!(person.state, DeliveryState::Queued, "{address}");
                let words = if fate == Fate::Hangs {
                    "no answer within 2 s"
                } else {
                    "connection closed while sending"
                };
                let reasons = person.put_off.iter();
                assert!(
                    reasons.clone().all(|it| *it == (None, words.to_owned())),
                    "{address}"
                );
            }
        }
    }
    // Few tries, though a hundred messages wait at each.
    for domain in [HANGS, CLOSES] {
        let tries = sink.look(|log| {
            log.tries
                .iter()
                .filter(|(to, _)| to.ends_with(domain))
                .count()
        });
        assert!((2..=40).contains(&tries), "{domain}: {tries}");
        let read = usher.core.database().read();
        let rest = mail_domains::Entity::find_by_id(domain).one(read).await;
        assert!(rest.unwrap().unwrap().failures >= 2, "{domain}");
    }

    // Whoever was never reached is in error at last, with the reason of their domain.
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    for _ in 0..2 {
        courier.drain().await.unwrap();
        usher.clock.advance(TimeDelta::hours(1));
    }
    let told = self::told(&usher).await;
    for (address, person) in told {
        if matches!(fate(&address), Fate::Hangs | Fate::Closed) {
            assert_eq!(person.status, UserStatus::Failed, "{address}");
        }
    }
}

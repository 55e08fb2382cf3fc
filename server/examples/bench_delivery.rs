//! How many invitations a second go out to a mail server on loopback, everything settled in the database, beside
//! bare lettre at the same concurrency: as many connections without Nagle's delay, each with a loop that hands
//! over one message that was composed before.
//!
//! `make bench-delivery`; `CONNECTIONS=8` for fewer at once. A SQLite file on disk, or the PostgreSQL server that
//! `DATABASE_URL` names. Prints a table and writes `target/bench/delivery.json`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a program for measuring, which has no settings and may stop with a panic"
)]

#[path = "../tests/delivery/queue.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod queue;
#[path = "../tests/delivery/sink.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod sink;

use std::{
    env, fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{
    courier::{Courier, Limits},
    ports::Carriers,
};
use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{client::AsyncSmtpConnection, extension::ClientId},
};
use queue::Queue;
use serde_json::json;
use server::{sms::NoGateway, smtp::SmtpMailer};
use sink::Sink;
use tokio::{net::TcpStream, task::JoinSet};

const ROUNDS: usize = 3;
const TIME_OUT: Duration = Duration::from_mins(1);
/// The queue of a real send: mostly a few providers.
const DOMAINS: usize = 50;

struct Case {
    delay: Duration,
    messages: usize,
    budget: f64,
}

#[tokio::main]
async fn main() {
    let connections: usize =
        env::var("CONNECTIONS").map_or(32, |n| n.parse().expect("CONNECTIONS is a number"));
    let cases = [
        Case {
            delay: Duration::ZERO,
            messages: 10_000,
            budget: 0.25,
        },
        Case {
            delay: Duration::from_millis(10),
            messages: connections * 125,
            budget: 0.80,
        },
    ];
    fs::create_dir_all("target/bench").unwrap();
    let folder = tempfile::tempdir_in("target/bench").unwrap();
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| queue::sqlite(folder.path()));
    let queue = Queue::new(&url).await;
    let message = sample(&queue).await;

    println!(
        "{connections} connections, messages of {} bytes",
        message.len()
    );
    println!(
        "{:24} {:>10} {:>10} {:>7} {:>7}",
        "messages a second", "ours", "bare", "ratio", "budget"
    );
    let mut rows = Vec::new();
    for case in cases {
        let name = format!("{} ms a reply", case.delay.as_millis());
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bare.push(time_bare(&case, connections, &message).await);
            ours.push(time_ours(&case, connections, &queue).await);
        }
        let (ours, bare) = (median(ours), median(bare));
        let ratio = ours / bare;
        let holds = ratio >= case.budget;
        println!(
            "{name:24} {ours:>10.0} {bare:>10.0} {ratio:>7.2} {:>7.2}  {}",
            case.budget,
            if holds { "holds" } else { "MISSED" }
        );
        rows.push(json!({
            "name": name, "unit": "messages/s", "ours": ours, "baseline": bare, "ratio": ratio,
            "budget": case.budget, "holds": holds,
        }));
    }
    let text = serde_json::to_string_pretty(&rows).unwrap();
    fs::write(Path::new("target/bench/delivery.json"), text).unwrap();
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn courier(queue: &Queue, sink: &Sink, connections: usize) -> Courier {
    let mailer = SmtpMailer::new(
        &sink.url(),
        "Usher <usher@localhost>",
        TIME_OUT,
        connections,
    )
    .unwrap();
    let carriers = Carriers {
        mailer: Arc::new(mailer),
        sms: Arc::new(NoGateway),
    };
    Courier::new(
        Arc::clone(&queue.core),
        carriers,
        Limits::of(connections),
        TIME_OUT,
    )
}

/// An invitation as it goes over the wire.
async fn sample(queue: &Queue) -> String {
    let sink = Sink::scripted(Duration::ZERO, |_, _| None).await;
    queue.invite(1, 1).await;
    courier(queue, &sink, 1).drain().await.unwrap();
    sink.look(|log| log.taken[0].raw.clone())
}

async fn time_ours(case: &Case, connections: usize, queue: &Queue) -> f64 {
    let sink = Sink::plain(case.delay).await;
    queue.invite(case.messages, DOMAINS).await;
    let mut courier = courier(queue, &sink, connections);
    let begun = Instant::now();
    courier.drain().await.unwrap();
    let time = begun.elapsed();
    assert_eq!(sink.look(|log| log.taken.len()), case.messages);
    assert_eq!(queue.unsettled().await, 0);
    case.messages as f64 / time.as_secs_f64()
}

async fn time_bare(case: &Case, connections: usize, message: &str) -> f64 {
    let sink = Sink::plain(case.delay).await;
    let left = Arc::new(AtomicUsize::new(case.messages));
    let from: Address = "usher@localhost".parse().unwrap();
    let to: Address = "person@example.com".parse().unwrap();
    let envelope = Envelope::new(Some(from), vec![to]).unwrap();
    let mut loops = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..connections {
        let (left, envelope, message) = (Arc::clone(&left), envelope.clone(), message.to_owned());
        let port = sink.port;
        loops.spawn(async move {
            let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tcp.set_nodelay(true).unwrap();
            let hello = ClientId::default();
            let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(tcp), &hello)
                .await
                .unwrap();
            let one = |left: usize| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one)
                .is_ok()
            {
                connection
                    .send(&envelope, message.as_bytes())
                    .await
                    .unwrap();
            }
        });
    }
    loops.join_all().await;
    let time = begun.elapsed();
    assert_eq!(sink.look(|log| log.taken.len()), case.messages);
    case.messages as f64 / time.as_secs_f64()
}

//! Which connections there are, how long they last, and what happens when one is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::ports::{Mailer, OutgoingEmail};
use server::smtp::SmtpMailer;
use types::contact::Email;

use crate::scripted::{Act, Server};
use crate::{TIMEOUT, email, failed, mailer, mailer_within, unavailable};

#[tokio::test]
async fn one_connection_carries_many_messages_up_to_its_limit() {
    let server = Server::start(|_, _| None).await;
    let mailer = mailer(&server, 4).keeping(TIMEOUT, 3);
    for _ in 0..4 {
        mailer.send(&email()).await.unwrap();
    }
    server.until(|seen| seen.open == 1).await;
    assert_eq!(
        server.look(|seen| (seen.connections, seen.messages.len())),
        (2, 4)
    );
    assert_eq!(server.commands(1).last().unwrap(), "QUIT");
    assert!(!server.commands(2).contains(&"QUIT".to_owned()));
}

#[tokio::test]
async fn an_idle_connection_is_ended_after_its_time() {
    let server = Server::start(|_, _| None).await;
    let mailer = mailer(&server, 2).keeping(Duration::from_millis(80), 100);
    mailer.send(&email()).await.unwrap();
    server.until(|seen| seen.open == 0).await;
    assert_eq!(server.commands(1).last().unwrap(), "QUIT");
    mailer.send(&email()).await.unwrap();
    server.until(|seen| seen.open == 0).await;
    assert_eq!(server.look(|seen| seen.connections), 2);
}

/// The server closes at the end of a message without a word; the same with a late farewell, which lies waiting; and it
/// says farewell in answer to the next message.
#[tokio::test]
async fn an_idle_connection_that_died_is_replaced() {
    for (command, time, act) in [
        (".", 1, "250 ok"),
        (".", 1, "250 ok\n421 4.4.2 idle too long"),
        (
            "MAIL FROM:<usher@example.com>",
            2,
            "421 4.3.2 shutting down",
        ),
    ] {
        let times = AtomicUsize::new(0);
        let server = Server::start(move |number, said| {
            let now =
                number == 1 && said == command && times.fetch_add(1, Ordering::Relaxed) + 1 == time;
            now.then_some(Act::SayAndClose(act))
        })
        .await;
        let mailer = mailer(&server, 1);
        mailer.send(&email()).await.unwrap();
        if time == 1 {
            server.until(|seen| seen.open == 0).await;
        }
        mailer.send(&email()).await.unwrap();
        assert_eq!(
            server.look(|seen| (seen.connections, seen.messages.len())),
            (2, 2),
            "{act}"
        );
    }
}

/// On a new connection the same words are an answer, and no reason to try at once again.
#[tokio::test]
async fn a_new_connection_is_not_replaced() {
    let server = Server::start(|_, command| {
        command
            .starts_with("MAIL")
            .then_some(Act::SayAndClose("421 4.3.2 shutting down"))
    })
    .await;
    assert_eq!(
        mailer(&server, 1).send(&email()).await,
        unavailable(Some(421), "4.3.2 shutting down")
    );
    assert_eq!(server.look(|seen| seen.connections), 1);
}

/// Without `TCP_NODELAY` the kernel keeps the final dot back for 40 ms, until the other side has confirmed the text.
#[tokio::test]
async fn the_final_dot_leaves_at_once() {
    let server = Server::start(|_, _| None).await;
    let mailer = mailer(&server, 1);
    let mut fastest = TIMEOUT;
    for _ in 0..10 {
        let before = Instant::now();
        for _ in 0..5 {
            mailer.send(&email()).await.unwrap();
        }
        fastest = fastest.min(before.elapsed());
    }
    assert!(fastest < Duration::from_millis(150), "{fastest:?}");
}

#[tokio::test]
async fn never_more_connections_than_allowed() {
    let slow = |_, command: &str| {
        (command == ".").then_some(Act::Wait(Duration::from_millis(20), "250 ok"))
    };
    let server = Server::start(slow).await;
    let mailer = Arc::new(mailer(&server, 3));
    let sends: Vec<_> = (0..30)
        .map(|_| {
            let mailer = Arc::clone(&mailer);
            tokio::spawn(async move { mailer.send(&email()).await })
        })
        .collect();
    for send in sends {
        assert!(send.await.unwrap().is_ok());
    }
    assert_eq!(
        server.look(|seen| (seen.connections, seen.most_open, seen.messages.len())),
        (3, 3, 30)
    );
}

#[tokio::test]
async fn waiting_for_a_connection_counts_as_part_of_the_send() {
    let server = Server::start(|_, command| (command == ".").then_some(Act::Hang)).await;
    let mailer = Arc::new(mailer_within(&server, Duration::from_millis(300), 1));
    let first = tokio::spawn({
        let mailer = Arc::clone(&mailer);
        async move { mailer.send(&email()).await }
    });
    server.until(|seen| !seen.messages.is_empty()).await;
    let quick = Instant::now();
    let second = mailer.send(&email()).await;
    assert!(second.is_err() && quick.elapsed() < Duration::from_millis(900));
    assert_eq!(first.await.unwrap(), failed("no answer within 0.3 s"));
}
#[tokio::test]
async fn a_hanging_server_is_left_in_time_and_never_asked_again() {
    for at in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "."] {
        let server = Server::start(move |number, command| {
            (number == 1 && command.starts_with(at)).then_some(Act::Hang)
        })
        .await;
        let mailer = mailer_within(&server, Duration::from_millis(300), 1);
        let before = Instant::now();
        assert_eq!(
            mailer.send(&email()).await,
            match at {
                "CONNECT" | "EHLO" | "MAIL" => unavailable(None, "no answer within 0.3 s"),
                _ => failed("no answer within 0.3 s"),
            },
            "{at}"
        );
        assert!(
            before.elapsed() < Duration::from_millis(900),
            "{at}: {:?}",
            before.elapsed()
        );
        assert!(mailer.send(&email()).await.is_ok(), "{at}");
        assert_eq!(server.look(|seen| seen.connections), 2, "{at}");
    }
}

#[tokio::test]
async fn a_connection_closed_in_the_middle_is_not_tried_again() {
    for at in ["RCPT", "DATA", "CONTENT", "."] {
        let server =
            Server::start(move |_, command| command.starts_with(at).then_some(Act::Close)).await;
        let mailer = mailer(&server, 1);
        assert_eq!(
            mailer.send(&email()).await,
            failed("connection closed while sending"),
            "{at}"
        );
        assert_eq!(server.look(|seen| seen.connections), 1, "{at}");
    }
    // Nor on a connection that had worked before.
    let server = Server::start(|_, command| match command {
        "RCPT TO:<later@example.com>" => Some(Act::Close),
        _ => None,
    })
    .await;
    let mailer = mailer(&server, 1);
    assert!(mailer.send(&email()).await.is_ok());
    let later = OutgoingEmail {
        to: Email::parse("later@example.com").unwrap(),
        ..email()
    };
    assert_eq!(
        mailer.send(&later).await,
        failed("connection closed while sending")
    );
    assert_eq!(server.look(|seen| seen.connections), 1);
}

#[tokio::test]
async fn nobody_there() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("smtp://127.0.0.1:{port}");
    let mailer = SmtpMailer::new(&url, "usher@example.com", TIMEOUT, 1).unwrap();
    assert_eq!(
        mailer.send(&email()).await,
        unavailable(
            None,
            &format!("no connection to 127.0.0.1:{port}: connection refused")
        )
    );
}

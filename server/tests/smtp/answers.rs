//! What the server's answers mean.

use domain::ports::{Mailer, OutgoingEmail};
use server::smtp::SmtpMailer;
use types::contact::Email;

use crate::scripted::{Act, Server};
use crate::{TIMEOUT, email, mailer, permanent, temporary, unavailable};

#[tokio::test]
async fn a_refused_recipient_leaves_the_connection_good() {
    let server = Server::start(|_, command| match command {
        "RCPT TO:<nobody@example.com>" => Some(Act::Say("550-5.1.1 No such\n550 5.1.1 user here")),
        "RCPT TO:<full@example.com>" => Some(Act::Say("452 4.2.2 Mailbox full")),
        _ => None,
    })
    .await;
    let mailer = mailer(&server, 1);
    let to = |address| OutgoingEmail {
        to: Email::parse(address).unwrap(),
        ..email()
    };
    assert_eq!(
        mailer.send(&to("nobody@example.com")).await,
        permanent(550, "5.1.1 No such user here")
    );
    assert_eq!(
        mailer.send(&to("full@example.com")).await,
        temporary(452, "4.2.2 Mailbox full")
    );
    assert!(mailer.send(&email()).await.is_ok());
    assert_eq!(
        server.look(|seen| (seen.connections, seen.messages.len())),
        (1, 1)
    );
    assert_eq!(
        server
            .commands(1)
            .iter()
            .filter(|said| *said == "RSET")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_refused_message() {
    for (reply, expected) in [
        (
            "554 5.7.1 Looks like spam",
            permanent(554, "5.7.1 Looks like spam"),
        ),
        ("451 4.3.0 Try later", temporary(451, "4.3.0 Try later")),
    ] {
        let server =
            Server::start(move |_, command| (command == ".").then_some(Act::Say(reply))).await;
        assert_eq!(mailer(&server, 1).send(&email()).await, expected);
        assert_eq!(
            server.look(|seen| (seen.connections, seen.messages.len())),
            (1, 1)
        );
    }
}

#[tokio::test]
async fn what_says_nothing_about_the_recipient_is_the_servers() {
    for (at, reply, code, words) in [
        (
            "CONNECT",
            "554 5.7.1 go away",
            554,
            "the mail server takes no connection: 5.7.1 go away",
        ),
        (
            "EHLO",
            "550 not you",
            550,
            "the mail server takes no connection: not you",
        ),
        (
            "MAIL",
            "530 5.7.0 sign in first",
            530,
            "5.7.0 sign in first",
        ),
        ("MAIL", "451 4.3.0 not now", 451, "4.3.0 not now"),
        ("RCPT", "530 5.7.0 sign in", 530, "5.7.0 sign in"),
    ] {
        let server =
            Server::start(move |_, command| command.starts_with(at).then_some(Act::Say(reply)))
                .await;
        assert_eq!(
            mailer(&server, 1).send(&email()).await,
            unavailable(Some(code), words),
            "{at}"
        );
    }
}

#[tokio::test]
async fn signs_in() {
    let server = Server::start(|_, command| match command {
        // \0ana@acme.example\0p@ss/я
        "AUTH PLAIN AGFuYUBhY21lLmV4YW1wbGUAcEBzcy/Rjw==" => Some(Act::Say("235 2.7.0 welcome")),
        _ if command.starts_with("AUTH") => Some(Act::Say("535 5.7.8 bad credentials")),
        _ => None,
    })
    .await;
    let sending = |password: &str| {
        let url = format!(
            "smtp://ana%40acme.example:{password}@127.0.0.1:{}",
            server.port
        );
        let mailer = SmtpMailer::new(&url, "usher@example.com", TIMEOUT, 1).unwrap();
        async move { mailer.send(&email()).await }
    };
    assert!(sending("p%40ss%2F%D1%8F").await.is_ok());
    let refused = unavailable(
        Some(535),
        "the mail server refused our sign-in: 5.7.8 bad credentials",
    );
    assert_eq!(sending("wrong").await, refused);
}

#[tokio::test]
async fn an_answer_that_is_no_smtp() {
    let server =
        Server::start(|_, command| (command == "CONNECT").then_some(Act::Say("HTTP/1.1 400 Bad")))
            .await;
    assert_eq!(
        mailer(&server, 1).send(&email()).await,
        unavailable(None, "the mail server's answer is not SMTP")
    );
}

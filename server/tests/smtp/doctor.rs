//! The Doctor with mail servers that are well, and that aren't.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use server::smtp::Patient;
use types::doctor::{Finding, Light};

use crate::email;
use crate::encrypted::certificate;
use crate::scripted::{Act, Server, Tls};

const WITHIN: Duration = Duration::from_millis(500);

/// Long before the end of certificates that are made for tests.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_000_000, 0).unwrap()
}

async fn found(url: &str, root: &[u8]) -> Vec<Finding> {
    let roots: Vec<Vec<u8>> = [root.to_vec()]
        .into_iter()
        .filter(|root| !root.is_empty())
        .collect();
    let patient = Patient::new(url, "Usher <usher@example.com>", &roots).unwrap();
    patient.examine(Some(&email()), WITHIN, now()).await
}

fn address(server: &Server) -> String {
    format!("localhost:{}", server.port)
}

fn taken() -> Finding {
    Finding::MessageTaken {
        to: "boris@example.com".to_owned(),
        words: "250 2.0.0 taken as 4711".to_owned(),
    }
}

#[tokio::test]
async fn a_server_without_encryption_on_this_machine() {
    let server = Server::start(|_, _| None).await;
    let url = format!("smtp://ana:secret@{}", address(&server));
    assert_eq!(
        found(&url, &[]).await,
        [
            Finding::Connected {
                server: address(&server)
            },
            Finding::ClearOnLoopback,
            Finding::SignedIn,
            taken()
        ]
    );
    assert_eq!(
        server.look(|seen| (seen.connections, seen.messages.len())),
        (1, 1)
    );
}

#[tokio::test]
async fn encryption_and_how_long_the_certificate_is_good() {
    for is_implicit in [false, true] {
        let (acceptor, root) = certificate();
        let (tls, url) = if is_implicit {
            (Tls::Implicit(acceptor), "smtps://localhost:{}")
        } else {
            (Tls::Start(acceptor), "smtp://localhost:{}?tls=required")
        };
        let server = Server::start_with(tls, |_, _| None).await;
        let url = url.replace("{}", &server.port.to_string());
        let found = found(&url, &root).await;
        assert_eq!(
            found[1],
            Finding::Encrypted {
                from_start: is_implicit
            },
            "{found:?}"
        );
        let Finding::CertificateEnds { at, days } = found[2] else {
            panic!("{found:?}");
        };
        assert_eq!(days, (at - now()).num_days());
        assert!(at > now() + TimeDelta::days(365), "{at}");
        assert_eq!(found[3..], [Finding::NoSignIn, taken()]);
        assert!(found.iter().all(|finding| finding.light() == Light::Green));
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_knows() {
    let (acceptor, _) = certificate();
    let server = Server::start_with(Tls::Start(acceptor), |_, _| None).await;
    let url = format!("smtp://{}?tls=required", address(&server));
    let words = "no encrypted connection: invalid peer certificate: UnknownIssuer".to_owned();
    assert_eq!(
        found(&url, &[]).await,
        [
            Finding::Connected {
                server: address(&server)
            },
            Finding::EncryptionFailed { words }
        ]
    );
}

#[tokio::test]
async fn a_password_that_the_server_refuses_is_not_repeated() {
    let server = Server::start(|_, command| {
        command
            .starts_with("AUTH")
            .then_some(Act::Say("535 5.7.8 no such login"))
    })
    .await;
    let url = format!("smtp://ana:secret@{}", address(&server));
    let found = found(&url, &[]).await;
    let Some(Finding::SignInRefused { words }) = found.last() else {
        panic!("{found:?}");
    };
    assert!(words.contains("5.7.8 no such login"), "{words}");
    assert!(!format!("{found:?}").contains("secret"), "{found:?}");
}

#[tokio::test]
async fn a_message_that_the_server_refuses() {
    let server = Server::start(|_, command| {
        command
            .starts_with("MAIL")
            .then_some(Act::Say("553 5.7.1 not your address"))
    })
    .await;
    let found = found(&format!("smtp://{}", address(&server)), &[]).await;
    assert_eq!(
        found.last(),
        Some(&Finding::MessageRefused {
            to: "boris@example.com".to_owned(),
            words: "553 5.7.1 not your address".to_owned()
        })
    );
}

#[tokio::test]
async fn nobody_there_and_nobody_who_speaks() {
    let server = Server::start(|_, command| (command == "CONNECT").then_some(Act::Hang)).await;
    let found_hanging = found(&format!("smtp://{}", address(&server)), &[]).await;
    assert_eq!(
        found_hanging,
        [Finding::NotConnected {
            server: address(&server),
            words: "no answer within 0.5 s".to_owned()
        }]
    );
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let found = found(&format!("smtp://127.0.0.1:{port}"), &[]).await;
    assert!(
        matches!(&found[..], [Finding::NotConnected { words, .. }] if words.contains("refused")),
        "{found:?}"
    );
}

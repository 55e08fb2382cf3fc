//! STARTTLS and TLS from the start, with a certificate made for the test.

use std::sync::Arc;

use domain::ports::{Answer, Mailer, SendError};
use server::smtp::SmtpMailer;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::scripted::{Server, Tls};
use crate::{TIMEOUT, email};

/// A server's side of TLS, and the certificate (DER) that a client has to trust.
pub fn certificate() -> (TlsAcceptor, Vec<u8>) {
    let made =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])
            .unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    (
        TlsAcceptor::from(Arc::new(config)),
        made.cert.der().to_vec(),
    )
}

async fn send(url: &str, root: &[u8]) -> Result<Answer, SendError> {
    let roots = if root.is_empty() {
        vec![]
    } else {
        vec![root.to_vec()]
    };
    let mailer = SmtpMailer::trusting(url, "usher@example.com", TIMEOUT, 1, &roots).unwrap();
    mailer.send(&email()).await?;
    mailer.send(&email()).await
}

fn words(said: Result<Answer, SendError>) -> String {
    match said {
        Err(SendError::Unavailable(Answer { code: None, words })) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn starttls() {
    let (acceptor, root) = certificate();
    let server = Server::start_with(Tls::Start(acceptor), |_, _| None).await;
    for (tls, connection) in [("required", 1), ("opportunistic", 2)] {
        let url = format!(
            "smtp://ana:secret@localhost:{}/usher.example?tls={tls}",
            server.port
        );
        send(&url, &root).await.unwrap();
        let commands = server.commands(connection);
        // The password is said only after the second EHLO, that is, encrypted.
        assert_eq!(
            commands[..3],
            ["EHLO usher.example", "STARTTLS", "EHLO usher.example"]
        );
        assert!(commands[3].starts_with("AUTH PLAIN "), "{commands:?}");
        // Both messages went over the one connection.
        assert_eq!(commands.iter().filter(|said| *said == "DATA").count(), 2);
    }
}

#[tokio::test]
async fn smtps() {
    let (acceptor, root) = certificate();
    let server = Server::start_with(Tls::Implicit(acceptor), |_, _| None).await;
    for host in ["localhost", "127.0.0.1"] {
        send(&format!("smtps://{host}:{}", server.port), &root)
            .await
            .unwrap();
    }
    assert_eq!(
        server.look(|seen| (seen.connections, seen.messages.len())),
        (2, 4)
    );
}

#[tokio::test]
async fn a_stranger_gets_no_mail() {
    let (acceptor, _) = certificate();
    let unknown = "no encrypted connection: invalid peer certificate: UnknownIssuer";
    let server = Server::start_with(Tls::Implicit(acceptor.clone()), |_, _| None).await;
    assert_eq!(
        words(send(&format!("smtps://localhost:{}", server.port), &[]).await),
        unknown
    );
    let server = Server::start_with(Tls::Start(acceptor), |_, _| None).await;
    assert_eq!(
        words(
            send(
                &format!("smtp://localhost:{}?tls=required", server.port),
                &[]
            )
            .await
        ),
        unknown
    );
    assert!(server.look(|seen| seen.messages.is_empty()));
}

#[tokio::test]
async fn where_encryption_is_required_nothing_goes_without() {
    let server = Server::start(|_, _| None).await;
    let url = format!("smtp://ana:secret@localhost:{}?tls=required", server.port);
    assert_eq!(
        words(send(&url, &[]).await),
        "the mail server does not offer STARTTLS"
    );
    assert_eq!(server.commands(1).len(), 1, "EHLO and nothing else");
    let url = format!("smtp://localhost:{}?tls=opportunistic", server.port);
    assert!(send(&url, &[]).await.is_ok());
    // TLS spoken to a server that doesn't.
    let words = words(send(&format!("smtps://localhost:{}", server.port), &[]).await);
    assert!(words.starts_with("no encrypted connection: "), "{words}");
}

//! What the log says, and what it never says.

use std::{
    io::Write,
    sync::{Arc, Mutex, MutexGuard, OnceLock},
};

use domain::testing::PASSWORD;
use http::{Method, Request, header::ACCEPT};
use serde_json::{Value, json};
use server::telemetry::{self, LogFormat};
use tracing_subscriber::fmt::MakeWriter;

use crate::{browser::Browser, house::House};

/// All that any test of this process logs from the first call of `log` on.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

struct Line<'a>(MutexGuard<'a, Vec<u8>>);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self.0.lock().unwrap())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn log() -> &'static Kept {
    static LOG: OnceLock<Kept> = OnceLock::new();
    LOG.get_or_init(|| {
        let kept = Kept::default();
        let lines = telemetry::subscriber(LogFormat::Json, telemetry::usual(), kept.clone());
        tracing::subscriber::set_global_default(lines).unwrap();
        kept
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_and_accepting_leave_no_trace_of_anybody() {
    let log = log();
    let house = House::new().await;
    let mut owner = Browser::signed_in(&house, domain::testing::OWNER).await;
    let sent = owner
        .call(
            "send_invitations",
            &json!({ "request": {
                "key": "0190aaaa-0000-7000-8000-00000000c0de",
                "audience": { "Pasted": "Lola Logged <lola@logged.example>" },
                "role": null, "access": null, "lifetime": null, "language": null, "via": "automatic",
                "message": "", "resend": true, "seen": 1,
            } }),
        )
        .await;
    assert!(sent.status.is_success(), "{}", sent.body);
    house.usher.deliver().await.unwrap();
    let token = house.usher.mailer.token_for("lola@logged.example").unwrap();

    let mut lola = Browser::new(&house);
    assert_eq!(
        lola.get(&format!("/invite/{token}")).await.leads_to(),
        "/accept"
    );
    lola.get("/accept").await;
    let form = [
        ("first_name", "Lola"),
        ("last_name", "Logged"),
        ("phone", ""),
        ("job_title", ""),
        ("password", PASSWORD),
    ];
    let accepted = lola.post("accept_invitation", &form).await;
    assert_eq!(accepted.leads_to(), "/home");
    owner.get("/users?q=lola%40logged.example").await;
    // Neither what is found nowhere, nor a method that nobody knows.
    lola.get("/users/lola@logged.example").await;
    let strange = Request::builder()
        .method(Method::from_bytes(b"LOLA").unwrap())
        .uri("/users")
        .header(ACCEPT, "text/html")
        .body(axum::body::Body::empty());
    lola.ask(strange.unwrap()).await;

    let text = log.text();
    for secret in [
        "lola",
        "Lola",
        "LOLA",
        "logged.example",
        token.as_str(),
        PASSWORD,
        "Logged",
    ] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
    let answered: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"] == "answered")
        .collect();
    let of = |route: &str, status: u16| {
        answered.iter().any(|line| {
            line["span"]["route"] == route
                && line["status"] == status
                && line["milliseconds"].is_number()
                && line["span"]["id"].is_number()
        })
    };
    assert!(of("/invite/{token}", 303), "{text}");
    assert!(of("/api/accept_invitation", 303), "{text}");
    assert!(of("/api/send_invitations", 200), "{text}");
    assert!(of("/users", 200), "{text}");
    assert!(of("/users", 405), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_are_not_logged() {
    let log = log();
    let house = House::new().await;
    let mut anybody = Browser::new(&house);
    for path in ["/healthz", "/readyz", "/metrics"] {
        anybody.get(path).await;
    }
    let text = log.text();
    for path in ["healthz", "readyz", "metrics"] {
        assert!(!text.contains(path), "{path}\n{text}");
    }
}

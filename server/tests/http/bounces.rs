//! What came back: reports of delivery in SMTP and LMTP, and what providers post.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use domain::{
    people,
    proof::{Admin, ManageUsers},
    testing::BOUNCES_SECRET,
};
use http::{
    Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
};
use serde_json::{Value, json};
use server::bounces::listener::{self, Bounds};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use types::{
    language::Language,
    users::{ShownStatus, UserRow},
};

use crate::house::{Answer, House};

const IVAN: &str = "ivan@north.example";
const REPORT: &str = include_str!("../../src/bounces/report/fixtures/postfix.eml");
const ABSENT: &str = include_str!("../../src/bounces/report/fixtures/absent.eml");
const DELAYED: &str = include_str!("../../src/bounces/report/fixtures/delayed.eml");

/// A house that listens, with Ivan invited.
struct Scene {
    house: House,
    port: u16,
    stopping: CancellationToken,
}

impl Scene {
    async fn new() -> Self {
        Self::within(Bounds::default()).await
    }

    async fn within(bounds: Bounds) -> Self {
        let house = House::new().await;
        house.invite(IVAN, Language::En).await;
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let stopping = CancellationToken::new();
        tokio::spawn(listener::run(
            Arc::clone(&house.usher.core),
            "usher.example".to_owned(),
            socket,
            bounds,
            stopping.clone(),
        ));
        Self {
            house,
            port,
            stopping,
        }
    }

    /// Where the message to Ivan comes back to.
    fn path(&self) -> String {
        let sent = self.house.usher.mailer.sent();
        sent.last().unwrap().return_path.clone().unwrap()
    }

    async fn ivan(&self) -> UserRow {
        row(&self.house, &self.house.owner().await).await
    }

    async fn connect(&self) -> Talk {
        let mut talk = self.knock().await;
        talk.hears("220 usher.example").await;
        talk
    }

    async fn knock(&self) -> Talk {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        Talk(BufReader::new(stream))
    }
}

async fn row(house: &House, owner: &Admin<ManageUsers>) -> UserRow {
    let query = types::users::UsersQuery::default();
    let page = domain::directory::list(&house.usher.core, owner, &query)
        .await
        .unwrap();
    page.rows
        .into_iter()
        .find(|row| row.username.as_str() == IVAN)
        .unwrap()
}

/// A mail server that talks to us.
struct Talk(BufReader<TcpStream>);

impl Talk {
    async fn says(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    /// The next reply, all lines of it, begins so.
    async fn hears(&mut self, beginning: &str) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        assert!(
            reply.starts_with(beginning),
            "{beginning} and not {reply:?}"
        );
        reply
    }

    async fn asks(&mut self, command: &str, beginning: &str) -> String {
        self.says(&format!("{command}\r\n")).await;
        self.hears(beginning).await
    }

    /// Hands over one message.
    async fn hands_over(&mut self, path: &str, message: &str) {
        self.asks("MAIL FROM:<>", "250 ").await;
        self.asks(&format!("RCPT TO:<{path}>"), "250 ").await;
        self.asks("DATA", "354 ").await;
        self.says(&on_the_wire(message)).await;
    }

    /// The other side has closed.
    async fn is_closed(&mut self) {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}

/// With CR and LF, dots doubled, and the end.
fn on_the_wire(message: &str) -> String {
    let mut wire = String::new();
    for line in message.lines() {
        if line.starts_with('.') {
            wire.push('.');
        }
        wire.push_str(line);
        wire.push_str("\r\n");
    }
    wire.push_str(".\r\n");
    wire
}

#[tokio::test]
async fn a_report_that_a_mail_server_hands_over_turns_the_user_to_error() {
    let scene = Scene::new().await;
    assert_eq!(scene.ivan().await.status, ShownStatus::Invited);
    let mut talk = scene.connect().await;
    let hello = talk
        .asks("EHLO mx.relay.example", "250-usher.example")
        .await;
    assert!(hello.contains("SIZE 1048576"), "{hello}");
    // The path's case is lost on some ways.
    talk.hands_over(&scene.path().to_uppercase(), REPORT).await;
    talk.hears("250 ").await;
    let ivan = scene.ivan().await;
    assert_eq!(ivan.status, ShownStatus::Failed);
    assert!(ivan.bounced);
    let failure = ivan.failure.unwrap();
    assert_eq!(failure.code, Some(550));
    assert!(failure.words.starts_with("5.1.1 <ivan@north.example>"));
    // The same once more, on the same connection: some servers repeat themselves.
    talk.hands_over(&scene.path(), REPORT).await;
    talk.hears("250 ").await;
    talk.asks("QUIT", "221 ").await;
    talk.is_closed().await;
    let owner = scene.house.owner().await;
    let page = people::read(&scene.house.usher.core, &owner, ivan.id)
        .await
        .unwrap();
    let bounced = page
        .history
        .iter()
        .filter(|line| matches!(line.event, types::users::HistoryEvent::Bounced(_)));
    assert_eq!(bounced.count(), 1);
}

#[tokio::test]
async fn lmtp_gets_an_answer_for_each_recipient() {
    let scene = Scene::new().await;
    let path = scene.path();
    let mut talk = scene.connect().await;
    talk.asks("LHLO mx.relay.example", "250-").await;
    // All at once, as servers do that have heard of pipelining.
    let commands = format!(
        "MAIL FROM:<> SIZE=2000\r\nRCPT TO:<{path}>\r\nRCPT TO:<nobody@usher.example>\r\nRCPT TO:<{path}>\r\nDATA\r\n"
    );
    talk.says(&commands).await;
    for reply in ["250 ", "250 ", "550 ", "250 ", "354 "] {
        talk.hears(reply).await;
    }
    talk.says(&on_the_wire(REPORT)).await;
    talk.hears("250 ").await;
    talk.hears("250 ").await;
    talk.asks("NOOP", "250 ").await;
    assert_eq!(scene.ivan().await.status, ShownStatus::Failed);
}

#[tokio::test]
async fn what_tells_of_no_bounce_is_taken_and_changes_nothing() {
    let scene = Scene::new().await;
    let mut talk = scene.connect().await;
    talk.asks("HELO mx.relay.example", "250 ").await;
    for message in [ABSENT, DELAYED, "", "x"] {
        talk.hands_over(&scene.path(), message).await;
        talk.hears("250 ").await;
    }
    assert_eq!(scene.ivan().await.status, ShownStatus::Invited);
}

#[tokio::test]
async fn mail_for_anybody_else_is_refused() {
    let scene = Scene::new().await;
    let path = scene.path();
    let (local, domain) = path.split_once('@').unwrap();
    let end = if local.ends_with('0') { '1' } else { '0' };
    let mut talk = scene.connect().await;
    talk.asks("EHLO x", "250-").await;
    talk.asks("MAIL FROM:<a@b.example>", "250 ").await;
    for nobody in [
        "bounces@usher.example",
        "postmaster@usher.example",
        "bounces+@usher.example",
        "bounces+ёжик@usher.example",
        &format!("{local}@other.example"),
        &format!("{}{end}@{domain}", &local[..local.len() - 1]),
        &format!("{local}00@{domain}"),
    ] {
        talk.asks(&format!("RCPT TO:<{nobody}>"), "550 ").await;
    }
    talk.asks("DATA", "503 ").await;
    assert_eq!(scene.ivan().await.status, ShownStatus::Invited);
}

#[tokio::test]
async fn commands_out_of_order_and_unknown_ones_are_told_so() {
    let scene = Scene::new().await;
    let path = scene.path();
    let mut talk = scene.connect().await;
    talk.asks("MAIL FROM:<>", "503 ").await;
    talk.asks("EHLO x", "250-").await;
    talk.asks(&format!("RCPT TO:<{path}>"), "503 ").await;
    talk.asks("DATA", "503 ").await;
    talk.asks("MAIL TO:<>", "501 ").await;
    talk.asks("MAIL", "501 ").await;
    talk.asks("MAIL FROM:<> SIZE=99999999", "552 ").await;
    talk.asks("mail from: <>", "250 ").await;
    talk.asks("RCPT TO:bare@usher.example", "501 ").await;
    talk.asks(&format!("RCPT TO:<{path}>"), "250 ").await;
    talk.asks("RSET", "250 ").await;
    talk.asks("DATA", "503 ").await;
    talk.asks("VRFY root", "252 ").await;
    talk.asks("STARTTLS", "500 ").await;
    talk.asks("", "500 ").await;
    talk.asks(&"x".repeat(5_000), "500 ").await;
    talk.asks("NOOP", "250 ").await;
}

#[tokio::test]
async fn everything_is_bounded() {
    let bounds = Bounds {
        connections: 2,
        line_time: Duration::from_millis(500),
        session_time: Duration::from_secs(20),
        message: 20_000,
        message_line: 2_000,
        commands: 30,
        recipients: 2,
        ..Bounds::default()
    };
    let scene = Scene::within(bounds).await;
    let path = scene.path();
    let mut talk = scene.connect().await;
    talk.asks("EHLO x", "250-").await;

    // Too many recipients.
    talk.asks("MAIL FROM:<>", "250 ").await;
    for reply in ["250 ", "250 ", "452 "] {
        talk.asks(&format!("RCPT TO:<{path}>"), reply).await;
    }
    talk.asks("RSET", "250 ").await;

    // Too large, and with a line that is too long; the talk goes on.
    talk.hands_over(&path, &"x\n".repeat(15_000)).await;
    talk.hears("552 ").await;
    talk.hands_over(&path, &"x".repeat(3_000)).await;
    talk.hears("552 ").await;

    // A lone LF in front of the dot ends nothing.
    talk.asks("MAIL FROM:<>", "250 ").await;
    talk.asks(&format!("RCPT TO:<{path}>"), "250 ").await;
    talk.asks("DATA", "354 ").await;
    talk.says("x\n.\nMAIL FROM:<>\r\n.\r\n").await;
    talk.hears("250 ").await;

    // Two at once, and no third.
    let mut second = scene.connect().await;
    let mut third = scene.knock().await;
    third.hears("421 ").await;
    third.is_closed().await;

    // Nothing is said for too long.
    second.hears("421 ").await;
    second.is_closed().await;

    // Far too large: not even read.
    let mut endless = scene.connect().await;
    endless.asks("EHLO x", "250-").await;
    endless.asks("MAIL FROM:<>", "250 ").await;
    endless.asks(&format!("RCPT TO:<{path}>"), "250 ").await;
    endless.asks("DATA", "354 ").await;
    let _ = endless.0.get_mut().write_all(&vec![b'x'; 200_000]).await;
    let _ = endless
        .0
        .get_mut()
        .write_all("y\r\n".repeat(100_000).as_bytes())
        .await;
    let mut rest = Vec::new();
    let _ = endless.0.read_to_end(&mut rest).await;
    drop(endless);

    // Too many commands.
    let mut talkative = scene.connect().await;
    for _ in 0..30 {
        talkative.asks("NOOP", "250 ").await;
    }
    talkative.hears("421 ").await;
    talkative.is_closed().await;
    assert_eq!(scene.ivan().await.status, ShownStatus::Invited);
}

#[tokio::test]
async fn a_server_that_stops_ends_its_talks() {
    let scene = Scene::new().await;
    let mut talk = scene.connect().await;
    scene.stopping.cancel();
    talk.is_closed().await;
    assert!(TcpStream::connect(("127.0.0.1", scene.port)).await.is_err());
}

async fn post(house: &House, path: &str, basic: Option<&str>, body: &Value) -> Answer {
    let body = body.to_string();
    let mut request = Request::post(path)
        .header(CONTENT_TYPE, "text/plain; charset=UTF-8")
        .header(CONTENT_LENGTH, body.len());
    if let Some(basic) = basic {
        use base64::{Engine, engine::general_purpose::STANDARD};
        request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(basic)));
    }
    house.answer(request.body(Body::from(body)).unwrap()).await
}

/// What `SendGrid` posts about the message to Ivan.
fn sendgrid(house: &House) -> Value {
    let id = house.usher.mailer.sent().pop().unwrap().message_id;
    json!([{ "event": "bounce", "type": "bounce", "status": "5.1.1", "smtp-id": format!("<{id}>"),
             "reason": "550 5.1.1 No such user" }])
}

#[tokio::test]
async fn a_provider_with_the_secret_is_believed() {
    let house = House::new().await;
    house.invite(IVAN, Language::En).await;
    let told = sendgrid(&house);
    let path = format!("/bounces/sendgrid?secret={BOUNCES_SECRET}");
    let answer = post(&house, &path, None, &told).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    let ivan = row(&house, &house.owner().await).await;
    assert_eq!(ivan.status, ShownStatus::Failed);
    assert!(ivan.bounced);

    // By the password of an address, too; and a shape that is none of theirs.
    let basic = format!("usher:{BOUNCES_SECRET}");
    let answer = post(&house, "/bounces/sendgrid", Some(&basic), &json!({})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let asks =
        json!({ "Type": "SubscriptionConfirmation", "SubscribeURL": "https://evil.example/" });
    let answer = post(&house, "/bounces/ses", Some(&basic), &asks).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn without_the_secret_nobody_is() {
    let house = House::new().await;
    house.invite(IVAN, Language::En).await;
    let told = sendgrid(&house);
    for (path, basic, status) in [
        ("/bounces/sendgrid", None, StatusCode::FORBIDDEN),
        ("/bounces/sendgrid?secret=", None, StatusCode::FORBIDDEN),
        (
            "/bounces/sendgrid?secret=wrong",
            None,
            StatusCode::FORBIDDEN,
        ),
        (
            "/bounces/sendgrid",
            Some("usher:wrong"),
            StatusCode::FORBIDDEN,
        ),
        ("/bounces/mailgun?secret=wrong", None, StatusCode::NOT_FOUND),
    ] {
        let answer = post(&house, path, basic, &told).await;
        assert_eq!(answer.status, status, "{path}");
    }
    let ivan = row(&house, &house.owner().await).await;
    assert_eq!(ivan.status, ShownStatus::Invited);
}

//! What machines ask.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use http::{
    Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use types::language::Language;

use crate::{
    browser::Browser,
    house::{Answer, House},
};

const TOKEN: &str = "0123456789abcdef";
const HERE: &str = "127.0.0.1:40000";
const ELSEWHERE: &str = "203.0.113.7:40000";

/// Asks as somebody whose connection comes from `peer`.
async fn ask(house: &House, path: &str, peer: &str, headers: &[(&str, &str)]) -> Answer {
    let peer: SocketAddr = peer.parse().unwrap();
    let mut request = Request::get(path).extension(ConnectInfo(peer));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house.answer(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_this_machine() {
    let house = House::behind_proxy().await;
    let status =
        async |peer, headers: &[(&str, &str)]| ask(&house, "/metrics", peer, headers).await.status;
    for here in [HERE, "[::1]:40000", "[::ffff:127.0.0.1]:40000"] {
        assert_eq!(status(here, &[]).await, StatusCode::OK, "{here}");
    }
    assert_eq!(status(ELSEWHERE, &[]).await, StatusCode::FORBIDDEN);
    // What a caller says of where they are counts for nothing.
    let claimed = [("x-forwarded-for", "127.0.0.1")];
    assert_eq!(status(ELSEWHERE, &claimed).await, StatusCode::FORBIDDEN);
    // A proxy on this machine passes everybody on.
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let passed_on = [(header, "203.0.113.7")];
        assert_eq!(
            status(HERE, &passed_on).await,
            StatusCode::FORBIDDEN,
            "{header}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_who_knows_the_token() {
    let house = House::with_metrics_token(TOKEN).await;
    let status = async |value: &str| {
        let headers = [(AUTHORIZATION.as_str(), value)];
        ask(&house, "/metrics", ELSEWHERE, &headers).await.status
    };
    assert_eq!(status(&format!("Bearer {TOKEN}")).await, StatusCode::OK);
    for wrong in [
        "Bearer",
        "Bearer 0123456789abcdeF",
        "Basic 0123456789abcdef",
        TOKEN,
    ] {
        assert_eq!(status(wrong).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let unasked = ask(&house, "/metrics", ELSEWHERE, &[]).await;
    assert_eq!(unasked.header(WWW_AUTHENTICATE), "Bearer");
    assert!(!unasked.body.contains("usher_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_and_name_nobody() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    house.invite("queued@north.example", Language::En).await;
    let mut browser = Browser::new(&house);
    let wrong = [("email", "ivan@north.example"), ("password", "wrong")];
    browser.post("sign_in", &wrong).await;
    browser.get("/no/such/place/ivan@north.example").await;
    let answer = ask(&house, "/metrics", HERE, &[]).await;
    assert!(
        answer
            .header(CONTENT_TYPE)
            .starts_with("text/plain; version=0.0.4")
    );
    let has = |line: &str| {
        let found = answer.body.lines().any(|it| it == line);
        assert!(found, "{line}\n{}", answer.body);
    };
    has("usher_deliveries_total{channel=\"email\",result=\"sent\"} 2");
    has("usher_deliveries_total{channel=\"sms\",result=\"failed\"} 0");
    has("usher_acceptances_total 1");
    has("usher_sign_ins_total{result=\"refused\"} 1");
    has("usher_queue_depth 0");
    has("usher_queue_oldest_seconds 0");
    has("usher_courier_in_flight 0");
    has("usher_http_requests_total{class=\"file\",status=\"4xx\"} 1");
    assert!(
        answer
            .body
            .contains("usher_http_request_duration_seconds_bucket{")
    );
    assert!(
        answer
            .body
            .contains("usher_database_connections{pool=\"writer\"}")
    );
    for secret in ["ivan", "north.example", "Acme", "/users"] {
        assert!(!answer.body.contains(secret), "{secret}\n{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_alive_before_it_is_ready() {
    let house = House::new().await;
    let alive = ask(&house, "/healthz", ELSEWHERE, &[]).await;
    assert_eq!((alive.status, alive.body.as_str()), (StatusCode::OK, "ok"));
    let waiting = ask(&house, "/readyz", ELSEWHERE, &[]).await;
    assert_eq!(waiting.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(waiting.body, "courier: not begun");
    house.usher.core.tallies().beat();
    let ready = ask(&house, "/readyz", ELSEWHERE, &[]).await;
    assert_eq!(
        (ready.status, ready.body.as_str()),
        (StatusCode::OK, "ready")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_makes_it_unready_and_nothing_is_told_of_it() {
    let house = House::new().await;
    house.usher.core.tallies().beat();
    house
        .usher
        .core
        .database()
        .read()
        .clone()
        .close()
        .await
        .unwrap();
    let answer = ask(&house, "/readyz", ELSEWHERE, &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.body, "database: no answer");
    let alive = ask(&house, "/healthz", ELSEWHERE, &[]).await;
    assert_eq!(alive.status, StatusCode::OK);
}

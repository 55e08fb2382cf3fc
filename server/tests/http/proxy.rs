//! Whose requests are counted together: an address that the caller can choose is none.

use axum::body::Body;
use http::{
    Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};

use crate::house::House;

/// Messages that one address may cause in an hour; see `ssr/limits.rs`.
const MOST: usize = 200;

/// Asks for a message to someone whom nobody knows, with these `X-Forwarded-For` headers.
async fn ask(house: &House, number: usize, forwarded: &[&str]) -> StatusCode {
    let mut request = Request::post("/api/request_password_reset")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json");
    for value in forwarded {
        request = request.header("x-forwarded-for", *value);
    }
    let body = Body::from(format!("email=p{number}%40north.example"));
    house.answer(request.body(body).unwrap()).await.status
}

/// Asks until the limit of one address is reached, each time with the header that `forwarded` gives.
async fn use_up(house: &House, forwarded: impl Fn(usize) -> String) {
    for number in 0..MOST {
        let status = ask(house, number, &[&forwarded(number)]).await;
        assert_eq!(status, StatusCode::OK, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_nobody_chooses_their_address() {
    let house = House::new().await;
    use_up(&house, |number| format!("198.51.100.{number}")).await;
    for forwarded in [&["203.0.113.9"][..], &[]] {
        let status = ask(&house, MOST, forwarded).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{forwarded:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_only_what_the_proxy_wrote_counts() {
    let house = House::behind_proxy().await;
    // The caller's own words stand before the proxy's.
    use_up(&house, |number| format!("198.51.100.{number}, 192.0.2.1")).await;
    for same in [
        &["203.0.113.9, 192.0.2.1"][..],
        &["192.0.2.1"],
        &["203.0.113.9", "192.0.2.1"],
    ] {
        let status = ask(&house, MOST, same).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{same:?}");
    }
    for (number, other) in [
        &["192.0.2.2"][..],
        &["192.0.2.1, 192.0.2.2"],
        &["192.0.2.1", "2001:db8::7"],
    ]
    .into_iter()
    .enumerate()
    {
        let status = ask(&house, MOST + number, other).await;
        assert_eq!(status, StatusCode::OK, "{other:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_says_nothing_readable_leaves_the_address_of_the_connection() {
    let house = House::behind_proxy().await;
    use_up(&house, |number| format!("198.51.100.7, unknown{number}")).await;
    for unreadable in [&[][..], &["198.51.100.7, "], &["198.51.100.7, _hidden"]] {
        let status = ask(&house, MOST, unreadable).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{unreadable:?}");
    }
}

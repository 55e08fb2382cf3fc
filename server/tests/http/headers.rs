//! What every answer must say.

use domain::testing::{OWNER, PASSWORD};
use http::{
    StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use serde_json::json;
use types::language::Language;

use crate::{
    browser::{Browser, set_cookie},
    house::{Answer, House},
};

/// The nonce of the answer's policy.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header(CONTENT_SECURITY_POLICY);
    let (_, rest) = policy.split_once("'nonce-").unwrap();
    rest.split('\'').next().unwrap().to_owned()
}

/// The text of each tag that begins so.
fn tags<'a>(html: &'a str, begin: &str) -> Vec<&'a str> {
    let places = html.match_indices(begin).map(|(index, _)| index);
    places
        .map(|index| html[index..].split('>').next().unwrap())
        .collect()
}

/// What the policy asks of a page.
fn check_page(path: &str, answer: &Answer) {
    let policy = answer.header(CONTENT_SECURITY_POLICY);
    for part in [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "'wasm-unsafe-eval'",
    ] {
        assert!(policy.contains(part), "{path}: {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    let nonce = nonce(answer);
    assert!(nonce.len() >= 22, "{nonce}");
    let own = format!("nonce=\"{nonce}\"");
    // An empty script runs nothing; leptos_i18n leaves one behind.
    let filled = answer.body.replace("<script></script>", "");
    for script in tags(&filled, "<script") {
        assert!(script.contains(&own), "{path}: {script} needs {own}");
    }
    for refused in [
        " style=\"",
        " onclick=",
        " onload=",
        " onsubmit=",
        "javascript:",
        "<style",
    ] {
        assert!(!answer.body.contains(refused), "{path} holds {refused}");
    }
    assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
    assert_eq!(answer.header(CACHE_CONTROL), "no-store", "{path}");
    assert_eq!(answer.header(REFERRER_POLICY), "same-origin", "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_keeps_to_its_policy() {
    let house = House::new().await;
    let token = house.invited("ivan@north.example").await;
    let batch = house.invite("dora@north.example", Language::En).await;
    let mut stranger = Browser::new(&house);
    for path in [
        "/sign-in",
        "/forgot-password",
        "/reset-password",
        "/setup",
        "/accept",
        "/mailbox",
        "/no-such-page",
    ] {
        check_page(path, &stranger.get(path).await);
    }
    stranger.get(&format!("/invite/{token}")).await;
    let accept = stranger.get("/accept").await;
    assert!(accept.body.contains("Create account"), "{}", accept.body);
    check_page("/accept", &accept);

    let mut olive = Browser::signed_in(&house, OWNER).await;
    let report = format!("/batches/{batch}");
    for path in [
        "/home",
        "/users",
        "/users?status=invited&q=ivan",
        "/batches",
        &report,
        "/profile",
        "/settings/organization",
        "/settings/invitations",
        "/settings/invitations?words=ru",
    ] {
        let page = olive.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        check_page(path, &page);
        assert!(!tags(&page.body, "<script").is_empty(), "{path} hydrates");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_a_nonce_of_its_own() {
    let house = House::new().await;
    let mut stranger = Browser::new(&house);
    let first = nonce(&stranger.get("/accept").await);
    let second = nonce(&stranger.get("/accept").await);
    assert_ne!(first, second);
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_load_nothing_before_first_use() {
    let house = House::new().await;
    let token = house.invited("ivan@north.example").await;
    let mut stranger = Browser::new(&house);
    stranger.get(&format!("/invite/{token}")).await;
    for path in ["/sign-in", "/accept"] {
        let page = stranger.get(path).await;
        assert!(!page.body.contains("preload"), "{path}");
        assert!(
            tags(&page.body, "<script")
                .iter()
                .all(|tag| !tag.contains("src=")),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_with_a_secret_sends_no_referrer() {
    let house = House::new().await;
    let token = house.invited("ivan@north.example").await;
    let mut stranger = Browser::new(&house);
    for path in [
        format!("/invite/{token}"),
        "/invite/x".to_owned(),
        "/reset/x".to_owned(),
    ] {
        let answer = stranger.get(&path).await;
        assert_eq!(answer.header(REFERRER_POLICY), "no-referrer");
        assert_eq!(answer.header(CACHE_CONTROL), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_calls_are_not_kept() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.call("who_am_i", &json!({})).await;
    assert!(answer.body.contains(OWNER));
    assert_eq!(answer.header(CACHE_CONTROL), "no-store");
    assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_site_may_be_kept_and_asked_for_again() {
    let house = House::new().await;
    let answer = Browser::new(&house).get("/favicon.svg").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(CACHE_CONTROL), "no-cache");
    assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_beside_the_site_is_served() {
    let house = House::new().await;
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/pkg/%2e%2e%2f%2e%2e%2fCargo.toml",
    ] {
        let answer = Browser::new(&house).get(path).await;
        assert!(!answer.status.is_success(), "{path}");
        assert!(!answer.body.contains("[workspace]"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_in_a_cookie_that_no_script_reads() {
    let house = House::new().await;
    let mut olive = Browser::new(&house);
    let answer = olive
        .post("sign_in", &[("email", OWNER), ("password", PASSWORD)])
        .await;
    let cookie = set_cookie(&answer, "session");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(
        !cookie.contains("Secure"),
        "over plain http it would be lost: {cookie}"
    );
    assert_eq!(answer.header(STRICT_TRANSPORT_SECURITY), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_every_cookie_with_a_secret_belongs_to_this_host_alone() {
    let house = House::secure().await;
    let token = house.invited("ivan@north.example").await;
    let mut olive = Browser::new(&house);
    let wrong = olive
        .post("sign_in", &[("email", OWNER), ("password", "x")])
        .await;
    let right = olive
        .post("sign_in", &[("email", OWNER), ("password", PASSWORD)])
        .await;
    let invite = olive.get(&format!("/invite/{token}")).await;
    let reset = olive.get("/reset/x").await;
    for (answer, name) in [
        (&wrong, "__Host-flash"),
        (&right, "__Host-session"),
        (&invite, "__Host-invitation"),
        (&reset, "__Host-password-reset"),
    ] {
        let cookie = set_cookie(answer, name);
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert_eq!(answer.header(STRICT_TRANSPORT_SECURITY), "max-age=31536000");
    }
    assert!(house.secure);
    // And they are what is read.
    let page = olive.get("/users").await;
    assert_eq!(page.status, StatusCode::OK);
    olive.cookies.remove("__Host-session");
    let page = olive.get("/accept").await;
    assert!(page.body.contains("Create account"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_by_another_name_is_none() {
    let house = House::secure().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let session = olive.cookies.remove("__Host-session").unwrap();
    olive.cookies.insert("session".to_owned(), session);
    let answer = olive.get("/users").await;
    assert_eq!(answer.header(http::header::LOCATION), "/sign-in");
}

//! Changes come from our own pages only.

use axum::body::Body;
use domain::testing::OWNER;
use http::{Method, Request, StatusCode, header::CONTENT_TYPE};

use crate::{
    browser::Browser,
    house::{House, ORIGIN},
};

/// A form that ends the session, posted with these headers.
fn sign_out(headers: &[(&str, &str)]) -> Request<Body> {
    let mut request =
        Request::post("/api/sign_out").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_from_another_site_is_refused() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let before = house.usher.everything().await.unwrap();
    let foreign: [&[(&str, &str)]; 8] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://usher.example.evil.example")],
        &[("origin", "http://usher.example")],
    ];
    for headers in foreign {
        let answer = olive.ask(sign_out(headers)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);
    assert_eq!(olive.get("/users").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_from_our_own_pages_passes() {
    let house = House::new().await;
    let own: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "same-origin"), ("origin", ORIGIN)],
        &[("sec-fetch-site", "none")],
        &[("origin", ORIGIN)],
        // No browser: it carries nobody's cookies by accident.
        &[],
    ];
    for headers in own {
        let answer = Browser::new(&house).ask(sign_out(headers)).await;
        assert_eq!(answer.status, StatusCode::OK, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_followed_from_anywhere() {
    let house = House::new().await;
    let token = house.invited("ivan@north.example").await;
    let request = Request::get(format!("/invite/{token}"))
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty());
    let answer = house.answer(request.unwrap()).await;
    assert_eq!(answer.leads_to(), "/accept");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_method_is_known() {
    let house = House::new().await;
    for method in [
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
        Method::TRACE,
    ] {
        for path in ["/users", "/api/sign_out", "/invite/x"] {
            let request = Request::builder()
                .method(&method)
                .uri(path)
                .body(Body::empty());
            let answer = house.answer(request.unwrap()).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
        }
    }
}

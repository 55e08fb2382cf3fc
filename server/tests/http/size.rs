//! What is too large to be read.

use app::api::AppError;
use axum::body::Body;
use domain::testing::OWNER;
use http::{
    Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde_json::{Value, json};
use types::refusal::Refusal;

use crate::{
    browser::{Browser, error},
    house::House,
};

/// Bytes; as in `server/src/router.rs`.
const LARGEST: usize = 4 << 20;

/// A list whose preview is a request of so many bytes.
fn preview(bytes: usize) -> Value {
    let request = |text: String| {
        json!({ "request": {
            "key": "00000000-0000-7000-8000-000000000001", "audience": { "Pasted": text },
            "role": null, "lifetime": null, "language": null, "message": "", "resend": false,
            "seen": 0,
        } })
    };
    let around = request(String::new()).to_string().len();
    request(" ".repeat(bytes - around))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_the_largest_size_is_read() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.call("preview_send", &preview(LARGEST)).await;
    // The rules have a limit of their own.
    let refused = AppError::Refused(Refusal::TooManyRecipients);
    assert_eq!(error(&answer), refused);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_larger_request_is_refused_with_the_reason() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.call("preview_send", &preview(LARGEST + 1)).await;
    let refused = AppError::Refused(Refusal::RequestTooLarge);
    assert_eq!(error(&answer), refused);
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_too_large_is_answered_with_a_sentence() {
    let house = House::new().await;
    let email = "x".repeat(LARGEST);
    let fields = [("email", email.as_str()), ("password", "y")];
    let answer = Browser::new(&house).post("sign_in", &fields).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("more than 4 MB"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_hides_its_size_is_read_no_further() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let request = Request::post("/api/preview_send")
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(preview(LARGEST + 1).to_string()));
    let answer = olive.ask(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
}

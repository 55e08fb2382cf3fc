use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::ports::{SendError, Taken};
use http::StatusCode;
use serde_json::{Value, json};
use server::sms::signature::{is_signed, signed};

use super::{
    ID, NOW, TEXT,
    double::{Asked, Double},
    gateway, refused, sms,
};

const SECRET: &str = "sixteen bytes or so";

async fn answer_of(answer: fn(&Asked) -> Response) -> (Result<Taken, SendError>, Vec<Asked>) {
    let double = Double::answering(answer).await;
    let url = format!(
        "webhook:http://127.0.0.1:{}/send?to=all&secret=sixteen%20bytes%20or%20so",
        double.port
    );
    let sent = gateway(&url, Duration::from_secs(5))
        .send(&sms("+79051111111"))
        .await;
    (sent, double.asked())
}

#[tokio::test]
async fn asks_as_its_page_says() {
    let (sent, asked) =
        answer_of(|_| (StatusCode::ACCEPTED, Json(json!({ "reference": "42" }))).into_response())
            .await;
    let taken = sent.unwrap();
    assert_eq!(taken.reference.as_deref(), Some("42"));
    assert_eq!(taken.answer.words, "202 Accepted");
    let [asked] = asked.as_slice() else {
        panic!("asked {} times", asked.len());
    };
    assert_eq!(asked.path, "/send?to=all");
    assert_eq!(asked.header("content-type"), "application/json");
    assert_eq!(asked.header("idempotency-key"), ID);
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(
        body,
        json!({
            "id": ID,
            "to": "+79051111111",
            "text": TEXT,
            "status_url": "https://usher.example/sms/status",
        })
    );
    let signature = asked.header("usher-signature");
    assert!(is_signed(&SECRET.into(), NOW, &asked.body, signature));
    assert_eq!(signature, signed(&SECRET.into(), NOW, &asked.body));
}

#[tokio::test]
async fn what_is_final_and_what_is_tried_again() {
    let (sent, _) = answer_of(|_| {
        let why = json!({ "code": 7, "message": "No\nsuch number" });
        (StatusCode::UNPROCESSABLE_ENTITY, Json(why)).into_response()
    })
    .await;
    assert_eq!(sent, Err(refused(true, 7, "No such number")));
    for status in [401, 403, 404, 408, 425, 429, 500, 502, 503] {
        let (sent, _) = match status {
            401 => answer_of(|_| StatusCode::UNAUTHORIZED.into_response()).await,
            403 => answer_of(|_| StatusCode::FORBIDDEN.into_response()).await,
            404 => answer_of(|_| StatusCode::NOT_FOUND.into_response()).await,
            408 => answer_of(|_| StatusCode::REQUEST_TIMEOUT.into_response()).await,
            425 => answer_of(|_| StatusCode::TOO_EARLY.into_response()).await,
            429 => answer_of(|_| StatusCode::TOO_MANY_REQUESTS.into_response()).await,
            500 => answer_of(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()).await,
            502 => answer_of(|_| StatusCode::BAD_GATEWAY.into_response()).await,
            _ => answer_of(|_| StatusCode::SERVICE_UNAVAILABLE.into_response()).await,
        };
        assert!(
            matches!(sent, Err(SendError::Temporary(_))),
            "{status} {sent:?}"
        );
    }
    // A redirect is no success, and is not followed.
    let (sent, asked) =
        answer_of(|_| axum::response::Redirect::permanent("/elsewhere").into_response()).await;
    assert!(matches!(sent, Err(SendError::Temporary(_))), "{sent:?}");
    assert_eq!(asked.len(), 1);
}

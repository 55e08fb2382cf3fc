//! A double of Twilio's API, with the errors that its documentation shows, and of a webhook's gateway.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
/// The account and the token `to/ken+1`, in base64.
const LOGIN: &str = "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0by9rZW4rMQ==";

/// Numbers with which Twilio's test credentials bring about errors.
pub const NOT_VALID: &str = "+15005550001";
pub const UNSUBSCRIBED: &str = "+15005550004";
pub const NO_MOBILE: &str = "+15005550009";
/// And some of our own.
pub const TOO_MANY: &str = "+15005550101";
pub const BUSY: &str = "+15005550102";
pub const SILENT: &str = "+15005550103";
pub const SENDER_UNKNOWN: &str = "+15005550104";
pub const GARBLED: &str = "+15005550105";

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    pub fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(&self.body)
            .into_owned()
            .collect()
    }
}

pub struct Double {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    serving: JoinHandle<()>,
}

impl Double {
    pub async fn twilio() -> Self {
        Self::answering(twilio).await
    }

    /// Answers everything like this.
    pub async fn answering(answer: fn(&Asked) -> Response) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let router = Router::new()
            .fallback(
                move |State(log): State<Arc<Mutex<Vec<Asked>>>>,
                      OriginalUri(uri): OriginalUri,
                      headers: HeaderMap,
                      body: Bytes| async move {
                    let asked = Asked {
                        path: uri.to_string(),
                        headers,
                        body: body.to_vec(),
                    };
                    log.lock().unwrap().push(asked.clone());
                    if asked.form().get("To").is_some_and(|to| to == SILENT) {
                        tokio::time::sleep(Duration::from_mins(1)).await;
                    }
                    answer(&asked)
                },
            )
            .with_state(Arc::clone(&asked));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            port,
            asked,
            serving,
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// As Twilio answers.
fn twilio(asked: &Asked) -> Response {
    if asked
        .headers
        .get(AUTHORIZATION)
        .is_none_or(|it| it != LOGIN)
    {
        return error(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    }
    if asked.path != format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json") {
        let words = format!("The requested resource {} was not found", asked.path);
        return error(StatusCode::NOT_FOUND, 20404, &words);
    }
    let form = asked.form();
    let to = form.get("To").map_or("", String::as_str);
    match to {
        "" => error(
            StatusCode::BAD_REQUEST,
            21604,
            "A 'To' phone number is required.",
        ),
        NOT_VALID => error(
            StatusCode::BAD_REQUEST,
            21211,
            &format!("The 'To' number {to} is not a valid phone number."),
        ),
        UNSUBSCRIBED => error(
            StatusCode::BAD_REQUEST,
            21610,
            "Attempt to send to unsubscribed recipient",
        ),
        NO_MOBILE => error(
            StatusCode::BAD_REQUEST,
            21614,
            &format!("'To' number is not a valid mobile number: {to}"),
        ),
        TOO_MANY => error(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests"),
        SENDER_UNKNOWN => error(
            StatusCode::BAD_REQUEST,
            21606,
            "The 'From' phone number provided is not a valid message-capable Twilio phone number \
             for this destination.",
        ),
        BUSY => (StatusCode::SERVICE_UNAVAILABLE, "<html>busy</html>").into_response(),
        GARBLED => (StatusCode::CREATED, "<html>ok</html>").into_response(),
        _ => {
            let body: Value = json!({
                "account_sid": ACCOUNT,
                "api_version": "2010-04-01",
                "body": form.get("Body"),
                "direction": "outbound-api",
                "error_code": null,
                "error_message": null,
                "sid": "SM0123456789abcdef0123456789abcdef",
                "status": "queued",
                "to": to,
            });
            (StatusCode::CREATED, Json(body)).into_response()
        }
    }
}

fn error(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "code": code,
        "message": message,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status.as_u16(),
    });
    (status, Json(body)).into_response()
}

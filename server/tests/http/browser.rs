//! One person's browser: it keeps cookies and says what browsers say.

use std::collections::BTreeMap;

use app::api::AppError;
use axum::body::{Body, BodyDataStream};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::testing::PASSWORD;
use http::{
    Method, Request,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, SET_COOKIE},
};
use serde::Serialize;
use types::session::Flash;
use url::form_urlencoded::Serializer;

use crate::house::{Answer, House};

const FORM: &str = "application/x-www-form-urlencoded";

pub struct Browser<'a> {
    house: &'a House,
    pub cookies: BTreeMap<String, String>,
    /// What it asks for in `Accept-Language`.
    pub language: &'static str,
}

impl<'a> Browser<'a> {
    pub fn new(house: &'a House) -> Self {
        Self {
            house,
            cookies: BTreeMap::new(),
            language: "en",
        }
    }

    /// Of someone with the password of tests.
    pub async fn signed_in(house: &'a House, email: &str) -> Self {
        let mut browser = Self::new(house);
        let fields = [("email", email), ("password", PASSWORD)];
        let answer = browser.post("sign_in", &fields).await;
        assert_eq!(answer.leads_to(), "/");
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.fetch(Method::GET, path).await
    }

    pub async fn head(&mut self, path: &str) -> Answer {
        self.fetch(Method::HEAD, path).await
    }

    async fn fetch(&mut self, method: Method, path: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, "text/html,application/xhtml+xml")
            .body(Body::empty());
        self.ask(request.unwrap()).await
    }

    /// A form of a page, posted without JavaScript.
    pub async fn post(&mut self, name: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_as(name, fields, "text/html,application/xhtml+xml")
            .await
    }

    /// The same fields, posted by someone who waits for the answer itself.
    pub async fn post_form(&mut self, name: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_as(name, fields, "application/json").await
    }

    async fn post_as(&mut self, name: &str, fields: &[(&str, &str)], accept: &str) -> Answer {
        self.submit(&format!("/api/{name}"), fields, accept).await
    }

    /// A plain form of a page that asks for a file.
    pub async fn post_to(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.submit(path, fields, "text/html,application/xhtml+xml")
            .await
    }

    /// The same, posted by someone who waits for no page.
    pub async fn post_for(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.submit(path, fields, "application/json").await
    }

    async fn submit(&mut self, path: &str, fields: &[(&str, &str)], accept: &str) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(ACCEPT, accept)
            .header(CONTENT_TYPE, FORM)
            .header(CONTENT_LENGTH, body.len())
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body));
        self.ask(request.unwrap()).await
    }

    /// A call of the page's code.
    pub async fn call(&mut self, name: &str, arguments: &impl Serialize) -> Answer {
        let body = serde_json::to_string(arguments).unwrap();
        let request = Request::post(format!("/api/{name}"))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, body.len())
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body));
        self.ask(request.unwrap()).await
    }

    /// Begins to follow the changes of the organization.
    pub async fn events(&self) -> BodyDataStream {
        let request = Request::get("/events").body(Body::empty()).unwrap();
        self.house.stream(self.with_cookies(request)).await
    }

    fn with_cookies(&self, mut request: Request<Body>) -> Request<Body> {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let headers = request.headers_mut();
        headers.insert(COOKIE, pairs.join("; ").parse().unwrap());
        headers.insert(ACCEPT_LANGUAGE, self.language.parse().unwrap());
        request
    }

    /// Any request, with the cookies.
    pub async fn ask(&mut self, request: Request<Body>) -> Answer {
        let answer = self.house.answer(self.with_cookies(request)).await;
        for cookie in set_cookies(&answer) {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// What the next page has to say.
    pub fn flash(&self) -> Flash {
        let kept = URL_SAFE_NO_PAD.decode(&self.cookies["flash"]).unwrap();
        serde_json::from_slice(&kept).unwrap()
    }
}

/// Posts a form with a file.
pub async fn upload(
    browser: &mut Browser<'_>,
    path: &str,
    accept: &str,
    field: &str,
    bytes: &[u8],
) -> Answer {
    let mut body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"people.csv\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let request = Request::post(path)
        .header(ACCEPT, accept)
        .header(CONTENT_LENGTH, body.len())
        .header(CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body));
    browser.ask(request.unwrap()).await
}

pub fn set_cookies(answer: &Answer) -> Vec<String> {
    let headers = answer.headers.get_all(SET_COOKIE).iter();
    headers
        .map(|header| header.to_str().unwrap().to_owned())
        .collect()
}

/// The one `Set-Cookie` of that name.
pub fn set_cookie(answer: &Answer, name: &str) -> String {
    let mut cookies = set_cookies(answer);
    cookies.retain(|cookie| cookie.starts_with(&format!("{name}=")));
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    cookies.remove(0)
}

/// The error that a call was answered with.
pub fn error(answer: &Answer) -> AppError {
    assert!(!answer.status.is_success(), "{answer:?}");
    answer.json()
}

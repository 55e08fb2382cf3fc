//! A server of one test's own.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use app::ssr::{ServerContext, limits::Limits};
use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
};
use domain::{
    invitations,
    proof::{Admin, ManageUsers},
    random_nonce, setup, sign_up,
    testing::{PASSWORD, TestUsher},
};
use http::{HeaderMap, HeaderName, Request, StatusCode, header::LOCATION};
use leptos::config::LeptosOptions;
use serde::de::DeserializeOwned;
use server::{guard::Guard, router::router};
use tokio::{sync::RwLock, time::timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use types::{
    batch::{Audience, SendRequest},
    ids::BatchId,
    language::Language,
};

pub const ORIGIN: &str = "https://usher.example";

/// Where the files of the site are, as far as they need no build.
const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../public");

/// A server lists its routes once, before it answers anything. While leptos lists them, pages that
/// are being drawn elsewhere in the process may wait for ever: here the one excludes the other.
static BUILDING: RwLock<()> = RwLock::const_new(());

pub struct House {
    pub usher: TestUsher,
    pub router: Router,
    pub secure: bool,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl House {
    /// With the organization "Acme Clinics" and its owner, over plain http.
    pub async fn new() -> Self {
        let (usher, _) = TestUsher::with_owner().await.unwrap();
        Self::of(usher, false).await
    }

    /// The same over https.
    pub async fn secure() -> Self {
        let (usher, _) = TestUsher::with_owner().await.unwrap();
        Self::of(usher, true).await
    }

    /// Behind a proxy that says who calls.
    pub async fn behind_proxy() -> Self {
        let (usher, _) = TestUsher::with_owner().await.unwrap();
        Self::guarded(usher, false, true).await
    }

    /// Without any organization.
    pub async fn empty() -> Self {
        Self::of(TestUsher::new().await.unwrap(), false).await
    }

    async fn of(usher: TestUsher, secure: bool) -> Self {
        Self::guarded(usher, secure, false).await
    }

    async fn guarded(usher: TestUsher, secure: bool, behind_proxy: bool) -> Self {
        let context = ServerContext {
            core: Arc::clone(&usher.core),
            limits: Arc::new(Limits::new(NonZeroU32::MIN)),
            secure,
            stopping: CancellationToken::new(),
        };
        let guard = Guard {
            origin: ORIGIN.to_owned(),
            secure,
            behind_proxy,
        };
        let options = LeptosOptions::builder()
            .output_name("usher")
            .site_root(SITE)
            .build();
        let _alone = BUILDING.write().await;
        Self {
            router: router(context, guard, options),
            usher,
            secure,
        }
    }

    pub async fn answer(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = async {
            let _built = BUILDING.read().await;
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, 10_000_000).await.unwrap();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8_lossy(&body).into_owned(),
            }
        };
        match timeout(Duration::from_mins(1), answer).await {
            Ok(answer) => answer,
            Err(late) => panic!("{asked} is never answered: {late}"),
        }
    }

    /// The stream that is the answer; it is read by whoever gets it.
    pub async fn stream(&self, request: Request<Body>) -> BodyDataStream {
        let _built = BUILDING.read().await;
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().into_data_stream()
    }

    /// The setup code of an empty house.
    pub fn setup_code(&self) -> String {
        setup::code(&self.usher.core).to_owned()
    }

    pub async fn owner(&self) -> Admin<ManageUsers> {
        let who = domain::sign_in::verify(&self.usher.core, domain::testing::OWNER, PASSWORD)
            .await
            .unwrap();
        let member = self.usher.member(who).await.unwrap();
        member.with(ManageUsers).unwrap()
    }

    pub async fn invite(&self, email: &str, language: Language) -> BatchId {
        let request = SendRequest {
            key: random_nonce().parse().unwrap(),
            audience: Audience::Pasted(email.to_owned()),
            role: None,
            lifetime: None,
            language: Some(language),
            message: String::new(),
            resend: true,
            seen: 1,
        };
        let owner = self.owner().await;
        let batch = invitations::send(&self.usher.core, &owner, &request)
            .await
            .unwrap();
        self.usher.deliver().await.unwrap();
        batch
    }

    /// Invites and gives the token of the link in the mail.
    pub async fn invited(&self, email: &str) -> String {
        self.invite(email, Language::En).await;
        self.usher.mailer.token_for(email).unwrap()
    }

    /// Someone without any right, whose password is `PASSWORD`.
    pub async fn joined(&self, email: &str) {
        let token = self.invited(email).await;
        let form = sign_up::Form {
            first_name: "Ivan".to_owned(),
            last_name: "Petrov".to_owned(),
            phone: String::new(),
            job_title: String::new(),
            password: PASSWORD.to_owned(),
        };
        sign_up::accept(&self.usher.core, &token, form)
            .await
            .unwrap();
    }
}

impl Answer {
    pub fn header(&self, name: impl Into<HeaderName>) -> &str {
        let value = self.headers.get(name.into());
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Where a form's post leads.
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header(LOCATION)
    }
}

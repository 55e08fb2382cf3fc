//! A server of one test's own.

use domain::proof::Origin;
use std::{num::NonZeroU32, sync::Arc, time::Duration};

use app::ssr::{ServerContext, limits::Limits, openings::Openings};
use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
};
use domain::{
    doctor::Examiner,
    invitations,
    ports::OutgoingEmail,
    proof::{Admin, ManageUsers, Operator},
    random_nonce, roles, setup, sign_up,
    testing::{PASSWORD, TestUsher},
};
use http::{HeaderMap, HeaderName, Request, StatusCode, header::LOCATION};
use leptos::config::LeptosOptions;
use serde::de::DeserializeOwned;
use server::{guard::Guard, router::router, sms::Callbacks};
use tokio::{sync::RwLock, time::timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use types::{
    access::RoleKind,
    batch::{Audience, SendRequest},
    doctor::Finding,
    ids::{BatchId, RoleId},
    invitation::Via,
    language::Language,
};

pub const ORIGIN: &str = "https://usher.example";

/// With which gateways sign what they tell.
pub const TWILIO_TOKEN: &str = "a token of twilio's";
pub const WEBHOOK_SECRET: &str = "a webhook's secret";

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

fn guard(secure: bool, behind_proxy: bool) -> Guard {
    Guard {
        origin: ORIGIN.to_owned(),
        secure,
        behind_proxy,
        metrics_token: None,
    }
}

/// Finds what there is to find where messages are caught.
struct NobodyIll;

#[async_trait]
impl Examiner for NobodyIll {
    async fn examine(&self, _: Option<&str>, _: Option<OutgoingEmail>) -> Vec<Finding> {
        vec![Finding::MailIsCaught, Finding::SmsIsCaught]
    }
}

fn nobody_ill() -> Arc<dyn Examiner> {
    Arc::new(NobodyIll)
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

    /// Whose metrics can be asked for from elsewhere.
    pub async fn with_metrics_token(token: &str) -> Self {
        let (usher, _) = TestUsher::with_owner().await.unwrap();
        let guard = Guard {
            metrics_token: Some(token.into()),
            ..guard(false, false)
        };
        Self::built(usher, guard, nobody_ill(), Openings::none()).await
    }

    /// With something for the Doctor to look at.
    pub async fn with_doctor(doctor: Arc<dyn Examiner>) -> Self {
        let (usher, _) = TestUsher::with_owner().await.unwrap();
        Self::built(usher, guard(false, false), doctor, Openings::none()).await
    }

    async fn of(usher: TestUsher, secure: bool) -> Self {
        Self::guarded(usher, secure, false).await
    }

    /// Which notes who opens invitations: whoever has not come from the link `within` that time is a scanner.
    pub async fn noticing(within: Duration) -> Self {
        let (usher, _) = TestUsher::with_owner().await.unwrap();
        let core = Arc::clone(&usher.core);
        let openings = Openings::start(core, within, CancellationToken::new());
        Self::built(usher, guard(false, false), nobody_ill(), openings).await
    }

    async fn guarded(usher: TestUsher, secure: bool, behind_proxy: bool) -> Self {
        let guard = guard(secure, behind_proxy);
        Self::built(usher, guard, nobody_ill(), Openings::none()).await
    }

    async fn built(
        usher: TestUsher,
        guard: Guard,
        doctor: Arc<dyn Examiner>,
        openings: Openings,
    ) -> Self {
        let secure = guard.secure;
        let context = ServerContext {
            core: Arc::clone(&usher.core),
            mailer: usher.mailer.clone(),
            doctor,
            limits: Arc::new(Limits::new(NonZeroU32::MIN)),
            openings,
            secure,
            stopping: CancellationToken::new(),
        };
        let told_at = format!("{ORIGIN}/sms/twilio/status").parse().unwrap();
        let outside = Callbacks::twilio(TWILIO_TOKEN.into(), told_at)
            .and(Callbacks::webhook(WEBHOOK_SECRET.into()))
            .routes(Arc::clone(&usher.core));
        let options = LeptosOptions::builder()
            .output_name("usher")
            .site_root(SITE)
            .build();
        let _alone = BUILDING.write().await;
        Self {
            router: router(context, guard, options, outside),
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
        let owner = self.owner().await;
        self.invite_by(&owner, email, language, None).await
    }

    async fn invite_by(
        &self,
        admin: &Admin<ManageUsers>,
        email: &str,
        language: Language,
        role: Option<RoleId>,
    ) -> BatchId {
        let request = SendRequest {
            key: random_nonce().parse().unwrap(),
            audience: Audience::Pasted(email.to_owned()),
            role,
            access: None,
            lifetime: None,
            language: Some(language),
            via: Via::Automatic,
            message: String::new(),
            resend: true,
            seen: 1,
        };
        let batch = invitations::send(&self.usher.core, admin, &request)
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
        self.accept(&token).await;
    }

    /// Another owner, who does not run the installation.
    pub async fn joined_owner(&self, email: &str) {
        let owner = self.owner().await;
        let choices = roles::invite_choices(&self.usher.core, &owner).await;
        let mut roles = choices.unwrap().roles.into_iter();
        let role = roles.find(|role| role.kind == RoleKind::Owner).unwrap().id;
        self.invite_by(&owner, email, Language::En, Some(role))
            .await;
        let token = self.usher.mailer.token_for(email).unwrap();
        self.accept(&token).await;
    }

    /// The second organization, where someone whom the first one knows has joined too.
    pub async fn joined_elsewhere(&self, email: &str) -> Admin<ManageUsers> {
        let stranger = self.usher.other_organization().await.unwrap();
        self.invite_by(&stranger, email, Language::En, None).await;
        let token = self.usher.mailer.token_for(email).unwrap();
        sign_up::join_with_password(&self.usher.core, &Origin::default(), &token, PASSWORD)
            .await
            .unwrap();
        stranger
    }

    /// The session of the person who runs the installation.
    pub async fn operator(&self) -> Operator {
        let who = domain::sign_in::verify(&self.usher.core, domain::testing::OWNER, PASSWORD)
            .await
            .unwrap();
        let signed_in = self.usher.signed_in(who).await.unwrap();
        signed_in.operator().unwrap()
    }

    async fn accept(&self, token: &str) {
        let form = sign_up::Form {
            first_name: "Ivan".to_owned(),
            last_name: "Petrov".to_owned(),
            phone: String::new(),
            job_title: String::new(),
            password: PASSWORD.to_owned(),
        };
        sign_up::accept(&self.usher.core, &Origin::default(), token, form)
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

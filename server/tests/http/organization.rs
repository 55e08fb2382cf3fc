//! The settings of an organization: forms, the logo's files, the e-mail as it will look.

use app::api::AppError;
use axum::body::Body;
use domain::testing::{OWNER, TestUsher};
use http::{
    Request, StatusCode,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use sea_orm::EntityTrait;
use serde_json::json;
use types::{
    organization::{InvitationsPage, LARGEST_LOGO, OrganizationPage},
    refusal::Refusal,
    users::Failure,
};
use url::form_urlencoded::Serializer;

use crate::{
    browser::{Browser, error},
    house::{Answer, House},
};

const PAGE: &str = "text/html,application/xhtml+xml";
const JSON: &str = "application/json";
const PREVIEW: &str = "/settings/invitations/preview";

/// One pixel.
pub const PNG: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\
    \x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0d\x49\x44\x41\x54\x78\x9c\x63\
    \xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99\x3d\x1d\x00\x00\x00\x00\x49\x45\x4e\x44\
    \xae\x42\x60\x82";

async fn upload(browser: &mut Browser<'_>, accept: &str, bytes: &[u8]) -> Answer {
    crate::browser::upload(
        browser,
        "/settings/organization/logo",
        accept,
        "logo",
        bytes,
    )
    .await
}

async fn draw(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(PREVIEW)
        .header(ACCEPT, PAGE)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(CONTENT_LENGTH, body.len())
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body));
    browser.ask(request.unwrap()).await
}

async fn read(browser: &mut Browser<'_>) -> OrganizationPage {
    browser
        .call("read_organization_settings", &json!({}))
        .await
        .json()
}

async fn logos(usher: &TestUsher) -> usize {
    let read = usher.core.database().read();
    domain::entity::logos::Entity::find()
        .all(read)
        .await
        .unwrap()
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routes_are_for_who_manages_the_organization() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let mut stranger = Browser::new(&house);
    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    for (browser, status) in [
        (&mut stranger, StatusCode::UNAUTHORIZED),
        (&mut ivan, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(upload(browser, JSON, PNG).await.status, status);
        assert_eq!(browser.get(PREVIEW).await.status, status);
        assert_eq!(draw(browser, &[]).await.status, status);
    }
    assert_eq!(logos(&house.usher).await, 0);
    for path in ["/settings/organization", "/settings/invitations"] {
        let answer = stranger.get(path).await;
        assert!(answer.status.is_redirection(), "{path}: {}", answer.status);
        let answer = ivan.get(path).await;
        assert!(!answer.body.contains("wanted["), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logo_is_served_to_everyone_for_good() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = upload(&mut olive, PAGE, PNG).await;
    assert_eq!(answer.leads_to(), "/settings/organization");
    let page = olive.get("/settings/organization").await;
    assert!(page.body.contains("The logo is in place."));
    let path = read(&mut olive).await.logo.unwrap().path();
    // In the bar at the top, and in the panel.
    assert_eq!(page.body.matches(&format!("src=\"{path}\"")).count(), 2);

    let mut stranger = Browser::new(&house);
    let answer = stranger.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(CONTENT_TYPE), "image/png");
    assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(
        answer.header(CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let token = house.invited("ivan@north.example").await;
    stranger.get(&format!("/invite/{token}")).await;
    let accept = stranger.get("/accept").await;
    assert!(accept.body.contains(&format!("src=\"{path}\"")));

    let hash = path.rsplit('/').next().unwrap();
    let gone = olive.call("remove_logo", &json!({ "seen": "0" })).await;
    assert_eq!(error(&gone), AppError::Refused(Refusal::ChangedMeanwhile));
    let answer = olive.call("remove_logo", &json!({ "seen": hash })).await;
    assert_eq!(answer.status, StatusCode::OK);
    // Nothing may be kept of an answer that says that there is none.
    for path in [path.as_str(), "/logo/00", "/logo/..%2F..%2Fsecret"] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header(CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_with_a_sentence() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let answer = upload(&mut olive, JSON, svg).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::LogoUnreadable));
    let large = vec![0; LARGEST_LOGO + 1];
    let answer = upload(&mut olive, JSON, &large).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::LogoTooLarge));
    let answer = upload(&mut olive, JSON, &vec![0; 5 << 20]).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::RequestTooLarge));

    let answer = upload(&mut olive, PAGE, svg).await;
    assert_eq!(answer.leads_to(), "/settings/organization");
    let page = olive.get("/settings/organization").await;
    assert!(page.body.contains("SVG is not possible"));
    assert_eq!(logos(&house.usher).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accent_is_a_file_that_the_policy_allows() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let fields = [
        ("panel", "accent"),
        ("seen[accent]", ""),
        ("wanted[accent]", "#FFCC00"),
    ];
    let answer = olive.post("save_settings", &fields).await;
    assert_eq!(answer.leads_to(), "/settings/organization");
    let token = house.invited("ivan@north.example").await;
    let mut stranger = Browser::new(&house);
    stranger.get(&format!("/invite/{token}")).await;
    let page = stranger.get("/accept").await;
    assert!(page.body.contains("href=\"/accent/ffcc00.css\""));
    assert!(!page.body.contains(" style=\""));
    let css = stranger.get("/accent/ffcc00.css").await;
    assert_eq!(css.header(CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(
        css.header(CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert!(
        css.body.starts_with(":root{--color-primary:#8c7000;"),
        "{}",
        css.body
    );
    for path in [
        "/accent/ffcc00",
        "/accent/FFCC00.css",
        "/accent/fc0.css",
        "/accent/ffcc00%7D.css",
    ] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header(CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_work_without_javascript_and_lose_nothing() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let domains = "north.example\r\nno <b>domain</b>\r\nпочта.рф";
    let fields = [
        ("panel", "domains"),
        ("seen[allowed_domains]", ""),
        ("wanted[allowed_domains]", domains),
    ];
    let answer = olive.post("save_settings", &fields).await;
    assert_eq!(answer.leads_to(), "/settings/invitations");
    let page = olive.get("/settings/invitations").await;
    // Named one by one, and still there to be corrected.
    assert!(
        page.body
            .contains("Not everything in this list is a domain")
    );
    assert!(
        page.body
            .contains("<span class=\"min-w-0 break-words\">no: ")
    );
    assert!(
        page.body
            .contains("no &lt;b&gt;domain&lt;/b&gt;\nпочта.рф</textarea>")
            || page
                .body
                .contains("no &lt;b&gt;domain&lt;/b&gt;\r\nпочта.рф</textarea>")
    );

    let fields = [
        ("panel", "expiry"),
        ("seen[invitation_hours]", "72"),
        ("seen[default_role]", ""),
        ("wanted[invitation_hours]", "custom"),
        ("wanted[default_role]", ""),
        ("amount", "3"),
        ("unit", "days"),
    ];
    olive.post("save_settings", &fields).await;
    // Three days are what there was.
    let fields = fields.map(|(name, value)| (name, if name == "amount" { "10" } else { value }));
    olive.post("save_settings", &fields).await;
    let page: InvitationsPage = olive
        .call("read_invitation_settings", &json!({}))
        .await
        .json();
    assert_eq!(page.settings.invitation_hours, "240");
    assert_eq!(page.settings.allowed_domains, "");
    // Somebody who has not seen it begins with what is now.
    let answer = olive
        .post(
            "save_settings",
            &fields.map(|(name, value)| (name, if name == "amount" { "11" } else { value })),
        )
        .await;
    assert_eq!(answer.leads_to(), "/settings/invitations");
    assert_eq!(olive.flash().refusal, Some(Refusal::ChangedMeanwhile));

    let words = [
        ("request[channel]", "email"),
        ("request[language]", "ru"),
        ("request[seen][subject]", ""),
        ("request[seen][opening]", ""),
        ("request[seen][closing]", ""),
        ("request[wanted][subject]", ""),
        ("request[wanted][opening]", "Привет, {name}!\r\n</textarea>"),
        ("request[wanted][closing]", ""),
    ];
    let answer = olive.post("save_wording", &words).await;
    assert_eq!(answer.leads_to(), "/settings/invitations?words=ru");
    let page = olive.get("/settings/invitations?words=ru").await;
    assert!(
        page.body
            .contains("Привет, {name}!\n&lt;/textarea&gt;</textarea>")
    );
    assert!(page.body.contains("The words are saved."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_is_drawn_in_a_frame_that_can_do_nothing() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let fields = [
        ("request[language]", "ru"),
        ("request[wanted][subject]", "Тема"),
        (
            "request[wanted][opening]",
            "<script>alert(1)</script> {name}",
        ),
    ];
    let drawn = draw(&mut olive, &fields).await;
    assert_eq!(drawn.status, StatusCode::OK);
    assert!(
        drawn
            .body
            .contains("&#60;script&#62;alert(1)&#60;/script&#62; Olive")
    );
    assert!(drawn.body.contains("lang=\"ru\""));
    let policy = drawn.header(http::header::CONTENT_SECURITY_POLICY);
    for part in ["default-src 'none'", "frame-ancestors 'self'", "sandbox"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("allow-"));
    // What is kept has not changed by it.
    let kept = olive.get(&format!("{PREVIEW}?language=ru")).await;
    assert!(kept.body.contains("приглашает вас"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_are_sent_at_once_and_not_for_ever() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let arguments = json!({ "language": "en", "wording": { "subject": "For {name}" } });
    for _ in 0..10 {
        let answer = olive.call("send_test", &arguments).await;
        assert_eq!(answer.json::<Option<Failure>>(), None);
    }
    let answer = olive.call("send_test", &arguments).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::TooManyRequests));
    let sent = house.usher.mailer.sent();
    assert_eq!(sent.len(), 10);
    assert!(
        sent.iter()
            .all(|sent| sent.to.as_str() == OWNER && sent.subject == "For Olive")
    );
    // It is no hindrance to a forgotten password.
    let answer = olive
        .post("request_password_reset", &[("email", OWNER)])
        .await;
    assert_eq!(answer.leads_to(), "/forgot-password");
    assert!(olive.flash().done);
}

//! The public forms, with and without JavaScript.

use app::api::AppError;
use domain::{
    entity::users,
    testing::{OWNER, PASSWORD},
};
use http::{StatusCode, header::LOCATION};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use types::{language::Language, refusal::Refusal};

use crate::{
    browser::{Browser, error, set_cookie},
    house::House,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_sign_in_leads_back_and_says_so_once() {
    let house = House::new().await;
    let mut olive = Browser::new(&house);
    let fields = [("email", OWNER), ("password", "not the password")];
    let answer = olive.post("sign_in", &fields).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert!(!olive.cookies.contains_key("session"));
    let cookie = set_cookie(&answer, "flash");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Max-Age=60"),
        "{cookie}"
    );

    let page = olive.get("/sign-in").await;
    assert!(
        page.body
            .contains("The e-mail or the password is not right")
    );
    assert!(
        page.body.contains(&format!("value=\"{OWNER}\"")),
        "{}",
        page.body
    );
    let page = olive.get("/sign-in").await;
    assert!(!page.body.contains("is not right"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_answered_like_a_wrong_password() {
    let house = House::new().await;
    let unknown = "nobody@acme.example";
    let mut answers = Vec::new();
    for email in [OWNER, unknown] {
        let mut browser = Browser::new(&house);
        let answer = browser
            .post("sign_in", &[("email", email), ("password", "x")])
            .await;
        let mut flash = browser.flash();
        assert_eq!(flash.typed("email"), email);
        flash.typed.clear();
        answers.push((
            answer.status,
            answer.header(LOCATION).to_owned(),
            answer.body,
            flash,
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].3.refusal, Some(Refusal::WrongCredentials));

    let mut answers = Vec::new();
    for email in [OWNER, unknown] {
        let mut browser = Browser::new(&house);
        let answer = browser
            .post("request_password_reset", &[("email", email)])
            .await;
        let mut flash = browser.flash();
        flash.typed.clear();
        answers.push((
            answer.status,
            answer.header(LOCATION).to_owned(),
            answer.body,
            flash,
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].3.done);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_no_page_gets_the_error_itself() {
    let house = House::new().await;
    let mut script = Browser::new(&house);
    for email in [OWNER, "nobody@acme.example"] {
        let fields = [("email", email), ("password", "x")];
        let answer = script.post_form("sign_in", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(error(&answer), AppError::Refused(Refusal::WrongCredentials));
        assert_eq!(answer.body, r#"{"Refused":"wrong_credentials"}"#);
        assert!(script.cookies.is_empty());
    }
    let fields = [("email", OWNER), ("password", PASSWORD)];
    let answer = script.post_form("sign_in", &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(script.cookies.contains_key("session"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_sign_in_begins_a_new_session() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let first = olive.cookies["session"].clone();
    assert_eq!(olive.get("/users").await.status, StatusCode::OK);

    let fields = [("email", OWNER), ("password", PASSWORD)];
    olive.post("sign_in", &fields).await;
    assert_ne!(olive.cookies["session"], first);
    let mut thief = Browser::new(&house);
    thief.cookies.insert("session".to_owned(), first);
    assert_eq!(thief.get("/users").await.header(LOCATION), "/sign-in");

    // A session that somebody else planted is not taken over.
    let mut victim = Browser::new(&house);
    victim.cookies.insert("session".to_owned(), "A".repeat(43));
    victim.post("sign_in", &fields).await;
    assert_ne!(victim.cookies["session"], "A".repeat(43));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_takes_its_cookie() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let session = olive.cookies["session"].clone();
    let answer = olive.post("sign_out", &[]).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert!(!olive.cookies.contains_key("session"));
    olive.cookies.insert("session".to_owned(), session);
    let answer = olive.call("who_am_i", &json!({})).await;
    assert_eq!(answer.body, "null");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_for_right_and_wrong_alike() {
    let house = House::new().await;
    let mut guesser = Browser::new(&house);
    for _ in 0..10 {
        let answer = guesser
            .post_form("sign_in", &[("email", OWNER), ("password", "x")])
            .await;
        assert_eq!(error(&answer), AppError::Refused(Refusal::WrongCredentials));
    }
    let fields = [("email", OWNER), ("password", PASSWORD)];
    let answer = guesser.post_form("sign_in", &fields).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(error(&answer), AppError::Refused(Refusal::TooManyRequests));
    let answer = guesser.post("sign_in", &fields).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert_eq!(guesser.flash().refusal, Some(Refusal::TooManyRequests));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_speaks_the_language_of_the_browser_or_the_chosen_one() {
    let house = House::new().await;
    let mut browser = Browser::new(&house);
    browser.language = "ru-RU,ru;q=0.9,en;q=0.8";
    let page = browser.get("/sign-in").await;
    assert!(
        page.body.contains("lang=\"ru\"") && page.body.contains("Войти"),
        "{}",
        page.body
    );
    let fields = [("language", "en"), ("back", "/sign-in")];
    let answer = browser.post("set_language", &fields).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    let page = browser.get("/sign-in").await;
    assert!(page.body.contains("lang=\"en\"") && page.body.contains("Sign in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_shown_in_its_own_language() {
    let house = House::new().await;
    house.invite("ivan@north.example", Language::Ru).await;
    let token = house.usher.mailer.token_for("ivan@north.example").unwrap();
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("lang=\"ru\""), "{}", page.body);
    assert!(page.body.contains("Acme Clinics") && page.body.contains("Пароль"));

    // Whoever has chosen a language keeps it.
    let mut anna = Browser::new(&house);
    anna.post("set_language", &[("language", "en"), ("back", "/")])
        .await;
    anna.get(&format!("/invite/{token}")).await;
    let page = anna.get("/accept").await;
    assert!(page.body.contains("lang=\"en\"") && page.body.contains("Create account"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_leads_back_to_pages_of_ours_only() {
    let house = House::new().await;
    let mut browser = Browser::new(&house);
    for back in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "",
        "/a\r\nX: y",
    ] {
        let answer = browser
            .post("set_language", &[("language", "en"), ("back", back)])
            .await;
        assert_eq!(answer.leads_to(), "/", "{back:?}");
    }
    let answer = browser
        .post(
            "set_language",
            &[("language", "en"), ("back", "/users?status=invited")],
        )
        .await;
    assert_eq!(answer.leads_to(), "/users?status=invited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_is_said_and_signs_out_the_others() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let mut elsewhere = Browser::signed_in(&house, OWNER).await;
    let wrong = [("current", "x"), ("password", "copper meadow sundial 4")];
    let answer = olive.post("change_password", &wrong).await;
    assert_eq!(answer.leads_to(), "/profile");
    assert_eq!(olive.flash().refusal, Some(Refusal::WrongPassword));
    olive.get("/profile").await;
    let right = [
        ("current", PASSWORD),
        ("password", "copper meadow sundial 4"),
    ];
    let answer = olive.post("change_password", &right).await;
    assert_eq!(answer.leads_to(), "/profile");
    assert!(olive.flash().done);
    assert_eq!(olive.get("/profile").await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/profile").await.header(LOCATION), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_visitor_sets_up_with_the_code_of_the_server() {
    let house = House::empty().await;
    let mut olive = Browser::new(&house);
    assert_eq!(olive.get("/").await.header(LOCATION), "/setup");
    let code = house.setup_code().to_lowercase();
    let form = |code| {
        [
            ("code", code),
            ("organization", "Acme Clinics"),
            ("name", "Olive Owner"),
            ("email", OWNER),
            ("password", PASSWORD),
        ]
    };
    let answer = olive.post("set_up", &form("0000-0000")).await;
    assert_eq!(answer.leads_to(), "/setup");
    assert_eq!(olive.flash().refusal, Some(Refusal::SetupCodeWrong));
    let page = olive.get("/setup").await;
    assert!(page.body.contains("value=\"Olive Owner\""), "{}", page.body);

    let answer = olive.post("set_up", &form(&code)).await;
    assert_eq!(answer.leads_to(), "/users");
    assert!(olive.get("/users").await.body.contains(OWNER));

    let mut late = Browser::new(&house);
    let answer = late.post("set_up", &form(&code)).await;
    assert_eq!(answer.leads_to(), "/setup");
    assert_eq!(late.flash().refusal, Some(Refusal::AlreadySetUp));
    let read = house.usher.core.database().read();
    assert_eq!(users::Entity::find().count(read).await.unwrap(), 1);
}

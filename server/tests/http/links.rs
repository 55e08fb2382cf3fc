//! Following links out of messages.

use domain::testing::{OWNER, PASSWORD};
use http::{StatusCode, header::LOCATION};
use types::refusal::Refusal;

use crate::{
    browser::{Browser, set_cookie},
    house::House,
};

const IVAN: &str = "ivan@north.example";

/// The form of `/accept`, filled in.
const FORM: [(&str, &str); 5] = [
    ("first_name", "Ivan"),
    ("last_name", "Petrov"),
    ("phone", ""),
    ("job_title", ""),
    ("password", PASSWORD),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_link_moves_its_token_into_a_cookie() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let path = format!("/invite/{token}");
    let mut ivan = Browser::new(&house);
    let answer = ivan.get(&path).await;
    assert_eq!(answer.leads_to(), "/accept");
    let cookie = set_cookie(&answer, "invitation");
    assert!(
        cookie.starts_with(&format!("invitation={token};")),
        "{cookie}"
    );
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7200"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let head = Browser::new(&house).head(&path).await;
    assert_eq!(head.leads_to(), "/accept");
    assert_eq!(head.body, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_looks_at_a_link_consume_nothing() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let path = format!("/invite/{token}");
    let before = house.usher.everything().await.unwrap();
    let mut scanner = Browser::new(&house);
    for _ in 0..50 {
        scanner.get(&path).await;
        scanner.head(&path).await;
    }
    for _ in 0..5 {
        let page = scanner.get("/accept").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Join Acme Clinics"));
        scanner.head("/accept").await;
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);

    let answer = scanner.post("accept_invitation", &FORM).await;
    assert_eq!(answer.leads_to(), "/home");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitee_comes_in_without_javascript() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let page = ivan.get("/accept").await;
    assert!(page.body.contains(IVAN) && page.body.contains("Olive Owner"));
    assert!(!page.body.contains(&token), "the page holds no secret");

    let answer = ivan.post("accept_invitation", &FORM).await;

    assert_eq!(answer.leads_to(), "/home");
    assert!(!ivan.cookies.contains_key("invitation"));
    let home = ivan.get("/home").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("Welcome, Ivan"), "{}", home.body);

    // A second time, by someone else who has the link.
    let mut other = Browser::new(&house);
    other.get(&format!("/invite/{token}")).await;
    let answer = other.post("accept_invitation", &FORM).await;
    assert_eq!(answer.leads_to(), "/accept");
    assert_eq!(other.flash().refusal, Some(Refusal::InvitationUsed));
    let page = other.get("/accept").await;
    assert!(page.body.contains("This invitation was already used"));
    assert!(!other.cookies.contains_key("session"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_back_but_for_the_password() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let mut form = FORM;
    form[2].1 = "+12";
    form[4].1 = "my secret <words> 42";
    let answer = ivan.post("accept_invitation", &form).await;
    assert_eq!(answer.leads_to(), "/accept");
    let flash = ivan.flash();
    assert_eq!(flash.refusal, Some(Refusal::PhoneNotValid));
    assert_eq!(flash.typed("first_name"), "Ivan");
    assert_eq!(flash.typed("password"), "");
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("value=\"Petrov\""), "{}", page.body);
    assert!(!page.body.contains("my secret"));
    assert!(!ivan.cookies.contains_key("flash"), "it is said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_never_becomes_markup() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let mut form = FORM;
    form[0].1 = "\"><script>alert(1)</script>";
    form[4].1 = "short";
    ivan.post("accept_invitation", &form).await;
    let page = ivan.get("/accept").await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    form[4].1 = PASSWORD;
    ivan.post("accept_invitation", &form).await;
    let page = ivan.get("/home").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let page = olive.get("/users").await;
    assert!(page.body.contains(IVAN));
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_does_not_let_in_says_why() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    house.usher.clock.advance(domain::sessions::IDLE);
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("This invitation has expired"));
    assert!(page.body.contains("Ask for a new one"));

    let answer = ivan.post("ask_for_new_invitation", &[]).await;
    assert_eq!(answer.leads_to(), "/accept");
    assert!(ivan.flash().done);
    house.usher.deliver().await.unwrap();
    assert_eq!(house.usher.mailer.sent().len(), 2);
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("replaced by a newer one"));
    assert!(page.body.contains("a new message is on its way"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_usher_never_made_leads_to_a_page_that_says_so() {
    let house = House::new().await;
    let mut stranger = Browser::new(&house);
    for path in [
        "/invite/x",
        "/invite/%0d%0aSet-Cookie:%20session=x",
        "/invite/%00",
    ] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.leads_to(), "/accept", "{path}");
        assert!(!stranger.cookies.contains_key("session"));
        let page = stranger.get("/accept").await;
        assert!(page.body.contains("This link does not work"), "{path}");
    }
    let long = format!("/invite/{}", "x".repeat(5_000));
    let answer = stranger.get(&long).await;
    assert!(set_cookie(&answer, "invitation").len() < 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_a_link() {
    const NEW: &str = "copper meadow sundial 4";
    let house = House::new().await;
    house.usher.request_password_reset(OWNER).await.unwrap();
    house.usher.deliver().await.unwrap();
    let token = house.usher.mailer.token_for(OWNER).unwrap();
    let mut olive = Browser::new(&house);
    let answer = olive.get(&format!("/reset/{token}")).await;
    assert_eq!(answer.leads_to(), "/reset-password");
    let page = olive.get("/reset-password").await;
    assert!(!page.body.contains(&token));
    let answer = olive.post("reset_password", &[("password", "short")]).await;
    assert_eq!(answer.leads_to(), "/reset-password");
    let answer = olive.post("reset_password", &[("password", NEW)]).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert!(!olive.cookies.contains_key("password-reset"));
    let page = olive.get("/sign-in").await;
    assert!(page.body.contains("Your password is changed"));
    let answer = olive
        .post("sign_in", &[("email", OWNER), ("password", NEW)])
        .await;
    assert_eq!(answer.leads_to(), "/");

    // The link is dead now.
    let mut other = Browser::new(&house);
    other.get(&format!("/reset/{token}")).await;
    let page = other.get("/reset-password").await;
    assert!(page.body.contains("This link does not work any more"));
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_signed_in_as_another_is_asked_to_switch() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    olive.get(&format!("/invite/{token}")).await;
    let page = olive.get("/accept").await;
    assert!(page.body.contains(OWNER) && page.body.contains(IVAN));
    assert!(page.body.contains("Switch account"));
    let answer = olive.post("join", &[]).await;
    assert_eq!(answer.leads_to(), "/accept");
    assert_eq!(olive.flash().refusal, Some(Refusal::OtherIdentity));
    let answer = olive.post("switch_account", &[]).await;
    assert_eq!(answer.leads_to(), "/accept");
    let page = olive.get("/accept").await;
    assert!(page.body.contains("Create account"));
    assert_eq!(olive.get("/users").await.header(LOCATION), "/sign-in");
}

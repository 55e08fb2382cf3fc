//! The invitee's forms, without JavaScript: a temporary password, saying no, asking for a new one; and
//! the sheet that admins print for them.

use domain::testing::{OWNER, PASSWORD};
use http::{StatusCode, header::CONTENT_SECURITY_POLICY};
use serde_json::{Value, json};
use types::{approvals::ApprovalsPage, refusal::Refusal, users::UsersPage};

use crate::{browser::Browser, house::House};

const IVAN: &str = "ivan@north.example";

const FORM: [(&str, &str); 5] = [
    ("first_name", "Ivan"),
    ("last_name", "Petrov"),
    ("phone", ""),
    ("job_title", ""),
    ("password", PASSWORD),
];

/// As the form on `/settings/invitations` is posted.
async fn set(olive: &mut Browser<'_>, setting: &str, seen: &str, wanted: &str) {
    let (seen_field, wanted_field) = (format!("seen[{setting}]"), format!("wanted[{setting}]"));
    let fields = [
        ("panel", "offer"),
        (seen_field.as_str(), seen),
        (wanted_field.as_str(), wanted),
    ];
    let answer = olive.post("save_settings", &fields).await;
    assert_eq!(answer.leads_to(), "/settings/invitations");
    assert!(olive.flash().done);
}

async fn user(olive: &mut Browser<'_>, email: &str) -> Value {
    let query = json!({ "query": { "filter": { "email": email } } });
    let page: UsersPage = olive.call("list_users", &query).await.json();
    json!(page.rows[0].id)
}

async fn revoke(olive: &mut Browser<'_>, user: &Value) {
    let request = json!({ "request": {
        "key": domain::random_nonce(), "act": "revoke", "audience": { "Users": [user] }, "seen": 1,
    } });
    let answer = olive.call("change_users", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

fn mailed_password(house: &House) -> String {
    let message = house.usher.mailer.sent().pop().unwrap();
    let (_, rest) = message.text.split_once("Temporary password: ").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_password_leads_to_ones_own() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let page = olive.get("/settings/invitations").await;
    assert!(page.body.contains("Username and temporary password"));
    set(&mut olive, "offer", "link", "temporary_password").await;
    house.invite(IVAN, types::language::Language::En).await;
    house.usher.deliver().await.unwrap();
    let password = mailed_password(&house);

    let mut ivan = Browser::new(&house);
    let wrong = [("email", IVAN), ("password", "0000-0000-0000")];
    let answer = ivan.post("sign_in", &wrong).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert_eq!(ivan.flash().refusal, Some(Refusal::WrongCredentials));
    let page = ivan.get("/sign-in").await;
    assert!(page.body.contains("After 5 wrong tries"));
    let right = [("email", IVAN), ("password", password.as_str())];
    let answer = ivan.post("sign_in", &right).await;
    assert_eq!(answer.leads_to(), "/accept");
    assert!(!ivan.cookies.contains_key("session"));
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("Create account"), "{}", page.body);
    assert!(!page.body.contains(&password));
    let answer = ivan.post("accept_invitation", &FORM).await;
    assert_eq!(answer.leads_to(), "/home");
    let answer = Browser::new(&house).post("sign_in", &right).await;
    assert_eq!(answer.leads_to(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn saying_no_takes_a_question_and_a_post() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let page = ivan.get("/accept").await;
    assert!(
        page.body.contains("href=\"/accept/decline\""),
        "{}",
        page.body
    );
    let before = house.usher.everything().await.unwrap();
    let page = ivan.get("/accept/decline").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Decline the invitation?"));
    assert!(!page.body.contains(".wasm"), "it needs no code");
    assert_eq!(house.usher.everything().await.unwrap(), before);

    let answer = ivan.post("decline_invitation", &[]).await;
    assert_eq!(answer.leads_to(), "/accept");
    for path in ["/accept", "/accept/decline"] {
        let page = ivan.get(path).await;
        assert!(page.body.contains("You have declined"), "{path}");
        assert!(!page.body.contains("Ask for a new one"), "{path}");
    }
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let id = user(&mut olive, IVAN).await;
    for path in ["/users", &format!("/users/{}", id.as_str().unwrap())] {
        let page = olive.get(path).await;
        assert!(page.body.contains("Declined"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_after_a_revoked_invitation_waits_for_an_admin() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let id = user(&mut olive, IVAN).await;
    revoke(&mut olive, &id).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("Ask for a new one"), "{}", page.body);
    let answer = ivan.post("ask_for_new_invitation", &[]).await;
    assert_eq!(answer.leads_to(), "/accept");
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("An admin decides"), "{}", page.body);
    assert!(!page.body.contains("Ask for a new one"));
    // It is said again later, not only once.
    let page = ivan.get("/accept").await;
    assert!(page.body.contains("An admin decides"), "{}", page.body);

    let page = olive.get("/users/approvals").await;
    assert!(page.body.contains("Requests for a new invitation"));
    assert!(
        olive
            .get("/users")
            .await
            .body
            .contains("1 waits for approval")
    );
    let list: ApprovalsPage = olive.call("list_approvals", &json!({})).await.json();
    let id = json!({ "id": list.requests[0].id });
    let answer = olive.call("refuse_request", &id).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let page = ivan.get("/accept").await;
    assert!(
        page.body.contains("has decided against it"),
        "{}",
        page.body
    );
    let answer = olive.call("grant_request", &id).await;
    assert_eq!(
        crate::browser::error(&answer),
        app::api::AppError::Refused(Refusal::RequestDecided)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_is_a_plain_page_under_a_policy_of_its_own() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    house.invited("zoe@x.example").await;
    let zoe = user(&mut olive, "zoe@x.example").await;
    let own = user(&mut olive, OWNER).await;
    let ids = format!("{},{}", zoe.as_str().unwrap(), own.as_str().unwrap());
    let answer = olive.post_to("/users/sheet", &[("ids", &ids)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let policy = answer.header(CONTENT_SECURITY_POLICY);
    assert!(
        policy.starts_with("default-src 'none'; style-src 'nonce-"),
        "{policy}"
    );
    let nonce = policy.split("'nonce-").nth(1).unwrap();
    let nonce = nonce.split('\'').next().unwrap();
    assert!(answer.body.contains(&format!("<style nonce=\"{nonce}\">")));
    assert!(!answer.body.contains("<script") && !answer.body.contains("style=\""));
    assert_eq!(answer.body.matches("<svg").count(), 1);
    assert!(answer.body.contains("zoe@x.example"));
    assert!(
        answer.body.contains("Olive Owner"),
        "the left-out are named"
    );
    assert!(answer.body.contains("break-inside: avoid"));

    // The same for all who match what the list shows, in an address of ours.
    let all = [("ids", ""), ("query", "/users?q=zoe")];
    let answer = olive.post_to("/users/sheet", &all).await;
    assert_eq!(answer.body.matches("<svg").count(), 1);
    assert!(!answer.body.contains("Olive Owner"));

    let answer = Browser::new(&house)
        .post_to("/users/sheet", &[("ids", &ids)])
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("printed"), "{}", answer.body);
}

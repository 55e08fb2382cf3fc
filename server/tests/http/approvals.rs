//! Signing up where it has to be approved, and who is kept out, as browsers and scripts meet it.

use app::api::AppError;
use domain::testing::{OWNER, PASSWORD};
use http::{StatusCode, header::LOCATION};
use serde_json::{Value, json};
use types::{approvals::ApprovalsPage, refusal::Refusal, users::UsersPage};

use crate::{
    browser::{Browser, error},
    house::House,
};

const ANN: &str = "ann@acme.example";
const IVAN: &str = "ivan@north.example";

const FORM: [(&str, &str); 5] = [
    ("first_name", "Ivan"),
    ("last_name", "Petrov"),
    ("phone", ""),
    ("job_title", ""),
    ("password", PASSWORD),
];

async fn id(olive: &mut Browser<'_>, email: &str) -> Value {
    let query = json!({ "query": { "filter": { "email": email } } });
    let page: UsersPage = olive.call("list_users", &query).await.json();
    assert_eq!(page.rows.len(), 1);
    json!(page.rows[0].id)
}

async fn change(olive: &mut Browser<'_>, act: &str, user: &Value) {
    let request = json!({ "request": {
        "key": domain::random_nonce(), "act": act, "audience": { "Users": [user] }, "seen": 1,
    } });
    let answer = olive.call("change_users", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

fn sending(user: &Value, seen: u32) -> Value {
    json!({ "request": {
        "key": domain::random_nonce(), "audience": { "Users": [user] }, "role": null,
        "lifetime": null, "language": null, "message": "", "resend": true, "seen": seen,
    } })
}

/// Ivan's link, whose inviter, Ann, has been deactivated since.
async fn doubtful(house: &House, olive: &mut Browser<'_>) -> String {
    let roles: Value = olive.call("read_invite_choices", &json!({})).await.json();
    let admin = roles["roles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["kind"] == "admin");
    let request = json!({ "request": {
        "key": domain::random_nonce(), "audience": { "Pasted": ANN },
        "role": admin.unwrap()["id"], "lifetime": null, "language": null, "message": "",
        "resend": false, "seen": 1,
    } });
    let answer = olive.call("send_invitations", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    house.usher.deliver().await.unwrap();
    let token = house.usher.mailer.token_for(ANN).unwrap();
    let mut ann = Browser::new(house);
    ann.get(&format!("/invite/{token}")).await;
    assert_eq!(
        ann.post("accept_invitation", &FORM).await.leads_to(),
        "/home"
    );
    let request = json!({ "request": {
        "key": domain::random_nonce(), "audience": { "Pasted": IVAN }, "role": null,
        "lifetime": null, "language": null, "message": "", "resend": false, "seen": 1,
    } });
    let answer = ann.call("send_invitations", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    house.usher.deliver().await.unwrap();
    let ann = id(olive, ANN).await;
    change(olive, "deactivate", &ann).await;
    house.usher.mailer.token_for(IVAN).unwrap()
}

async fn waiting(olive: &mut Browser<'_>) -> ApprovalsPage {
    olive.call("list_approvals", &json!({})).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_waits_is_said_by_the_page_and_never_an_error() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let token = doubtful(&house, &mut olive).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    for _ in 0..2 {
        let answer = ivan.post("accept_invitation", &FORM).await;
        assert_eq!(answer.leads_to(), "/accept");
        assert!(!ivan.cookies.contains_key("session"));
        let page = ivan.get("/accept").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Waiting for approval"), "{}", page.body);
        assert!(!page.body.contains("role=\"alert\""), "{}", page.body);
    }
    let fields = [("email", IVAN), ("password", PASSWORD)];
    let answer = ivan.post("sign_in", &fields).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert_eq!(ivan.flash().refusal, Some(Refusal::AwaitsApproval));

    let page = olive.get("/users").await;
    assert!(page.body.contains("1 waits for approval"), "{}", page.body);
    let page = olive.get("/users/approvals").await;
    assert!(page.body.contains(IVAN), "{}", page.body);
    assert!(page.body.contains("no longer active here"), "{}", page.body);
    let row = waiting(&mut olive).await.rows.remove(0);
    let answer = olive
        .call("approve_sign_up", &json!({ "id": row.id }))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let answer = olive.call("refuse_sign_up", &json!({ "id": row.id })).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::ApprovalDecided));
    let page = olive.get("/users/approvals").await;
    assert!(
        page.body.contains("Nobody waits for approval"),
        "{}",
        page.body
    );
    Browser::signed_in(&house, IVAN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_up_is_said_by_the_page_with_whom_to_ask() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let token = doubtful(&house, &mut olive).await;
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    ivan.post("accept_invitation", &FORM).await;
    let row = waiting(&mut olive).await.rows.remove(0);
    olive.call("refuse_sign_up", &json!({ "id": row.id })).await;
    for _ in 0..2 {
        let page = ivan.get("/accept").await;
        assert!(
            page.body.contains("Your sign-up was refused"),
            "{}",
            page.body
        );
        assert!(page.body.contains("Olive Owner"), "{}", page.body);
        assert!(!page.body.contains("role=\"alert\""), "{}", page.body);
        assert_eq!(
            ivan.post("accept_invitation", &FORM).await.leads_to(),
            "/accept"
        );
    }
    let fields = [("email", IVAN), ("password", PASSWORD)];
    ivan.post("sign_in", &fields).await;
    assert_eq!(ivan.flash().refusal, Some(Refusal::WrongCredentials));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_deactivated_is_out_at_the_next_request_wherever_signed_in() {
    let house = House::new().await;
    house.joined(IVAN).await;
    let mut here = Browser::signed_in(&house, IVAN).await;
    let mut elsewhere = Browser::signed_in(&house, IVAN).await;
    assert_eq!(here.get("/home").await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/home").await.status, StatusCode::OK);
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let ivan = id(&mut olive, IVAN).await;
    change(&mut olive, "deactivate", &ivan).await;
    for browser in [&mut here, &mut elsewhere] {
        let answer = browser.call("list_sessions", &json!({})).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.get("/home").await.header(LOCATION), "/sign-in");
    }
    // Activated, they sign in anew: what was ended stays ended.
    change(&mut olive, "activate", &ivan).await;
    assert_eq!(here.get("/home").await.header(LOCATION), "/sign-in");
    Browser::signed_in(&house, IVAN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_active_or_deactivated_is_sent_nothing_whatever_is_asked_for() {
    let house = House::new().await;
    house.joined(IVAN).await;
    house
        .invite("dora@north.example", types::language::Language::En)
        .await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let ivan = id(&mut olive, IVAN).await;
    let dora = id(&mut olive, "dora@north.example").await;
    change(&mut olive, "deactivate", &dora).await;
    let before = house.usher.everything().await.unwrap();
    for user in [&ivan, &dora] {
        let by_address = if user == &ivan {
            IVAN
        } else {
            "dora@north.example"
        };
        let mut pasted = sending(user, 1);
        pasted["request"]["audience"] = json!({ "Pasted": by_address });
        let mut matching = sending(user, 1);
        matching["request"]["audience"] = json!({ "Matching": { "email": by_address } });
        for request in [sending(user, 1), sending(user, 0), pasted, matching] {
            let answer = olive.call("send_invitations", &request).await;
            assert_eq!(error(&answer), AppError::Refused(Refusal::NobodyToInvite));
        }
    }
    let answer = olive.call("activate_and_send", &sending(&ivan, 1)).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::UserActive));
    assert_eq!(house.usher.everything().await.unwrap(), before);

    let answer = olive.call("activate_and_send", &sending(&dora, 1)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let sent = house.usher.mailer.sent().len();
    house.usher.deliver().await.unwrap();
    assert_eq!(house.usher.mailer.sent().len(), sent + 1);
}

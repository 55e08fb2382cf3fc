//! Who may call what: every endpoint there is, as a stranger and as someone without rights.

use std::collections::BTreeSet;

use app::api::AppError;
use axum::body::Body;
use domain::testing::OWNER;
use http::{Method, Request, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use types::{audit::EventsQuery, language::Language, refusal::Refusal, users::UsersQuery};

use crate::{
    browser::{Browser, error},
    house::{Answer, House},
};

/// What a stranger may call, and why.
const OPEN: &[(&str, &str)] = &[
    ("take_flash", "reads the caller's own cookie"),
    ("awaits_setup", "leads the first visitor to the set-up"),
    ("set_up", "needs the code that the server printed"),
    ("sign_in", "is how one becomes known"),
    ("sign_out", "ends the caller's own session, if any"),
    (
        "request_password_reset",
        "answers the same for every address",
    ),
    ("reset_password", "needs the link's token"),
    ("reset_link_works", "needs the link's token"),
    ("password_strength", "judges what was typed; reads nothing"),
    ("who_am_i", "says that a stranger is nobody"),
    ("who_is_outside", "says that a stranger is nobody"),
    ("set_language", "is a preference of the browser"),
    ("read_invitation", "needs the link's token"),
    ("accept_invitation", "needs the link's token"),
    (
        "sign_in_and_join",
        "needs the link's token and the password",
    ),
    ("switch_account", "ends the caller's own session, if any"),
    ("decline_invitation", "needs the link's token"),
    (
        "ask_for_new_invitation",
        "needs the link's token; mails the invited address only",
    ),
    (
        "list_messages",
        "is there only where messages are caught for everyone to see",
    ),
];

/// What everyone who is signed in may call, and why.
const FOR_MEMBERS: &[(&str, &str)] = &[
    ("list_sessions", "shows the caller's own"),
    ("end_session", "ends one of the caller's own"),
    ("end_other_sessions", "ends the caller's own"),
    ("change_password", "changes the caller's own"),
    ("read_home", "shows what the caller reaches"),
    ("join", "joins as who the caller is, with a link's token"),
    (
        "switch_organization",
        "leads only to where the caller is active",
    ),
];

/// What only the person who runs the installation may call.
pub const FOR_OPERATORS: &[&str] = &[
    "list_organizations",
    "read_organization",
    "create_organization",
    "invite_owner",
    "change_organization",
    "add_offered",
    "enable_offered",
    "suspend_organization",
    "resume_organization",
];

fn is_on(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

/// The names of all server functions.
pub fn names() -> BTreeSet<&'static str> {
    let names: BTreeSet<_> = server_fn_paths()
        .map(|(path, _)| path.strip_prefix("/api/").unwrap())
        .collect();
    assert!(names.len() >= 30, "they are not all registered: {names:?}");
    names
}

const SOMETHING: &str = "00000000-0000-7000-8000-000000000001";

/// Calls with arguments that the function understands: what is refused before that proves nothing.
pub async fn call(browser: &mut Browser<'_>, name: &str) -> Answer {
    let form: &[(&str, &str)] = match name {
        "change_password" => &[("current", "x"), ("password", "y")],
        "join" => &[],
        "switch_organization" => &[("organization", SOMETHING)],
        "create_organization" => &[
            ("organization", "Nimbus Labs"),
            ("language", "en"),
            ("name", "Nina"),
            ("email", "nina@nimbus.example"),
        ],
        "invite_owner" => &[
            ("id", SOMETHING),
            ("name", "Nina"),
            ("email", "nina@nimbus.example"),
        ],
        "change_organization" => &[
            ("id", SOMETHING),
            ("seats", "5"),
            ("verification", "email_only"),
        ],
        "add_offered" => &[("id", SOMETHING), ("kind", "page"), ("resource", "Inbox")],
        "enable_offered" => &[
            ("id", SOMETHING),
            ("resource", SOMETHING),
            ("enabled", "false"),
        ],
        "resume_organization" => &[("id", SOMETHING)],
        "save_settings" => &[
            ("panel", "general"),
            ("seen[name]", "Acme Clinics"),
            ("wanted[name]", "Mine"),
        ],
        "save_wording" => &[
            ("request[channel]", "email"),
            ("request[language]", "en"),
            ("request[seen][subject]", ""),
            ("request[wanted][subject]", "Mine"),
        ],
        _ => return browser.call(name, &arguments(name)).await,
    };
    browser.post_form(name, form).await
}

fn arguments(name: &str) -> Value {
    match name {
        "list_users" => json!({ "query": UsersQuery::default() }),
        "list_events" => json!({ "query": EventsQuery::default() }),
        "copy_invitation" | "read_user" | "try_address_again" => json!({ "user": SOMETHING }),
        "add_user" => json!({ "details": details("new@north.example"), "access": null }),
        "change_access" => json!({ "request": {
            "user": SOMETHING, "seen": {}, "wanted": { "upload_button": true },
        } }),
        "preview_letter" => json!({ "request": letter() }),
        "save_preset" => json!({ "preset": {
            "name": "North", "role": SOMETHING, "access": {}, "lifetime": 72,
        } }),
        "edit_user" => json!({ "request": {
            "user": SOMETHING, "seen": details("old@north.example"), "wanted": details("new@north.example"),
        } }),
        "count_users" => json!({ "filter": {} }),
        "preview_renewal" | "renew_invitations" => json!({ "request": {
            "key": SOMETHING, "audience": { "Users": [SOMETHING] }, "seen": 1,
        } }),
        "preview_change" | "change_users" => json!({ "request": {
            "key": SOMETHING, "act": "revoke", "audience": { "Users": [SOMETHING] }, "seen": 1,
        } }),
        "preview_send" | "send_invitations" | "activate_and_send" => json!({ "request": {
            "key": SOMETHING, "audience": { "Pasted": "ivan@north.example" }, "role": null,
            "access": null, "lifetime": null, "language": null, "message": "", "resend": false,
            "seen": 1,
        } }),
        "read_batch" => json!({ "id": SOMETHING, "after": 0 }),
        "read_import" => json!({ "id": SOMETHING, "verdict": null, "from": "Start" }),
        "set_up_import" => json!({ "id": SOMETHING, "settings": {
            "mapping": ["email"], "has_header": true, "known": "skip", "role": SOMETHING,
        } }),
        "correct_cell" => json!({ "edit": {
            "import": SOMETHING, "position": 1, "field": "email", "text": "x",
        } }),
        "add_role" => json!({ "details": { "name": "Front desk", "permissions": [] } }),
        "edit_role" => json!({ "request": {
            "role": SOMETHING, "seen": { "name": "Front desk", "permissions": [] },
            "wanted": { "name": "Reception", "permissions": ["manage_users"] },
        } }),
        "delete_role" => json!({ "request": { "role": SOMETHING, "move_to": null } }),
        "start_import" => json!({ "request": { "import": SOMETHING, "send": false, "seen": 1 } }),
        "list_resources" | "sort_resources" => json!({ "kind": "location" }),
        "add_resources" => json!({ "kind": "location", "names": "North" }),
        "rename_resource" => json!({ "request": {
            "resource": SOMETHING, "seen": "North", "name": "South",
        } }),
        "move_resource" => json!({ "id": SOMETHING, "steps": -1 }),
        "delete_user" => json!({ "request": { "user": SOMETHING, "email": OWNER } }),
        "approve_sign_up" | "count_choosers" | "delete_preset" | "discard_import"
        | "end_session" | "grant_request" | "read_organization" | "refuse_request"
        | "refuse_sign_up" | "restore_resource" | "retire_resource" | "undo_batch" => {
            json!({ "id": SOMETHING })
        }
        "suspend_organization" => json!({ "id": SOMETHING, "sure": true }),
        "remove_logo" => json!({ "seen": "x" }),
        "ask_doctor" => json!({ "selector": "" }),
        "send_test" => json!({ "language": "en", "wording": {} }),
        _ => json!({}),
    }
}

fn details(email: &str) -> Value {
    json!({
        "first_name": "Nina", "last_name": "New", "email": email, "phone": "", "job_title": "",
        "role": SOMETHING,
    })
}

fn letter() -> Value {
    json!({
        "recipient": "Ivan <ivan@north.example>", "role": null, "lifetime": null,
        "language": null, "message": "See you",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_is_refused_to_a_stranger() {
    let house = House::new().await;
    let before = house.usher.everything().await.unwrap();
    for name in names() {
        if is_on(OPEN, name) {
            continue;
        }
        let answer = call(&mut Browser::new(&house), name).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{name}: {}",
            answer.body
        );
        assert_eq!(
            error(&answer),
            AppError::Refused(Refusal::NotSignedIn),
            "{name}"
        );
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_for_admins_is_refused_to_a_user() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    let before = house.usher.everything().await.unwrap();
    for name in names() {
        if is_on(OPEN, name) || is_on(FOR_MEMBERS, name) {
            continue;
        }
        let answer = call(&mut ivan, name).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{name}: {}",
            answer.body
        );
        assert_eq!(
            error(&answer),
            AppError::Refused(Refusal::NotAllowed),
            "{name}"
        );
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_operators_may_call_is_refused_to_an_owner() {
    let house = House::new().await;
    house.joined_owner("oda@acme.example").await;
    let mut oda = Browser::signed_in(&house, "oda@acme.example").await;
    let before = house.usher.everything().await.unwrap();
    for name in FOR_OPERATORS {
        let answer = call(&mut oda, name).await;
        assert_eq!(
            error(&answer),
            AppError::Refused(Refusal::NotAllowed),
            "{name}"
        );
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);
    // The owner that the set-up has made runs the installation.
    let mut olive = Browser::signed_in(&house, OWNER).await;
    for name in FOR_OPERATORS {
        let answer = call(&mut olive, name).await;
        if ["list_organizations", "create_organization"].contains(name) {
            assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.body);
        } else {
            assert_eq!(
                error(&answer),
                AppError::Refused(Refusal::NotFound),
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_opens_nothing() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let session = olive.cookies["session"].clone();
    olive.post("sign_out", &[]).await;
    olive.cookies.insert("session".to_owned(), session);
    for name in names() {
        if !is_on(OPEN, name) {
            let answer = call(&mut olive, name).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_name_only_what_there_is() {
    let _router = House::new().await;
    let names = names();
    for (name, reason) in OPEN.iter().chain(FOR_MEMBERS) {
        assert!(names.contains(name), "{name} is gone");
        assert!(!reason.is_empty());
    }
    for name in FOR_OPERATORS {
        assert!(names.contains(name), "{name} is gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_is_a_post() {
    let house = House::new().await;
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
        for other in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
            let request = Request::builder()
                .method(&other)
                .uri(path)
                .body(Body::empty());
            let answer = house.answer(request.unwrap()).await;
            let refused = [StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_FOUND];
            assert!(
                refused.contains(&answer.status),
                "{other} {path}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_with_an_error_and_changes_nothing() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let before = house.usher.everything().await.unwrap();
    // These have no arguments to misunderstand, and act.
    let acting = ["sign_out", "switch_account", "end_other_sessions"];
    for name in names() {
        if acting.contains(&name) {
            continue;
        }
        let answer = olive.call(name, &json!([{ "query": 1 }])).await;
        assert!(
            !answer.status.is_success() || arguments(name) == json!({}),
            "{name}"
        );
        assert!(!answer.body.contains("panicked"), "{name}: {}", answer.body);
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_rules_is_no_fault_of_the_server() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let cases = [
        ("copy_invitation", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("read_batch", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("read_user", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("edit_user", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("edit_role", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("delete_role", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("rename_resource", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("change_access", StatusCode::NOT_FOUND, Refusal::NotFound),
        (
            "try_address_again",
            StatusCode::NOT_FOUND,
            Refusal::NotFound,
        ),
        ("save_preset", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("delete_preset", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("delete_user", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("approve_sign_up", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("refuse_sign_up", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("grant_request", StatusCode::NOT_FOUND, Refusal::NotFound),
        ("refuse_request", StatusCode::NOT_FOUND, Refusal::NotFound),
        (
            "change_password",
            StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::WrongPassword,
        ),
        (
            "join",
            StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::InvitationUnknown,
        ),
    ];
    for (name, status, refusal) in cases {
        let answer = call(&mut olive, name).await;
        assert_eq!(error(&answer), AppError::Refused(refusal), "{name}");
        assert_eq!(answer.status, status, "{name}");
    }
    let mut request = arguments("send_invitations");
    request["request"]["seen"] = json!(2);
    let answer = olive.call("send_invitations", &request).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::ListChanged));
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_of_ours_is_a_bad_request() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.call("list_users", &json!({ "query": 1 })).await;
    assert_eq!(error(&answer), AppError::OtherVersion);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routes_beside_have_the_same_gate() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let mut stranger = Browser::new(&house);
    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    let report = format!("/batches/{SOMETHING}/report.csv");
    let html = format!("/mailbox/{SOMETHING}/html");

    assert_eq!(
        stranger.get("/events").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(stranger.get(&report).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ivan.get(&report).await.status, StatusCode::FORBIDDEN);
    assert_eq!(stranger.get(&html).await.status, StatusCode::NOT_FOUND);
    let mut olive = Browser::signed_in(&house, OWNER).await;
    assert_eq!(olive.get(&report).await.status, StatusCode::NOT_FOUND);
    assert_eq!(olive.get(&html).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get("/healthz").await.body, "ok");
    for (who, status) in [
        (&mut stranger, StatusCode::UNAUTHORIZED),
        (&mut ivan, StatusCode::FORBIDDEN),
        (&mut olive, StatusCode::OK),
    ] {
        let answer = who.post_to("/settings/audit/export.csv", &[]).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_shown_only_where_they_are_caught() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = call(&mut olive, "list_messages").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(error(&answer), AppError::Refused(Refusal::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_downloaded_as_a_file() {
    let house = House::new().await;
    let batch = house.invite("ivan@north.example", Language::En).await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.get(&format!("/batches/{batch}/report.csv")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header(http::header::CONTENT_TYPE),
        "text/csv; charset=utf-8"
    );
    let disposition = answer.header(http::header::CONTENT_DISPOSITION);
    assert_eq!(
        disposition,
        format!("attachment; filename=\"invitations-{batch}.csv\"")
    );
    let row = "1,ivan@north.example,,sent,,\n";
    assert!(answer.body.ends_with(row), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_shown_in_a_frame_that_can_do_nothing() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let request = letter().to_string();
    let form = [("request", request.as_str())];
    let path = "/users/invite/letter";
    let mut stranger = Browser::new(&house);
    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    let answer = stranger.post_to(path, &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = ivan.post_to(path, &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.post_to(path, &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("Hello Ivan,") && answer.body.contains("See you"));
    let policy = answer.header(http::header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none'") && policy.ends_with("sandbox"));
    let answer = olive.post_to(path, &[("request", "{}")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_strangers_to_the_sign_in() {
    let house = House::new().await;
    let mut stranger = Browser::new(&house);
    for path in ["/", "/home", "/users", "/batches", "/profile"] {
        let answer = stranger.get(path).await;
        assert!(answer.status.is_redirection(), "{path}: {}", answer.status);
        assert_eq!(answer.header(http::header::LOCATION), "/sign-in", "{path}");
        assert!(!answer.body.contains("Acme Clinics"), "{path}");
    }
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = olive.get("/").await;
    assert_eq!(answer.header(http::header::LOCATION), "/users");
    let answer = olive.get("/users").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains(OWNER));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_admins_tells_a_user_nothing() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let batch = house.invite("dora@north.example", Language::En).await;
    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    for path in ["/users", "/batches", &format!("/batches/{batch}")] {
        let answer = ivan.get(path).await;
        assert!(!answer.body.contains("dora@north.example"), "{path}");
        assert!(!answer.body.contains(OWNER), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_page_is_not_found() {
    let house = House::new().await;
    let answer = Browser::new(&house).get("/no-such-page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

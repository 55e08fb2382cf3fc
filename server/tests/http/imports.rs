//! Tables as files: who may bring one, how large it may be, what comes back.

use app::api::AppError;
use axum::body::Body;
use domain::testing::OWNER;
use http::{
    Request, StatusCode,
    header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION},
};
use types::{
    ids::ImportId,
    import::{LARGEST_FILE, Unreadable},
    refusal::Refusal,
};

use crate::{
    browser::{Browser, error},
    house::{Answer, House},
};

const PAGE: &str = "text/html,application/xhtml+xml";
const JSON: &str = "application/json";

async fn upload(browser: &mut Browser<'_>, accept: &str, field: &str, bytes: &[u8]) -> Answer {
    crate::browser::upload(browser, "/users/import/file", accept, field, bytes).await
}

pub const PEOPLE: &[u8] = "Имя;Почта\nАнна;anna@north.example\n=1+1;broken\n".as_bytes();

#[tokio::test(flavor = "multi_thread")]
async fn only_who_manages_users_brings_one() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    let before = house.usher.everything().await.unwrap();
    let mut stranger = Browser::new(&house);
    let answer = upload(&mut stranger, JSON, "file", PEOPLE).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = upload(&mut ivan, JSON, "file", PEOPLE).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for path in [
        "template.xlsx",
        "00000000-0000-7000-8000-000000000001/left-out.csv",
    ] {
        let path = format!("/users/import/{path}");
        assert_eq!(stranger.get(&path).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(ivan.get(&path).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(house.usher.everything().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_comes_in_and_what_is_left_out_goes_out_again() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = upload(&mut olive, JSON, "file", PEOPLE).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let import: ImportId = answer.json();
    let page = olive.get(&format!("/users/import/{import}")).await;
    assert!(page.body.contains("anna@north.example"));
    olive.language = "ru";
    let rows = olive
        .get(&format!("/users/import/{import}/left-out.csv"))
        .await;
    assert_eq!(rows.header(CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(
        rows.body,
        "\u{feff}Имя,Почта,Строка,Причина\n'=1+1,broken,3,Эл. почта: Нет знака @.\n"
    );
    let template = olive.get("/users/import/template.xlsx").await;
    assert_eq!(
        template.header(CONTENT_DISPOSITION),
        "attachment; filename=\"users.xlsx\""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_javascript_is_led_on_or_back() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = upload(&mut olive, PAGE, "file", PEOPLE).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header(LOCATION).starts_with("/users/import/"));
    let answer = upload(&mut olive, PAGE, "text", b"  ").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let back = answer.header(LOCATION).to_owned();
    let page = olive.get(&back).await;
    assert!(
        page.body.contains("There is no text in this table"),
        "{back}"
    );
    // Whoever makes up such an address can show no words of their own.
    let page = olive.get("/users/import?refused=%22Call+me%22").await;
    assert!(!page.body.contains("Call me"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_too_large_is_told_so() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let answer = upload(&mut olive, JSON, "file", &vec![b'a'; LARGEST_FILE + 1]).await;
    let refusal = Refusal::Unreadable(Unreadable::TooLarge);
    assert_eq!(error(&answer), AppError::Refused(refusal));
    let answer = upload(
        &mut olive,
        JSON,
        "file",
        &vec![b'a'; LARGEST_FILE + (9 << 20)],
    )
    .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_form_is_a_bad_request() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    for (kind, body) in [
        ("text/csv", "a,b"),
        ("multipart/form-data", "a,b"),
        ("multipart/form-data; boundary=edge", "a,b"),
    ] {
        let request = Request::post("/users/import/file")
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body));
        let answer = olive.ask(request.unwrap()).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{kind}: {}",
            answer.body
        );
    }
}

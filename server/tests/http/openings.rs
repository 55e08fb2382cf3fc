//! Who opens an invitation: seen beside the requests, never in their way.

use std::time::Duration;

use axum::body::Body;
use domain::entity::openings::{self, OpenedBy};
use http::{
    Method, Request,
    header::{ACCEPT, COOKIE, USER_AGENT},
};
use sea_orm::EntityTrait;

use crate::{
    browser::set_cookies,
    house::{Answer, House},
};

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";
const IVAN: &str = "ivan@north.example";

/// Asks as a program of that name does, with the cookies of an earlier answer.
async fn ask(
    house: &House,
    method: Method,
    path: &str,
    program: &str,
    cookies: &[String],
) -> Answer {
    let cookies: Vec<_> = cookies
        .iter()
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(ACCEPT, "text/html")
        .header(USER_AGENT, program)
        .header(COOKIE, cookies.join("; "))
        .body(Body::empty());
    house.answer(request.unwrap()).await
}

async fn noted(house: &House) -> Vec<OpenedBy> {
    let read = house.usher.core.database().read();
    let all = openings::Entity::find().all(read).await.unwrap();
    let mut kinds: Vec<_> = all.into_iter().map(|row| row.by).collect();
    kinds.sort_by_key(|by| by.as_str());
    kinds
}

async fn comes_to(house: &House, wanted: &[OpenedBy]) {
    for _ in 0..500 {
        if noted(house).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(noted(house).await, wanted);
}

#[tokio::test]
async fn a_browser_that_keeps_its_cookie_and_comes_is_a_person() {
    let house = House::noticing(Duration::from_mins(1)).await;
    let link = format!("/invite/{}", house.invited(IVAN).await);
    let followed = ask(&house, Method::GET, &link, CHROME, &[]).await;
    assert_eq!(followed.leads_to(), "/accept");
    let cookies = set_cookies(&followed);
    ask(&house, Method::GET, "/accept", CHROME, &cookies).await;
    comes_to(&house, &[OpenedBy::Person]).await;
}

#[tokio::test]
async fn who_follows_the_link_and_never_comes_looks_like_a_scanner() {
    let house = House::noticing(Duration::from_millis(50)).await;
    let link = format!("/invite/{}", house.invited(IVAN).await);
    ask(&house, Method::GET, &link, CHROME, &[]).await;
    comes_to(&house, &[OpenedBy::Scanner]).await;
    // The person comes later all the same.
    let followed = ask(&house, Method::GET, &link, CHROME, &[]).await;
    let cookies = set_cookies(&followed);
    ask(&house, Method::GET, "/accept", CHROME, &cookies).await;
    comes_to(&house, &[OpenedBy::Person, OpenedBy::Scanner]).await;
}

#[tokio::test]
async fn who_says_so_is_a_scanner() {
    for (method, program) in [
        (Method::HEAD, CHROME),
        (Method::GET, "BarracudaCentral/2.0"),
    ] {
        let house = House::noticing(Duration::from_mins(1)).await;
        let link = format!("/invite/{}", house.invited(IVAN).await);
        let followed = ask(&house, method, &link, program, &[]).await;
        assert_eq!(followed.leads_to(), "/accept");
        comes_to(&house, &[OpenedBy::Scanner]).await;
    }
}

#[tokio::test]
async fn links_that_nobody_has_signed_are_not_even_looked_up() {
    let house = House::noticing(Duration::from_millis(10)).await;
    let link = house.invited(IVAN).await;
    for _ in 0..50 {
        ask(&house, Method::GET, "/invite/forged", "curl/8", &[]).await;
    }
    // When this one is there, the others would be.
    ask(
        &house,
        Method::GET,
        &format!("/invite/{link}"),
        "curl/8",
        &[],
    )
    .await;
    comes_to(&house, &[OpenedBy::Scanner]).await;
}

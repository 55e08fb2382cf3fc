//! `/events`: who hears of changes, and for how long.

use domain::proof::Origin;
use std::time::Duration;

use axum::body::BodyDataStream;
use domain::{bulk, random_nonce, sessions, testing::OWNER};
use futures::StreamExt;
use http::StatusCode;
use tokio::time::timeout;
use types::{
    batch::{Audience, Change, ChangeRequest},
    language::Language,
    users::{UserRow, UsersQuery},
};

use crate::{browser::Browser, house::House};

/// Longer than anything that is awaited here.
const LONG: Duration = Duration::from_secs(30);

const IVAN: &str = "ivan@north.example";

/// The next piece of the stream; `None` at its end.
async fn next(events: &mut BodyDataStream) -> Option<String> {
    let piece = timeout(LONG, events.next()).await.unwrap()?;
    Some(String::from_utf8(piece.unwrap().to_vec()).unwrap())
}

const CHANGE: &str = "event: change\ndata: change\n\n";

async fn user(house: &House, email: &str) -> UserRow {
    let owner = house.owner().await;
    let page = domain::directory::list(&house.usher.core, &owner, &UsersQuery::default())
        .await
        .unwrap();
    let mut rows = page.rows.into_iter();
    rows.find(|row| row.username.as_str() == email).unwrap()
}

async fn deactivate(house: &House, email: &str) {
    let request = ChangeRequest {
        key: random_nonce().parse().unwrap(),
        act: Change::Deactivate,
        audience: Audience::Users(vec![user(house, email).await.id]),
        seen: 1,
    };
    let owner = house.owner().await;
    bulk::change(&house.usher.core, &owner, &request)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_hears_of_every_change() {
    let house = House::new().await;
    house.joined(IVAN).await;
    let mut events = Browser::signed_in(&house, IVAN).await.events().await;
    for email in ["dora@north.example", "anna@north.example"] {
        house.invite(email, Language::En).await;
        assert_eq!(next(&mut events).await.as_deref(), Some(CHANGE));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_who_is_deactivated_hears_nothing_more() {
    let house = House::new().await;
    house.joined(IVAN).await;
    let mut ivan = Browser::signed_in(&house, IVAN).await;
    let mut his = ivan.events().await;
    let mut hers = Browser::signed_in(&house, OWNER).await.events().await;

    deactivate(&house, IVAN).await;

    assert_eq!(next(&mut his).await, None);
    assert_eq!(next(&mut hers).await.as_deref(), Some(CHANGE));
    let again = ivan.get("/events").await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_elsewhere_hears_nothing_more() {
    let house = House::new().await;
    let mut first = Browser::signed_in(&house, OWNER).await.events().await;
    let second = Browser::signed_in(&house, OWNER).await;
    let mut other = second.events().await;
    let signed_in = sessions::signed_in(
        &house.usher.core,
        &second.cookies["session"],
        Origin::default(),
    )
    .await
    .unwrap()
    .unwrap();
    let member = sessions::member(&house.usher.core, &signed_in)
        .await
        .unwrap()
        .unwrap();
    sessions::end_others(&house.usher.core, &member)
        .await
        .unwrap();

    house.invite(IVAN, Language::En).await;

    assert_eq!(next(&mut first).await, None);
    assert_eq!(next(&mut other).await.as_deref(), Some(CHANGE));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_a_suspended_organization_hears_anything_more() {
    let house = House::new().await;
    house.joined(IVAN).await;
    let mut ivan = Browser::signed_in(&house, IVAN).await;
    let mut his = ivan.events().await;
    let operator = house.operator().await;
    let acme = house.owner().await.organization();
    domain::operator::suspend(&house.usher.core, &operator, acme, true)
        .await
        .unwrap();
    assert_eq!(next(&mut his).await, None);
    let again = ivan.get("/events").await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_who_goes_over_to_another_organization_hears_nothing_more_of_the_one_before() {
    let house = House::new().await;
    house.joined(IVAN).await;
    let nimbus = house.joined_elsewhere(IVAN).await.organization();
    let mut ivan = Browser::signed_in(&house, IVAN).await;
    let mut before = ivan.events().await;
    let id = nimbus.to_string();
    ivan.post("switch_organization", &[("organization", &id)])
        .await;
    assert_eq!(next(&mut before).await, None);
    let mut now = ivan.events().await;
    domain::operator::change(
        &house.usher.core,
        &house.operator().await,
        nimbus,
        &types::operator::OrganizationSettings {
            seats: Some(7),
            features: Vec::new(),
            verification: types::organization::Verification::EmailOnly,
        },
    )
    .await
    .unwrap();
    assert_eq!(next(&mut now).await.as_deref(), Some(CHANGE));
}

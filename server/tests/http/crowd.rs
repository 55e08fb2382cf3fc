//! Many at once.

use std::sync::Arc;

use axum::body::Body;
use http::{
    Request, StatusCode,
    header::{ACCEPT, COOKIE},
};
use tokio::task::JoinSet;

use crate::{browser::Browser, house::House};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_that_are_drawn_at_once_are_all_answered() {
    let house = Arc::new(House::new().await);
    let token = house.invited("ivan@north.example").await;
    let session = {
        let olive = Browser::signed_in(&house, domain::testing::OWNER).await;
        olive.cookies["session"].clone()
    };
    let pages = ["/accept", "/reset-password", "/users", "/profile"];
    let mut crowd = JoinSet::new();
    for person in 0..16 {
        let house = Arc::clone(&house);
        let cookies = format!("session={session}; invitation={token}");
        crowd.spawn(async move {
            for turn in 0..100 {
                let page = pages[(person + turn) % pages.len()];
                let request = Request::get(page)
                    .header(ACCEPT, "text/html")
                    .header(COOKIE, &cookies)
                    .body(Body::empty());
                let answer = house.answer(request.unwrap()).await;
                assert_eq!(answer.status, StatusCode::OK, "{page}");
            }
        });
    }
    crowd.join_all().await;
}

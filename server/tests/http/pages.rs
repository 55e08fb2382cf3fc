//! What pages bring with them for the script that takes them over.

use domain::testing::OWNER;

use crate::{browser::Browser, house::House};

/// The answers of the server functions that a page was drawn with, in the order in which they were asked for.
fn answers(page: &str) -> Vec<String> {
    let marked = page.split("__RESOLVED_RESOURCES[").skip(1);
    let text = |marked: &str| {
        let (_, rest) = marked.split_once('=')?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        values.next()?.ok()
    };
    marked.filter_map(text).collect()
}

/// A page that is made twice is drawn with the second answers, and taken over with the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_asks_for_everything_once() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    for (path, asked) in [
        ("/users", 3),
        ("/users/import", 3),
        ("/batches", 3),
        ("/home", 3),
        ("/operator", 3),
        ("/settings/roles", 3),
        ("/settings/locations", 3),
        ("/settings/delivery", 3),
        ("/settings/audit", 3),
        ("/settings/organization", 4),
        ("/settings/invitations", 4),
        ("/profile", 4),
    ] {
        let page = olive.get(path).await.body;
        let answers = answers(&page);
        assert_eq!(answers.len(), asked, "{path}: {answers:?}");
    }
}

//! The audit log: its page, its file, and who may see them.

use domain::testing::OWNER;
use http::{StatusCode, header::CONTENT_DISPOSITION};
use types::language::Language;

use crate::{browser::Browser, house::House};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_drawn_whole_for_who_may_see_it() {
    let house = House::new().await;
    house.joined("ivan@north.example").await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let page = olive.get("/settings/audit").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "Audit log",
        "Invitation accepted",
        "Organization created",
        "Command line",
        "Ivan Petrov",
        "Invitations sent",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    let filtered = olive
        .get("/settings/audit?by=&about=&action=invitation_accepted&from=&to=")
        .await;
    assert!(filtered.body.contains("Ivan Petrov"));
    assert!(!filtered.body.contains("Command line"));
    let nobody = olive.get("/settings/audit?by=%3Cscript%3E").await;
    assert!(nobody.body.contains("Nobody matches"));
    assert!(!nobody.body.contains("“<script>"));

    let mut ivan = Browser::signed_in(&house, "ivan@north.example").await;
    let refused = ivan.get("/settings/audit").await;
    assert!(!refused.body.contains("Command line"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_filters_leave_is_downloaded() {
    let house = House::new().await;
    house.invite("ivan@north.example", Language::En).await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let fields = [("query", "/settings/audit?action=invitations_sent&by=olive")];
    let file = olive.post_to("/settings/audit/export.csv", &fields).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(
        file.header(CONTENT_DISPOSITION),
        "attachment; filename=\"audit-log.csv\""
    );
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    assert!(file.body.contains(",invitations_sent,"), "{}", file.body);
    let whole = olive.post_to("/settings/audit/export.csv", &[]).await;
    assert_eq!(whole.body.lines().count(), 3, "{}", whole.body);
}

//! Domains that take no mail: `domain::testing::TestDomains` says which those are here.

use std::time::{Duration, Instant};

use domain::{invitations, people, testing::TestUsher};
use types::{access::RoleKind, batch::Verdict, refusal::Refusal, users::PersonDetails};

use crate::common::{pasted, refusal, role, send, to_users};

#[tokio::test]
async fn who_can_get_no_mail_is_named_and_left_out() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list = pasted("ivan@nomail.example, dora@north.example, zoe@NoMail.example");
    let preview = invitations::preview(&usher.core, &owner, &list)
        .await
        .unwrap();
    assert_eq!(preview.counts.ready, 1);
    assert_eq!(preview.counts.no_mail_server, 2);
    let named: Vec<_> = preview.skipped.iter().map(|line| &line.verdict).collect();
    assert_eq!(named, [&Verdict::NoMailServer, &Verdict::NoMailServer]);
    send(&usher, &owner, list).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
}

#[tokio::test]
async fn people_of_the_directory_are_asked_about_too() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let details = PersonDetails {
        email: "ivan@nomail.example".to_owned(),
        ..PersonDetails::blank(role(&usher, &owner, RoleKind::User).await)
    };
    let id = people::add(&usher.core, &owner, &details, None)
        .await
        .unwrap();
    let outcome = send(&usher, &owner, to_users(&[id])).await;
    assert_eq!(refusal(outcome), Refusal::NobodyToInvite);
}

#[tokio::test]
async fn a_name_server_that_says_nothing_keeps_nobody_out_and_nobody_waiting() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list: Vec<String> = (0..200)
        .map(|n| format!("ivan@slow.n{n}.example"))
        .collect();
    let list = list.join("\n");
    let began = Instant::now();
    let preview = invitations::preview(&usher.core, &owner, &pasted(&list))
        .await
        .unwrap();
    assert_eq!(preview.counts.ready, 200);
    assert!(began.elapsed() < Duration::from_secs(10));
}

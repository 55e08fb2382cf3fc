//! Once more to those whose invitation has expired.

use chrono::TimeDelta;
use domain::{
    invitations,
    proof::{Admin, ManageUsers},
    random_nonce,
    testing::TestUsher,
};
use types::{
    batch::{Audience, RenewRequest, SendRequest, Verdict},
    ids::BatchId,
    invitation::Lifetime,
    language::Language,
    refusal::Refusal,
    users::{StatusFilter, UserStatus, UsersFilter},
};

use crate::common::{accept, directory, invite, pasted, refusal, send, user};

fn matching(status: StatusFilter) -> Audience {
    Audience::Matching(UsersFilter {
        status,
        ..UsersFilter::default()
    })
}

fn request(audience: Audience, seen: u32) -> RenewRequest {
    RenewRequest {
        key: random_nonce().parse().unwrap(),
        audience,
        seen,
    }
}

async fn renew(usher: &TestUsher, admin: &Admin<ManageUsers>, seen: u32) -> BatchId {
    let request = request(matching(StatusFilter::Expired), seen);
    invitations::renew(&usher.core, admin, &request)
        .await
        .unwrap()
}

#[tokio::test]
async fn each_gets_one_as_the_last_one_was() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for (email, lifetime, language, message) in [
        (
            "day@n.example",
            Lifetime::DAY,
            Language::Ru,
            "Добро пожаловать",
        ),
        ("week@n.example", Lifetime::WEEK, Language::En, ""),
        ("month@n.example", Lifetime::LONGEST, Language::En, ""),
    ] {
        let request = SendRequest {
            lifetime: Some(lifetime),
            language: Some(language),
            message: message.to_owned(),
            ..pasted(email)
        };
        send(&usher, &owner, request).await.unwrap();
    }
    usher.deliver().await.unwrap();
    usher.clock.advance(TimeDelta::days(8));
    let old = usher.mailer.token_for("day@n.example").unwrap();
    let sent = usher.mailer.sent().len();
    renew(&usher, &owner, 2).await;
    usher.deliver().await.unwrap();
    let letters = usher.mailer.sent().split_off(sent);
    assert_eq!(letters.len(), 2);
    let of = |email: &str| {
        let found = letters.iter().find(|it| it.to.to_string() == email);
        found.unwrap().text.clone()
    };
    assert!(of("day@n.example").contains("Добро пожаловать"));
    assert!(of("week@n.example").contains("To accept"));
    for (email, days) in [("day@n.example", 1), ("week@n.example", 7)] {
        let expires = user(&usher, email).await.expires_at.unwrap();
        assert_eq!(expires - usher.core.now(), TimeDelta::days(days), "{email}");
        assert_eq!(user(&usher, email).await.status, UserStatus::Invited);
    }
    let new = usher.mailer.token_for("day@n.example").unwrap();
    assert_ne!(new, old);
    accept(&usher, &new).await;
}

#[tokio::test]
async fn everybody_else_is_left_out_with_the_reason() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "gone@n.example").await;
    usher.deliver().await.unwrap();
    usher.clock.advance(TimeDelta::days(4));
    invite(&usher, &owner, "fresh@n.example").await;
    usher.deliver().await.unwrap();
    let joined = crate::common::invited(&usher, &owner, "in@n.example").await;
    accept(&usher, &joined).await;
    let all = request(matching(StatusFilter::All), 1);
    let preview = invitations::preview_renewal(&usher.core, &owner, &all).await;
    let preview = preview.unwrap();
    assert_eq!(preview.counts.ready, 1);
    let of = |address: &str| {
        let found = preview.skipped.iter().find(|it| it.address == address);
        found.unwrap().verdict.clone()
    };
    assert_eq!(of("fresh@n.example"), Verdict::NotExpired);
    assert_eq!(of("in@n.example"), Verdict::AlreadyActive);
    let before = usher.mailer.sent().len();
    invitations::renew(&usher.core, &owner, &all).await.unwrap();
    // The same key again is the same batch.
    invitations::renew(&usher.core, &owner, &all).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), before + 1);
    assert_eq!(directory(&usher, &owner).await.rows.len(), 4);
}

#[tokio::test]
async fn only_who_is_in_the_directory_had_one() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let typed = request(Audience::Pasted("new@n.example".to_owned()), 1);
    let refused = invitations::renew(&usher.core, &owner, &typed).await;
    assert_eq!(refusal(refused), Refusal::NobodyToInvite);
    let nobody = request(matching(StatusFilter::Expired), 0);
    let refused = invitations::renew(&usher.core, &owner, &nobody).await;
    assert_eq!(refusal(refused), Refusal::NobodyToInvite);
    let stranger = usher.other_organization().await.unwrap();
    invite(&usher, &owner, "gone@n.example").await;
    usher.deliver().await.unwrap();
    usher.clock.advance(TimeDelta::days(4));
    let theirs = request(
        Audience::Users(vec![user(&usher, "gone@n.example").await.id]),
        1,
    );
    let refused = invitations::renew(&usher.core, &stranger, &theirs).await;
    assert_eq!(refusal(refused), Refusal::NobodyToInvite);
}

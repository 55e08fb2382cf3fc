//! What becomes of a list when it is sent to.

use domain::{
    batches, invitations,
    testing::{OWNER, TestUsher},
};
use types::{
    access::RoleKind,
    batch::{BatchCounts, Outcome as Fate, SendRequest, Verdict, VerdictCounts},
    contact::EmailFault,
    invitation::Lifetime,
    language::Language,
    refusal::Refusal,
    users::UserStatus,
};

use crate::common::{
    accept, id_of, invitation, invite, offer, pasted, refusal, role, send, set_status, user,
};

#[tokio::test]
async fn everyone_on_the_list_gets_a_verdict_and_only_the_ready_are_sent_to() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "dora@north.example, ivan@north.example").await;
    usher.deliver().await.unwrap();
    set_status(&usher, "dora@north.example", UserStatus::Deactivated).await;
    let mut request = pasted(&format!(
        "new@north.example\nNEW@North.Example\nsomeone@nodot\n{OWNER}\n\
         dora@north.example\nivan@north.example"
    ));

    let preview = invitations::preview(&usher.core, &owner, &request)
        .await
        .unwrap();

    assert_eq!(
        preview.counts,
        VerdictCounts {
            ready: 1,
            duplicate: 1,
            already_active: 1,
            already_invited: 1,
            deactivated: 1,
            role_above_yours: 0,
            not_valid: 1,
            ..VerdictCounts::default()
        }
    );
    let skipped: Vec<_> = preview
        .skipped
        .iter()
        .map(|line| (line.address.as_str(), line.verdict.clone()))
        .collect();
    let expected = [
        ("NEW@north.example", Verdict::Duplicate),
        (
            "someone@nodot",
            Verdict::NotValid(EmailFault::DomainWithoutDot),
        ),
        (OWNER, Verdict::AlreadyActive),
        ("dora@north.example", Verdict::Deactivated),
        ("ivan@north.example", Verdict::AlreadyInvited),
    ];
    assert_eq!(skipped, expected);

    request.seen = 1;
    let batch = invitations::send(&usher.core, &owner, &request)
        .await
        .unwrap();

    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(
        report.summary.counts,
        BatchCounts {
            waiting: 1,
            skipped: 5,
            ..BatchCounts::default()
        }
    );
    assert_eq!(report.summary.sender, "Olive Owner");
    let outcomes: Vec<_> = report
        .recipients
        .into_iter()
        .map(|line| (line.position, line.address, line.outcome))
        .collect();
    let mut rows = vec![(
        1,
        "new@north.example".to_owned(),
        Fate::Waiting { failure: None },
    )];
    rows.extend(
        expected
            .into_iter()
            .zip(2..)
            .map(|((address, verdict), position)| {
                (position, address.to_owned(), Fate::Skipped(verdict))
            }),
    );
    assert_eq!(outcomes, rows);

    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    let last: Vec<_> = sent[2..].iter().map(|sent| sent.to.as_str()).collect();
    assert_eq!(last, ["new@north.example"]);
    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.recipients[0].outcome, Fate::Sent);
    assert_eq!(report.summary.counts.sent, 1);
}

#[tokio::test]
async fn an_invitation_is_written_down_as_it_was_asked_for() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::DAY),
        language: Some(Language::Ru),
        message: " See you on Monday. \n".to_owned(),
        ..pasted("ivan@north.example")
    };
    send(&usher, &owner, request).await.unwrap();

    let now = usher.core.now();
    let row = invitation(&usher, "ivan@north.example").await;
    assert_eq!(
        (row.generation, row.hours, row.language),
        (1, 24, Language::Ru)
    );
    assert_eq!(row.message, "See you on Monday.");
    assert_eq!(row.inviter_id, Some(id_of(&owner)));
    assert_eq!(row.expires_at, now + Lifetime::DAY.duration());
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.status, UserStatus::Waiting);
    assert_eq!(person.role_id, role(&usher, &owner, RoleKind::User).await);
    assert_eq!(
        (person.invited_at, person.expires_at),
        (Some(now), Some(row.expires_at))
    );

    usher.deliver().await.unwrap();
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.status, UserStatus::Invited);
    let sent = usher.mailer.sent();
    assert!(sent[0].text.contains("See you on Monday."));
    assert!(sent[0].text.contains("Olive Owner") && sent[0].text.contains("Acme Clinics"));
    assert!(sent[0].text.contains("https://usher.example/invite/"));
}

#[tokio::test]
async fn an_invitation_stands_for_as_long_as_the_organization_has_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    assert_eq!(invitation(&usher, "ivan@north.example").await.hours, 72);
}

#[tokio::test]
async fn a_preview_changes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let before = usher.everything().await.unwrap();
    let request = pasted("ivan@north.example, dora@north.example");
    invitations::preview(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn sending_to_others_than_the_sender_saw_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        seen: 2,
        ..pasted("ivan@north.example, dora@north.example")
    };
    invite(&usher, &owner, "dora@north.example").await;
    let before = usher.everything().await.unwrap();
    let sent = invitations::send(&usher.core, &owner, &request).await;
    assert_eq!(refusal(sent), Refusal::ListChanged);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_list_with_nobody_to_invite_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for text in ["", "someone@nodot", OWNER] {
        assert_eq!(
            refusal(send(&usher, &owner, pasted(text)).await),
            Refusal::NobodyToInvite,
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn those_who_watch_the_organization_hear_of_changes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let mut changes = usher.core.watch(owner.organization());
    let mut changed = move || {
        let changed = changes.has_changed().unwrap();
        changes.mark_unchanged();
        changed
    };
    assert!(!changed());
    invite(&usher, &owner, "ivan@north.example").await;
    assert!(changed(), "sending");
    usher.deliver().await.unwrap();
    assert!(changed(), "delivery");
    let token = usher.mailer.token_for("ivan@north.example").unwrap();
    offer(&usher, &token).await;
    assert!(!changed(), "reading");
    accept(&usher, &token).await;
    assert!(changed(), "acceptance");
}

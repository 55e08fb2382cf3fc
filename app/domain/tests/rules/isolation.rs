//! Another organization's admin sees and changes nothing of this one.

use domain::{
    batches, directory, invitations,
    proof::CopyInvitationLinks,
    roles,
    testing::{STRANGER, TestUsher},
};
use types::{
    access::RoleKind,
    batch::{SendPreview, SendRequest},
    refusal::Refusal,
    users::{Place, StatusCounts, StatusFilter, Turn, UsersQuery},
};

use crate::common::{
    accept, invite, invited, joined, list, offer, pasted, refusal, revoke, role, searching, send,
    to_users, user, with_status,
};

const IVAN: &str = "ivan@north.example";

#[tokio::test]
async fn a_stranger_sees_nobody_of_ours() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    let stranger = usher.other_organization().await.unwrap();
    for q in ["", "ivan", "olive"] {
        let page = list(&usher, &stranger, searching(q)).await;
        assert!(
            page.rows
                .iter()
                .all(|row| row.username.as_str() == STRANGER)
        );
        let own = StatusCounts {
            active: 1,
            ..StatusCounts::default()
        };
        assert_eq!(page.counts, own);
        let count = directory::count(&usher.core, &stranger, &searching(q)).await;
        assert_eq!(count.unwrap(), page.rows.len() as u64);
    }
    let page = list(&usher, &stranger, with_status(StatusFilter::Invited)).await;
    assert!(page.rows.is_empty());
    let before = UsersQuery {
        turn: Turn::Before(Place {
            key: String::new(),
            id: user(&usher, IVAN).await.id,
        }),
        ..UsersQuery::default()
    };
    let page = directory::list(&usher.core, &stranger, &before).await;
    let page = page.unwrap();
    assert!(
        page.rows
            .iter()
            .all(|row| row.username.as_str() == STRANGER)
    );
}

#[tokio::test]
async fn a_stranger_reads_no_batch_of_ours() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, IVAN).await;
    let stranger = usher.other_organization().await.unwrap();
    assert!(
        batches::list(&usher.core, &stranger)
            .await
            .unwrap()
            .is_empty()
    );
    let report = batches::report(&usher.core, &stranger, batch, 0).await;
    assert_eq!(refusal(report), Refusal::NotFound);
    let csv = batches::report_csv(&usher.core, &stranger, batch).await;
    assert_eq!(refusal(csv), Refusal::NotFound);
}

#[tokio::test]
async fn a_stranger_does_nothing_to_our_users() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let active = joined(&usher, &owner, "dora@north.example").await;
    let stranger = usher.other_organization().await.unwrap();
    let copier = (*stranger).clone().with(CopyInvitationLinks).unwrap();
    let ours = [
        user(&usher, IVAN).await.id,
        user(&usher, "dora@north.example").await.id,
    ];
    let before = usher.everything().await.unwrap();

    for id in ours {
        let copied = invitations::copy(&usher.core, &copier, id).await;
        assert_eq!(refusal(copied), Refusal::NotFound);
        let revoked = revoke(&usher, &stranger, id).await;
        assert_eq!(refusal(revoked), Refusal::NotFound);
    }
    let request = SendRequest {
        resend: true,
        ..to_users(&ours)
    };
    let preview = invitations::preview(&usher.core, &stranger, &request)
        .await
        .unwrap();
    assert_eq!(preview, SendPreview::default());
    let sent = send(&usher, &stranger, request).await;
    assert_eq!(refusal(sent), Refusal::NobodyToInvite);

    assert_eq!(usher.everything().await.unwrap(), before);
    offer(&usher, &token).await;
    assert_eq!(active.organization(), owner.organization());
}

#[tokio::test]
async fn a_stranger_gives_no_role_of_ours() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let request = SendRequest {
        role: Some(role(&usher, &owner, RoleKind::Admin).await),
        ..pasted("new@nimbus.example")
    };
    let preview = invitations::preview(&usher.core, &stranger, &request).await;
    assert_eq!(refusal(preview), Refusal::NotFound);
    let ours = roles::invite_choices(&usher.core, &owner)
        .await
        .unwrap()
        .roles;
    let theirs = roles::invite_choices(&usher.core, &stranger)
        .await
        .unwrap()
        .roles;
    assert!(theirs.iter().all(|role| !ours.contains(role)));
}

#[tokio::test]
async fn one_key_makes_a_batch_in_each_organization() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let request = pasted(IVAN);
    let ours = send(&usher, &owner, request.clone()).await.unwrap();
    let theirs = send(&usher, &stranger, request).await.unwrap();
    assert_ne!(ours, theirs);
}

#[tokio::test]
async fn one_address_is_invited_by_two_organizations_independently() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let ours = invited(&usher, &owner, IVAN).await;
    let theirs = invited(&usher, &stranger, IVAN).await;
    assert_eq!(offer(&usher, &ours).await.organization, "Acme Clinics");
    assert_eq!(offer(&usher, &theirs).await.organization, "Nimbus Labs");
    let who = accept(&usher, &ours).await;
    let me = usher.member(who).await.unwrap().me(false);
    assert_eq!(me.organization, "Acme Clinics");
    offer(&usher, &theirs).await;
}

#[tokio::test]
async fn changes_here_are_not_told_there() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let changes = usher.core.watch(stranger.organization());
    invited(&usher, &owner, IVAN).await;
    assert!(!changes.has_changed().unwrap());
}

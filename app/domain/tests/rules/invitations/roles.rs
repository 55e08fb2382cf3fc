//! The roles that invitations give.

use domain::{invitations, proof::CopyInvitationLinks, testing::TestUsher};
use types::{access::RoleKind, batch::SendRequest, refusal::Refusal};

use crate::common::{
    id_of, invite, joined, joined_admin, pasted, refusal, resend, revoke, role, send, to_users,
    user,
};

#[tokio::test]
async fn an_admin_neither_makes_owners_nor_touches_their_invitations() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "ada@acme.example").await;
    let copier = (*admin).clone().with(CopyInvitationLinks).unwrap();
    let owner_role = role(&usher, &owner, RoleKind::Owner).await;
    let make_owner = |text| SendRequest {
        role: Some(owner_role),
        ..pasted(text)
    };
    send(&usher, &owner, make_owner("boss@acme.example"))
        .await
        .unwrap();
    let boss = user(&usher, "boss@acme.example").await.id;
    let before = usher.everything().await.unwrap();

    let made = send(&usher, &admin, make_owner("other@acme.example")).await;
    assert_eq!(refusal(made), Refusal::RoleAboveYours);
    let copied = invitations::copy(&usher.core, &copier, boss).await;
    assert_eq!(refusal(copied), Refusal::RoleAboveYours);
    let revoked = revoke(&usher, &admin, boss).await;
    assert_eq!(refusal(revoked), Refusal::RoleAboveYours);
    // Nor by sending it anew, perhaps with a smaller role.
    for request in [pasted("boss@acme.example"), to_users(&[boss])] {
        let request = SendRequest {
            resend: true,
            role: Some(role(&usher, &admin, RoleKind::User).await),
            ..request
        };
        let preview = invitations::preview(&usher.core, &admin, &request)
            .await
            .unwrap();
        assert_eq!(preview.counts.role_above_yours, 1);
        let sent = send(&usher, &admin, request).await;
        assert_eq!(refusal(sent), Refusal::NobodyToInvite);
    }

    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn the_dialog_offers_only_roles_that_the_sender_may_give() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "ada@acme.example").await;
    let offered = async |admin| {
        let choices = domain::roles::invite_choices(&usher.core, admin)
            .await
            .unwrap();
        let kinds: Vec<_> = choices.roles.iter().map(|role| role.kind).collect();
        kinds
    };
    let all = [RoleKind::User, RoleKind::Admin, RoleKind::Owner];
    assert_eq!(offered(&owner).await, all);
    assert_eq!(offered(&admin).await, all[..2]);
}

#[tokio::test]
async fn a_role_is_given_to_new_and_to_existing_users() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    invite(&usher, &owner, "ivan@north.example").await;
    let request = SendRequest {
        role: Some(admins),
        resend: true,
        ..pasted("ivan@north.example, dora@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    assert_eq!(user(&usher, "ivan@north.example").await.role_id, admins);
    assert_eq!(user(&usher, "dora@north.example").await.role_id, admins);

    // Without a role, everyone keeps theirs.
    resend(&usher, &owner, "ivan@north.example").await;
    assert_eq!(user(&usher, "ivan@north.example").await.role_id, admins);
}

#[tokio::test]
async fn a_role_of_those_who_are_skipped_stays() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let member = joined(&usher, &owner, "ivan@north.example").await;
    let request = SendRequest {
        role: Some(role(&usher, &owner, RoleKind::Admin).await),
        ..pasted("ivan@north.example, dora@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.id, id_of(&member));
    assert_eq!(person.role_id, role(&usher, &owner, RoleKind::User).await);
}

//! Copying and revoking a standing invitation.

use domain::{entity::identities, invitations, proof::CopyInvitationLinks, testing::TestUsher};
use sea_orm::EntityTrait;
use types::{
    batch::SendRequest,
    ids::UserId,
    invitation::{Channel, Closed, Lifetime},
    language::Language,
    refusal::Refusal,
    users::UserStatus,
};
use uuid::Uuid;

use crate::common::{
    accept, closed, id_of, invitation, invited, offer, pasted, refusal, revoke, send, set_status,
    token_in, user,
};

#[tokio::test]
async fn a_revoked_invitation_is_dead_and_the_user_is_as_if_not_invited() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    let person = user(&usher, "ivan@north.example").await;

    revoke(&usher, &owner, person.id).await.unwrap();

    assert_eq!(closed(&usher, &token).await, (Closed::Revoked, true));
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.status, UserStatus::NotInvited);
    assert_eq!((person.invited_at, person.expires_at), (None, None));
    let again = revoke(&usher, &owner, person.id).await;
    assert_eq!(refusal(again), Refusal::NotInvitedYet);

    let newer = invited(&usher, &owner, "ivan@north.example").await;
    assert_eq!(closed(&usher, &token).await, (Closed::Replaced, true));
    offer(&usher, &newer).await;
}

#[tokio::test]
async fn a_copied_link_works_and_does_not_end_the_mailed_one() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let mailed = invited(&usher, &owner, "ivan@north.example").await;
    let person = user(&usher, "ivan@north.example").await;

    let copied = invitations::copy(&usher.core, &copier, person.id)
        .await
        .unwrap();

    assert!(copied.text.contains(&copied.link));
    let token = token_in(&copied.link);
    assert_ne!(token, mailed);
    assert_eq!(offer(&usher, &token).await, offer(&usher, &mailed).await);
    let again = invitations::copy(&usher.core, &copier, person.id)
        .await
        .unwrap();
    assert_eq!(again, copied);

    accept(&usher, &token).await;
    let row = invitation(&usher, "ivan@north.example").await;
    assert_eq!(row.accepted_channel, Some(Channel::Copied));
    let identities = identities::Entity::find()
        .all(usher.core.database().read())
        .await
        .unwrap();
    let theirs = identities
        .iter()
        .find(|identity| identity.username_key == "ivan@north.example")
        .unwrap();
    assert_eq!(
        theirs.username_proven_at, None,
        "a copied link proves no address"
    );
    assert_eq!(closed(&usher, &mailed).await, (Closed::Used, false));
}

#[tokio::test]
async fn the_copied_text_is_in_the_language_of_the_invitation() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let request = SendRequest {
        language: Some(Language::Ru),
        ..pasted("ivan@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    let person = user(&usher, "ivan@north.example").await;
    let copied = invitations::copy(&usher.core, &copier, person.id)
        .await
        .unwrap();
    assert!(copied.text.contains("приглаша"), "{}", copied.text);
}

#[tokio::test]
async fn only_a_standing_invitation_can_be_copied_or_revoked() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let copy = async |id| refusal(invitations::copy(&usher.core, &copier, id).await);
    let revoke = async |id| refusal(revoke(&usher, &owner, id).await);
    assert_eq!(copy(id_of(&owner)).await, Refusal::UserActive);
    assert_eq!(revoke(id_of(&owner)).await, Refusal::UserActive);
    let nobody = UserId(Uuid::from_u128(1));
    assert_eq!(copy(nobody).await, Refusal::NotFound);
    assert_eq!(revoke(nobody).await, Refusal::NotFound);

    invited(&usher, &owner, "ivan@north.example").await;
    let ivan = user(&usher, "ivan@north.example").await.id;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    assert_eq!(copy(ivan).await, Refusal::InvitationExpired);
    set_status(&usher, "ivan@north.example", UserStatus::Failed).await;
    assert_eq!(copy(ivan).await, Refusal::InvitationExpired);
    set_status(&usher, "ivan@north.example", UserStatus::Deactivated).await;
    assert_eq!(copy(ivan).await, Refusal::UserDeactivated);
    assert_eq!(revoke(ivan).await, Refusal::UserDeactivated);
    set_status(&usher, "ivan@north.example", UserStatus::NotInvited).await;
    assert_eq!(copy(ivan).await, Refusal::NotInvitedYet);
    assert_eq!(revoke(ivan).await, Refusal::NotInvitedYet);
}

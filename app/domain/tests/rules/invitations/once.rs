//! Nobody is sent two messages by one act.

use domain::{entity::batches as batch_rows, invitations, testing::TestUsher};
use sea_orm::{EntityTrait, PaginatorTrait};
use types::{
    batch::{Audience, SendRequest},
    refusal::Refusal,
};
use uuid::Uuid;

use crate::common::{invitation, invite, pasted, refusal, send, user};

#[tokio::test]
async fn the_same_key_twice_is_one_batch() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        seen: 1,
        ..pasted("ivan@north.example")
    };
    let (first, second) = tokio::join!(
        invitations::send(&usher.core, &owner, &request),
        invitations::send(&usher.core, &owner, &request),
    );
    let first = first.unwrap();
    assert_eq!(second.unwrap(), first);
    let before = usher.everything().await.unwrap();
    let third = invitations::send(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(third, first);
    assert_eq!(usher.everything().await.unwrap(), before);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
    let read = usher.core.database().read();
    assert_eq!(batch_rows::Entity::find().count(read).await.unwrap(), 1);
}

#[tokio::test]
async fn two_admins_who_send_to_the_same_person_at_once_send_one_message() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = |key| SendRequest {
        key,
        seen: 1,
        ..pasted("ivan@north.example")
    };
    let (one, two) = (request(Uuid::from_u128(1)), request(Uuid::from_u128(2)));
    let (first, second) = tokio::join!(
        invitations::send(&usher.core, &owner, &one),
        invitations::send(&usher.core, &owner, &two),
    );
    let late = if first.is_ok() { second } else { first };
    assert_eq!(refusal(late), Refusal::NobodyToInvite);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
}

#[tokio::test]
async fn someone_chosen_twice_is_sent_to_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ann@north.example").await;
    let ann = user(&usher, "ann@north.example").await.id;
    // More than one statement's worth.
    let request = SendRequest {
        resend: true,
        audience: Audience::Users(vec![ann; 2_500]),
        ..pasted("")
    };
    let preview = invitations::preview(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(preview.counts.ready, 1);
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
    assert_eq!(invitation(&usher, "ann@north.example").await.generation, 2);
}

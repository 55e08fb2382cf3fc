//! Whom one sends to, and what the list says of them.

use domain::{invitations, testing::TestUsher};
use types::batch::{SendRequest, VerdictCounts};

use crate::common::{
    addresses, deliveries, id_of, invitation, invite, list, pasted, revoke, searching, send,
    to_users, user,
};

#[tokio::test]
async fn names_from_the_list_land_on_the_users() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let people = "Ann Lee <ann@north.example>\nbob@north.example\tBob Ray Smith\nzoe@north.example";
    invite(&usher, &owner, people).await;
    let name = async |email| {
        let person = user(&usher, email).await;
        (person.first_name, person.last_name)
    };
    let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
    assert_eq!(name("ann@north.example").await, pair("Ann", "Lee"));
    assert_eq!(name("bob@north.example").await, pair("Bob", "Ray Smith"));
    assert_eq!(name("zoe@north.example").await, pair("", ""));

    let request = SendRequest {
        resend: true,
        ..pasted("Zoe Fay <zoe@north.example>, Other Name <ann@north.example>")
    };
    send(&usher, &owner, request).await.unwrap();
    assert_eq!(name("zoe@north.example").await, pair("Zoe", "Fay"));
    assert_eq!(name("ann@north.example").await, pair("Ann", "Lee"));
    let found = list(&usher, &owner, searching("FAY")).await;
    assert_eq!(addresses(&found), ["zoe@north.example"]);
}

#[tokio::test]
async fn users_of_the_directory_are_sent_to_by_choosing_them() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(
        &usher,
        &owner,
        "Ann Lee <ann@north.example>, bob@north.example",
    )
    .await;
    let (ann, bob) = (
        user(&usher, "ann@north.example").await.id,
        user(&usher, "bob@north.example").await.id,
    );
    revoke(&usher, &owner, bob).await.unwrap();
    let request = to_users(&[ann, bob, id_of(&owner)]);
    let preview = invitations::preview(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(
        preview.counts,
        VerdictCounts {
            ready: 1,
            already_active: 1,
            already_invited: 1,
            ..VerdictCounts::default()
        }
    );
    send(&usher, &owner, request).await.unwrap();
    assert_eq!(invitation(&usher, "ann@north.example").await.generation, 1);
    // Revoking raised it too.
    assert_eq!(invitation(&usher, "bob@north.example").await.generation, 3);
    assert_eq!(deliveries(&usher, "bob@north.example").await.len(), 2);
}

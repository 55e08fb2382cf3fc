//! Saying no to an invitation.

use domain::{people, proof::Origin, sign_up, testing::TestUsher};
use types::{
    invitation::Closed,
    refusal::Refusal,
    users::{HistoryEvent, ShownStatus, UserStatus},
};

use crate::common::{
    accept, closed, directory, form, invite, invited, offer, refusal, resend, send, states,
    to_users, user,
};

const IVAN: &str = "ivan@north.example";

async fn decline(usher: &TestUsher, token: &str) {
    sign_up::decline(&usher.core, &Origin::default(), token)
        .await
        .unwrap();
}

#[tokio::test]
async fn every_link_ends_and_the_admin_sees_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let older = invited(&usher, &owner, IVAN).await;
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let newer = usher.mailer.token_for(IVAN).unwrap();
    decline(&usher, &newer).await;

    for token in [&older, &newer] {
        assert_eq!(closed(&usher, token).await, (Closed::Declined, false));
        let accepted = sign_up::accept(&usher.core, &Origin::default(), token, form()).await;
        assert_eq!(refusal(accepted), Refusal::InvitationDeclined);
        let again = sign_up::decline(&usher.core, &Origin::default(), token).await;
        assert_eq!(refusal(again), Refusal::InvitationDeclined);
        // Asking does nothing.
        let asked = sign_up::ask_for_new(&usher.core, &Origin::default(), token).await;
        asked.unwrap();
    }
    let now = usher.core.now();
    let person = user(&usher, IVAN).await;
    assert_eq!(person.status, UserStatus::NotInvited);
    let row = directory(&usher, &owner).await.rows.remove(0);
    assert_eq!(row.status, ShownStatus::NotInvited);
    assert_eq!(row.declined_at, Some(now));
    assert_eq!(row.failure, None);
    let page = people::read(&usher.core, &owner, person.id).await.unwrap();
    assert_eq!(page.row.declined_at, Some(now));
    let declined = page
        .history
        .iter()
        .find(|line| line.event == HistoryEvent::Declined);
    assert_eq!(
        declined.map(|line| (line.at, line.by.clone())),
        Some((now, None))
    );

    // Sending is possible, and clears it.
    send(&usher, &owner, to_users(&[person.id])).await.unwrap();
    usher.deliver().await.unwrap();
    let row = directory(&usher, &owner).await.rows.remove(0);
    assert_eq!((row.status, row.declined_at), (ShownStatus::Invited, None));
    assert_eq!(closed(&usher, &newer).await.0, Closed::Replaced);
    let newest = usher.mailer.token_for(IVAN).unwrap();
    accept(&usher, &newest).await;
}

#[tokio::test]
async fn what_is_queued_goes_out_no_more() {
    use domain::entity::deliveries::DeliveryState;
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    resend(&usher, &owner, IVAN).await;
    // The older link does not let in, and so can't decline.
    let declined = sign_up::decline(&usher.core, &Origin::default(), &token).await;
    assert_eq!(refusal(declined), Refusal::InvitationReplaced);
    let copying = (*owner)
        .clone()
        .with(domain::proof::CopyInvitationLinks)
        .unwrap();
    let id = user(&usher, IVAN).await.id;
    let copied = domain::invitations::copy(&usher.core, &copying, id).await;
    let token = crate::common::token_in(&copied.unwrap().link);
    decline(&usher, &token).await;
    usher.deliver().await.unwrap();
    assert_eq!(
        states(&usher, IVAN).await,
        [DeliveryState::Sent, DeliveryState::Cancelled]
    );
}

#[tokio::test]
async fn nobody_declines_what_was_accepted_and_looking_declines_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    offer(&usher, &token).await;
    accept(&usher, &token).await;
    let declined = sign_up::decline(&usher.core, &Origin::default(), &token).await;
    assert_eq!(refusal(declined), Refusal::InvitationUsed);
    let unknown = sign_up::decline(&usher.core, &Origin::default(), "x").await;
    assert_eq!(refusal(unknown), Refusal::InvitationUnknown);
    invite(&usher, &owner, "anna@north.example").await;
}

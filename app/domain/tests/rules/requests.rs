//! Asking for a new invitation where an admin decides.

use domain::{
    approvals, people,
    proof::{Admin, ManageOrganization, ManageUsers, Origin},
    requests, sign_up,
    testing::TestUsher,
};
use types::{
    access::RoleKind,
    approvals::{Held, RequestRow},
    invitation::{Asked, Closed, InvitationPage, Lifetime},
    organization::{Requests, Settings},
    refusal::Refusal,
    users::HistoryEvent,
};

use crate::common::{
    accept, closed, directory, invited, joined_admin, offer, page, refusal, resend, revoke, role,
    send, set_seats, to_users, user,
};

const IVAN: &str = "ivan@north.example";

async fn ask(usher: &TestUsher, token: &str) {
    sign_up::ask_for_new(&usher.core, &Origin::default(), token)
        .await
        .unwrap();
}

async fn want_approval(usher: &TestUsher, admin: &Admin<ManageUsers>) {
    let admin = (**admin).clone().with(ManageOrganization).unwrap();
    let page = domain::organization::read_invitations(&usher.core, &admin).await;
    let seen = page.unwrap().settings;
    let wanted = Settings {
        requests: Requests::Approved.to_string(),
        ..seen.clone()
    };
    domain::organization::change(&usher.core, &admin, &seen, &wanted)
        .await
        .unwrap();
}

async fn asked(usher: &TestUsher, token: &str) -> Option<Asked> {
    match page(usher, token).await {
        InvitationPage::Closed(closed) => closed.asked,
        other => panic!("the link is not closed: {other:?}"),
    }
}

async fn waiting(usher: &TestUsher, admin: &Admin<ManageUsers>) -> Vec<RequestRow> {
    let page = approvals::list(&usher.core, admin).await.unwrap();
    assert_eq!(page.requests_total, page.requests.len() as u64);
    let directory = directory(usher, admin).await;
    assert_eq!(directory.awaiting, page.total + page.requests_total);
    page.requests
}

async fn told(usher: &TestUsher, admin: &Admin<ManageUsers>) -> Vec<HistoryEvent> {
    let id = user(usher, IVAN).await.id;
    let page = people::read(&usher.core, admin, id).await.unwrap();
    page.history.into_iter().map(|line| line.event).collect()
}

#[tokio::test]
async fn where_admins_approve_nothing_is_sent_until_one_does() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    want_approval(&usher, &owner).await;
    let token = invited(&usher, &owner, IVAN).await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    assert_eq!(closed(&usher, &token).await, (Closed::Expired, true));
    ask(&usher, &token).await;
    ask(&usher, &token).await;
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
    assert_eq!(closed(&usher, &token).await, (Closed::Expired, false));
    assert_eq!(asked(&usher, &token).await, Some(Asked::Waits));
    let rows = waiting(&usher, &owner).await;
    let [row] = rows.as_slice() else {
        panic!("asked once: {rows:?}");
    };
    assert_eq!(row.username.as_str(), IVAN);
    assert_eq!(
        (row.held, row.approvable, row.refusable),
        (Held::Expired, true, true)
    );
    assert!(
        told(&usher, &owner)
            .await
            .contains(&HistoryEvent::AskedAdmins)
    );

    requests::grant(&usher.core, &owner, row.id).await.unwrap();
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    assert_eq!((sent.len(), sent[1].to.as_str()), (2, IVAN));
    assert_eq!(waiting(&usher, &owner).await, []);
    assert_eq!(asked(&usher, &token).await, None);
    let told = told(&usher, &owner).await;
    assert!(told.contains(&HistoryEvent::RequestGranted), "{told:?}");
    assert!(!told.contains(&HistoryEvent::AskedForNew), "{told:?}");
    let again = requests::grant(&usher.core, &owner, row.id).await;
    assert_eq!(refusal(again), Refusal::RequestDecided);
    accept(&usher, &usher.mailer.token_for(IVAN).unwrap()).await;
}

#[tokio::test]
async fn a_refusal_is_said_on_the_page_until_something_is_sent_all_the_same() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    want_approval(&usher, &owner).await;
    let token = invited(&usher, &owner, IVAN).await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    ask(&usher, &token).await;
    let id = waiting(&usher, &owner).await[0].id;
    requests::refuse(&usher.core, &owner, id).await.unwrap();
    assert_eq!(asked(&usher, &token).await, Some(Asked::Refused));
    assert_eq!(closed(&usher, &token).await, (Closed::Expired, false));
    // Asking once more is no use.
    ask(&usher, &token).await;
    assert_eq!(waiting(&usher, &owner).await, []);
    assert!(
        told(&usher, &owner)
            .await
            .contains(&HistoryEvent::RequestRefused)
    );
    resend(&usher, &owner, IVAN).await;
    assert_eq!(closed(&usher, &token).await, (Closed::Replaced, true));
}

#[tokio::test]
async fn after_a_revoked_invitation_an_admin_always_decides() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let id = user(&usher, IVAN).await.id;
    revoke(&usher, &owner, id).await.unwrap();
    assert_eq!(closed(&usher, &token).await, (Closed::Revoked, true));
    ask(&usher, &token).await;
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
    let rows = waiting(&usher, &owner).await;
    assert_eq!(rows[0].held, Held::Revoked);
    requests::grant(&usher.core, &owner, rows[0].id)
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    offer(&usher, &usher.mailer.token_for(IVAN).unwrap()).await;
}

#[tokio::test]
async fn whatever_else_happens_to_the_invitation_ends_the_wait() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    want_approval(&usher, &owner).await;
    let token = invited(&usher, &owner, IVAN).await;
    let id = user(&usher, IVAN).await.id;
    let asks = async || {
        usher.clock.advance(Lifetime::THREE_DAYS.duration());
        let token = usher.mailer.token_for(IVAN).unwrap();
        ask(&usher, &token).await;
        assert_eq!(waiting(&usher, &owner).await.len(), 1);
    };
    asks().await;
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    assert_eq!(waiting(&usher, &owner).await, []);

    asks().await;
    revoke(&usher, &owner, id).await.unwrap();
    assert_eq!(waiting(&usher, &owner).await, []);
    send(&usher, &owner, to_users(&[id])).await.unwrap();
    usher.deliver().await.unwrap();

    // With the older link while the newer one is out, which is then used.
    ask(&usher, &token).await;
    assert_eq!(waiting(&usher, &owner).await[0].held, Held::Replaced);
    accept(&usher, &usher.mailer.token_for(IVAN).unwrap()).await;
    assert_eq!(waiting(&usher, &owner).await, []);
}

#[tokio::test]
async fn nobody_grants_what_they_could_not_offer() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    want_approval(&usher, &owner).await;
    let admin = joined_admin(&usher, &owner, "adam@acme.example").await;
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let request = types::batch::SendRequest {
        role: Some(owners),
        ..crate::common::pasted(IVAN)
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    ask(&usher, &token).await;
    let row = waiting(&usher, &admin).await.remove(0);
    assert_eq!((row.approvable, row.refusable), (false, false));
    let granted = requests::grant(&usher.core, &admin, row.id).await;
    assert_eq!(refusal(granted), Refusal::RoleAboveYours);
    let refused = requests::refuse(&usher.core, &admin, row.id).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);

    // Nor anybody of another organization.
    let stranger = usher.other_organization().await.unwrap();
    let granted = requests::grant(&usher.core, &stranger, row.id).await;
    assert_eq!(refusal(granted), Refusal::NotFound);
    assert_eq!(waiting(&usher, &stranger).await, []);

    // Nor where no seat is left.
    set_seats(&usher, owner.organization(), Some(2)).await;
    let granted = requests::grant(&usher.core, &owner, row.id).await;
    assert_eq!(refusal(granted), Refusal::OverSeats { free: 0 });
    assert_eq!(waiting(&usher, &owner).await.len(), 1);
}

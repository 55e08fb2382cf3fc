//! Standing invitations on a sheet of paper.

use domain::{
    Outcome,
    entity::audit_events,
    invitations::{Sheet, sheet},
    people,
    proof::{Admin, CopyInvitationLinks, ManageUsers, Origin},
    sign_in::{self, Entered},
    testing::TestUsher,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use types::{
    access::{Permission, RoleKind},
    batch::{Audience, SendRequest},
    invitation::Lifetime,
    organization::OfferBy,
    refusal::{MOST_SLIPS, Refusal},
    users::{HistoryEvent, UsersFilter},
};

use crate::{
    common::{
        accept, invite, invited, joined_as, offer, own_role, pasted, refusal, revoke, role, send,
        token_in, user,
    },
    temporary_password::set_offer,
};

fn copying(admin: &Admin<ManageUsers>) -> Admin<CopyInvitationLinks> {
    (**admin).clone().with(CopyInvitationLinks).unwrap()
}

async fn of(usher: &TestUsher, admin: &Admin<ManageUsers>, emails: &[&str]) -> Outcome<Sheet> {
    let mut ids = Vec::new();
    for email in emails {
        ids.push(user(usher, email).await.id);
    }
    sheet(&usher.core, &copying(admin), &Audience::Users(ids)).await
}

#[tokio::test]
async fn who_has_a_standing_invitation_is_printed_and_the_others_are_named() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "Zoe Zimmer <zoe@x.example>, anna@x.example").await;
    let gone = invited(&usher, &owner, "gone@x.example").await;
    accept(&usher, &gone).await;
    invite(&usher, &owner, "revoked@x.example").await;
    let id = user(&usher, "revoked@x.example").await.id;
    revoke(&usher, &owner, id).await.unwrap();

    let all = [
        "zoe@x.example",
        "anna@x.example",
        "gone@x.example",
        "revoked@x.example",
    ];
    let sheet = of(&usher, &owner, &all).await.unwrap();
    assert_eq!(sheet.organization, "Acme Clinics");
    let names: Vec<_> = sheet
        .slips
        .iter()
        .map(|slip| slip.called.as_str())
        .collect();
    assert_eq!(names, ["anna@x.example", "Zoe Zimmer"]);
    let left_out: Vec<_> = sheet
        .left_out
        .iter()
        .map(|it| (it.called.as_str(), it.why))
        .collect();
    assert_eq!(
        left_out,
        [
            ("Ivan Petrov", Refusal::UserActive),
            ("revoked@x.example", Refusal::NotInvitedYet)
        ]
    );
    let zoe = &sheet.slips[1];
    assert_eq!(
        (zoe.username.as_str(), zoe.password),
        ("zoe@x.example", None)
    );
    let shown = offer(&usher, &token_in(&zoe.link)).await;
    assert_eq!(shown.first_name, "Zoe");

    // As copying does, it leaves a trace for each, and ends nothing.
    let printed = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq("invitation_printed"))
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(printed, 2);
    let id = user(&usher, "zoe@x.example").await.id;
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    assert!(
        page.history
            .iter()
            .any(|line| line.event == HistoryEvent::Printed)
    );

    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    usher.deliver().await.unwrap();
    let late = of(&usher, &owner, &["zoe@x.example"]).await.unwrap();
    assert!(late.slips.is_empty());
}

#[tokio::test]
async fn a_temporary_password_on_paper_lets_in() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    set_offer(&usher, &owner, OfferBy::TemporaryPassword).await;
    invite(&usher, &owner, "zoe@x.example").await;
    let sheet = of(&usher, &owner, &["zoe@x.example"]).await.unwrap();
    let slip = &sheet.slips[0];
    assert_eq!(sheet.sign_in, "https://usher.example/sign-in");
    let typed = slip.password.unwrap().to_string();
    let entered = sign_in::enter(&usher.core, &Origin::default(), &slip.username, &typed).await;
    assert!(matches!(entered.unwrap(), Entered::Invited(_)));
}

#[tokio::test]
async fn nobody_prints_more_than_they_may_copy() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let copier = own_role(&usher, &owner, "Desk", &[Permission::CopyInvitationLinks]).await;
    let desk = joined_as(&usher, &owner, "desk@x.example", copier).await;
    let desk = desk.with(CopyInvitationLinks).unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let request = SendRequest {
        role: Some(owners),
        ..pasted("boss@x.example")
    };
    send(&usher, &owner, request).await.unwrap();
    invite(&usher, &owner, "zoe@x.example").await;
    let ids = [
        user(&usher, "boss@x.example").await.id,
        user(&usher, "zoe@x.example").await.id,
    ];
    let printed = sheet(&usher.core, &desk, &Audience::Users(ids.to_vec())).await;
    let printed = printed.unwrap();
    assert_eq!(printed.slips.len(), 1);
    assert_eq!(printed.left_out[0].why, Refusal::RoleAboveYours);
    // The directory is not theirs to see.
    let all = Audience::Matching(UsersFilter::default());
    let printed = sheet(&usher.core, &desk, &all).await;
    assert_eq!(refusal(printed), Refusal::NotAllowed);
    // And nothing of another organization.
    let stranger = copying(&usher.other_organization().await.unwrap());
    let printed = sheet(&usher.core, &stranger, &Audience::Users(ids.to_vec())).await;
    let printed = printed.unwrap();
    assert!(printed.slips.is_empty() && printed.left_out.is_empty());
}

#[tokio::test]
async fn a_sheet_has_an_end() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let many = |from: usize, count: usize| -> String {
        let all = (from..from + count).map(|n| format!("user{n}@x.example\n"));
        all.collect()
    };
    invite(&usher, &owner, &many(0, MOST_SLIPS)).await;
    let all = Audience::Matching(UsersFilter::default());
    let printed = sheet(&usher.core, &copying(&owner), &all).await.unwrap();
    assert_eq!(printed.slips.len(), MOST_SLIPS);
    invite(&usher, &owner, &many(MOST_SLIPS, 1)).await;
    let before = usher.everything().await.unwrap();
    let printed = sheet(&usher.core, &copying(&owner), &all).await;
    assert_eq!(refusal(printed), Refusal::TooManyToPrint);
    assert_eq!(usher.everything().await.unwrap(), before);
}

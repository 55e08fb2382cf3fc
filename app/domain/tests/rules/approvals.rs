//! What was offered is checked again when it is accepted; what does not hold any more waits for an admin.

use std::sync::Arc;

use domain::{
    approvals,
    entity::{approvals as approval_rows, audit_events, identities, roles, users},
    proof::{Admin, ManageUsers, Origin},
    random_nonce, sessions, sign_in, sign_up,
    testing::{PASSWORD, TestUsher},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Set,
};
use tokio::task::JoinSet;
use types::{
    access::{Permission, RoleKind},
    approvals::{ApprovalRow, Decision, Reason},
    batch::{Audience, Change, SendRequest},
    ids::RoleId,
    invitation::{Channel, Closed, InvitationPage, Lifetime},
    refusal::Refusal,
    resources::Access,
    users::{EditRequest, HistoryEvent, PersonDetails, ShownStatus, StatusFilter, UserStatus},
};

use crate::common::{
    accept, change, closed, form, id_of, invitation, invited, joined, joined_admin, list, page,
    pasted, refusal, resend, revoke, role, send, set_status, user, with_status,
};

const ANN: &str = "ann@acme.example";
const IVAN: &str = "ivan@north.example";

/// Gives the user another role, by the owner's hand.
async fn give_role(usher: &TestUsher, owner: &Admin<ManageUsers>, email: &str, role: RoleId) {
    let row = user(usher, email).await;
    let seen = PersonDetails {
        first_name: row.first_name,
        last_name: row.last_name,
        email: row.username.to_string(),
        phone: row.phone,
        job_title: row.job_title,
        role: row.role_id,
    };
    let request = EditRequest {
        user: row.id,
        wanted: PersonDetails {
            role,
            ..seen.clone()
        },
        seen,
    };
    domain::people::edit(&usher.core, owner, &request)
        .await
        .unwrap();
}

/// An own role of the organization.
async fn own_role(usher: &TestUsher, owner: &Admin<ManageUsers>, permission: Permission) -> RoleId {
    let id = RoleId(random_nonce().parse().unwrap());
    let write = usher.core.database().begin().await.unwrap();
    roles::ActiveModel {
        id: Set(id),
        organization_id: Set(owner.organization()),
        kind: Set(RoleKind::Custom),
        name: Set(format!("Only {permission}")),
        permissions: Set([permission].into_iter().collect()),
    }
    .insert(&write)
    .await
    .unwrap();
    write.commit().await.unwrap();
    id
}

async fn set_access(usher: &TestUsher, email: &str, access: Access) {
    let mut row = user(usher, email).await.into_active_model();
    row.access = Set(access);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

/// Ann, an Admin, invites Ivan and loses her right before he follows the link.
async fn doubtful(usher: &TestUsher, owner: &Admin<ManageUsers>) -> String {
    let ann = joined_admin(usher, owner, ANN).await;
    let token = invited(usher, &ann, IVAN).await;
    let user = role(usher, owner, RoleKind::User).await;
    give_role(usher, owner, ANN, user).await;
    token
}

async fn sign_up(usher: &TestUsher, token: &str) -> Refusal {
    refusal(sign_up::accept(&usher.core, &Origin::default(), token, form()).await)
}

async fn waiting(usher: &TestUsher, admin: &Admin<ManageUsers>) -> Vec<ApprovalRow> {
    approvals::list(&usher.core, admin).await.unwrap().rows
}

async fn the_one(usher: &TestUsher, admin: &Admin<ManageUsers>) -> ApprovalRow {
    let mut rows = waiting(usher, admin).await;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

async fn has_identity(usher: &TestUsher, email: &str) -> bool {
    let found = identities::Entity::find()
        .filter(identities::Column::UsernameKey.eq(email))
        .count(usher.core.database().read())
        .await;
    found.unwrap() > 0
}

async fn decisions(usher: &TestUsher) -> Vec<Option<Decision>> {
    let mut rows = approval_rows::Entity::find()
        .all(usher.core.database().read())
        .await
        .unwrap();
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| row.decision).collect()
}

async fn audited(usher: &TestUsher, action: &str) -> u64 {
    audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq(action))
        .count(usher.core.database().read())
        .await
        .unwrap()
}

async fn history(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> Vec<HistoryEvent> {
    let id = user(usher, email).await.id;
    let page = domain::people::read(&usher.core, admin, id).await.unwrap();
    page.history.into_iter().map(|line| line.event).collect()
}

#[tokio::test]
async fn an_inviter_who_lost_the_right_makes_the_sign_up_wait() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    assert_eq!(sign_up(&usher, &token).await, Refusal::AwaitsApproval);

    let row = the_one(&usher, &owner).await;
    assert_eq!(row.reason, Reason::InviterWithoutRight);
    assert_eq!(row.username.as_str(), IVAN);
    assert_eq!(row.called, "Ivan Petrov", "what was typed is kept");
    assert_eq!(row.inviter.as_deref(), Some("Ivan Petrov"));
    assert_eq!(row.role, RoleKind::User);
    assert!(row.approvable && row.refusable);

    let ivan = user(&usher, IVAN).await;
    assert_eq!((ivan.status, ivan.identity_id), (UserStatus::Invited, None));
    assert_eq!(invitation(&usher, IVAN).await.accepted_at, None);
    assert_eq!(
        closed(&usher, &token).await,
        (Closed::AwaitsApproval, false)
    );
    assert_eq!(audited(&usher, "approval_asked_for").await, 1);

    let all = list(&usher, &owner, with_status(StatusFilter::Invited)).await;
    assert_eq!(all.awaiting, 1);
    assert!(all.rows[0].awaits_approval);
    assert_eq!(all.rows[0].expires_at, None);
}

#[tokio::test]
async fn waiting_does_not_expire() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    usher.clock.advance(Lifetime::LONGEST.duration());
    let owner = usher
        .member(
            sign_in::verify(&usher.core, domain::testing::OWNER, PASSWORD)
                .await
                .unwrap(),
        )
        .await
        .unwrap()
        .with(ManageUsers)
        .unwrap();
    let page = list(&usher, &owner, with_status(StatusFilter::Expired)).await;
    assert!(page.rows.is_empty());
    assert_eq!((page.counts.invited, page.counts.expired), (1, 0));
    let page = list(&usher, &owner, with_status(StatusFilter::Invited)).await;
    assert_eq!(page.rows[0].status, ShownStatus::Invited);
    assert_eq!(
        closed(&usher, &token).await,
        (Closed::AwaitsApproval, false)
    );
    approvals::approve(&usher.core, &owner, the_one(&usher, &owner).await.id)
        .await
        .unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Active);
}

#[tokio::test]
async fn pressing_again_is_the_same_answer_and_changes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    let before = usher.everything().await.unwrap();
    assert_eq!(sign_up(&usher, &token).await, Refusal::AwaitsApproval);
    let again =
        sign_up::join_with_password(&usher.core, &Origin::default(), &token, PASSWORD).await;
    assert_eq!(refusal(again), Refusal::AwaitsApproval);
    sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn many_who_press_at_once_wait_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    let usher = Arc::new(usher);
    let mut tries = JoinSet::new();
    for _ in 0..8 {
        let (usher, token) = (Arc::clone(&usher), token.clone());
        tries.spawn(async move {
            refusal(sign_up::accept(&usher.core, &Origin::default(), &token, form()).await)
        });
    }
    while let Some(answer) = tries.join_next().await {
        assert_eq!(answer.unwrap(), Refusal::AwaitsApproval);
    }
    assert_eq!(waiting(&usher, &owner).await.len(), 1);
}

#[tokio::test]
async fn someone_who_waits_is_not_in() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let started = sessions::start(&usher.core, who, "test").await;
    assert_eq!(refusal(started), Refusal::AwaitsApproval);
}

#[tokio::test]
async fn approved_the_person_is_in_with_the_chosen_password_and_told_so() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    let id = the_one(&usher, &owner).await.id;
    approvals::approve(&usher.core, &owner, id).await.unwrap();

    let ivan = user(&usher, IVAN).await;
    assert_eq!(ivan.status, UserStatus::Active);
    let row = invitation(&usher, IVAN).await;
    assert_eq!(row.accepted_at, Some(usher.core.now()));
    assert_eq!(row.accepted_channel, Some(Channel::Email));
    assert_eq!(ivan.expires_at, Some(row.expires_at));
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    assert_eq!(usher.member(who).await.unwrap().me(false).user, ivan.id);
    assert_eq!(closed(&usher, &token).await, (Closed::Used, false));
    assert!(waiting(&usher, &owner).await.is_empty());
    assert_eq!(decisions(&usher).await, [Some(Decision::Granted)]);
    assert_eq!(audited(&usher, "approval_granted").await, 1);

    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    let welcome = sent.last().unwrap();
    assert_eq!(welcome.to.as_str(), IVAN);
    assert_eq!(welcome.subject, "You are in: Acme Clinics");
    assert!(welcome.text.contains("https://usher.example/sign-in"));
    let told = history(&usher, &owner, IVAN).await;
    assert!(told.contains(&HistoryEvent::AskedForApproval));
    assert!(told.contains(&HistoryEvent::Approved));
    assert!(!told.contains(&HistoryEvent::AskedForNew), "{told:?}");
}

#[tokio::test]
async fn refused_the_page_says_so_and_nothing_of_the_sign_up_stays() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    let id = the_one(&usher, &owner).await.id;
    approvals::refuse(&usher.core, &owner, id).await.unwrap();

    let shown = page(&usher, &token).await;
    let InvitationPage::Closed(shown) = shown else {
        panic!("open");
    };
    assert_eq!((shown.why, shown.can_ask), (Closed::Refused, false));
    assert_eq!(shown.contact, "Olive Owner");
    assert_eq!(sign_up(&usher, &token).await, Refusal::ApprovalRefused);
    assert!(!has_identity(&usher, IVAN).await);
    let ivan = user(&usher, IVAN).await;
    assert_eq!(
        (ivan.status, ivan.expires_at),
        (UserStatus::NotInvited, None)
    );
    assert_eq!(decisions(&usher).await, [Some(Decision::Refused)]);
    assert_eq!(audited(&usher, "approval_refused").await, 1);
    let told = history(&usher, &owner, IVAN).await;
    assert_eq!(told[0], HistoryEvent::ApprovalRefused);

    // Invited again, by someone who may.
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    assert_eq!(closed(&usher, &token).await, (Closed::Replaced, true));
    let newer = usher.mailer.token_for(IVAN).unwrap();
    accept(&usher, &newer).await;
}

#[tokio::test]
async fn each_reason_is_told_from_the_others() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let manager = own_role(&usher, &owner, Permission::ManageUsers).await;
    let auditor = own_role(&usher, &owner, Permission::ViewAudit).await;
    let ann = joined_admin(&usher, &owner, ANN).await;
    let people = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"];
    let mut tokens = Vec::new();
    for person in people {
        let request = SendRequest {
            role: (person == people[2]).then_some(auditor),
            ..pasted(person)
        };
        send(&usher, &ann, request).await.unwrap();
        usher.deliver().await.unwrap();
        tokens.push(usher.mailer.token_for(person).unwrap());
    }

    // Still within her own: in.
    give_role(&usher, &owner, ANN, manager).await;
    accept(&usher, &tokens[0]).await;
    // The role is beyond hers.
    assert_eq!(sign_up(&usher, &tokens[2]).await, Refusal::AwaitsApproval);
    // The access is.
    let nothing = Access {
        locations: types::resources::Reach::Chosen(std::collections::BTreeSet::new()),
        ..Access::default()
    };
    set_access(&usher, ANN, nothing).await;
    assert_eq!(sign_up(&usher, &tokens[1]).await, Refusal::AwaitsApproval);
    set_status(&usher, ANN, UserStatus::Deactivated).await;
    assert_eq!(sign_up(&usher, &tokens[3]).await, Refusal::AwaitsApproval);

    let reasons: Vec<Reason> = waiting(&usher, &owner)
        .await
        .iter()
        .map(|row| row.reason)
        .collect();
    let expected = [
        Reason::RoleBeyondInviter,
        Reason::AccessBeyondInviter,
        Reason::InviterLeft,
    ];
    assert_eq!(reasons, expected);
}

#[tokio::test]
async fn nobody_approves_a_role_or_access_beyond_their_own() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let manager = own_role(&usher, &owner, Permission::ManageUsers).await;
    let ann = joined_admin(&usher, &owner, ANN).await;
    let mia = {
        let request = SendRequest {
            role: Some(manager),
            ..pasted("mia@acme.example")
        };
        send(&usher, &owner, request).await.unwrap();
        usher.deliver().await.unwrap();
        let token = usher.mailer.token_for("mia@acme.example").unwrap();
        accept(&usher, &token).await
    };
    let admin = role(&usher, &owner, RoleKind::Admin).await;
    let request = SendRequest {
        role: Some(admin),
        ..pasted(IVAN)
    };
    send(&usher, &ann, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    set_status(&usher, ANN, UserStatus::Deactivated).await;
    sign_up(&usher, &token).await;

    let manager = usher.member(mia).await.unwrap().with(ManageUsers).unwrap();
    let row = the_one(&usher, &manager).await;
    assert!(!row.approvable && !row.refusable);
    let before = usher.everything().await.unwrap();
    let approved = approvals::approve(&usher.core, &manager, row.id).await;
    assert_eq!(refusal(approved), Refusal::RoleAboveYours);
    let refused = approvals::refuse(&usher.core, &manager, row.id).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);
    assert_eq!(usher.everything().await.unwrap(), before);

    // A role that she may give, with an access that she may not.
    let user = role(&usher, &owner, RoleKind::User).await;
    give_role(&usher, &owner, IVAN, user).await;
    set_access(&usher, IVAN, Access::everything()).await;
    let row = the_one(&usher, &manager).await;
    assert!(!row.approvable && row.refusable);
    let approved = approvals::approve(&usher.core, &manager, row.id).await;
    assert_eq!(refusal(approved), Refusal::AccessAboveYours);
    approvals::approve(&usher.core, &owner, row.id)
        .await
        .unwrap();
}

#[tokio::test]
async fn another_organization_decides_nothing_here() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    let stranger = usher.other_organization().await.unwrap();
    assert!(waiting(&usher, &stranger).await.is_empty());
    let id = the_one(&usher, &owner).await.id;
    let before = usher.everything().await.unwrap();
    let approved = approvals::approve(&usher.core, &stranger, id).await;
    assert_eq!(refusal(approved), Refusal::NotFound);
    let refused = approvals::refuse(&usher.core, &stranger, id).await;
    assert_eq!(refusal(refused), Refusal::NotFound);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn sending_revoking_and_deactivating_end_the_wait() {
    for act in ["resend", "revoke", "deactivate"] {
        let (usher, owner) = TestUsher::with_owner().await.unwrap();
        let token = doubtful(&usher, &owner).await;
        sign_up(&usher, &token).await;
        let approval = the_one(&usher, &owner).await.id;
        let ivan = user(&usher, IVAN).await.id;
        let expected = match act {
            "resend" => {
                resend(&usher, &owner, IVAN).await;
                Closed::Replaced
            }
            "revoke" => {
                revoke(&usher, &owner, ivan).await.unwrap();
                Closed::Revoked
            }
            _ => {
                let chosen = Audience::Users(vec![ivan]);
                change(&usher, &owner, Change::Deactivate, chosen)
                    .await
                    .unwrap();
                Closed::Revoked
            }
        };
        assert_eq!(closed(&usher, &token).await.0, expected, "{act}");
        assert!(waiting(&usher, &owner).await.is_empty(), "{act}");
        assert!(!has_identity(&usher, IVAN).await, "{act}");
        assert_eq!(
            decisions(&usher).await,
            [Some(Decision::Withdrawn)],
            "{act}"
        );
        let approved = approvals::approve(&usher.core, &owner, approval).await;
        assert_eq!(refusal(approved), Refusal::ApprovalDecided, "{act}");
    }
}

#[tokio::test]
async fn undoing_a_revocation_opens_the_link_again_with_its_time() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = doubtful(&usher, &owner).await;
    sign_up(&usher, &token).await;
    let ivan = user(&usher, IVAN).await.id;
    let batch = revoke(&usher, &owner, ivan).await.unwrap();
    assert_eq!(
        domain::bulk::undo(&usher.core, &owner, batch)
            .await
            .unwrap(),
        1
    );
    let row = user(&usher, IVAN).await;
    assert_eq!(row.status, UserStatus::Invited);
    assert_eq!(
        row.expires_at,
        Some(invitation(&usher, IVAN).await.expires_at)
    );
    assert_eq!(sign_up(&usher, &token).await, Refusal::AwaitsApproval);
    assert_eq!(waiting(&usher, &owner).await.len(), 1);
}

#[tokio::test]
async fn an_identity_from_elsewhere_outlives_a_refusal() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    joined(&usher, &stranger, IVAN).await;
    let token = doubtful(&usher, &owner).await;
    let joined =
        sign_up::join_with_password(&usher.core, &Origin::default(), &token, PASSWORD).await;
    assert_eq!(refusal(joined), Refusal::AwaitsApproval);
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let member = usher.member(who).await.unwrap();
    assert_eq!(member.organization(), stranger.organization());

    let id = the_one(&usher, &owner).await.id;
    approvals::refuse(&usher.core, &owner, id).await.unwrap();
    assert!(has_identity(&usher, IVAN).await);
    sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn approved_an_identity_from_elsewhere_is_in_both() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    joined(&usher, &stranger, IVAN).await;
    let token = doubtful(&usher, &owner).await;
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let signed_in = usher.signed_in(who).await.unwrap();
    let joined = sign_up::join(&usher.core, &token, &signed_in).await;
    assert_eq!(refusal(joined), Refusal::AwaitsApproval);
    let id = the_one(&usher, &owner).await.id;
    approvals::approve(&usher.core, &owner, id).await.unwrap();
    let read = usher.core.database().read();
    let both = users::Entity::find()
        .filter(users::Column::UsernameKey.eq(IVAN))
        .filter(users::Column::Status.eq(UserStatus::Active))
        .count(read)
        .await
        .unwrap();
    assert_eq!(both, 2);
}

#[tokio::test]
async fn one_decision_counts_however_many_decide_at_once() {
    for _ in 0..4 {
        let (usher, owner) = TestUsher::with_owner().await.unwrap();
        let token = doubtful(&usher, &owner).await;
        sign_up(&usher, &token).await;
        let id = the_one(&usher, &owner).await.id;
        let ivan = user(&usher, IVAN).await.id;
        let (approved, refused, revoked) = tokio::join!(
            approvals::approve(&usher.core, &owner, id),
            approvals::refuse(&usher.core, &owner, id),
            revoke(&usher, &owner, ivan),
        );
        let done = [approved.is_ok(), refused.is_ok(), revoked.is_ok()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let row = user(&usher, IVAN).await;
        let is_in = row.status == UserStatus::Active;
        assert_eq!(is_in, approved.is_ok());
        assert_eq!(row.identity_id.is_some(), is_in);
        assert_eq!(has_identity(&usher, IVAN).await, is_in);
        assert!(waiting(&usher, &owner).await.is_empty());
    }
}

#[tokio::test]
async fn an_invitation_by_nobody_else_is_not_doubted() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let row = invitation(&usher, IVAN).await;
    let mut own = row.clone().into_active_model();
    own.inviter_id = Set(Some(row.user_id));
    let write = usher.core.database().begin().await.unwrap();
    own.update(&write).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(crate::common::offer(&usher, &token).await.inviter, "");
    accept(&usher, &token).await;
}

#[tokio::test]
async fn an_inviter_who_was_deleted_makes_the_sign_up_wait() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ann = joined_admin(&usher, &owner, ANN).await;
    let token = invited(&usher, &ann, IVAN).await;
    let request = types::users::DeleteRequest {
        user: id_of(&ann),
        email: ANN.to_owned(),
    };
    domain::people::delete(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(crate::common::offer(&usher, &token).await.inviter, "");
    assert_eq!(sign_up(&usher, &token).await, Refusal::AwaitsApproval);
    let row = the_one(&usher, &owner).await;
    assert_eq!((row.reason, row.inviter), (Reason::InviterLeft, None));
}

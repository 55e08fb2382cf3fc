//! At least one active Owner remains, on every path; and the way back in.

use domain::{
    entity::{audit_events, users},
    imports::{self, Content},
    owners::{self, Added},
    people,
    proof::{Admin, ManageRoles, ManageUsers, Origin},
    roles, sign_up,
    testing::{OWNER, PASSWORD, STRANGER, TestUsher},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use types::{
    access::RoleKind,
    audit::{Action, Doer},
    batch::{Audience, Change, SendRequest},
    ids::{OrganizationId, RoleId},
    import::{ImportRequest, ImportSettings, Known, RowVerdict, RowsFrom},
    invitation::Closed,
    refusal::Refusal,
    roles::RoleDeletion,
    users::UserStatus,
};

use crate::common::{
    accept, change, closed, form, give, giving, id_of, invite, invited, joined, joined_as,
    own_role, pasted, refusal, role, send, set_status, to_users, token_in, user,
};

const IVAN: &str = "ivan@north.example";
const DORA: &str = "dora@north.example";

/// The addresses of the organization's active Owners.
async fn active_owners(usher: &TestUsher, owner_role: RoleId) -> Vec<String> {
    let owners = users::Entity::find()
        .filter(users::Column::RoleId.eq(owner_role))
        .filter(users::Column::Status.eq(UserStatus::Active))
        .all(usher.core.database().read())
        .await
        .unwrap();
    let mut owners: Vec<_> = owners.iter().map(|it| it.username.to_string()).collect();
    owners.sort_unstable();
    owners
}

async fn second_owner(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    email: &str,
) -> Admin<ManageUsers> {
    let owners = role(usher, owner, RoleKind::Owner).await;
    let member = joined_as(usher, owner, email, owners).await;
    member.with(ManageUsers).unwrap()
}

#[tokio::test]
async fn sending_takes_no_role_from_an_active_owner() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    for request in [pasted(OWNER), to_users(&[id_of(&owner)])] {
        let request = SendRequest {
            role: Some(users),
            resend: true,
            ..request
        };
        let sent = send(&usher, &owner, request).await;
        assert_eq!(refusal(sent), Refusal::NobodyToInvite);
    }
    let together = SendRequest {
        role: Some(users),
        resend: true,
        ..pasted(&format!("{OWNER}, {IVAN}"))
    };
    send(&usher, &owner, together).await.unwrap();
    assert_eq!(active_owners(&usher, owners).await, [OWNER]);
}

#[tokio::test]
async fn a_table_takes_no_role_from_an_active_owner() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    // One who is only invited is no active Owner, and may become less.
    let request = SendRequest {
        role: Some(owners),
        ..pasted(&format!("{IVAN}, {DORA}"))
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let table = format!("E-mail,Role\n{OWNER},User\n{IVAN},User\n{DORA},User\n");
    let import = imports::upload(&usher.core, &owner, Content::Pasted(table))
        .await
        .unwrap();
    let page = async || {
        let page = imports::page(&usher.core, &owner, import, None, RowsFrom::Start).await;
        page.unwrap()
    };
    let settings = ImportSettings {
        known: Known::Update,
        ..page().await.settings
    };
    imports::set_up(&usher.core, &owner, import, &settings)
        .await
        .unwrap();
    let verdicts: Vec<_> = page().await.rows.iter().map(|row| row.verdict).collect();
    let update = RowVerdict::Update;
    assert_eq!(verdicts, [RowVerdict::Active, update, update]);
    // One of them joins after the rows were judged: they are judged again when they come in.
    let token = usher.mailer.token_for(DORA).unwrap();
    accept(&usher, &token).await;
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: true,
        seen: 2,
    };
    imports::start(&usher.core, &owner, request).await.unwrap();
    while imports::step(&usher.core).await.unwrap() {}
    assert_eq!(active_owners(&usher, owners).await, [DORA, OWNER]);
    assert_eq!(user(&usher, IVAN).await.role_id, users);
}

#[tokio::test]
async fn the_last_active_owner_is_neither_demoted_nor_deactivated() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    let own = own_role(&usher, &owner, "All but owners", &[]).await;
    let ivan = second_owner(&usher, &owner, IVAN).await;
    let audience = |ids: &[_]| Audience::Users(ids.to_vec());
    change(
        &usher,
        &owner,
        Change::Deactivate,
        audience(&[id_of(&ivan)]),
    )
    .await
    .unwrap();
    // A deactivated one does not count, nor does one who is only invited.
    let request = SendRequest {
        role: Some(owners),
        ..pasted(DORA)
    };
    send(&usher, &owner, request).await.unwrap();
    for less in [users, own] {
        let demoted = give(&usher, &owner, OWNER, less).await;
        assert_eq!(refusal(demoted), Refusal::LastOwner);
    }
    // `ivan` still holds the proof of a moment ago.
    let demoted = giving(&usher, &owner, id_of(&owner), users).await;
    let demoted = people::edit(&usher.core, &ivan, &demoted).await;
    assert_eq!(refusal(demoted), Refusal::LastOwner);
    let gone = change(
        &usher,
        &ivan,
        Change::Deactivate,
        audience(&[id_of(&owner)]),
    )
    .await;
    assert_eq!(refusal(gone), Refusal::LastOwner);
    assert_eq!(active_owners(&usher, owners).await, [OWNER]);
    // Deactivated ones may become less.
    give(&usher, &owner, IVAN, users).await.unwrap();
    change(&usher, &owner, Change::Activate, audience(&[id_of(&ivan)]))
        .await
        .unwrap();
    assert_eq!(active_owners(&usher, owners).await, [OWNER]);
}

#[tokio::test]
async fn undoing_and_deleting_a_role_take_no_owner_away() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    let managing = (*owner).clone().with(ManageRoles).unwrap();
    let request = RoleDeletion {
        role: owners,
        move_to: Some(users),
    };
    let deleted = roles::delete(&usher.core, &managing, request).await;
    assert_eq!(refusal(deleted), Refusal::RoleBuiltIn);
    // Who was deactivated before becoming the other owner's equal comes back as one.
    joined(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    let batch = change(
        &usher,
        &owner,
        Change::Deactivate,
        Audience::Users(vec![ivan]),
    )
    .await
    .unwrap();
    give(&usher, &owner, IVAN, owners).await.unwrap();
    let undone = domain::bulk::undo(&usher.core, &owner, batch)
        .await
        .unwrap();
    assert_eq!(undone, 1);
    assert_eq!(active_owners(&usher, owners).await, [IVAN, OWNER]);
}

/// Two owners demote each other at the same moment, 200 times; some of them in another process, where
/// the engine knows of others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_owners_demote_each_other_at_once_and_one_remains() {
    let (usher, olive) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &olive, RoleKind::Owner).await;
    let users = role(&usher, &olive, RoleKind::User).await;
    let ivan = second_owner(&usher, &olive, IVAN).await;
    let other = usher.other_process().await.unwrap();
    let other = other.unwrap_or_else(|| usher.core.clone());
    for round in 0..200 {
        assert_eq!(active_owners(&usher, owners).await.len(), 2, "{round}");
        let of_ivan = giving(&usher, &olive, id_of(&ivan), users).await;
        let of_olive = giving(&usher, &ivan, id_of(&olive), users).await;
        let (here, there) = (usher.core.clone(), other.clone());
        let (by_olive, by_ivan) = (olive.clone(), ivan.clone());
        let first = tokio::spawn(async move { people::edit(&here, &by_olive, &of_ivan).await });
        let second = tokio::spawn(async move { people::edit(&there, &by_ivan, &of_olive).await });
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        let (survivor, demoted) = match (first, second) {
            (Ok(()), late) => {
                assert_eq!(refusal(late), Refusal::LastOwner, "{round}");
                (&olive, IVAN)
            }
            (late, Ok(())) => {
                assert_eq!(refusal(late), Refusal::LastOwner, "{round}");
                (&ivan, OWNER)
            }
            neither => panic!("nobody was demoted: {neither:?}"),
        };
        assert_eq!(active_owners(&usher, owners).await.len(), 1, "{round}");
        give(&usher, survivor, demoted, owners).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_owners_deactivate_and_demote_each_other_at_once_and_one_remains() {
    let (usher, olive) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &olive, RoleKind::Owner).await;
    let users = role(&usher, &olive, RoleKind::User).await;
    let ivan = second_owner(&usher, &olive, IVAN).await;
    let usher = std::sync::Arc::new(usher);
    for round in 0..40 {
        let of_olive = giving(&usher, &ivan, id_of(&olive), users).await;
        let (here, by_olive, by_ivan) = (usher.clone(), olive.clone(), ivan.clone());
        let audience = Audience::Users(vec![id_of(&ivan)]);
        let first =
            tokio::spawn(
                async move { change(&here, &by_olive, Change::Deactivate, audience).await },
            );
        let there = usher.core.clone();
        let second = tokio::spawn(async move { people::edit(&there, &by_ivan, &of_olive).await });
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        assert!(
            first.is_ok() != second.is_ok(),
            "{round}: {first:?} {second:?}"
        );
        assert_eq!(active_owners(&usher, owners).await.len(), 1, "{round}");
        if first.is_ok() {
            set_status(&usher, IVAN, UserStatus::Active).await;
        } else {
            give(&usher, &ivan, OWNER, owners).await.unwrap();
        }
    }
}

// The command `usher owner add`

async fn organization(usher: &TestUsher, name: &str) -> OrganizationId {
    let known = owners::organizations(&usher.core).await.unwrap();
    known.into_iter().find(|(_, it)| it == name).unwrap().0
}

async fn add(usher: &TestUsher, email: &str) -> Added {
    let acme = organization(usher, "Acme Clinics").await;
    owners::add(&usher.core, acme, email).await.unwrap()
}

/// What the audit log says of the command, the newest last.
async fn told(usher: &TestUsher) -> Vec<Value> {
    let rows = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq(Action::OwnerAdded))
        .all(usher.core.database().read())
        .await
        .unwrap();
    for row in &rows {
        assert_eq!((row.doer, row.actor_id), (Doer::Command, None));
        assert!(row.organization_id.is_some() && row.subject_id.is_some());
        assert_eq!(row.origin, "");
    }
    let details = rows.iter().map(|row| row.details.parse().unwrap());
    details.collect()
}

#[tokio::test]
async fn whoever_has_joined_is_an_active_owner_at_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    joined(&usher, &owner, IVAN).await;
    assert_eq!(add(&usher, " Ivan@North.example ").await, Added::Joined);
    assert_eq!(active_owners(&usher, owners).await, [IVAN, OWNER]);
    // Whoever was deactivated can sign in again.
    let audience = Audience::Users(vec![user(&usher, IVAN).await.id]);
    change(&usher, &owner, Change::Deactivate, audience)
        .await
        .unwrap();
    assert_eq!(add(&usher, IVAN).await, Added::Joined);
    let who = domain::sign_in::verify(&usher.core, IVAN, PASSWORD)
        .await
        .unwrap();
    usher.member(who).await.unwrap();
    let before = usher.everything().await.unwrap();
    assert_eq!(add(&usher, IVAN).await, Added::Already);
    assert_eq!(usher.everything().await.unwrap(), before);
    let owner = json!({ "role": "Owner", "status": "active" });
    assert_eq!(
        told(&usher).await,
        [
            json!({ "before": { "role": "User", "status": "active" }, "after": owner }),
            json!({ "before": { "role": "Owner", "status": "deactivated" }, "after": owner }),
        ]
    );
}

#[tokio::test]
async fn somebody_new_joins_by_a_link_that_nobody_mails() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let Added::Invited { link, expires_at } = add(&usher, "boss@acme.example").await else {
        panic!("nobody is invited");
    };
    let boss = user(&usher, "boss@acme.example").await;
    assert_eq!((boss.status, boss.role_id), (UserStatus::Invited, owners));
    assert_eq!(boss.expires_at, Some(expires_at));
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty());
    assert_eq!(active_owners(&usher, owners).await, [OWNER]);
    assert_eq!(
        told(&usher).await,
        [json!({ "before": null, "after": { "role": "Owner", "status": "invited" } })]
    );
    // Once more, where the link was lost: the earlier one ends.
    let Added::Invited { link: newer, .. } = add(&usher, "boss@acme.example").await else {
        panic!("nobody is invited");
    };
    let (why, _) = closed(&usher, &token_in(&link)).await;
    assert_eq!(why, Closed::Replaced);
    let who = accept(&usher, &token_in(&newer)).await;
    let boss = usher.member(who).await.unwrap();
    assert_eq!(boss.clone().me(false).role, RoleKind::Owner);
    assert_eq!(active_owners(&usher, owners).await.len(), 2);
}

#[tokio::test]
async fn somebody_who_was_invited_gets_another_link_as_an_owner() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let mailed = invited(&usher, &owner, IVAN).await;
    invite(&usher, &owner, DORA).await;
    let audience = Audience::Users(vec![user(&usher, DORA).await.id]);
    change(&usher, &owner, Change::Deactivate, audience)
        .await
        .unwrap();
    for email in [IVAN, DORA] {
        let Added::Invited { link, .. } = add(&usher, email).await else {
            panic!("{email} is not invited");
        };
        assert_eq!(user(&usher, email).await.status, UserStatus::Invited);
        let accepted =
            sign_up::accept(&usher.core, &Origin::default(), &token_in(&link), form()).await;
        accepted.unwrap();
    }
    assert_eq!(active_owners(&usher, owners).await, [DORA, IVAN, OWNER]);
    closed(&usher, &mailed).await;
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1, "what was queued is cancelled");
}

#[tokio::test]
async fn the_command_says_what_it_cannot_do() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let nimbus = organization(&usher, "Nimbus Labs").await;
    let acme = organization(&usher, "Acme Clinics").await;
    let before = usher.everything().await.unwrap();
    let typo = owners::add(&usher.core, acme, "boss@acme").await;
    assert_eq!(refusal(typo), Refusal::EmailNotValid);
    let nowhere = OrganizationId(uuid::Uuid::nil());
    let nowhere = owners::add(&usher.core, nowhere, OWNER).await;
    assert_eq!(refusal(nowhere), Refusal::NotFound);
    assert_eq!(usher.everything().await.unwrap(), before);
    // An owner elsewhere is nobody here: in the directory of the organization that was said.
    let added = owners::add(&usher.core, nimbus, OWNER).await.unwrap();
    assert!(matches!(added, Added::Invited { .. }), "{added:?}");
    let theirs = role(&usher, &stranger, RoleKind::Owner).await;
    assert_eq!(active_owners(&usher, theirs).await, [STRANGER]);
    let ours = role(&usher, &owner, RoleKind::Owner).await;
    assert_eq!(active_owners(&usher, ours).await, [OWNER]);
}

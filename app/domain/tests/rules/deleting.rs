//! Deleting a user: the person's data is forgotten, and nothing else.

use domain::{
    batches, bulk,
    entity::{audit_events, import_rows, sessions},
    people,
    proof::{Admin, CopyInvitationLinks, ManageUsers, Origin},
    sign_in, sign_up,
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use types::{
    access::RoleKind,
    batch::{Audience, Change, Outcome as Fate, SendRequest},
    ids::{ImportId, UserId},
    import::{ImportState, Known, RowVerdict},
    refusal::Refusal,
    users::{DeleteRequest, HistoryEvent, StatusFilter, UserStatus},
};

use crate::common::{
    change, delivered, deliveries, directory, id_of, invite, invited, joined, joined_admin, list,
    pasted, refusal, resend, role, send, user, with_status,
};

const ANN: &str = "ann@acme.example";
const IVAN: &str = "Ivan.Z@north.example";
const IVAN_KEY: &str = "ivan.z@north.example";

async fn delete(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    user: UserId,
    email: &str,
) -> domain::Outcome<()> {
    let request = DeleteRequest {
        user,
        email: email.to_owned(),
    };
    people::delete(&usher.core, admin, &request).await
}

/// Whatever of the database holds one of the words.
async fn traces(usher: &TestUsher, words: &[&str]) -> Vec<String> {
    let mut all = usher.everything().await.unwrap();
    all.retain(|row| {
        let row = row.to_lowercase();
        words.iter().any(|word| row.contains(&word.to_lowercase()))
    });
    all
}

/// A table of somebody's that holds the address, in a column of no name too, and one that is like it.
async fn import_with(usher: &TestUsher, author: UserId, organization: types::ids::OrganizationId) {
    let id = ImportId(domain::random_nonce().parse().unwrap());
    let write = usher.core.database().begin().await.unwrap();
    let role = user(usher, OWNER).await.role_id;
    domain::entity::imports::ActiveModel {
        id: Set(id),
        organization_id: Set(organization),
        author_id: Set(author),
        name: Set("people.csv".to_owned()),
        state: Set(ImportState::Checked),
        headings: Set(format!(r#"["{IVAN}","Zharkov"]"#)),
        has_header: Set(false),
        mapping: Set("[]".to_owned()),
        known: Set(Known::Skip),
        role_id: Set(role),
        rows: Set(3),
        through: Set(3),
        send: Set(false),
        via: Set(types::invitation::Via::Automatic),
        batch_id: Set(None),
        created_at: Set(usher.core.now()),
    }
    .insert(&write)
    .await
    .unwrap();
    let rows = [
        (
            1,
            format!(r#"["{IVAN}","Zharkov"]"#),
            Some(IVAN_KEY.to_owned()),
        ),
        (
            2,
            r#"["","<IVAN.Z@north.example>, Zharkov"]"#.to_owned(),
            None,
        ),
        (
            3,
            r#"["not-ivan.z@north.example","Other"]"#.to_owned(),
            None,
        ),
    ];
    for (position, cells, username_key) in rows {
        import_rows::ActiveModel {
            import_id: Set(id),
            position: Set(position),
            line: Set(position),
            cells: Set(cells),
            username_key: Set(username_key),
            verdict: Set(Some(RowVerdict::InDirectory)),
            faults: Set(String::new()),
        }
        .insert(&write)
        .await
        .unwrap();
    }
    write.commit().await.unwrap();
}

#[tokio::test]
async fn nothing_of_the_person_stays() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    // In every place that the person's data comes to.
    invite(
        &usher,
        &owner,
        &format!("Ivan Zharkov <{IVAN}>, IVAN.z@north.example"),
    )
    .await;
    let ivan = user(&usher, IVAN_KEY).await.id;
    usher
        .mailer
        .answer_next(Err(domain::ports::SendError::Temporary(
            domain::testing::answer(451, &format!("Greylisted: {IVAN}")),
        )));
    usher.deliver().await.unwrap();
    domain::invitations::copy(&usher.core, &copier, ivan)
        .await
        .unwrap();
    let resent = resend(&usher, &owner, IVAN_KEY).await;
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    let form = sign_up::Form {
        first_name: "Ivan".to_owned(),
        last_name: "Zharkov".to_owned(),
        phone: "+79055550101".to_owned(),
        job_title: "Zookeeper".to_owned(),
        password: PASSWORD.to_owned(),
    };
    sign_up::accept(&usher.core, &Origin::default(), &token, form)
        .await
        .unwrap();
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    usher.member(who).await.unwrap();
    usher.request_password_reset(IVAN).await.unwrap();
    invite(&usher, &owner, "other@x.example").await;
    import_with(&usher, id_of(&owner), owner.organization()).await;
    import_with(&usher, ivan, owner.organization()).await;
    let words = ["ivan.z@north", "zharkov", "79055550101", "zookeeper"];
    assert!(traces(&usher, &words).await.len() > 8);

    delete(&usher, &owner, ivan, " ivan.Z@NORTH.example ")
        .await
        .unwrap();

    let other = "not-ivan.z@north.example";
    let left = traces(&usher, &words).await;
    assert_eq!(left.len(), 1, "{left:#?}");
    assert!(
        left[0].contains(other),
        "a row about somebody else: {left:#?}"
    );
    let read = usher.core.database().read();
    let sessions = sessions::Entity::find().count(read).await.unwrap();
    assert_eq!(sessions, 1, "the owner's");
    let known = sign_in::verify(&usher.core, IVAN, PASSWORD).await;
    assert_eq!(refusal(known), Refusal::WrongCredentials);

    // The audit log has what was done, without what it was in detail.
    let about = audit_events::Entity::find()
        .filter(audit_events::Column::SubjectId.eq(ivan))
        .all(read)
        .await
        .unwrap();
    let actions: Vec<&str> = about.iter().map(|row| row.action.as_str()).collect();
    for action in [
        "invitation_link_copied",
        "invitation_accepted",
        "user_deleted",
    ] {
        assert!(actions.contains(&action), "{actions:?}");
    }
    assert!(about.iter().all(|row| row.details == "{}"));

    // Reports keep their numbers.
    let report = batches::report(&usher.core, &owner, resent, 0)
        .await
        .unwrap();
    assert_eq!(report.recipients.len(), 1);
    assert_eq!(report.recipients[0].address, "");
    assert_eq!(report.recipients[0].outcome, Fate::Done);
    // And the counts and the search know nobody.
    let page = directory(&usher, &owner).await;
    assert_eq!(page.counts.of(StatusFilter::All), 2);
    assert!(
        list(&usher, &owner, crate::common::searching("zharkov"))
            .await
            .rows
            .is_empty()
    );
    // The address is free.
    invited(&usher, &owner, IVAN).await;
}

#[tokio::test]
async fn what_the_person_did_to_others_stays_without_a_name() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ann = joined_admin(&usher, &owner, ANN).await;
    let batch = invite(&usher, &ann, "dora@north.example").await;
    usher.deliver().await.unwrap();
    let id = user(&usher, "dora@north.example").await.id;
    let revoked = {
        let chosen = Audience::Users(vec![id]);
        change(&usher, &ann, Change::Revoke, chosen).await.unwrap()
    };
    bulk::undo(&usher.core, &ann, revoked).await.unwrap();
    delete(&usher, &owner, id_of(&ann), ANN).await.unwrap();

    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.summary.sender, "");
    assert_eq!(report.recipients[0].address, "dora@north.example");
    assert_eq!(report.recipients[0].outcome, Fate::Sent);
    let all = batches::list(&usher.core, &owner).await.unwrap();
    assert!(all.iter().any(|it| it.id == batch));
    let page = list(&usher, &owner, with_status(StatusFilter::Invited)).await;
    assert_eq!(page.rows[0].inviter.as_deref(), Some(""));
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    let by = |event: &HistoryEvent| {
        let line = page.history.iter().find(|line| line.event == *event);
        line.unwrap().by.clone()
    };
    assert_eq!(by(&HistoryEvent::Added).as_deref(), Some(""));
    assert_eq!(by(&HistoryEvent::Revoked).as_deref(), Some(""));
    assert_eq!(by(&HistoryEvent::RevokeUndone).as_deref(), Some(""));
    assert_eq!(by(&delivered()), None);
    // A message of theirs that still waits goes out in the organization's name.
    let rows = deliveries(&usher, "dora@north.example").await;
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn a_message_of_someone_deleted_is_sent_in_the_name_of_the_organization() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ann = joined_admin(&usher, &owner, ANN).await;
    invite(&usher, &ann, "dora@north.example").await;
    delete(&usher, &owner, id_of(&ann), ANN).await.unwrap();
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    let letter = sent.last().unwrap();
    assert_eq!(letter.to.as_str(), "dora@north.example");
    assert!(
        letter.text.contains("You are invited to join Acme Clinics"),
        "{}",
        letter.text
    );
}

#[tokio::test]
async fn who_may_not_be_deleted_is_not() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ann = joined_admin(&usher, &owner, ANN).await;
    let me = id_of(&owner);
    let ivan = id_of(&joined(&usher, &owner, IVAN).await);
    let stranger = usher.other_organization().await.unwrap();
    let before = usher.everything().await.unwrap();
    let cases = [
        (&owner, me, OWNER, Refusal::NotYourself),
        (&ann, me, OWNER, Refusal::RoleAboveYours),
        (&owner, ivan, ANN, Refusal::EmailDiffers),
        (&owner, ivan, "ivan", Refusal::EmailNotValid),
        (&stranger, ivan, IVAN, Refusal::NotFound),
    ];
    for (admin, who, email, expected) in cases {
        assert_eq!(refusal(delete(&usher, admin, who, email).await), expected);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
    delete(&usher, &ann, ivan, IVAN).await.unwrap();
    assert_eq!(
        refusal(delete(&usher, &ann, ivan, IVAN).await),
        Refusal::NotFound
    );
}

#[tokio::test]
async fn two_owners_who_delete_each_other_leave_one() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        role: Some(role(&usher, &owner, RoleKind::Owner).await),
        ..pasted(ANN)
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(ANN).unwrap();
    let who = crate::common::accept(&usher, &token).await;
    let ann = usher.member(who).await.unwrap().with(ManageUsers).unwrap();
    let (one, other) = tokio::join!(
        delete(&usher, &owner, id_of(&ann), ANN),
        delete(&usher, &ann, id_of(&owner), OWNER),
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let page = list(&usher, &owner, with_status(StatusFilter::Active)).await;
    assert_eq!(page.rows.len(), 1);
}

#[tokio::test]
async fn an_identity_that_another_organization_needs_stays() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    joined(&usher, &stranger, IVAN).await;
    let there = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let there = usher.signed_in(there).await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let who = sign_up::join_with_password(&usher.core, &Origin::default(), &token, PASSWORD)
        .await
        .unwrap();
    let here = usher.member(who).await.unwrap();
    delete(&usher, &owner, id_of(&here), IVAN).await.unwrap();
    sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let member = domain::sessions::member(&usher.core, &there).await.unwrap();
    assert_eq!(member.unwrap().organization(), stranger.organization());
    assert_eq!(user(&usher, IVAN_KEY).await.status, UserStatus::Active);
}

//! A user's page: reading, changing, adding, and the history.

use chrono::TimeDelta;
use domain::proof::Origin;
use domain::{
    bulk,
    entity::deliveries::DeliveryState,
    invitations, people,
    ports::SendError,
    proof::{Admin, CopyInvitationLinks, ManageUsers},
    sign_up,
    testing::{OWNER, TestUsher, answer},
};
use types::{
    access::RoleKind,
    batch::{Audience, Change},
    ids::UserId,
    invitation::{Channel, Closed},
    refusal::Refusal,
    users::{
        EditRequest, HistoryEvent, HistoryLine, PersonDetails, PersonField, PersonPage,
        ShownStatus, UserStatus,
    },
};

use crate::common::{
    accept, addresses, change, closed, delivered, id_of, invite, invited, joined, joined_admin,
    list, offer, refusal, resend, revoke, role, searching, states, token_in, user,
};

const IVAN: &str = "ivan@north.example";
const DORA: &str = "dora@north.example";

async fn page(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> PersonPage {
    let id = user(usher, email).await.id;
    people::read(&usher.core, admin, id).await.unwrap()
}

/// As the form sends it: what the page shows, with some fields changed.
async fn request(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    email: &str,
    fields: &[(PersonField, &str)],
) -> EditRequest {
    let page = page(usher, admin, email).await;
    let mut wanted = page.details.clone();
    for (field, text) in fields {
        wanted.set(*field, (*text).to_owned());
    }
    EditRequest {
        user: page.row.id,
        seen: page.details,
        wanted,
    }
}

async fn edit(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    email: &str,
    fields: &[(PersonField, &str)],
) -> domain::Outcome<()> {
    let request = request(usher, admin, email, fields).await;
    people::edit(&usher.core, admin, &request).await
}

/// Events with who did them, the newest first.
async fn story(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    email: &str,
) -> Vec<(HistoryEvent, Option<String>)> {
    let history = page(usher, admin, email).await.history;
    let lines = history.into_iter();
    lines
        .map(|HistoryLine { by, event, .. }| (event, by))
        .collect()
}

fn by_olive(event: HistoryEvent) -> (HistoryEvent, Option<String>) {
    (event, Some("Olive Owner".to_owned()))
}

fn sent(to: &str) -> (HistoryEvent, Option<String>) {
    by_olive(HistoryEvent::Sent { to: to.to_owned() })
}

async fn details(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> PersonDetails {
    PersonDetails {
        email: email.to_owned(),
        ..PersonDetails::blank(role(usher, admin, RoleKind::User).await)
    }
}

#[tokio::test]
async fn each_detail_is_changed_and_found_again() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "Ivan Petrov <ivan@north.example>").await;
    usher.deliver().await.unwrap();
    let admin_role = role(&usher, &owner, RoleKind::Admin).await.to_string();
    let fields = [
        (PersonField::FirstName, "  Iwan "),
        (PersonField::LastName, "Petroff"),
        (PersonField::Phone, "+1 202 555 0143"),
        (PersonField::JobTitle, "Nurse"),
        (PersonField::Role, admin_role.as_str()),
    ];
    edit(&usher, &owner, IVAN, &fields).await.unwrap();
    let page = page(&usher, &owner, IVAN).await;
    assert_eq!(page.details.first_name, "Iwan");
    assert_eq!(page.details.last_name, "Petroff");
    assert_eq!(page.details.phone, "+12025550143");
    assert_eq!(page.details.job_title, "Nurse");
    assert_eq!(page.row.role, RoleKind::Admin);
    assert_eq!(page.row.status, ShownStatus::Invited, "the link stands");
    assert!(page.editable && !page.joined);
    for q in ["iwan petroff", "2025550143", "ivan@"] {
        assert_eq!(
            addresses(&list(&usher, &owner, searching(q)).await),
            [IVAN],
            "{q}"
        );
    }
    let changed = HistoryEvent::Changed {
        fields: fields.map(|(field, _)| field).to_vec(),
        link_ended: false,
    };
    assert!(
        story(&usher, &owner, IVAN)
            .await
            .contains(&by_olive(changed))
    );
}

#[tokio::test]
async fn saving_what_is_there_already_changes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "Ivan Petrov <ivan@north.example>").await;
    let before = usher.everything().await.unwrap();
    edit(&usher, &owner, IVAN, &[]).await.unwrap();
    edit(&usher, &owner, IVAN, &[(PersonField::FirstName, "Ivan ")])
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_nothing_is_changed() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let before = usher.everything().await.unwrap();
    let long = "x".repeat(201);
    for (field, text, why) in [
        (PersonField::Email, "ivan@north", Refusal::EmailNotValid),
        (PersonField::Email, "", Refusal::NoContact),
        (PersonField::Phone, "+12", Refusal::PhoneNotValid),
        (PersonField::FirstName, long.as_str(), Refusal::TextTooLong),
        (PersonField::JobTitle, long.as_str(), Refusal::TextTooLong),
        (
            PersonField::Role,
            "00000000-0000-7000-8000-000000000001",
            Refusal::NotFound,
        ),
    ] {
        let fields = [(PersonField::LastName, "Petrov"), (field, text)];
        let refused = edit(&usher, &owner, IVAN, &fields).await;
        assert_eq!(refusal(refused), why, "{field} {text}");
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn another_address_ends_the_link_and_the_queue() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    usher.clock.advance(TimeDelta::minutes(1));
    resend(&usher, &owner, IVAN).await;
    usher.clock.advance(TimeDelta::minutes(1));
    let new = "ivan@south.example";
    edit(&usher, &owner, IVAN, &[(PersonField::Email, new)])
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1, "what was queued is not sent");
    assert_eq!(
        states(&usher, new).await,
        [DeliveryState::Sent, DeliveryState::Cancelled]
    );
    assert_eq!(closed(&usher, &token).await, (Closed::Revoked, true));
    let page = page(&usher, &owner, new).await;
    assert_eq!(page.row.status, ShownStatus::NotInvited);
    assert_eq!(page.row.expires_at, None);
    assert_eq!(
        page.history[1].event,
        HistoryEvent::Changed {
            fields: vec![PersonField::Email],
            link_ended: true,
        }
    );

    resend(&usher, &owner, new).await;
    usher.deliver().await.unwrap();
    let fresh = usher.mailer.token_for(new).unwrap();
    assert_eq!(offer(&usher, &fresh).await.username.as_str(), new);
    closed(&usher, &token).await;
}

#[tokio::test]
async fn the_same_address_in_another_spelling_ends_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let spelled = [(PersonField::Email, "Ivan@North.example")];
    edit(&usher, &owner, IVAN, &spelled).await.unwrap();
    assert_eq!(
        offer(&usher, &token).await.username.as_str(),
        "Ivan@north.example"
    );
}

#[tokio::test]
async fn undoing_does_not_bring_back_a_link_to_an_earlier_address() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for (act, name) in [(Change::Revoke, "revoked"), (Change::Deactivate, "gone")] {
        let (old, new) = (format!("{name}@old.example"), format!("{name}@new.example"));
        let token = invited(&usher, &owner, &old).await;
        usher.clock.advance(TimeDelta::seconds(10));
        let audience = Audience::Users(vec![user(&usher, &old).await.id]);
        let batch = change(&usher, &owner, act, audience).await.unwrap();
        usher.clock.advance(TimeDelta::seconds(10));
        let status = user(&usher, &old).await.status;
        edit(&usher, &owner, &old, &[(PersonField::Email, &new)])
            .await
            .unwrap();
        assert_eq!(user(&usher, &new).await.status, status);
        usher.clock.advance(TimeDelta::seconds(10));
        assert_eq!(bulk::undo(&usher.core, &owner, batch).await.unwrap(), 0);
        assert_eq!(user(&usher, &new).await.status, status);
        closed(&usher, &token).await;
        let told = story(&usher, &owner, &new).await;
        assert!(told.iter().all(|(event, _)| !matches!(
            event,
            HistoryEvent::RevokeUndone | HistoryEvent::DeactivateUndone
        )));
    }
}

#[tokio::test]
async fn an_address_that_somebody_has_is_taken_however_it_is_written() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &format!("{IVAN}, {DORA}")).await;
    let before = usher.everything().await.unwrap();
    for taken in [DORA, "DORA@North.Example", " Dora@north.example "] {
        let refused = edit(&usher, &owner, IVAN, &[(PersonField::Email, taken)]).await;
        assert_eq!(refusal(refused), Refusal::EmailTaken, "{taken}");
        let added = details(&usher, &owner, taken).await;
        let refused = people::add(&usher.core, &owner, &added, None).await;
        assert_eq!(refusal(refused), Refusal::EmailTaken, "{taken}");
    }
    assert_eq!(usher.everything().await.unwrap(), before);
    // Another organization's users are no hindrance.
    let stranger = usher.other_organization().await.unwrap();
    invite(&usher, &stranger, "anna@nimbus.example").await;
    let theirs = [(PersonField::Email, "anna@nimbus.example")];
    edit(&usher, &owner, IVAN, &theirs).await.unwrap();
}

#[tokio::test]
async fn whoever_signs_in_with_an_address_keeps_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, IVAN).await;
    assert!(page(&usher, &owner, IVAN).await.joined);
    let new = [(PersonField::Email, "ivan@south.example")];
    let refused = edit(&usher, &owner, IVAN, &new).await;
    assert_eq!(refusal(refused), Refusal::EmailFixed);
    let audience = Audience::Users(vec![user(&usher, IVAN).await.id]);
    change(&usher, &owner, Change::Deactivate, audience)
        .await
        .unwrap();
    let refused = edit(&usher, &owner, IVAN, &new).await;
    assert_eq!(refusal(refused), Refusal::EmailFixed);
    edit(&usher, &owner, IVAN, &[(PersonField::JobTitle, "Nurse")])
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_changes_whose_role_is_above_nor_gives_such_a_role() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "adam@north.example").await;
    invite(&usher, &owner, IVAN).await;
    let above = page(&usher, &admin, OWNER).await;
    assert!(!above.editable);
    assert!(above.roles.iter().all(|role| role.kind != RoleKind::Owner));
    let owner_role = role(&usher, &owner, RoleKind::Owner).await;
    let before = usher.everything().await.unwrap();
    let refused = edit(&usher, &admin, OWNER, &[(PersonField::Phone, "")]).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);
    let fields = [(PersonField::Role, owner_role.to_string())];
    let fields = fields
        .each_ref()
        .map(|(field, text)| (*field, text.as_str()));
    let refused = edit(&usher, &admin, IVAN, &fields).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);
    let added = PersonDetails {
        role: owner_role,
        ..details(&usher, &admin, DORA).await
    };
    let refused = people::add(&usher.core, &admin, &added, None).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn the_last_active_owner_stays_one() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let user_role = role(&usher, &owner, RoleKind::User).await.to_string();
    let owner_role = role(&usher, &owner, RoleKind::Owner).await.to_string();
    let less = [(PersonField::Role, user_role.as_str())];
    let refused = edit(&usher, &owner, OWNER, &less).await;
    assert_eq!(refusal(refused), Refusal::LastOwner);
    // One who was only invited does not count.
    invite(&usher, &owner, DORA).await;
    let more = [(PersonField::Role, owner_role.as_str())];
    edit(&usher, &owner, DORA, &more).await.unwrap();
    let refused = edit(&usher, &owner, OWNER, &less).await;
    assert_eq!(refusal(refused), Refusal::LastOwner);
    edit(&usher, &owner, DORA, &less).await.unwrap();

    joined(&usher, &owner, IVAN).await;
    edit(&usher, &owner, IVAN, &more).await.unwrap();
    edit(&usher, &owner, OWNER, &less).await.unwrap();
}

#[tokio::test]
async fn users_of_another_organization_are_not_there() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let stranger = usher.other_organization().await.unwrap();
    let request = request(&usher, &owner, IVAN, &[(PersonField::Phone, "")]).await;
    let theirs = details(&usher, &owner, "new@nimbus.example").await;
    let before = usher.everything().await.unwrap();
    let read = people::read(&usher.core, &stranger, request.user).await;
    assert_eq!(refusal(read), Refusal::NotFound);
    let edited = people::edit(&usher.core, &stranger, &request).await;
    assert_eq!(refusal(edited), Refusal::NotFound);
    // Nor are its roles.
    let added = people::add(&usher.core, &stranger, &theirs, None).await;
    assert_eq!(refusal(added), Refusal::NotFound);
    let nobody = UserId(uuid::Uuid::from_u128(1));
    let read = people::read(&usher.core, &owner, nobody).await;
    assert_eq!(refusal(read), Refusal::NotFound);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn two_admins_change_different_fields_and_neither_is_lost() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let phone = [(PersonField::Phone, "+12025550143")];
    let one = request(&usher, &owner, IVAN, &phone).await;
    let title = [(PersonField::JobTitle, "Nurse")];
    let two = request(&usher, &owner, IVAN, &title).await;
    let other_title = [(PersonField::JobTitle, "Doctor")];
    let three = request(&usher, &owner, IVAN, &other_title).await;
    people::edit(&usher.core, &owner, &one).await.unwrap();
    people::edit(&usher.core, &owner, &two).await.unwrap();
    let page = page(&usher, &owner, IVAN).await;
    assert_eq!(page.details.phone, "+12025550143");
    assert_eq!(page.details.job_title, "Nurse");
    // The same field: the second one is told, and what both want alike is no quarrel.
    let refused = people::edit(&usher.core, &owner, &three).await;
    assert_eq!(refusal(refused), Refusal::ChangedMeanwhile);
    people::edit(&usher.core, &owner, &two).await.unwrap();
}

#[tokio::test]
async fn an_added_user_is_not_invited_until_they_are() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let added = PersonDetails {
        first_name: " Nina ".to_owned(),
        phone: "+1 202 555 0143".to_owned(),
        ..details(&usher, &owner, "nina@north.example").await
    };
    let id = people::add(&usher.core, &owner, &added, None)
        .await
        .unwrap();
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    assert_eq!(page.row.status, ShownStatus::NotInvited);
    assert_eq!(page.row.first_name, "Nina");
    assert_eq!(page.row.phone, "+12025550143");
    let told = story(&usher, &owner, "nina@north.example").await;
    assert_eq!(told, [by_olive(HistoryEvent::Added)]);
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty());
    resend(&usher, &owner, "nina@north.example").await;
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for("nina@north.example").unwrap();
    assert_eq!(offer(&usher, &token).await.first_name, "Nina");
}

#[tokio::test]
async fn the_history_tells_it_in_order() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let later = || usher.clock.advance(TimeDelta::minutes(1));
    let full = || answer(452, "4.2.2 Mailbox full");
    let unknown = || answer(550, "5.1.1 No such user here");
    usher
        .mailer
        .answer_next(Err(SendError::Permanent(unknown())));
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    later();
    usher.mailer.answer_next(Err(SendError::Temporary(full())));
    resend(&usher, &owner, IVAN).await;
    let tried_at = usher.core.now();
    usher.deliver().await.unwrap();
    let put_off = page(&usher, &owner, IVAN).await.history.remove(0);
    assert_eq!(put_off.at, tried_at);
    assert!(
        matches!(put_off.event, HistoryEvent::PutOff { until, ref answer }
            if until == tried_at + TimeDelta::minutes(1) && answer.code == Some(452))
    );
    later();
    usher.deliver().await.unwrap();
    later();
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let id = user(&usher, IVAN).await.id;
    let copied = invitations::copy(&usher.core, &copier, id).await.unwrap();
    later();
    accept(&usher, &token_in(&copied.link)).await;

    let told = story(&usher, &owner, IVAN).await;
    let failed = types::users::Failure {
        code: Some(550),
        words: "5.1.1 No such user here".to_owned(),
    };
    assert_eq!(
        told,
        [
            (
                HistoryEvent::Accepted {
                    channel: Some(Channel::Copied)
                },
                None
            ),
            by_olive(HistoryEvent::LinkCopied),
            (delivered(), None),
            (put_off.event, None),
            sent(IVAN),
            (HistoryEvent::Failed(failed), None),
            sent(IVAN),
            by_olive(HistoryEvent::Added),
        ]
    );
}

#[tokio::test]
async fn the_history_tells_of_taking_back_and_asking_again() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let later = || usher.clock.advance(TimeDelta::minutes(1));
    invite(&usher, &owner, IVAN).await;
    let id = user(&usher, IVAN).await.id;
    later();
    let batch = revoke(&usher, &owner, id).await.unwrap();
    later();
    assert_eq!(bulk::undo(&usher.core, &owner, batch).await.unwrap(), 1);
    usher.deliver().await.unwrap();
    later();
    let one = || Audience::Users(vec![id]);
    change(&usher, &owner, Change::Deactivate, one())
        .await
        .unwrap();
    later();
    change(&usher, &owner, Change::Activate, one())
        .await
        .unwrap();
    later();
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    usher.clock.advance(TimeDelta::days(4));
    assert_eq!(closed(&usher, &token).await, (Closed::Expired, true));
    sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
        .await
        .unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Waiting);

    assert_eq!(
        story(&usher, &owner, IVAN).await,
        [
            (HistoryEvent::AskedForNew, None),
            (delivered(), None),
            sent(IVAN),
            by_olive(HistoryEvent::Activated),
            by_olive(HistoryEvent::Deactivated),
            (delivered(), None),
            by_olive(HistoryEvent::RevokeUndone),
            by_olive(HistoryEvent::Revoked),
            sent(IVAN),
            by_olive(HistoryEvent::Added),
        ]
    );
    // Who did something is named as they are called now.
    let own = id_of(&owner);
    assert_eq!(user(&usher, OWNER).await.id, own);
    edit(&usher, &owner, OWNER, &[(PersonField::FirstName, "Oliva")])
        .await
        .unwrap();
    let told = story(&usher, &owner, IVAN).await;
    assert_eq!(told[9].1.as_deref(), Some("Oliva Owner"));
}

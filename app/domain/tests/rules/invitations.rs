//! Sending to many, copying, revoking.

use domain::{
    batches,
    entity::{batches as batch_rows, deliveries::DeliveryState, identities},
    invitations,
    proof::CopyInvitationLinks,
    testing::{OWNER, TestUsher},
};
use sea_orm::{EntityTrait, PaginatorTrait};
use types::{
    access::RoleKind,
    batch::{
        Audience, BATCH_PAGE, BatchCounts, Outcome as Fate, SendRequest, Verdict, VerdictCounts,
    },
    contact::EmailFault,
    ids::UserId,
    invitation::{Channel, Closed, Lifetime},
    language::Language,
    refusal::{LONGEST_MESSAGE, MOST_RECIPIENTS, Refusal},
    users::UserStatus,
};
use uuid::Uuid;

use crate::common::{
    accept, addresses, closed, deliveries, directory, id_of, invitation, invite, invited, joined,
    joined_admin, list, offer, pasted, refusal, resend, revoke, role, searching, send, set_status,
    states, to_users, token_in, user,
};

#[tokio::test]
async fn everyone_on_the_list_gets_a_verdict_and_only_the_ready_are_sent_to() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "dora@north.example, ivan@north.example").await;
    usher.deliver().await.unwrap();
    set_status(&usher, "dora@north.example", UserStatus::Deactivated).await;
    let mut request = pasted(&format!(
        "new@north.example\nNEW@North.Example\nsomeone@nodot\n{OWNER}\n\
         dora@north.example\nivan@north.example"
    ));

    let preview = invitations::preview(&usher.core, &owner, &request)
        .await
        .unwrap();

    assert_eq!(
        preview.counts,
        VerdictCounts {
            ready: 1,
            duplicate: 1,
            already_active: 1,
            already_invited: 1,
            deactivated: 1,
            role_above_yours: 0,
            not_valid: 1,
            ..VerdictCounts::default()
        }
    );
    let skipped: Vec<_> = preview
        .skipped
        .iter()
        .map(|line| (line.address.as_str(), line.verdict.clone()))
        .collect();
    let expected = [
        ("NEW@north.example", Verdict::Duplicate),
        (
            "someone@nodot",
            Verdict::NotValid(EmailFault::DomainWithoutDot),
        ),
        (OWNER, Verdict::AlreadyActive),
        ("dora@north.example", Verdict::Deactivated),
        ("ivan@north.example", Verdict::AlreadyInvited),
    ];
    assert_eq!(skipped, expected);

    request.seen = 1;
    let batch = invitations::send(&usher.core, &owner, &request)
        .await
        .unwrap();

    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(
        report.summary.counts,
        BatchCounts {
            waiting: 1,
            skipped: 5,
            ..BatchCounts::default()
        }
    );
    assert_eq!(report.summary.sender, "Olive Owner");
    let outcomes: Vec<_> = report
        .recipients
        .into_iter()
        .map(|line| (line.position, line.address, line.outcome))
        .collect();
    let mut rows = vec![(
        1,
        "new@north.example".to_owned(),
        Fate::Waiting { failure: None },
    )];
    rows.extend(
        expected
            .into_iter()
            .zip(2..)
            .map(|((address, verdict), position)| {
                (position, address.to_owned(), Fate::Skipped(verdict))
            }),
    );
    assert_eq!(outcomes, rows);

    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    let last: Vec<_> = sent[2..].iter().map(|sent| sent.to.as_str()).collect();
    assert_eq!(last, ["new@north.example"]);
    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.recipients[0].outcome, Fate::Sent);
    assert_eq!(report.summary.counts.sent, 1);
}

#[tokio::test]
async fn an_invitation_is_written_down_as_it_was_asked_for() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::DAY),
        language: Some(Language::Ru),
        message: " See you on Monday. \n".to_owned(),
        ..pasted("ivan@north.example")
    };
    send(&usher, &owner, request).await.unwrap();

    let now = usher.core.now();
    let row = invitation(&usher, "ivan@north.example").await;
    assert_eq!(
        (row.generation, row.hours, row.language),
        (1, 24, Language::Ru)
    );
    assert_eq!(row.message, "See you on Monday.");
    assert_eq!(row.inviter_id, id_of(&owner));
    assert_eq!(row.expires_at, now + Lifetime::DAY.duration());
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.status, UserStatus::Waiting);
    assert_eq!(person.role_id, role(&usher, &owner, RoleKind::User).await);
    assert_eq!(
        (person.invited_at, person.expires_at),
        (Some(now), Some(row.expires_at))
    );

    usher.deliver().await.unwrap();
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.status, UserStatus::Invited);
    let sent = usher.mailer.sent();
    assert!(sent[0].text.contains("See you on Monday."));
    assert!(sent[0].text.contains("Olive Owner") && sent[0].text.contains("Acme Clinics"));
    assert!(sent[0].text.contains("https://usher.example/invite/"));
}

#[tokio::test]
async fn an_invitation_stands_for_as_long_as_the_organization_has_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    assert_eq!(invitation(&usher, "ivan@north.example").await.hours, 72);
}

#[tokio::test]
async fn a_preview_changes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let before = usher.everything().await.unwrap();
    let request = pasted("ivan@north.example, dora@north.example");
    invitations::preview(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn sending_to_others_than_the_sender_saw_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        seen: 2,
        ..pasted("ivan@north.example, dora@north.example")
    };
    invite(&usher, &owner, "dora@north.example").await;
    let before = usher.everything().await.unwrap();
    let sent = invitations::send(&usher.core, &owner, &request).await;
    assert_eq!(refusal(sent), Refusal::ListChanged);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_list_with_nobody_to_invite_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for text in ["", "someone@nodot", OWNER] {
        assert_eq!(
            refusal(send(&usher, &owner, pasted(text)).await),
            Refusal::NobodyToInvite,
            "{text:?}"
        );
    }
}

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
async fn those_already_invited_get_a_new_one_only_if_it_is_asked_for() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    let again = pasted("ivan@north.example");
    assert_eq!(
        refusal(send(&usher, &owner, again.clone()).await),
        Refusal::NobodyToInvite
    );
    let again = SendRequest {
        resend: true,
        ..again
    };
    send(&usher, &owner, again).await.unwrap();
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 2);
}

#[tokio::test]
async fn an_expired_or_failed_invitation_is_sent_again_without_asking() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, "ivan@north.example").await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    invite(&usher, &owner, "ivan@north.example").await;
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 2);
    set_status(&usher, "ivan@north.example", UserStatus::Failed).await;
    invite(&usher, &owner, "ivan@north.example").await;
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 3);
}

#[tokio::test]
async fn a_resend_ends_the_older_link() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let older = invited(&usher, &owner, "ivan@north.example").await;
    offer(&usher, &older).await;

    resend(&usher, &owner, "ivan@north.example").await;

    assert_eq!(closed(&usher, &older).await, (Closed::Replaced, true));
    usher.deliver().await.unwrap();
    let newer = usher.mailer.token_for("ivan@north.example").unwrap();
    assert_ne!(newer, older);
    assert_eq!(invitation(&usher, "ivan@north.example").await.generation, 2);
    accept(&usher, &newer).await;
}

#[tokio::test]
async fn a_resend_cancels_what_was_not_sent_yet() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let first = invite(&usher, &owner, "ivan@north.example").await;
    let second = resend(&usher, &owner, "ivan@north.example").await;
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
    assert_eq!(
        states(&usher, "ivan@north.example").await,
        [DeliveryState::Cancelled, DeliveryState::Sent]
    );
    let token = usher.mailer.token_for("ivan@north.example").unwrap();
    offer(&usher, &token).await;
    let outcome = async |batch| {
        let report = batches::report(&usher.core, &owner, batch, 0)
            .await
            .unwrap();
        report.recipients[0].outcome.clone()
    };
    assert_eq!(outcome(first).await, Fate::Cancelled);
    assert_eq!(outcome(second).await, Fate::Sent);
    accept(&usher, &token).await;
    assert_eq!(outcome(first).await, Fate::Cancelled);
    assert_eq!(outcome(second).await, Fate::Accepted);
}

#[tokio::test]
async fn a_revoked_invitation_is_dead_and_the_user_is_as_if_not_invited() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    let person = user(&usher, "ivan@north.example").await;

    revoke(&usher, &owner, person.id).await.unwrap();

    assert_eq!(closed(&usher, &token).await, (Closed::Revoked, false));
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
        .find(|identity| identity.email_key == "ivan@north.example")
        .unwrap();
    assert_eq!(
        theirs.email_proven_at, None,
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

#[tokio::test]
async fn an_admin_neither_makes_owners_nor_touches_their_invitations() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "ada@acme.example").await;
    let copier = (*admin).clone().with(CopyInvitationLinks).unwrap();
    let owner_role = role(&usher, &owner, RoleKind::Owner).await;
    let make_owner = |text| SendRequest {
        role: Some(owner_role),
        ..pasted(text)
    };
    send(&usher, &owner, make_owner("boss@acme.example"))
        .await
        .unwrap();
    let boss = user(&usher, "boss@acme.example").await.id;
    let before = usher.everything().await.unwrap();

    let made = send(&usher, &admin, make_owner("other@acme.example")).await;
    assert_eq!(refusal(made), Refusal::RoleAboveYours);
    let copied = invitations::copy(&usher.core, &copier, boss).await;
    assert_eq!(refusal(copied), Refusal::RoleAboveYours);
    let revoked = revoke(&usher, &admin, boss).await;
    assert_eq!(refusal(revoked), Refusal::RoleAboveYours);
    // Nor by sending it anew, perhaps with a smaller role.
    for request in [pasted("boss@acme.example"), to_users(&[boss])] {
        let request = SendRequest {
            resend: true,
            role: Some(role(&usher, &admin, RoleKind::User).await),
            ..request
        };
        let preview = invitations::preview(&usher.core, &admin, &request)
            .await
            .unwrap();
        assert_eq!(preview.counts.role_above_yours, 1);
        let sent = send(&usher, &admin, request).await;
        assert_eq!(refusal(sent), Refusal::NobodyToInvite);
    }

    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn the_dialog_offers_only_roles_that_the_sender_may_give() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "ada@acme.example").await;
    let offered = async |admin| {
        let choices = domain::roles::invite_choices(&usher.core, admin)
            .await
            .unwrap();
        let kinds: Vec<_> = choices.roles.iter().map(|role| role.kind).collect();
        kinds
    };
    let all = [RoleKind::User, RoleKind::Admin, RoleKind::Owner];
    assert_eq!(offered(&owner).await, all);
    assert_eq!(offered(&admin).await, all[..2]);
}

#[tokio::test]
async fn a_role_is_given_to_new_and_to_existing_users() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    invite(&usher, &owner, "ivan@north.example").await;
    let request = SendRequest {
        role: Some(admins),
        resend: true,
        ..pasted("ivan@north.example, dora@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    assert_eq!(user(&usher, "ivan@north.example").await.role_id, admins);
    assert_eq!(user(&usher, "dora@north.example").await.role_id, admins);

    // Without a role, everyone keeps theirs.
    resend(&usher, &owner, "ivan@north.example").await;
    assert_eq!(user(&usher, "ivan@north.example").await.role_id, admins);
}

#[tokio::test]
async fn a_role_of_those_who_are_skipped_stays() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let member = joined(&usher, &owner, "ivan@north.example").await;
    let request = SendRequest {
        role: Some(role(&usher, &owner, RoleKind::Admin).await),
        ..pasted("ivan@north.example, dora@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    let person = user(&usher, "ivan@north.example").await;
    assert_eq!(person.id, id_of(&member));
    assert_eq!(person.role_id, role(&usher, &owner, RoleKind::User).await);
}

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
async fn ten_thousand_recipients_are_one_batch() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list: Vec<_> = (0..MOST_RECIPIENTS)
        .map(|n| format!("person{n}@north.example"))
        .collect();
    let request = SendRequest {
        seen: MOST_RECIPIENTS,
        ..pasted(&list.join("\n"))
    };
    let batch = invitations::send(&usher.core, &owner, &request)
        .await
        .unwrap();

    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.summary.counts.waiting, MOST_RECIPIENTS);
    assert_eq!(report.recipients.len(), BATCH_PAGE as usize);
    assert_eq!(report.next, Some(BATCH_PAGE));
    let last = batches::report(&usher.core, &owner, batch, MOST_RECIPIENTS - 1)
        .await
        .unwrap();
    assert_eq!(last.recipients[0].address, "person9999@north.example");
    assert_eq!(last.next, None);
    let page = directory(&usher, &owner).await;
    assert_eq!(page.counts.waiting, u64::from(MOST_RECIPIENTS));
    assert_eq!(page.rows[0].email.as_str(), "person9999@north.example");

    // And all of them once more.
    let again = SendRequest {
        resend: true,
        seen: MOST_RECIPIENTS,
        ..pasted(&list.join(" "))
    };
    invitations::send(&usher.core, &owner, &again)
        .await
        .unwrap();
    for email in ["person0@north.example", "person9999@north.example"] {
        assert_eq!(invitation(&usher, email).await.generation, 2);
        assert_eq!(
            states(&usher, email).await,
            [DeliveryState::Cancelled, DeliveryState::Queued]
        );
    }
    let csv = batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    assert_eq!(csv.lines().count(), MOST_RECIPIENTS as usize + 1);
    assert!(csv.contains("9999,person9998@north.example,,cancelled,,"));
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let before = usher.everything().await.unwrap();
    let list: Vec<_> = (0..=MOST_RECIPIENTS)
        .map(|n| format!("p{n}@north.example"))
        .collect();
    let many = vec![UserId(Uuid::from_u128(1)); MOST_RECIPIENTS as usize + 1];
    let long = SendRequest {
        message: "é".repeat(LONGEST_MESSAGE + 1),
        ..pasted("ivan@north.example")
    };
    for (request, expected) in [
        (pasted(&list.join(",")), Refusal::TooManyRecipients),
        (pasted(&" ".repeat(3_000_000)), Refusal::TooManyRecipients),
        (to_users(&many), Refusal::TooManyRecipients),
        (long, Refusal::TextTooLong),
    ] {
        let sent = invitations::send(&usher.core, &owner, &request).await;
        assert_eq!(refusal(sent), expected);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
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

#[tokio::test]
async fn a_report_hides_no_formula() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, "\"=HYPERLINK(1)\" <+ann@x.example>").await;
    let csv = batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    let row = csv.lines().nth(1).unwrap();
    assert!(row.starts_with("1,'+ann@x.example,"), "{row}");
    assert!(!row.contains(",="), "{row}");
}

#[tokio::test]
async fn those_who_watch_the_organization_hear_of_changes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let mut changes = usher.core.watch(owner.organization());
    let mut changed = move || {
        let changed = changes.has_changed().unwrap();
        changes.mark_unchanged();
        changed
    };
    assert!(!changed());
    invite(&usher, &owner, "ivan@north.example").await;
    assert!(changed(), "sending");
    usher.deliver().await.unwrap();
    assert!(changed(), "delivery");
    let token = usher.mailer.token_for("ivan@north.example").unwrap();
    offer(&usher, &token).await;
    assert!(!changed(), "reading");
    accept(&usher, &token).await;
    assert!(changed(), "acceptance");
}

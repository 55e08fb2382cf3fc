//! The invitee's side: signing up, joining, asking for a new invitation.

use domain::proof::Origin;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    Fault,
    entity::{audit_events, identities},
    invitations,
    proof::CopyInvitationLinks,
    sessions, sign_in,
    sign_up::{self, Form},
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio::task::JoinSet;
use types::{
    batch::SendRequest,
    invitation::{Channel, Closed, InvitationPage, Lifetime, WayIn},
    language::Language,
    refusal::{LONGEST_NAME, Refusal},
    users::UserStatus,
};

use crate::common::{
    accept, closed, form, invitation, invite, invited, joined, offer, page, pasted, refusal,
    resend, revoke, send, set_status, token_in, user,
};

const IVAN: &str = "ivan@north.example";

#[tokio::test]
async fn accepting_makes_an_identity_an_active_user_and_a_session() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        language: Some(Language::Ru),
        ..pasted("Ivan Ivanov <ivan@north.example>")
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    let shown = offer(&usher, &token).await;
    assert_eq!(shown.way_in, WayIn::SignUp);
    assert_eq!(shown.organization, "Acme Clinics");
    assert_eq!(shown.inviter, "Olive Owner");
    assert_eq!(
        (shown.first_name.as_str(), shown.last_name.as_str()),
        ("Ivan", "Ivanov")
    );

    let form = Form {
        first_name: " Иван ".to_owned(),
        last_name: "Петров".to_owned(),
        phone: "7 905 111-11-11".to_owned(),
        job_title: "Nurse".to_owned(),
        password: PASSWORD.to_owned(),
    };
    let who = sign_up::accept(&usher.core, &Origin::default(), &token, form)
        .await
        .unwrap();

    let person = user(&usher, IVAN).await;
    assert_eq!(person.status, UserStatus::Active);
    assert_eq!(
        (person.first_name.as_str(), person.last_name.as_str()),
        ("Иван", "Петров")
    );
    assert_eq!(
        (person.phone.as_str(), person.job_title.as_str()),
        ("+79051111111", "Nurse")
    );
    assert!(person.search.contains("петров"));
    let identity = identities::Entity::find_by_id(person.identity_id.unwrap())
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(identity.username_key, IVAN);
    assert_eq!(identity.username_proven_at, Some(usher.core.now()));
    assert_eq!(identity.language, Language::Ru);
    assert!(!identity.is_operator);
    let row = invitation(&usher, IVAN).await;
    assert_eq!(row.accepted_at, Some(usher.core.now()));
    assert_eq!(row.accepted_channel, Some(Channel::Email));
    let events = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq("invitation_accepted"))
        .filter(audit_events::Column::SubjectId.eq(person.id))
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(events, 1);

    let me = usher.member(who).await.unwrap().me(false);
    assert_eq!(
        (me.user, me.organization.as_str()),
        (person.id, "Acme Clinics")
    );
    sign_in::verify(&usher.core, "IVAN@North.example", PASSWORD)
        .await
        .unwrap();
}

/// The link does not let in, whatever is tried, and trying changes nothing.
async fn is_refused(usher: &TestUsher, token: &str, expected: Refusal) {
    let signed_in = {
        let who = sign_in::verify(&usher.core, OWNER, PASSWORD).await.unwrap();
        usher.signed_in(who).await.unwrap()
    };
    let before = usher.everything().await.unwrap();
    let accepted = sign_up::accept(&usher.core, &Origin::default(), token, form()).await;
    assert_eq!(refusal(accepted), expected);
    let joined =
        sign_up::join_with_password(&usher.core, &Origin::default(), token, PASSWORD).await;
    assert_eq!(refusal(joined), expected);
    let joined = sign_up::join(&usher.core, token, &signed_in).await;
    assert_eq!(refusal(joined), expected);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn an_expired_link_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    usher
        .clock
        .advance(Lifetime::THREE_DAYS.duration() - TimeDelta::seconds(1));
    offer(&usher, &token).await;
    usher.clock.advance(TimeDelta::seconds(1));
    assert_eq!(closed(&usher, &token).await, (Closed::Expired, true));
    is_refused(&usher, &token, Refusal::InvitationExpired).await;
}

#[tokio::test]
async fn a_replaced_link_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    resend(&usher, &owner, IVAN).await;
    assert_eq!(closed(&usher, &token).await, (Closed::Replaced, true));
    is_refused(&usher, &token, Refusal::InvitationReplaced).await;
}

#[tokio::test]
async fn a_revoked_link_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    revoke(&usher, &owner, ivan).await.unwrap();
    assert_eq!(closed(&usher, &token).await, (Closed::Revoked, true));
    is_refused(&usher, &token, Refusal::InvitationRevoked).await;
}

#[tokio::test]
async fn a_used_link_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    accept(&usher, &token).await;
    assert_eq!(closed(&usher, &token).await, (Closed::Used, false));
    is_refused(&usher, &token, Refusal::InvitationUsed).await;
    // Later too: used stays used.
    usher.clock.advance(Lifetime::LONGEST.duration());
    is_refused(&usher, &token, Refusal::InvitationUsed).await;
}

#[tokio::test]
async fn a_link_of_someone_deactivated_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    set_status(&usher, IVAN, UserStatus::Deactivated).await;
    assert_eq!(closed(&usher, &token).await, (Closed::Revoked, false));
    is_refused(&usher, &token, Refusal::InvitationRevoked).await;
}

#[tokio::test]
async fn a_link_that_usher_never_made_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let changed = format!("B{}", &token[1..]);
    for token in ["", "nonsense", &token[1..], &changed] {
        assert_eq!(page(&usher, token).await, InvitationPage::Unknown);
        is_refused(&usher, token, Refusal::InvitationUnknown).await;
        let asked = sign_up::ask_for_new(&usher.core, &Origin::default(), token).await;
        assert_eq!(refusal(asked), Refusal::InvitationUnknown);
    }
}

#[tokio::test]
async fn reading_a_link_a_hundred_times_consumes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let before = usher.everything().await.unwrap();
    for _ in 0..100 {
        offer(&usher, &token).await;
        sign_up::language(&usher.core, &token).await.unwrap();
    }
    assert_eq!(usher.everything().await.unwrap(), before);
    accept(&usher, &token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_who_accept_one_link_at_once_one_gets_in() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token: Arc<str> = invited(&usher, &owner, IVAN).await.into();
    let mut tries = JoinSet::new();
    for _ in 0..200 {
        let (core, token) = (Arc::clone(&usher.core), Arc::clone(&token));
        tries
            .spawn(async move { sign_up::accept(&core, &Origin::default(), &token, form()).await });
    }
    let mut accepted = 0;
    let mut refused = Vec::new();
    for tried in tries.join_all().await {
        match tried {
            Ok(_) => accepted += 1,
            Err(Fault::Refused(refusal)) => refused.push(refusal),
            Err(broken) => panic!("{broken:?}"),
        }
    }
    assert_eq!(accepted, 1);
    assert_eq!(refused, [Refusal::InvitationUsed; 199]);
    let identities = identities::Entity::find()
        .filter(identities::Column::UsernameKey.eq(IVAN))
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(identities, 1);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Active);
}

#[tokio::test]
async fn a_form_that_is_not_right_is_refused_and_the_link_still_works() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let before = usher.everything().await.unwrap();
    let cases = [
        (
            Form {
                first_name: " ".to_owned(),
                ..form()
            },
            Refusal::FirstNameMissing,
        ),
        (
            Form {
                last_name: "é".repeat(LONGEST_NAME + 1),
                ..form()
            },
            Refusal::TextTooLong,
        ),
        (
            Form {
                phone: "+7 905 x".to_owned(),
                ..form()
            },
            Refusal::PhoneNotValid,
        ),
        (
            Form {
                password: "short".to_owned(),
                ..form()
            },
            Refusal::PasswordTooShort,
        ),
        (
            Form {
                password: "x".repeat(257),
                ..form()
            },
            Refusal::PasswordTooLong,
        ),
        // The person's own name.
        (
            Form {
                password: "petrovpetrov".to_owned(),
                ..form()
            },
            Refusal::PasswordTooWeak,
        ),
    ];
    for (form, expected) in cases {
        let accepted = sign_up::accept(&usher.core, &Origin::default(), &token, form).await;
        assert_eq!(refusal(accepted), expected);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
    accept(&usher, &token).await;
}

/// Invites, to the other organization, someone who has an identity from the first one.
async fn invited_elsewhere(usher: &TestUsher) -> String {
    let stranger = usher.other_organization().await.unwrap();
    invited(usher, &stranger, IVAN).await
}

#[tokio::test]
async fn someone_with_an_identity_joins_with_its_password() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, IVAN).await;
    let token = invited_elsewhere(&usher).await;
    assert_eq!(offer(&usher, &token).await.way_in, WayIn::SignIn);

    let before = usher.everything().await.unwrap();
    let accepted = sign_up::accept(&usher.core, &Origin::default(), &token, form()).await;
    assert_eq!(refusal(accepted), Refusal::SignInInstead);
    let wrong =
        sign_up::join_with_password(&usher.core, &Origin::default(), &token, "not the password")
            .await;
    assert_eq!(refusal(wrong), Refusal::WrongCredentials);
    assert_eq!(usher.everything().await.unwrap(), before);

    let who = sign_up::join_with_password(&usher.core, &Origin::default(), &token, PASSWORD)
        .await
        .unwrap();
    let me = usher.member(who).await.unwrap().me(false);
    assert_eq!(me.organization, "Nimbus Labs");
    let count = identities::Entity::find()
        .filter(identities::Column::UsernameKey.eq(IVAN))
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(count, 1);
    assert_eq!(closed(&usher, &token).await, (Closed::Used, false));
}

#[tokio::test]
async fn someone_signed_in_joins_as_who_they_are() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, IVAN).await;
    let token = invited_elsewhere(&usher).await;
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let ivan = usher.signed_in(who).await.unwrap();
    let InvitationPage::Open(shown) = sign_up::page(&usher.core, &token, Some(&ivan))
        .await
        .unwrap()
    else {
        panic!("closed");
    };
    assert_eq!(shown.way_in, WayIn::Join);
    let who = sign_up::join(&usher.core, &token, &ivan).await.unwrap();
    assert_eq!(
        usher.member(who).await.unwrap().me(false).organization,
        "Nimbus Labs"
    );
}

#[tokio::test]
async fn a_link_for_another_address_lets_nobody_else_in() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let who = sign_in::verify(&usher.core, OWNER, PASSWORD).await.unwrap();
    let olive = usher.signed_in(who).await.unwrap();
    let InvitationPage::Open(shown) = sign_up::page(&usher.core, &token, Some(&olive))
        .await
        .unwrap()
    else {
        panic!("closed");
    };
    let signed_in_as = olive.username().clone();
    assert_eq!(shown.way_in, WayIn::SwitchAccount { signed_in_as });
    let before = usher.everything().await.unwrap();
    let joined = sign_up::join(&usher.core, &token, &olive).await;
    assert_eq!(refusal(joined), Refusal::OtherIdentity);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn an_expired_invitation_is_asked_for_anew_at_its_own_address_only() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::DAY),
        language: Some(Language::Ru),
        message: "See you on Monday.".to_owned(),
        ..pasted(IVAN)
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(IVAN).unwrap();
    usher.clock.advance(Lifetime::DAY.duration());

    sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
        .await
        .unwrap();
    usher.deliver().await.unwrap();

    let sent = usher.mailer.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].to.as_str(), IVAN);
    assert!(sent[1].text.contains("See you on Monday."));
    assert_eq!(sent[1].subject, sent[0].subject, "in the same language");
    let row = invitation(&usher, IVAN).await;
    assert_eq!(row.expires_at, usher.core.now() + Lifetime::DAY.duration());
    assert_eq!(closed(&usher, &token).await, (Closed::Replaced, true));
    let newer = usher.mailer.token_for(IVAN).unwrap();
    accept(&usher, &newer).await;
}

#[tokio::test]
async fn a_new_invitation_can_be_asked_for_every_ten_minutes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    let ask = async || {
        sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
            .await
            .unwrap();
        usher.deliver().await.unwrap();
        usher.mailer.sent().len()
    };
    assert_eq!(ask().await, 2);
    assert_eq!(ask().await, 2);
    usher
        .clock
        .advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    assert_eq!(ask().await, 2);
    usher.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ask().await, 3);
}

#[tokio::test]
async fn what_stands_or_was_used_cannot_be_asked_for_anew() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let standing = invited(&usher, &owner, "standing@x.example").await;
    let used = invited(&usher, &owner, "used@x.example").await;
    accept(&usher, &used).await;
    usher.clock.advance(TimeDelta::hours(1));
    let before = usher.everything().await.unwrap();
    for token in [standing, used] {
        sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
            .await
            .unwrap();
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_copied_link_asks_for_a_message_to_the_invited_address_too() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    invite(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    let copied = invitations::copy(&usher.core, &copier, ivan).await.unwrap();
    let token = token_in(&copied.link);
    usher.deliver().await.unwrap();
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    let newer = usher.mailer.token_for(IVAN).unwrap();
    accept(&usher, &newer).await;
    assert_eq!(
        invitation(&usher, IVAN).await.accepted_channel,
        Some(Channel::Email)
    );
}

#[tokio::test]
async fn whoever_joined_may_sign_in_and_has_a_session_of_their_own() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let member = joined(&usher, &owner, IVAN).await;
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    usher.member(who).await.unwrap();
    assert_eq!(sessions::list(&usher.core, &member).await.unwrap().len(), 2);
}

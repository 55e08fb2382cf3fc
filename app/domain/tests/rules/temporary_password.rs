//! Signing in with the temporary password of an invitation.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    Fault, Outcome,
    entity::{audit_events, identities, organizations},
    people,
    proof::{Admin, CopyInvitationLinks, ManageOrganization, ManageUsers, Origin},
    sign_in::{self, Entered},
    sign_up,
    temporary_password::MOST_TRIES,
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio::task::JoinSet;
use types::{
    invitation::{Channel, Closed, Lifetime, WayIn},
    organization::{OfferBy, Settings},
    refusal::Refusal,
    users::{HistoryEvent, UserStatus},
};

use crate::common::{
    closed, form, invitation, invite, invited, joined, offer, refusal, resend, revoke, set_status,
    user,
};

const IVAN: &str = "ivan@north.example";
const WRONG: &str = "0000-0000-0000";

/// As the form of the settings changes it.
pub async fn set_offer(usher: &TestUsher, admin: &Admin<ManageUsers>, offer: OfferBy) {
    let admin = (**admin).clone().with(ManageOrganization).unwrap();
    let page = domain::organization::read_invitations(&usher.core, &admin).await;
    let seen = page.unwrap().settings;
    let wanted = Settings {
        offer: offer.to_string(),
        ..seen.clone()
    };
    domain::organization::change(&usher.core, &admin, &seen, &wanted)
        .await
        .unwrap();
}

async fn with_passwords() -> (TestUsher, Admin<ManageUsers>) {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    set_offer(&usher, &owner, OfferBy::TemporaryPassword).await;
    (usher, owner)
}

/// What stands behind "Temporary password: " in a text.
fn password_in(text: &str) -> String {
    let (_, rest) = text.split_once("Temporary password: ").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// In the newest message to the address.
fn mailed(usher: &TestUsher, email: &str) -> String {
    let sent = usher.mailer.sent();
    let message = sent.iter().rev().find(|sent| sent.to.as_str() == email);
    password_in(&message.unwrap().text)
}

async fn enter(usher: &TestUsher, username: &str, password: &str) -> Outcome<Entered> {
    sign_in::enter(&usher.core, &Origin::default(), username, password).await
}

/// The token of the link that the password stands for.
async fn token(usher: &TestUsher, username: &str, password: &str) -> String {
    match enter(usher, username, password).await.unwrap() {
        Entered::Invited(token) => token,
        Entered::In(_) => panic!("signed in at once"),
    }
}

async fn is_wrong(usher: &TestUsher, password: &str) {
    let entered = enter(usher, IVAN, password).await;
    assert_eq!(refusal(entered), Refusal::WrongCredentials);
}

async fn tries(usher: &TestUsher) -> i32 {
    invitation(usher, IVAN).await.password_tries
}

#[tokio::test]
async fn the_message_brings_username_and_password_and_no_link_to_the_invitation() {
    let (usher, owner) = with_passwords().await;
    invite(&usher, &owner, "Ivan Petrov <ivan@north.example>").await;
    usher.deliver().await.unwrap();
    let message = usher.mailer.sent().pop().unwrap();
    let password = password_in(&message.text);
    for part in [&message.text, &message.html] {
        assert!(part.contains(IVAN) && part.contains(&password), "{part}");
        assert!(part.contains("https://usher.example/sign-in"), "{part}");
        assert!(!part.contains("/invite/"), "{part}");
    }
    // The same message again, after a try that failed, for one.
    let token = token(&usher, IVAN, &password).await;
    assert_eq!(offer(&usher, &token).await.way_in, WayIn::SignUp);
}

#[tokio::test]
async fn signing_in_with_it_leads_to_the_sign_up_page_and_consumes_nothing() {
    let (usher, owner) = with_passwords().await;
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let password = mailed(&usher, IVAN);
    let before = usher.everything().await.unwrap();
    let typed = password.to_lowercase().replace('-', " ").replace('0', "o");
    for typed in [&password, &typed] {
        token(&usher, " Ivan@North.example", typed).await;
    }
    assert_eq!(usher.everything().await.unwrap(), before);

    let token = token(&usher, IVAN, &password).await;
    sign_up::accept(&usher.core, &Origin::default(), &token, form())
        .await
        .unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Active);
    // It died with the invitation; the password of their own is what works.
    is_wrong(&usher, &password).await;
    let entered = enter(&usher, IVAN, PASSWORD).await.unwrap();
    assert!(matches!(entered, Entered::In(_)));
}

#[tokio::test]
async fn only_what_was_mailed_proves_the_address() {
    for channel in [Channel::Email, Channel::Copied] {
        let (usher, owner) = with_passwords().await;
        invite(&usher, &owner, IVAN).await;
        usher.deliver().await.unwrap();
        let password = if channel == Channel::Email {
            mailed(&usher, IVAN)
        } else {
            let copying = (*owner).clone().with(CopyInvitationLinks).unwrap();
            let id = user(&usher, IVAN).await.id;
            let copied = domain::invitations::copy(&usher.core, &copying, id).await;
            password_in(&copied.unwrap().text)
        };
        let token = token(&usher, IVAN, &password).await;
        sign_up::accept(&usher.core, &Origin::default(), &token, form())
            .await
            .unwrap();
        let row = invitation(&usher, IVAN).await;
        assert_eq!(row.accepted_channel, Some(channel));
        let identity =
            identities::Entity::find_by_id(user(&usher, IVAN).await.identity_id.unwrap())
                .one(usher.core.database().read())
                .await
                .unwrap()
                .unwrap();
        assert_eq!(
            identity.username_proven_at.is_some(),
            channel == Channel::Email
        );
    }
}

#[tokio::test]
async fn five_wrong_tries_end_it_until_the_invitation_is_sent_again() {
    let (usher, owner) = with_passwords().await;
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let password = mailed(&usher, IVAN);
    for wrong in 1..MOST_TRIES {
        // What could be one, and what could not.
        is_wrong(&usher, if wrong == 1 { "wrong" } else { WRONG }).await;
        assert_eq!(tries(&usher).await, wrong);
        token(&usher, IVAN, &password).await;
    }
    is_wrong(&usher, WRONG).await;
    is_wrong(&usher, &password).await;
    is_wrong(&usher, WRONG).await;
    assert_eq!(tries(&usher).await, MOST_TRIES);

    // The admin sees it.
    let id = user(&usher, IVAN).await.id;
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    assert!(page.password_spent);
    let told = page.history.iter().map(|line| &line.event);
    assert_eq!(
        told.filter(|event| **event == HistoryEvent::PasswordSpent)
            .count(),
        1
    );

    // Revoking and undoing it gives no more tries; sending anew does.
    let batch = revoke(&usher, &owner, id).await.unwrap();
    domain::bulk::undo(&usher.core, &owner, batch)
        .await
        .unwrap();
    is_wrong(&usher, &password).await;
    usher.clock.advance(TimeDelta::hours(1));
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    assert_eq!(tries(&usher).await, 0);
    let anew = mailed(&usher, IVAN);
    assert_ne!(anew, password);
    let token = token(&usher, IVAN, &anew).await;
    offer(&usher, &token).await;
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    assert!(!page.password_spent);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_at_once_are_counted_one_by_one() {
    let (usher, owner) = with_passwords().await;
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let password = mailed(&usher, IVAN);
    let mut guesses = JoinSet::new();
    // Of two processes, where the engine allows it.
    let cores = match usher.other_process().await.unwrap() {
        Some(other) => vec![Arc::clone(&usher.core), other],
        None => vec![Arc::clone(&usher.core)],
    };
    for guess in 0..12 {
        let core = Arc::clone(&cores[guess % cores.len()]);
        guesses.spawn(async move {
            let wrong = format!("0000-0000-{guess:04}");
            sign_in::enter(&core, &Origin::default(), IVAN, &wrong).await
        });
    }
    for entered in guesses.join_all().await {
        assert_eq!(refusal(entered), Refusal::WrongCredentials);
    }
    assert_eq!(tries(&usher).await, MOST_TRIES);
    is_wrong(&usher, &password).await;
    let spent = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq("temporary_password_spent"))
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(spent, 1);
}

#[tokio::test]
async fn it_says_how_the_invitation_stands() {
    let (usher, owner) = with_passwords().await;
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let first = mailed(&usher, IVAN);
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    let old = token(&usher, IVAN, &first).await;
    assert_eq!(closed(&usher, &old).await, (Closed::Expired, true));

    resend(&usher, &owner, IVAN).await;
    let old = token(&usher, IVAN, &first).await;
    assert_eq!(closed(&usher, &old).await, (Closed::Replaced, true));
    let id = user(&usher, IVAN).await.id;
    revoke(&usher, &owner, id).await.unwrap();
    let old = token(&usher, IVAN, &first).await;
    assert_eq!(closed(&usher, &old).await, (Closed::Revoked, true));
    set_status(&usher, IVAN, UserStatus::Deactivated).await;
    let old = token(&usher, IVAN, &first).await;
    assert_eq!(closed(&usher, &old).await, (Closed::Revoked, false));
    assert_eq!(tries(&usher).await, 0);
}

#[tokio::test]
async fn where_links_are_offered_there_are_no_passwords() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let link = invited(&usher, &owner, IVAN).await;
    is_wrong(&usher, WRONG).await;
    assert_eq!(tries(&usher).await, 0);

    // Another offer is for what is sent from then on: what is out stays as it is.
    set_offer(&usher, &owner, OfferBy::TemporaryPassword).await;
    is_wrong(&usher, WRONG).await;
    assert_eq!(tries(&usher).await, 0);
    offer(&usher, &link).await;
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let password = mailed(&usher, IVAN);
    set_offer(&usher, &owner, OfferBy::Link).await;
    token(&usher, IVAN, &password).await;
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let link = usher.mailer.token_for(IVAN).unwrap();
    offer(&usher, &link).await;
}

#[tokio::test]
async fn somebody_with_a_password_of_their_own_joins_with_that_one() {
    let (usher, owner) = with_passwords().await;
    let other = usher.other_organization().await.unwrap();
    set_offer(&usher, &other, OfferBy::TemporaryPassword).await;
    set_offer(&usher, &owner, OfferBy::Link).await;
    joined(&usher, &owner, IVAN).await;
    invite(&usher, &other, IVAN).await;
    usher.deliver().await.unwrap();
    let password = mailed(&usher, IVAN);
    let open = || async {
        let all = domain::entity::invitations::Entity::find()
            .filter(domain::entity::invitations::Column::AcceptedAt.is_null())
            .all(usher.core.database().read())
            .await
            .unwrap();
        all[0].password_tries
    };

    // Their own password is no try, and mistyping it is none either.
    let entered = enter(&usher, IVAN, PASSWORD).await.unwrap();
    assert!(matches!(entered, Entered::In(_)));
    is_wrong(&usher, "tidal lantern orchards 7").await;
    assert_eq!(open().await, 0);
    is_wrong(&usher, WRONG).await;
    assert_eq!(open().await, 1);

    let token = token(&usher, IVAN, &password).await;
    assert_eq!(offer(&usher, &token).await.way_in, WayIn::SignIn);
    sign_up::join_with_password(&usher.core, &Origin::default(), &token, PASSWORD)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_password_of_ones_own_that_looks_like_a_temporary_one_costs_no_try() {
    const OWN: &str = "thrwjq8nk4zv";
    let (usher, owner) = with_passwords().await;
    let other = usher.other_organization().await.unwrap();
    set_offer(&usher, &other, OfferBy::TemporaryPassword).await;
    set_offer(&usher, &owner, OfferBy::Link).await;
    let link = invited(&usher, &owner, IVAN).await;
    let form = sign_up::Form {
        password: OWN.to_owned(),
        ..form()
    };
    sign_up::accept(&usher.core, &Origin::default(), &link, form)
        .await
        .unwrap();
    invite(&usher, &other, IVAN).await;
    for _ in 0..=MOST_TRIES {
        let entered = enter(&usher, IVAN, OWN).await.unwrap();
        assert!(matches!(entered, Entered::In(_)));
    }
    let all = domain::entity::invitations::Entity::find()
        .all(usher.core.database().read())
        .await
        .unwrap();
    assert!(all.iter().all(|row| row.password_tries == 0));
}

#[tokio::test]
async fn unknown_and_impossible_usernames_get_the_same_answer() {
    let (usher, owner) = with_passwords().await;
    invite(&usher, &owner, IVAN).await;
    for username in ["nobody@north.example", "", "\u{0}", OWNER, IVAN] {
        let entered = enter(&usher, username, WRONG).await;
        assert_eq!(refusal(entered), Refusal::WrongCredentials, "{username:?}");
    }
    // And nothing breaks where a suspended organization has invited.
    let organization = organizations::Entity::find()
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(organization.offer, OfferBy::TemporaryPassword);
    let entered = enter(&usher, IVAN, "").await;
    assert!(matches!(
        entered,
        Err(Fault::Refused(Refusal::WrongCredentials))
    ));
}

#[tokio::test]
async fn a_text_message_has_all_that_is_needed_whatever_its_words_are() {
    use domain::entity::wordings;
    use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
    use types::{contact::Phone, invitation::Via, language::Language, organization::Verification};

    let (usher, owner) = with_passwords().await;
    let mut row = organizations::Entity::find()
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap()
        .into_active_model();
    row.verification = Set(Verification::EmailOrSms);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let mut row = user(&usher, IVAN).await.into_active_model();
    row.phone = Set("+79051111111".to_owned());
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    // Of the time when the organization sent links.
    let words = wordings::Model {
        organization_id: owner.organization(),
        channel: Channel::Sms,
        language: Language::Ru,
        subject: String::new(),
        opening: "{organization}: {link}".to_owned(),
        closing: String::new(),
    };
    words.into_active_model().insert(&write).await.unwrap();
    write.commit().await.unwrap();

    for language in [Language::En, Language::Ru] {
        let request = types::batch::SendRequest {
            language: Some(language),
            via: Via::Sms,
            resend: true,
            ..crate::common::to_users(&[user(&usher, IVAN).await.id])
        };
        crate::common::send(&usher, &owner, request).await.unwrap();
        usher.deliver().await.unwrap();
        let sms = usher.sms.sent().pop().unwrap();
        assert_eq!(sms.to, Phone::parse("+79051111111").unwrap());
        assert!(
            sms.text.contains("https://usher.example/sign-in"),
            "{}",
            sms.text
        );
        assert!(sms.text.contains(IVAN), "{}", sms.text);
        let password = sms.text.split_whitespace().last().unwrap();
        let token = token(&usher, IVAN, password).await;
        let row = usher.core.now();
        assert!(offer(&usher, &token).await.expires_at > row);
    }
    let sent = usher.sms.sent();
    assert!(
        sent[1]
            .text
            .starts_with("Acme Clinics: https://usher.example/sign-in\n")
    );
}

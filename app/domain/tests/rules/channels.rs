//! People who are written to by SMS.

use domain::{
    batches,
    entity::deliveries::DeliveryState,
    imports::{self, Content},
    invitations, organization, password_reset, people,
    ports::{Answer, SendError},
    proof::{Admin, ManageUsers},
    receipts::{self, Fate},
    sign_in,
    testing::{PASSWORD, TestUsher},
};
use types::{
    access::RoleKind,
    batch::{self, Verdict},
    contact::{Digits, PhoneFault},
    ids::{BatchId, DeliveryId, UserId},
    import::{CellFault, CellWhy, Field, ImportRequest, RowVerdict, RowsFrom},
    invitation::{Channel, Via},
    language::Language,
    organization::{Wording, WordingRequest},
    refusal::Refusal,
    users::{PersonDetails, UserStatus},
};

use crate::common::{
    accept, addresses, by_sms, directory, form, offer, refusal, role, states, to_users, token_in,
    user,
};

const PHONE: &str = "+79051111111";

/// Imports pasted rows; gives their verdicts and the batch.
async fn import(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    text: &str,
    via: Via,
) -> (Vec<(RowVerdict, Vec<CellFault>)>, BatchId) {
    let content = Content::Pasted(text.to_owned());
    let import = imports::upload(&usher.core, admin, content).await.unwrap();
    while imports::step(&usher.core).await.unwrap() {}
    let page = imports::page(&usher.core, admin, import, None, RowsFrom::Start)
        .await
        .unwrap();
    let request = ImportRequest {
        import,
        send: true,
        via,
        seen: page.ready(),
    };
    let batch = imports::start(&usher.core, admin, request).await.unwrap();
    while imports::step(&usher.core).await.unwrap() {}
    let verdicts = page.rows.into_iter().map(|row| (row.verdict, row.faults));
    (verdicts.collect(), batch)
}

async fn add(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str, phone: &str) -> UserId {
    let details = PersonDetails {
        email: email.to_owned(),
        phone: phone.to_owned(),
        ..PersonDetails::blank(role(usher, admin, RoleKind::User).await)
    };
    people::add(&usher.core, admin, &details, None)
        .await
        .unwrap()
}

async fn send_by(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    users: &[UserId],
    via: Via,
) -> (batch::SendPreview, Option<BatchId>) {
    let mut request = batch::SendRequest {
        via,
        resend: true,
        ..to_users(users)
    };
    let preview = invitations::preview(&usher.core, admin, &request)
        .await
        .unwrap();
    request.seen = preview.counts.ready;
    let sent = invitations::send(&usher.core, admin, &request).await;
    usher.deliver().await.unwrap();
    (preview, sent.ok())
}

/// The token of the link in the last text message.
fn texted(usher: &TestUsher) -> String {
    let sent = usher.sms.sent();
    let text = &sent.last().unwrap().text;
    let link = text.split_whitespace().find(|word| word.contains("://"));
    token_in(link.unwrap())
}

#[tokio::test]
async fn somebody_with_a_phone_alone_comes_in_and_signs_in() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    by_sms(&usher, owner.organization()).await;
    let table = "Name;Phone\nBoris Petrov;8 905 111-11-11\nVera Ivanova;7 905 222-22-22\nVera again;+7 905 222-22-22";
    let (verdicts, _) = import(&usher, &owner, table, Via::Automatic).await;
    let without_code = CellFault {
        field: Field::Phone,
        why: CellWhy::PhoneWithoutCountryCode(Digits::of("89051111111")),
    };
    assert_eq!(
        verdicts,
        [
            (RowVerdict::Malformed, vec![without_code]),
            (RowVerdict::Ready, Vec::new()),
            (RowVerdict::Duplicate, Vec::new()),
        ]
    );
    usher.deliver().await.unwrap();
    let vera = user(&usher, "+79052222222").await;
    assert_eq!(vera.status, UserStatus::Invited);
    assert_eq!(vera.phone, "+79052222222");
    let sent = usher.sms.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to.as_str(), "+79052222222");
    assert!(
        sent[0].text.contains("Acme Clinics: https://"),
        "{}",
        sent[0].text
    );
    assert!(usher.mailer.sent().is_empty());

    let token = texted(&usher);
    assert_eq!(
        offer(&usher, &token).await.username.as_str(),
        "+79052222222"
    );
    // What a crafted form says of the number is not heard.
    let crafted = domain::sign_up::Form {
        phone: PHONE.to_owned(),
        ..form()
    };
    domain::sign_up::accept(
        &usher.core,
        &domain::proof::Origin::default(),
        &token,
        crafted,
    )
    .await
    .unwrap();
    let vera = user(&usher, "+79052222222").await;
    assert_eq!(
        (vera.status, vera.phone.as_str()),
        (UserStatus::Active, "+79052222222")
    );

    for typed in ["79052222222", "+7 (905) 222-22-22", " +79052222222 "] {
        sign_in::verify(&usher.core, typed, PASSWORD).await.unwrap();
    }
    for typed in ["9052222222", "8 905 222-22-22", "79051111111"] {
        let wrong = sign_in::verify(&usher.core, typed, PASSWORD).await;
        assert_eq!(refusal(wrong), Refusal::WrongCredentials, "{typed}");
    }
    usher
        .request_password_reset("+7 905 222-22-22")
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    assert!(
        password_reset::is_open(&usher.core, &texted(&usher))
            .await
            .unwrap()
    );
    assert_eq!(
        password_reset::request(&usher.core, "9052222222"),
        Err(PhoneFault::NoCountryCode.refusal("9052222222"))
    );
}

#[tokio::test]
async fn where_only_mail_is_sent_a_number_is_not_enough() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let table = "E-mail;Phone\n;79051111111\nann@acme.example;79051111111\n;";
    let (verdicts, _) = import(&usher, &owner, table, Via::Automatic).await;
    let verdicts: Vec<_> = verdicts.into_iter().map(|(verdict, _)| verdict).collect();
    assert_eq!(verdicts, [RowVerdict::ChannelNotAllowed, RowVerdict::Ready]);
    let id = add(&usher, &owner, "", PHONE).await;
    let (preview, sent) = send_by(&usher, &owner, &[id], Via::Automatic).await;
    assert_eq!((preview.counts.no_email, sent), (1, None));
    let ann = user(&usher, "ann@acme.example").await.id;
    let (preview, sent) = send_by(&usher, &owner, &[ann], Via::Sms).await;
    assert_eq!((preview.counts.channel_not_allowed, sent), (1, None));
    assert!(usher.sms.sent().is_empty());
}

#[tokio::test]
async fn who_cannot_be_reached_this_way_is_named_and_the_rest_is_sent() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    by_sms(&usher, owner.organization()).await;
    let mail = add(&usher, &owner, "mail@acme.example", "").await;
    let phone = add(&usher, &owner, "", PHONE).await;
    let both = add(&usher, &owner, "both@acme.example", "+44 20 7946 0018").await;
    let everyone = [mail, phone, both];
    let (preview, sent) = send_by(&usher, &owner, &everyone, Via::Sms).await;
    assert_eq!((preview.counts.ready, preview.counts.no_phone), (2, 1));
    assert_eq!(preview.skipped[0].verdict, Verdict::NoPhone);
    assert_eq!(usher.sms.sent().len(), 2);
    let report = batches::report(&usher.core, &owner, sent.unwrap(), 0)
        .await
        .unwrap();
    let skipped = batch::Outcome::Skipped(Verdict::NoPhone);
    assert!(report.recipients.iter().any(|it| it.outcome == skipped));
    let csv = batches::report_csv(&usher.core, &owner, sent.unwrap())
        .await
        .unwrap();
    assert!(
        csv.contains("no_phone") || csv.contains("no phone"),
        "{csv}"
    );

    let (preview, _) = send_by(&usher, &owner, &everyone, Via::Email).await;
    assert_eq!((preview.counts.ready, preview.counts.no_email), (2, 1));
    let (preview, _) = send_by(&usher, &owner, &everyone, Via::Both).await;
    assert_eq!(preview.counts.ready, 3);
    assert_eq!(
        states(&usher, "both@acme.example")
            .await
            .iter()
            .filter(|it| **it == DeliveryState::Sent)
            .count(),
        4
    );
    let page = directory(&usher, &owner).await;
    assert!(addresses(&page).contains(&PHONE));
}

/// What failed the last way that was left is an error; the first one is not.
#[tokio::test]
async fn one_way_that_arrives_is_enough() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    by_sms(&usher, owner.organization()).await;
    let refused = || {
        let answer = Answer {
            code: Some(21211),
            words: "no valid phone number".to_owned(),
        };
        Err(SendError::Permanent(answer))
    };
    let both = add(&usher, &owner, "both@acme.example", PHONE).await;
    usher.sms.answer_next(refused());
    send_by(&usher, &owner, &[both], Via::Both).await;
    assert_eq!(
        user(&usher, "both@acme.example").await.status,
        UserStatus::Invited
    );

    // Both are taken, and both come back.
    usher.mailer.answer_next(Err(SendError::Permanent(Answer {
        code: Some(550),
        words: "no such user".to_owned(),
    })));
    send_by(&usher, &owner, &[both], Via::Both).await;
    assert_eq!(
        user(&usher, "both@acme.example").await.status,
        UserStatus::Invited
    );
    let last: DeliveryId = usher.sms.sent().last().unwrap().id.parse().unwrap();
    let undelivered = Fate::Undelivered {
        code: Some(30003),
        words: "Unreachable destination handset".to_owned(),
    };
    receipts::note(&usher.core, last, undelivered)
        .await
        .unwrap();
    let failed = user(&usher, "both@acme.example").await;
    assert_eq!(failed.status, UserStatus::Failed);
    assert_eq!(failed.failure_code, Some(30003));
    // An older generation's news changes nothing.
    send_by(&usher, &owner, &[both], Via::Sms).await;
    let old = Fate::Undelivered {
        code: None,
        words: String::new(),
    };
    receipts::note(&usher.core, last, old).await.unwrap();
    assert_eq!(
        user(&usher, "both@acme.example").await.status,
        UserStatus::Invited
    );
}

#[tokio::test]
async fn a_link_by_sms_does_not_prove_the_address() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    by_sms(&usher, owner.organization()).await;
    let both = add(&usher, &owner, "both@acme.example", PHONE).await;
    send_by(&usher, &owner, &[both], Via::Sms).await;
    accept(&usher, &texted(&usher)).await;
    let identity = identity(&usher, "both@acme.example").await;
    assert_eq!(identity.username_proven_at, None);

    add(&usher, &owner, "", "+44 20 7946 0018").await;
    let phone = user(&usher, "+442079460018").await.id;
    send_by(&usher, &owner, &[phone], Via::Automatic).await;
    accept(&usher, &texted(&usher)).await;
    assert!(identity_of_phone(&usher).await.username_proven_at.is_some());
}

async fn identity(usher: &TestUsher, key: &str) -> domain::entity::identities::Model {
    use domain::entity::identities as rows;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    rows::Entity::find()
        .filter(rows::Column::UsernameKey.eq(key))
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap()
}

async fn identity_of_phone(usher: &TestUsher) -> domain::entity::identities::Model {
    identity(usher, "+442079460018").await
}

#[tokio::test]
async fn the_organizations_own_words_are_texted() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    by_sms(&usher, owner.organization()).await;
    let admin = usher
        .member(
            sign_in::verify(&usher.core, domain::testing::OWNER, PASSWORD)
                .await
                .unwrap(),
        )
        .await
        .unwrap()
        .with(domain::proof::ManageOrganization)
        .unwrap();
    let request = WordingRequest {
        channel: Channel::Sms,
        language: Language::En,
        seen: Wording::default(),
        wanted: Wording {
            opening: "{organization} waits for {name}: {link}".to_owned(),
            ..Wording::default()
        },
    };
    organization::change_wording(&usher.core, &admin, &request)
        .await
        .unwrap();
    let id = add(&usher, &owner, "", PHONE).await;
    send_by(&usher, &owner, &[id], Via::Automatic).await;
    let sent = usher.sms.sent();
    let text = &sent.last().unwrap().text;
    assert!(
        text.starts_with("Acme Clinics waits for +79051111111: https://usher.example/invite/"),
        "{text}"
    );
}

#[tokio::test]
async fn numbers_that_cannot_be_are_refused_wherever_they_are_typed() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let details = PersonDetails {
        email: "ann@acme.example".to_owned(),
        ..PersonDetails::blank(role(&usher, &owner, RoleKind::User).await)
    };
    for (phone, why) in [
        (
            "9051111111",
            PhoneFault::NoCountryCode.refusal("9051111111"),
        ),
        ("+7 105 111-11-11", Refusal::PhoneImpossible),
        ("+7 905 x", Refusal::PhoneNotValid),
    ] {
        let details = PersonDetails {
            phone: phone.to_owned(),
            ..details.clone()
        };
        let added = people::add(&usher.core, &owner, &details, None).await;
        assert_eq!(refusal(added), why, "{phone}");
    }
    let nobody = PersonDetails {
        email: String::new(),
        ..details
    };
    let added = people::add(&usher.core, &owner, &nobody, None).await;
    assert_eq!(refusal(added), Refusal::NoContact);
    let twice = add(&usher, &owner, "", PHONE).await;
    let details = PersonDetails {
        phone: "7 (905) 111-11-11".to_owned(),
        ..PersonDetails::blank(role(&usher, &owner, RoleKind::User).await)
    };
    let added = people::add(&usher.core, &owner, &details, None).await;
    assert_eq!(refusal(added), Refusal::PhoneTaken);
    let (preview, _) = send_by(&usher, &owner, &[twice], Via::Automatic).await;
    assert_eq!(preview.skipped[0].verdict, Verdict::NoEmail);
}

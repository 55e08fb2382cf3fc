//! What gateways tell about text messages.

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::people;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, StatusCode, header::CONTENT_TYPE};
use serde_json::json;
use server::sms::signature::signed;
use sha1::Sha1;
use types::{
    batch::{Audience, SendRequest},
    ids::{RoleId, UserId},
    invitation::Via,
    operator::OrganizationSettings,
    organization::Verification,
    users::{PersonDetails, PersonPage, ShownStatus},
};

use super::house::{Answer, House, ORIGIN, TWILIO_TOKEN, WEBHOOK_SECRET};

const PHONE: &str = "+79051111111";

/// A house that writes text messages too, with somebody who has been sent one; gives them, and the message's id.
async fn texted(via: Via, email: &str) -> (House, UserId, String) {
    let house = House::new().await;
    by_sms(&house).await;
    let owner = house.owner().await;
    let role = domain::roles::invite_choices(&house.usher.core, &owner)
        .await
        .unwrap()
        .roles
        .first()
        .map_or(RoleId(uuid::Uuid::nil()), |role| role.id);
    let details = PersonDetails {
        phone: "7 905 111-11-11".to_owned(),
        email: email.to_owned(),
        ..PersonDetails::blank(role)
    };
    let user = people::add(&house.usher.core, &owner, &details, None)
        .await
        .unwrap();
    let request = SendRequest {
        key: domain::random_nonce().parse().unwrap(),
        audience: Audience::Users(vec![user]),
        role: None,
        access: None,
        lifetime: None,
        language: None,
        via,
        message: String::new(),
        resend: true,
        seen: 1,
    };
    domain::invitations::send(&house.usher.core, &owner, &request)
        .await
        .unwrap();
    house.usher.deliver().await.unwrap();
    let sent = house.usher.sms.sent();
    let [sms] = sent.as_slice() else {
        panic!("{} text messages", sent.len());
    };
    assert_eq!(sms.to.as_str(), PHONE);
    let id = sms.id.clone();
    (house, user, id)
}

async fn by_sms(house: &House) {
    let operator = house.operator().await;
    let organization = house.owner().await.organization();
    let core = &house.usher.core;
    let page = domain::operator::read(core, &operator, organization).await;
    let wanted = OrganizationSettings {
        verification: Verification::EmailOrSms,
        ..page.unwrap().settings
    };
    domain::operator::change(core, &operator, organization, &wanted)
        .await
        .unwrap();
}

async fn person(house: &House, user: UserId) -> PersonPage {
    let owner = house.owner().await;
    people::read(&house.usher.core, &owner, user).await.unwrap()
}

/// As Twilio tells.
async fn twilio(house: &House, id: &str, fields: &[(&str, &str)], key: &str) -> Answer {
    let path = format!("/sms/twilio/status?delivery={id}");
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{ORIGIN}{path}").as_bytes());
    for (name, value) in sorted {
        mac.update(format!("{name}{value}").as_bytes());
    }
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post(path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(
            "x-twilio-signature",
            STANDARD.encode(mac.finalize().into_bytes()),
        )
        .body(Body::from(form))
        .unwrap();
    house.answer(request).await
}

async fn webhook(house: &House, body: String, key: &str) -> Answer {
    let now = house.usher.core.now().timestamp();
    let signature = signed(&key.into(), now, body.as_bytes());
    let request = Request::post("/sms/status")
        .header("usher-signature", signature)
        .body(Body::from(body))
        .unwrap();
    house.answer(request).await
}

#[tokio::test]
async fn an_unreachable_phone_turns_the_user_to_error() {
    let (house, user, id) = texted(Via::Automatic, "").await;
    assert_eq!(person(&house, user).await.row.status, ShownStatus::Invited);
    let undelivered = [
        ("MessageStatus", "undelivered"),
        ("MessageSid", "SM1"),
        ("To", PHONE),
        ("ErrorCode", "30003"),
    ];
    let wrong = twilio(&house, &id, &undelivered, "another token").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    // What is on its way is no news.
    let sent = twilio(&house, &id, &[("MessageStatus", "sent")], TWILIO_TOKEN).await;
    assert_eq!(sent.status, StatusCode::NO_CONTENT);
    assert_eq!(person(&house, user).await.row.status, ShownStatus::Invited);

    // Told twice, as networks do.
    for _ in 0..2 {
        let told = twilio(&house, &id, &undelivered, TWILIO_TOKEN).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.body);
    }
    let page = person(&house, user).await;
    assert_eq!(page.row.status, ShownStatus::Failed);
    let failure = page.row.failure.unwrap();
    assert_eq!(failure.code, Some(30003));
    assert_eq!(failure.words, "Unreachable destination handset");
}

#[tokio::test]
async fn what_came_by_mail_is_not_undone_by_a_text_message() {
    let (house, user, id) = texted(Via::Both, "boris@acme.example").await;
    assert_eq!(house.usher.mailer.sent().len(), 1);
    let failed = [("MessageStatus", "failed"), ("ErrorCode", "30006")];
    let told = twilio(&house, &id, &failed, TWILIO_TOKEN).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    assert_eq!(person(&house, user).await.row.status, ShownStatus::Invited);
}

#[tokio::test]
async fn a_webhook_tells_in_json() {
    let (house, user, id) = texted(Via::Sms, "boris@acme.example").await;
    let delivered = json!({ "id": id, "status": "delivered" }).to_string();
    let wrong = webhook(&house, delivered.clone(), "another secret").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let told = webhook(&house, delivered, WEBHOOK_SECRET).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    assert_eq!(person(&house, user).await.row.status, ShownStatus::Invited);
    let nonsense = webhook(&house, "{}".to_owned(), WEBHOOK_SECRET).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    let nobody = json!({ "id": uuid::Uuid::nil(), "status": "failed" }).to_string();
    let told = webhook(&house, nobody, WEBHOOK_SECRET).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    let undelivered =
        json!({ "id": id, "status": "undelivered", "code": 7, "message": "Off\nfor a week" });
    let told = webhook(&house, undelivered.to_string(), WEBHOOK_SECRET).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    let failure = person(&house, user).await.row.failure.unwrap();
    assert_eq!(
        (failure.code, failure.words.as_str()),
        (Some(7), "Off for a week")
    );
}

#[tokio::test]
async fn whose_signature_is_for_another_message_is_refused() {
    let (house, _, id) = texted(Via::Automatic, "").await;
    let path = format!("/sms/twilio/status?delivery={id}");
    let mut mac = Hmac::<Sha1>::new_from_slice(TWILIO_TOKEN.as_bytes()).unwrap();
    let other = uuid::Uuid::nil();
    mac.update(
        format!("{ORIGIN}/sms/twilio/status?delivery={other}MessageStatusfailed").as_bytes(),
    );
    let request = Request::post(path)
        .header(
            "x-twilio-signature",
            STANDARD.encode(mac.finalize().into_bytes()),
        )
        .body(Body::from("MessageStatus=failed"))
        .unwrap();
    assert_eq!(house.answer(request).await.status, StatusCode::FORBIDDEN);
}

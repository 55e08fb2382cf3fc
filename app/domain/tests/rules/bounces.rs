//! Messages that came back, and addresses that are not written to any more.

use chrono::TimeDelta;
use domain::{
    bounces::{self, Bounce, Posted, Provider},
    entity::{deliveries::DeliveryState, delivery_events},
    invitations, people,
    ports::SendError,
    proof::{Admin, ManageUsers},
    testing::{BOUNCES_SECRET, TestUsher, answer},
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use types::{
    batch::{SendRequest, Verdict},
    ids::DeliveryId,
    refusal::Refusal,
    users::{Failure, HistoryEvent, PersonField, ShownStatus, UserStatus},
};

use crate::common::{
    accept, deliveries, directory, id_of, invite, invited, joined_admin, pasted, refusal, resend,
    revoke, send, states, to_users, user,
};

const IVAN: &str = "ivan@north.example";

fn bounce(delivery: DeliveryId, for_good: bool) -> Bounce {
    Bounce {
        delivery,
        for_good,
        answer: answer(550, "5.1.1 No such user"),
    }
}

/// The person's newest message came back.
async fn comes_back(usher: &TestUsher, email: &str, for_good: bool) {
    let newest = deliveries(usher, email).await.pop().unwrap().id;
    bounces::record(&usher.core, &[bounce(newest, for_good)])
        .await
        .unwrap();
}

async fn events(usher: &TestUsher) -> usize {
    let read = usher.core.database().read();
    delivery_events::Entity::find()
        .all(read)
        .await
        .unwrap()
        .len()
}

fn failure() -> Failure {
    Failure {
        code: Some(550),
        words: "5.1.1 No such user".to_owned(),
    }
}

/// What becomes of the person, when a message goes to them again.
async fn verdict(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> Verdict {
    let request = SendRequest {
        resend: true,
        ..pasted(email)
    };
    let preview = invitations::preview(&usher.core, admin, &request)
        .await
        .unwrap();
    let mut skipped = preview.skipped.into_iter();
    skipped.next().map_or(Verdict::Ready, |line| line.verdict)
}

#[tokio::test]
async fn an_address_that_takes_no_mail_is_an_error_and_not_written_to_again() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    usher.clock.advance(TimeDelta::minutes(3));
    let at = usher.core.now();
    comes_back(&usher, IVAN, true).await;
    comes_back(&usher, IVAN, true).await;
    assert_eq!(events(&usher).await, 1, "told twice, kept once");
    let row = directory(&usher, &owner).await.rows.remove(0);
    assert_eq!(row.status, ShownStatus::Failed);
    assert_eq!(row.failure, Some(failure()));
    assert!(row.bounced);

    let id = user(&usher, IVAN).await.id;
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    assert_eq!(page.history[0].at, at);
    assert_eq!(page.history[0].event, HistoryEvent::Bounced(failure()));
    assert!(matches!(
        page.history[1].event,
        HistoryEvent::Delivered { .. }
    ));

    for request in [pasted(IVAN), to_users(&[id])] {
        let request = SendRequest {
            resend: true,
            ..request
        };
        let outcome = send(&usher, &owner, request).await;
        assert_eq!(refusal(outcome), Refusal::NobodyToInvite);
    }
    assert_eq!(verdict(&usher, &owner, IVAN).await, Verdict::Bounced);
    // The others are sent to.
    let both = pasted(&format!("{IVAN}, dora@north.example"));
    send(&usher, &owner, both).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 2);
}

#[tokio::test]
async fn trying_again_is_an_admins_word_and_is_written_down() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    let id = user(&usher, IVAN).await.id;
    let outcome = people::try_again(&usher.core, &owner, id).await;
    assert_eq!(
        refusal(outcome),
        Refusal::ChangedMeanwhile,
        "nothing came back"
    );
    comes_back(&usher, IVAN, true).await;

    let stranger = usher.other_organization().await.unwrap();
    let outcome = people::try_again(&usher.core, &stranger, id).await;
    assert_eq!(refusal(outcome), Refusal::NotFound);
    usher.clock.advance(TimeDelta::minutes(1));
    people::try_again(&usher.core, &owner, id).await.unwrap();
    let page = people::read(&usher.core, &owner, id).await.unwrap();
    assert_eq!(page.history[0].event, HistoryEvent::AddressConfirmed);
    assert_eq!(page.history[0].by.as_deref(), Some("Olive Owner"));
    assert_eq!(page.row.status, ShownStatus::Failed, "nothing was sent yet");
    assert!(!page.row.bounced);

    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Invited);
    comes_back(&usher, IVAN, true).await;
    assert_eq!(verdict(&usher, &owner, IVAN).await, Verdict::Bounced);
}

#[tokio::test]
async fn nobody_confirms_the_address_of_somebody_above_them() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "ada@north.example").await;
    let own = id_of(&owner);
    let outcome = people::try_again(&usher.core, &admin, own).await;
    assert_eq!(refusal(outcome), Refusal::RoleAboveYours);
}

#[tokio::test]
async fn another_address_may_be_written_to() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    comes_back(&usher, IVAN, true).await;
    let page = people::read(&usher.core, &owner, user(&usher, IVAN).await.id)
        .await
        .unwrap();
    let edit = |field: PersonField, text: &str| {
        let mut wanted = page.details.clone();
        wanted.set(field, text.to_owned());
        types::users::EditRequest {
            user: page.row.id,
            seen: page.details.clone(),
            wanted,
        }
    };
    let named = edit(PersonField::FirstName, "Ivan");
    people::edit(&usher.core, &owner, &named).await.unwrap();
    assert_eq!(verdict(&usher, &owner, IVAN).await, Verdict::Bounced);
    let moved = edit(PersonField::Email, "i.petrov@north.example");
    people::edit(&usher.core, &owner, &moved).await.unwrap();
    let moved = user(&usher, "i.petrov@north.example").await;
    assert_eq!(moved.bounced_at, None);
    resend(&usher, &owner, "i.petrov@north.example").await;
}

#[tokio::test]
async fn a_message_that_was_given_up_is_an_error_and_may_be_sent_again() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    comes_back(&usher, IVAN, false).await;
    let ivan = user(&usher, IVAN).await;
    assert_eq!(ivan.status, UserStatus::Failed);
    assert_eq!(ivan.bounced_at, None);
    assert_eq!(verdict(&usher, &owner, IVAN).await, Verdict::Ready);
}

/// Which the server said at once: it is a failure as ever, and no bounce.
#[tokio::test]
async fn a_refusal_at_once_may_be_sent_again() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let gone = answer(550, "5.1.1 No such user");
    usher.mailer.answer_next(Err(SendError::Permanent(gone)));
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Failed);
    assert_eq!(verdict(&usher, &owner, IVAN).await, Verdict::Ready);
}

#[tokio::test]
async fn what_is_over_is_told_and_changes_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    // Sent again since.
    invited(&usher, &owner, IVAN).await;
    let first = deliveries(&usher, IVAN).await.remove(0).id;
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    bounces::record(&usher.core, &[bounce(first, true)])
        .await
        .unwrap();
    let ivan = user(&usher, IVAN).await;
    assert_eq!((ivan.status, ivan.bounced_at), (UserStatus::Invited, None));
    assert_eq!(events(&usher).await, 1);

    // Has joined meanwhile.
    let token = usher.mailer.token_for(IVAN).unwrap();
    accept(&usher, &token).await;
    comes_back(&usher, IVAN, true).await;
    let ivan = user(&usher, IVAN).await;
    assert_eq!((ivan.status, ivan.bounced_at), (UserStatus::Active, None));

    // Revoked meanwhile.
    invited(&usher, &owner, "dora@north.example").await;
    let dora = user(&usher, "dora@north.example").await.id;
    revoke(&usher, &owner, dora).await.unwrap();
    comes_back(&usher, "dora@north.example", true).await;
    let dora = user(&usher, "dora@north.example").await;
    assert_eq!(
        (dora.status, dora.bounced_at),
        (UserStatus::NotInvited, None)
    );

    // A message that was never there.
    let nobody = DeliveryId(uuid::Uuid::from_u128(7));
    bounces::record(&usher.core, &[bounce(nobody, true)])
        .await
        .unwrap();
}

/// The report may be faster than the courier, which writes down that the message was taken.
#[tokio::test]
async fn a_bounce_before_the_message_is_settled_stands() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    comes_back(&usher, IVAN, true).await;
    assert_eq!(states(&usher, IVAN).await, [DeliveryState::Cancelled]);
    usher.deliver().await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Failed);
    assert!(usher.mailer.sent().is_empty());
}

#[tokio::test]
async fn each_message_comes_back_to_an_address_of_its_own() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, &format!("{IVAN}, dora@north.example")).await;
    usher.deliver().await.unwrap();
    for email in [IVAN, "dora@north.example"] {
        let sent = usher.mailer.sent();
        let message = sent.iter().find(|sent| sent.to.as_str() == email).unwrap();
        let path = message.return_path.as_deref().unwrap();
        let delivery = deliveries(&usher, email).await.remove(0).id;
        assert_eq!(bounces::delivery_of(&usher.core, path), Some(delivery));
        let (local, _) = path.split_once('@').unwrap();
        assert!(local.len() <= 64, "{local}");
    }
}

/// What the provider posts about the message, read.
fn read(usher: &TestUsher, provider: Provider, body: &Value) -> Vec<(DeliveryId, bool, String)> {
    let teller = bounces::teller(&usher.core, BOUNCES_SECRET).unwrap();
    match bounces::posted(&usher.core, &teller, provider, body) {
        Some(Posted::Bounces(told)) => told
            .into_iter()
            .map(|bounce| {
                let Failure { code, words } = Failure {
                    code: bounce.answer.code,
                    words: bounce.answer.words,
                };
                let code = code.map_or(String::new(), |code| format!("{code} "));
                (bounce.delivery, bounce.for_good, format!("{code}{words}"))
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

const ID: &str = "019a0000-0000-7000-8000-000000000007";

fn id() -> DeliveryId {
    DeliveryId(ID.parse().unwrap())
}

#[tokio::test]
async fn amazon_tells_of_bounces_through_sns() {
    let usher = TestUsher::new().await.unwrap();
    let event = |kind: &str, recipient: Value| {
        json!({
            "notificationType": "Bounce",
            "bounce": {
                "bounceType": kind,
                "bounceSubType": "General",
                "bouncedRecipients": [recipient],
                "timestamp": "2026-11-27T10:00:00.000Z",
            },
            "mail": {
                "source": "usher@usher.example",
                "messageId": "010001-amazons-own",
                "destination": [IVAN],
                "commonHeaders": { "messageId": format!("<{ID}@usher.example>") },
            },
        })
    };
    let recipient = || {
        json!({
            "emailAddress": IVAN,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        })
    };
    let said = "550 5.1.1 user unknown".to_owned();
    let in_sns = |event: &Value| {
        json!({
            "Type": "Notification",
            "TopicArn": "arn:aws:sns:eu-west-1:1:bounces",
            "Message": event.to_string(),
            "Signature": "EXAMPLE",
        })
    };
    let hard = event("Permanent", recipient());
    assert_eq!(
        read(&usher, Provider::Ses, &in_sns(&hard)),
        [(id(), true, said.clone())]
    );
    // Raw delivery has no envelope.
    assert_eq!(
        read(&usher, Provider::Ses, &hard),
        [(id(), true, said.clone())]
    );
    let soft = event("Transient", recipient());
    assert_eq!(
        read(&usher, Provider::Ses, &soft),
        [(id(), false, said.clone())]
    );
    // So are absence notes.
    let absent = event("Transient", json!({ "emailAddress": IVAN }));
    assert_eq!(read(&usher, Provider::Ses, &absent), []);

    // By the other names of the message.
    let mut by_header = hard.clone();
    by_header["mail"]["commonHeaders"] = json!({});
    assert_eq!(read(&usher, Provider::Ses, &by_header), []);
    by_header["mail"]["headers"] =
        json!([{ "name": "Message-ID", "value": format!("<{ID}@usher.example>") }]);
    assert_eq!(
        read(&usher, Provider::Ses, &by_header),
        [(id(), true, said)]
    );

    let mut delivered = hard;
    delivered["notificationType"] = json!("Delivery");
    assert_eq!(read(&usher, Provider::Ses, &delivered), []);
    let words = json!({ "Type": "Notification", "Message": "Successfully validated SNS topic" });
    assert_eq!(read(&usher, Provider::Ses, &words), []);

    let teller = bounces::teller(&usher.core, BOUNCES_SECRET).unwrap();
    let asks = json!({
        "Type": "SubscriptionConfirmation",
        "TopicArn": "arn:aws:sns:eu-west-1:1:bounces",
        "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
    });
    assert_eq!(
        bounces::posted(&usher.core, &teller, Provider::Ses, &asks),
        Some(Posted::AsksToConfirm {
            topic: "arn:aws:sns:eu-west-1:1:bounces".to_owned(),
            address: "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription".to_owned(),
        })
    );
    for strange in [json!({}), json!([]), json!("x"), json!({ "Type": "x" })] {
        let read = bounces::posted(&usher.core, &teller, Provider::Ses, &strange);
        assert_eq!(read, None, "{strange}");
    }
}

#[tokio::test]
async fn amazon_names_the_return_path_too() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    let path = usher.mailer.sent().remove(0).return_path.unwrap();
    let delivery = deliveries(&usher, IVAN).await.remove(0).id;
    let event = json!({
        "eventType": "Bounce",
        "bounce": { "bounceType": "Permanent", "bouncedRecipients": [{}] },
        "mail": { "source": path },
    });
    assert_eq!(
        read(&usher, Provider::Ses, &event),
        [(delivery, true, String::new())]
    );
}

#[tokio::test]
async fn postmark_tells_by_what_was_sent_along() {
    let usher = TestUsher::new().await.unwrap();
    let event = |kind: &str, inactive: bool| {
        json!({
            "RecordType": "Bounce",
            "Type": kind,
            "TypeCode": 1,
            "MessageID": "00000000-0000-0000-0000-000000000000",
            "Metadata": { "delivery": ID },
            "Description": "The server was unable to deliver your message.",
            "Details": "smtp;550 5.1.1 The email account does not exist.",
            "Email": IVAN,
            "Inactive": inactive,
        })
    };
    let said = "550 5.1.1 The email account does not exist.".to_owned();
    for (kind, inactive, told) in [
        ("HardBounce", true, vec![(id(), true, said.clone())]),
        ("BadEmailAddress", false, vec![(id(), true, said.clone())]),
        ("SoftBounce", false, vec![(id(), false, said.clone())]),
        ("Blocked", true, vec![(id(), true, said.clone())]),
        ("Transient", false, vec![]),
        ("AutoResponder", false, vec![]),
    ] {
        let read = read(&usher, Provider::Postmark, &event(kind, inactive));
        assert_eq!(read, told, "{kind}");
    }
    let mut other = event("HardBounce", true);
    other["RecordType"] = json!("Open");
    assert_eq!(read(&usher, Provider::Postmark, &other), []);
    let mut strangers = event("HardBounce", true);
    strangers["Metadata"] = json!({});
    assert_eq!(read(&usher, Provider::Postmark, &strangers), []);
}

#[tokio::test]
async fn sendgrid_tells_several_things_at_once() {
    let usher = TestUsher::new().await.unwrap();
    let smtp_id = format!("<{ID}@usher.example>");
    let events = json!([
        { "event": "processed", "smtp-id": smtp_id },
        { "event": "deferred", "smtp-id": smtp_id, "response": "400 try again later" },
        { "event": "bounce", "type": "bounce", "status": "5.1.1", "smtp-id": smtp_id,
          "reason": "550 5.1.1 The email account that you tried to reach does not exist." },
        { "event": "bounce", "type": "blocked", "status": "4.0.0", "smtp-id": smtp_id, "reason": "450 blocked" },
        { "event": "dropped", "reason": "Bounced Address", "smtp-id": smtp_id },
        { "event": "dropped", "reason": "Unsubscribed Address", "smtp-id": smtp_id },
        { "event": "bounce", "type": "bounce", "status": "5.1.1", "smtp-id": "<somebody@else.example>" },
        { "event": "bounce" },
        "x",
    ]);
    assert_eq!(
        read(&usher, Provider::SendGrid, &events),
        [
            (
                id(),
                true,
                "550 5.1.1 The email account that you tried to reach does not exist.".to_owned()
            ),
            (id(), false, "450 4.0.0 blocked".to_owned()),
            (id(), true, "Bounced Address".to_owned()),
            (id(), false, "Unsubscribed Address".to_owned()),
        ]
    );
}

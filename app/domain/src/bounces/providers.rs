//! What providers of mail post when a message came back.
//!
//! | Provider | Which message it is | What became of it |
//! |---|---|---|
//! | Amazon SES, through SNS | `mail.source` (the return path), else `Message-ID` in `mail.headers`, else `mail.commonHeaders.messageId` | `bounce.bounceType`: `Permanent` is for good; `Transient` counts where a recipient has the action `failed`, since it is said of absence notes too |
//! | Postmark | `Metadata.delivery`, which we send along as a header of Postmark's; it replaces our Message-ID and the return path | `Inactive`, `HardBounce` and `BadEmailAddress` are for good; other kinds that were not delivered are not |
//! | `SendGrid` | `smtp-id`, our Message-ID | `bounce` is for good, of type `blocked` it is not; `dropped` is for good where an earlier bounce was the reason |
//!
//! Everything else that they tell (opened, deferred, complained) is passed over.

use serde_json::Value;
use types::ids::DeliveryId;
use uuid::Uuid;

use super::{Bounce, Teller, answer, delivery_of};
use crate::Core;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Ses,
    Postmark,
    SendGrid,
}

impl Provider {
    /// As the address of the webhook calls it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ses" => Some(Self::Ses),
            "postmark" => Some(Self::Postmark),
            "sendgrid" => Some(Self::SendGrid),
            _ => None,
        }
    }
}

/// What was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    Bounces(Vec<Bounce>),
    /// SNS asks whether it may post here: whoever opens the address says yes. We never do that by ourselves.
    AsksToConfirm {
        topic: String,
        address: String,
    },
}

/// `None` for what is none of the provider's shapes.
pub fn posted(core: &Core, _: &Teller, provider: Provider, body: &Value) -> Option<Posted> {
    match provider {
        Provider::Ses => sns(core, body),
        Provider::Postmark => {
            body.get("RecordType")?.as_str()?;
            Some(Posted::Bounces(postmark(body).into_iter().collect()))
        }
        Provider::SendGrid => {
            let events = body.as_array()?.iter();
            Some(Posted::Bounces(events.filter_map(sendgrid).collect()))
        }
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The id in a Message-ID of ours: `<id@host>`.
fn in_message_id(id: &str) -> Option<DeliveryId> {
    let id = id.trim().trim_start_matches('<');
    let (id, _) = id.split_once('@')?;
    Some(DeliveryId(Uuid::try_parse(id).ok()?))
}

/// The envelope of SNS, or what was in it where SNS delivers raw.
fn sns(core: &Core, body: &Value) -> Option<Posted> {
    match text(body, "/Type") {
        "SubscriptionConfirmation" => Some(Posted::AsksToConfirm {
            topic: text(body, "/TopicArn").to_owned(),
            address: text(body, "/SubscribeURL").to_owned(),
        }),
        "UnsubscribeConfirmation" => Some(Posted::Bounces(Vec::new())),
        "Notification" => match serde_json::from_str(text(body, "/Message")) {
            Ok(event) => Some(Posted::Bounces(ses(core, &event).into_iter().collect())),
            // SNS says in plain words that it works.
            Err(_) => Some(Posted::Bounces(Vec::new())),
        },
        _ => {
            body.pointer("/mail")?;
            Some(Posted::Bounces(ses(core, body).into_iter().collect()))
        }
    }
}

fn ses(core: &Core, event: &Value) -> Option<Bounce> {
    // Of notifications and of published events.
    let kinds = [text(event, "/notificationType"), text(event, "/eventType")];
    if !kinds.contains(&"Bounce") {
        return None;
    }
    let by_path = || delivery_of(core, text(event, "/mail/source"));
    let by_header = || {
        let headers = event.pointer("/mail/headers")?.as_array()?.iter();
        headers
            .filter(|header| text(header, "/name").eq_ignore_ascii_case("message-id"))
            .find_map(|header| in_message_id(text(header, "/value")))
    };
    let by_id = || in_message_id(text(event, "/mail/commonHeaders/messageId"));
    let delivery = by_path().or_else(by_header).or_else(by_id)?;
    let recipient = event.pointer("/bounce/bouncedRecipients/0")?;
    let for_good = match text(event, "/bounce/bounceType") {
        "Permanent" => true,
        _ if text(recipient, "/action").eq_ignore_ascii_case("failed") => false,
        _ => return None,
    };
    let said = text(recipient, "/diagnosticCode");
    let said = said.split_once(';').map_or(said, |(_, said)| said);
    Some(Bounce {
        delivery,
        for_good,
        answer: answer(text(recipient, "/status"), said),
    })
}

fn postmark(body: &Value) -> Option<Bounce> {
    if text(body, "/RecordType") != "Bounce" {
        return None;
    }
    let delivery = DeliveryId(Uuid::try_parse(text(body, "/Metadata/delivery")).ok()?);
    let inactive = body.pointer("/Inactive").and_then(Value::as_bool);
    let for_good = match text(body, "/Type") {
        "HardBounce" | "BadEmailAddress" => true,
        "SoftBounce"
        | "DnsError"
        | "Blocked"
        | "DMARCPolicy"
        | "SMTPApiError"
        | "SpamNotification"
        | "ManuallyDeactivated"
        | "Unknown" => inactive == Some(true),
        // Absence notes, complaints, tries that go on.
        _ => return None,
    };
    let details = text(body, "/Details");
    let details = details.strip_prefix("smtp;").unwrap_or(details).trim();
    let said = if details.is_empty() {
        text(body, "/Description")
    } else {
        details
    };
    Some(Bounce {
        delivery,
        for_good,
        answer: answer("", said),
    })
}

fn sendgrid(event: &Value) -> Option<Bounce> {
    let reason = text(event, "/reason");
    let for_good = match text(event, "/event") {
        "bounce" => text(event, "/type") != "blocked",
        "dropped" => reason.starts_with("Bounced Address") || reason.starts_with("Invalid"),
        _ => return None,
    };
    Some(Bounce {
        delivery: in_message_id(text(event, "/smtp-id"))?,
        for_good,
        answer: answer(text(event, "/status"), reason),
    })
}

//! The built-in catcher of messages, for trying Usher without a mail server.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder, QuerySelect, Set};
use types::{ids::MessageId, mailbox::CaughtMessage, refusal::Refusal};

use crate::{
    Core, Outcome,
    entity::mailbox_messages,
    ports::{Answer, Mailer, OutgoingEmail, OutgoingSms, SendError, SmsGateway, Taken},
    random,
};

/// Catches every message instead of sending it.
pub struct Catcher(pub Arc<Core>);

#[async_trait]
impl Mailer for Catcher {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError> {
        let caught = Caught {
            recipient: email.to.as_str(),
            subject: &email.subject,
            text: &email.text,
            html: &email.html,
        };
        answered(keep(&self.0, caught).await)
    }
}

#[async_trait]
impl SmsGateway for Catcher {
    async fn send(&self, sms: &OutgoingSms) -> Result<Taken, SendError> {
        let caught = Caught {
            recipient: sms.to.as_str(),
            subject: "",
            text: &sms.text,
            html: "",
        };
        let answer = answered(keep(&self.0, caught).await)?;
        Ok(Taken {
            answer,
            reference: None,
        })
    }
}

fn answered(kept: Outcome<()>) -> Result<Answer, SendError> {
    match kept {
        Ok(()) => Ok(Answer {
            code: None,
            words: "caught by the mailbox".to_owned(),
        }),
        Err(fault) => Err(SendError::Unavailable(Answer {
            code: None,
            words: fault.to_string(),
        })),
    }
}

struct Caught<'a> {
    recipient: &'a str,
    /// "" of an SMS, as is `html`.
    subject: &'a str,
    text: &'a str,
    html: &'a str,
}

async fn keep(core: &Core, caught: Caught<'_>) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    mailbox_messages::ActiveModel {
        id: Set(random::id(now)),
        at: Set(now),
        recipient: Set(caught.recipient.to_owned()),
        subject: Set(caught.subject.to_owned()),
        text: Set(caught.text.to_owned()),
        html: Set(caught.html.to_owned()),
    }
    .insert(&write)
    .await?;
    write.commit().await?;
    Ok(())
}

/// Proof that the mailbox may be shown here; see `Core::with_mailbox`.
pub struct Shown(());

/// # Errors
/// `NotFound` where messages really go out, or where strangers could look in.
pub fn open(core: &Core) -> Result<Shown, Refusal> {
    if core.mailbox {
        Ok(Shown(()))
    } else {
        Err(Refusal::NotFound)
    }
}

/// Messages that a look into the mailbox shows.
const NEWEST: u64 = 100;

pub async fn newest(core: &Core, _shown: &Shown) -> Outcome<Vec<CaughtMessage>> {
    let rows = mailbox_messages::Entity::find()
        .order_by_desc(mailbox_messages::Column::Id)
        .limit(NEWEST)
        .all(core.database.read())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| CaughtMessage {
            id: row.id,
            at: row.at,
            to: row.recipient,
            subject: row.subject,
            text: row.text,
        })
        .collect())
}

/// The HTML part of a message.
///
/// # Errors
/// `NotFound`.
pub async fn html(core: &Core, _shown: &Shown, id: MessageId) -> Outcome<String> {
    let row = mailbox_messages::Entity::find_by_id(id)
        .one(core.database.read())
        .await?
        .ok_or(Refusal::NotFound)?;
    Ok(row.html)
}

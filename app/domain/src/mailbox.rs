//! The built-in catcher of messages, for trying Usher without a mail server.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder, QuerySelect, Set};
use types::{ids::MessageId, mailbox::CaughtMessage, refusal::Refusal};

use crate::{
    Core, Outcome,
    entity::mailbox_messages,
    ports::{Answer, MailError, Mailer, OutgoingEmail},
    random,
};

/// Catches every message instead of sending it.
pub struct Catcher(pub Arc<Core>);

#[async_trait]
impl Mailer for Catcher {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, MailError> {
        match keep(&self.0, email).await {
            Ok(()) => Ok(Answer {
                code: None,
                words: "caught by the mailbox".to_owned(),
            }),
            Err(fault) => Err(MailError::Temporary(Answer {
                code: None,
                words: fault.to_string(),
            })),
        }
    }
}

async fn keep(core: &Core, email: &OutgoingEmail) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    mailbox_messages::ActiveModel {
        id: Set(random::id(now)),
        at: Set(now),
        recipient: Set(email.to.to_string()),
        subject: Set(email.subject.clone()),
        text: Set(email.text.clone()),
        html: Set(email.html.clone()),
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

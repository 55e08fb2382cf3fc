//! What a gateway tells about a text message after it has taken it.

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use types::{ids::DeliveryId, invitation::Channel, users::UserStatus};

use crate::{
    Core, Outcome,
    changes::News,
    entity::{
        deliveries,
        delivery_events::{self, EventKind},
        invitations, users,
    },
    outbox,
    ports::Answer,
};

/// The end of a text message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Delivered,
    Undelivered { code: Option<u16>, words: String },
}

/// Writes down what became of a text message; told twice, it is written once. Where it carried somebody's
/// current invitation and did not arrive, and no other message of the same generation has or still may,
/// the status says so. Of a message that is not there any more nothing is written.
pub async fn note(core: &Core, delivery: DeliveryId, fate: Fate) -> Outcome<()> {
    let now = core.now();
    let (kind, answer) = match fate {
        Fate::Delivered => (
            EventKind::SmsDelivered,
            Answer {
                code: None,
                words: String::new(),
            },
        ),
        Fate::Undelivered { code, words } => (EventKind::SmsUndelivered, Answer { code, words }),
    };
    let write = core.database.begin().await?;
    let row = deliveries::Entity::find_by_id(delivery)
        .filter(deliveries::Column::Channel.eq(Channel::Sms))
        .one(&write)
        .await?;
    let Some(row) = row else {
        return Ok(());
    };
    let known = delivery_events::Entity::find()
        .filter(delivery_events::Column::DeliveryId.eq(delivery))
        .filter(delivery_events::Column::Kind.eq(kind))
        .one(&write)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    outbox::event(delivery, kind, answer.clone(), now)
        .insert(&write)
        .await?;
    if kind == EventKind::SmsUndelivered {
        did_not_arrive(&write, &row, &answer).await?;
    }
    let changed: Vec<_> = row.organization_id.into_iter().collect();
    let news = News {
        changed: &changed,
        queued: false,
    };
    core.commit_with(write, news).await
}

/// Part of a transaction: a message was taken, and has not arrived all the same. It is to be noted before.
pub(crate) async fn did_not_arrive(
    write: &impl ConnectionTrait,
    row: &deliveries::Model,
    answer: &Answer,
) -> Outcome<()> {
    let Some(invitation) = row.invitation_id else {
        return Ok(());
    };
    if row.generation == outbox::WELCOME
        || outbox::is_reached(write, invitation, row.generation, row.id).await?
    {
        return Ok(());
    }
    let current = invitations::Entity::find_by_id(invitation)
        .filter(invitations::Column::Generation.eq(row.generation))
        .one(write)
        .await?;
    let Some(current) = current else {
        return Ok(());
    };
    users::Entity::update_many()
        .set(users::ActiveModel {
            status: Set(UserStatus::Failed),
            failure_code: Set(answer.code.map(i32::from)),
            failure_words: Set(Some(answer.words.clone())),
            ..Default::default()
        })
        .filter(users::Column::Id.eq(current.user_id))
        // The news may come before the answer to the message is written down.
        .filter(users::Column::Status.is_in([UserStatus::Waiting, UserStatus::Invited]))
        .exec(write)
        .await?;
    Ok(())
}

//! Activating people who were deactivated, and sending to those who have not joined: one act, one batch.

use std::collections::HashMap;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::json;
use types::{
    audit::Action,
    batch::{Act, Activation, Audience, Change, ChangeRequest, SendRequest, Verdict},
    ids::{BatchId, DeliveryId, UserId},
    refusal::Refusal,
};

use super::{
    check, issue,
    plan::{Plan, Whom, no_mail},
};
use crate::{
    Core, Outcome, audit, batches, bulk,
    changes::News,
    database,
    entity::{batch_recipients, batches as batch_rows, organizations, users},
    proof::{Admin, ManageUsers},
    random,
};

/// Activates everyone of the audience who is deactivated, and sends to those of them who have not joined,
/// as the request says. Who may not be sent to is as if not invited. The same key again gives the same batch
/// and does nothing.
///
/// # Errors
/// `NobodyToChange`; `ListChanged` where not as many are deactivated as the admin saw;
/// `TooManyRecipients`, `TextTooLong`, `RoleAboveYours`. For one person alone the reason why not:
/// `NotFound`, `UserActive`, `RoleAboveYours`.
pub async fn activate_and_send(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
) -> Outcome<Activation> {
    check(request)?;
    let no_mail = no_mail(core, admin, request).await?;
    let now = core.now();
    let write = core.database.begin().await?;
    if let Some(batch) = batches::with_key(&write, admin, request.key).await? {
        let sent = batch_recipients::Entity::find()
            .filter(batch_recipients::Column::BatchId.eq(batch))
            .filter(batch_recipients::Column::DeliveryId.is_not_null())
            .count(&write)
            .await?;
        let sent = u32::try_from(sent).unwrap_or(u32::MAX);
        return Ok(Activation { batch, sent });
    }
    let change = ChangeRequest {
        key: request.key,
        act: Change::Activate,
        audience: request.audience.clone(),
        seen: request.seen,
    };
    let lines = bulk::judge(&write, core, admin, &change).await?;
    let activated: Vec<&users::Model> = lines
        .iter()
        .filter(|line| line.verdict == Verdict::Ready)
        .map(|line| &line.user)
        .collect();
    if activated.is_empty() {
        return Err(bulk::nobody(&change, &lines).into());
    }
    if u32::try_from(activated.len()) != Ok(request.seen) {
        return Err(Refusal::ListChanged.into());
    }
    for people in activated.chunks(database::CHUNK) {
        bulk::activate(&write, people, now).await?;
    }
    let organization = organizations::Entity::find_by_id(admin.organization)
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let batch: BatchId = random::id(now);
    batch_rows::ActiveModel {
        id: Set(batch),
        organization_id: Set(admin.organization),
        sender_id: Set(Some(admin.user)),
        key: Set(request.key),
        act: Set(Act::Activate),
        undone_at: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await?;
    let unconfirmed = activated.iter().filter(|user| user.identity_id.is_none());
    let sending = SendRequest {
        audience: Audience::Users(unconfirmed.map(|user| user.id).collect()),
        ..request.clone()
    };
    // As they are now: the same rules as for whomever else something is sent to.
    let plan = Plan::make(&write, admin, &sending, &no_mail, now).await?;
    let terms = issue::Terms::of(admin, &sending, &organization, batch, now);
    let issued = issue::issue(&write, &plan, &terms, Whom::Everybody).await?;
    let messages: HashMap<UserId, DeliveryId> = issued
        .into_iter()
        .flatten()
        .map(|issued| (issued.user, issued.delivery))
        .collect();
    let recipients: Vec<_> = lines
        .iter()
        .zip(1..)
        .map(|(line, position)| {
            let user = &line.user;
            Ok(batch_recipients::ActiveModel {
                batch_id: Set(batch),
                position: Set(position),
                address: Set(user.username.to_string()),
                name: Set(batches::name_of(user)),
                verdict: Set(serde_json::to_string(&line.verdict)?),
                user_id: Set(Some(user.id)),
                delivery_id: Set(messages.get(&user.id).copied()),
                before: Set(None),
            })
        })
        .collect::<Outcome<_>>()?;
    database::insert_all::<batch_recipients::Entity, _>(&write, recipients).await?;
    let sent = plan.counts().ready;
    let mut event = audit::Event::by(admin, Action::UsersActivated).with(json!({
        "batch": batch.to_string(),
        "users": activated.len(),
        "sent": sent,
    }));
    if let [user] = activated.as_slice() {
        event = event.about(user.id);
    }
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[admin.organization],
        queued: true,
    };
    core.commit_with(write, news).await?;
    Ok(Activation { batch, sent })
}

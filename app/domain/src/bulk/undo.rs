//! Undoing what has just been revoked or deactivated.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, SelectStatement},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use types::{
    audit::Action,
    batch::Act,
    ids::{BatchId, RoleId, UserId},
    refusal::Refusal,
    users::UserStatus,
};

use super::carried_to;
use crate::{
    Core, Outcome, approvals, audit,
    changes::News,
    database,
    entity::{
        batch_recipients, batches as batch_rows,
        deliveries::{self, DeliveryState},
        invitations, users,
    },
    proof::{Admin, ManageUsers},
    roles::may_give,
    seats::{self, Free},
};

/// How long an act can be undone: longer than the toast that offers it, on a slow line.
const UNDO_WITHIN: Duration = Duration::minutes(2);

/// Makes undone what the admin's own batch has revoked or deactivated, as far as no other batch has
/// changed those users since and nobody has ended their links, as another address does; links that
/// were in the mail work again. Users whose role the admin may not give (any more) stay as they are.
/// Gives how many.
///
/// # Errors
/// `NotFound`, also where somebody else did it; `TooLateToUndo`.
pub async fn undo(core: &Core, admin: &Admin<ManageUsers>, batch: BatchId) -> Outcome<u32> {
    let now = core.now();
    let write = core.database.begin().await?;
    let row = batch_rows::Entity::find_by_id(batch)
        .filter(batch_rows::Column::OrganizationId.eq(admin.organization))
        .filter(batch_rows::Column::SenderId.eq(admin.user))
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let left = match row.act {
        Act::Revoke => UserStatus::NotInvited,
        Act::Deactivate => UserStatus::Deactivated,
        Act::Send | Act::Activate | Act::Import => return Err(Refusal::TooLateToUndo.into()),
    };
    if row.undone_at.is_some() || now > row.created_at + UNDO_WITHIN {
        return Err(Refusal::TooLateToUndo.into());
    }
    let changed = batch_recipients::Entity::find()
        .filter(batch_recipients::Column::BatchId.eq(batch))
        .filter(batch_recipients::Column::Before.is_not_null())
        .order_by_asc(batch_recipients::Column::Position)
        .all(&write)
        .await?;
    let since = changed_since(&write, &row, &changed).await?;
    let given: Vec<RoleId> = crate::roles::all(&write, admin.organization)
        .await?
        .iter()
        .filter(|role| may_give(admin, role))
        .map(|role| role.id)
        .collect();
    // Somebody else may have taken the seats meanwhile.
    let mut free = Free::of(&write, admin.organization, now).await?;
    let mut undone = 0;
    let mut requeued = false;
    for recipient in changed {
        let (Some(id), Some(before)) = (recipient.user_id, recipient.before) else {
            continue;
        };
        if since.contains(&id) {
            continue;
        }
        let before: Before = serde_json::from_str(&before)?;
        if seats::is_held_by(before.status, before.expires_at, now) && !free.give(None) {
            continue;
        }
        let restored = users::Entity::update_many()
            .set(before.restored())
            .filter(users::Column::Id.eq(id))
            .filter(users::Column::OrganizationId.eq(admin.organization))
            .filter(users::Column::Status.eq(left))
            .filter(users::Column::RoleId.is_in(given.iter().copied()))
            .filter(users::Column::Id.not_in_subquery(links_ended_since(id, row.created_at)))
            .exec(&write)
            .await?;
        if restored.rows_affected == 0 {
            continue;
        }
        if row.act == Act::Revoke {
            // Nobody has seen a link of the generation that revoking began.
            invitations::Entity::update_many()
                .col_expr(
                    invitations::Column::Generation,
                    Expr::col(invitations::Column::Generation).sub(1),
                )
                .col_expr(
                    invitations::Column::RevokedAt,
                    Expr::value(None::<DateTime<Utc>>),
                )
                .filter(invitations::Column::UserId.eq(id))
                .filter(invitations::Column::RevokedAt.eq(row.created_at))
                .exec(&write)
                .await?;
        }
        requeued |= before.status == UserStatus::Waiting;
        requeue(&write, id, row.created_at, now).await?;
        if before.expires_at == Some(approvals::NO_END) {
            // The sign-up that waited has been given up.
            end_with_invitation(&write, id).await?;
        }
        undone += 1;
    }
    let mut row = row.into_active_model();
    row.undone_at = Set(Some(now));
    row.update(&write).await?;
    let event = audit::Event::by(admin, Action::BatchUndone)
        .with(json!({ "batch": batch.to_string(), "users": undone }));
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[admin.organization],
        queued: requeued,
    };
    core.commit_with(write, news).await?;
    Ok(undone)
}

/// Those of a batch's users whom a later batch has sent to or changed.
async fn changed_since(
    read: &impl ConnectionTrait,
    batch: &batch_rows::Model,
    changed: &[batch_recipients::Model],
) -> Outcome<HashSet<UserId>> {
    let ids: Vec<UserId> = changed.iter().filter_map(|it| it.user_id).collect();
    let mut since = HashSet::new();
    for ids in ids.chunks(database::CHUNK) {
        let touched = Condition::any()
            .add(batch_recipients::Column::Before.is_not_null())
            .add(batch_recipients::Column::DeliveryId.is_not_null());
        let later = batch_recipients::Entity::find()
            .filter(batch_recipients::Column::UserId.is_in(ids.iter().copied()))
            .filter(batch_recipients::Column::BatchId.gt(batch.id))
            .filter(touched)
            .all(read)
            .await?;
        since.extend(later.iter().filter_map(|it| it.user_id));
    }
    Ok(since)
}

/// The user, if their links were ended later than that.
fn links_ended_since(user: UserId, at: DateTime<Utc>) -> SelectStatement {
    invitations::Entity::find()
        .select_only()
        .column(invitations::Column::UserId)
        .filter(invitations::Column::UserId.eq(user))
        .filter(invitations::Column::RevokedAt.gt(at))
        .into_query()
}

/// The user's time is that of the invitation again.
async fn end_with_invitation(write: &impl ConnectionTrait, user: UserId) -> Outcome<()> {
    let invitation = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user))
        .one(write)
        .await?;
    users::Entity::update_many()
        .set(users::ActiveModel {
            expires_at: Set(invitation.map(|invitation| invitation.expires_at)),
            ..Default::default()
        })
        .filter(users::Column::Id.eq(user))
        .exec(write)
        .await?;
    Ok(())
}

/// What the act took out of the queue goes back into it.
async fn requeue(
    write: &impl ConnectionTrait,
    user: UserId,
    cancelled_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    deliveries::Entity::update_many()
        .set(deliveries::ActiveModel {
            state: Set(DeliveryState::Queued),
            due_at: Set(now),
            settled_at: Set(None),
            ..Default::default()
        })
        .filter(carried_to(&[user]))
        .filter(deliveries::Column::State.eq(DeliveryState::Cancelled))
        .filter(deliveries::Column::SettledAt.eq(cancelled_at))
        .exec(write)
        .await?;
    Ok(())
}

/// A user as they were, to undo.
#[derive(Serialize, Deserialize)]
pub(super) struct Before {
    status: UserStatus,
    invited_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    failure_code: Option<i32>,
    failure_words: Option<String>,
}

impl Before {
    pub fn of(user: &users::Model) -> Self {
        Self {
            status: user.status,
            invited_at: user.invited_at,
            expires_at: user.expires_at,
            failure_code: user.failure_code,
            failure_words: user.failure_words.clone(),
        }
    }

    fn restored(&self) -> users::ActiveModel {
        users::ActiveModel {
            status: Set(self.status),
            invited_at: Set(self.invited_at),
            expires_at: Set(self.expires_at),
            failure_code: Set(self.failure_code),
            failure_words: Set(self.failure_words.clone()),
            ..Default::default()
        }
    }
}

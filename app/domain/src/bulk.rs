//! What is done to many users at once, besides sending: revoking invitations, deactivating,
//! activating. Each act is a batch with a report, and can be undone for a moment.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, SelectStatement, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use types::{
    batch::{Act, Audience, Change, ChangeRequest, SendPreview, Verdict},
    ids::{BatchId, RoleId, UserId},
    refusal::Refusal,
    users::UserStatus,
};

use crate::{
    Core, Outcome, audience, audit, batches,
    changes::News,
    database,
    entity::{
        batch_recipients, batches as batch_rows,
        deliveries::{self, DeliveryState},
        invitations, sessions, users,
    },
    outbox,
    owners::Owners,
    proof::{Admin, ManageUsers},
    random,
    roles::may_give,
};

/// How long an act can be undone: longer than the toast that offers it, on a slow line.
const UNDO_WITHIN: Duration = Duration::minutes(2);

/// What an act would do now; nothing is done.
pub async fn preview(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &ChangeRequest,
) -> Outcome<SendPreview> {
    let lines = judge(core.database.read(), core, admin, request).await?;
    Ok(batches::preview(
        lines.iter().map(|line| (&line.user, &line.verdict)),
    ))
}

/// Does it to everyone who is `Ready`, in one transaction, and gives the batch. The same key again
/// gives the same batch and does nothing.
///
/// # Errors
/// `NobodyToChange`; `ListChanged` where not as many are ready as the admin saw;
/// `TooManyRecipients`. For one person alone the reason why not: `NotFound`, `NotInvitedYet`,
/// `UserActive`, `UserDeactivated`, `RoleAboveYours`, `NotYourself`, `LastOwner`.
pub async fn change(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &ChangeRequest,
) -> Outcome<BatchId> {
    let now = core.now();
    let write = core.database.begin().await?;
    if let Some(batch) = batches::with_key(&write, admin, request.key).await? {
        return Ok(batch);
    }
    let lines = judge(&write, core, admin, request).await?;
    let ready: Vec<&users::Model> = lines
        .iter()
        .filter(|line| line.verdict == Verdict::Ready)
        .map(|line| &line.user)
        .collect();
    if ready.is_empty() {
        return Err(nobody(request, &lines).into());
    }
    if u32::try_from(ready.len()) != Ok(request.seen) {
        return Err(Refusal::ListChanged.into());
    }
    for people in ready.chunks(database::CHUNK) {
        match request.act {
            Change::Revoke => revoke(&write, people, now).await?,
            Change::Deactivate => deactivate(&write, admin, people, now).await?,
            Change::Activate => activate(&write, people, now).await?,
        }
    }
    let batch: BatchId = random::id(now);
    batch_rows::ActiveModel {
        id: Set(batch),
        organization_id: Set(admin.organization),
        sender_id: Set(admin.user),
        key: Set(request.key),
        act: Set(request.act.into()),
        undone_at: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await?;
    let recipients: Vec<_> = lines
        .iter()
        .zip(1..)
        .map(|(line, position)| {
            let user = &line.user;
            let before = (line.verdict == Verdict::Ready).then(|| Before::of(user));
            Ok(batch_recipients::ActiveModel {
                batch_id: Set(batch),
                position: Set(position),
                address: Set(user.email.to_string()),
                name: Set(batches::name_of(user)),
                verdict: Set(serde_json::to_string(&line.verdict)?),
                user_id: Set(Some(user.id)),
                delivery_id: Set(None),
                before: Set(before
                    .map(|before| serde_json::to_string(&before))
                    .transpose()?),
            })
        })
        .collect::<Outcome<_>>()?;
    database::insert_all::<batch_recipients::Entity, _>(&write, recipients).await?;
    let alone = match ready.as_slice() {
        [user] => Some(user.id),
        _ => None,
    };
    let event = audit::Event {
        organization: Some(admin.organization),
        actor: Some(admin.user),
        action: match request.act {
            Change::Revoke => "invitations_revoked",
            Change::Deactivate => "users_deactivated",
            Change::Activate => "users_activated",
        },
        subject: alone,
        details: json!({ "batch": batch.to_string(), "users": ready.len() }),
    };
    audit::record(&write, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(batch)
}

/// Makes undone what the admin's own batch has revoked or deactivated, as far as no other batch has
/// changed those users since and nobody has ended their links, as another address does; links that
/// were in the mail work again. Gives how many.
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
        let restored = users::Entity::update_many()
            .set(before.restored())
            .filter(users::Column::Id.eq(id))
            .filter(users::Column::OrganizationId.eq(admin.organization))
            .filter(users::Column::Status.eq(left))
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
        undone += 1;
    }
    let mut row = row.into_active_model();
    row.undone_at = Set(Some(now));
    row.update(&write).await?;
    let event = audit::Event {
        organization: Some(admin.organization),
        actor: Some(admin.user),
        action: "batch_undone",
        subject: None,
        details: json!({ "batch": batch.to_string(), "users": undone }),
    };
    audit::record(&write, now, event).await?;
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

/// One user with what becomes of them.
struct Line {
    user: users::Model,
    verdict: Verdict,
}

async fn judge(
    read: &impl ConnectionTrait,
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &ChangeRequest,
) -> Outcome<Vec<Line>> {
    let people = match &request.audience {
        Audience::Users(ids) => audience::chosen(read, admin.organization, ids).await?,
        Audience::Matching(filter) => {
            audience::matching(read, admin.organization, filter, core.now()).await?
        }
        Audience::Pasted(_) => return Err(Refusal::NobodyToChange.into()),
    };
    let roles = crate::roles::all(read, admin.organization).await?;
    let allowed: HashSet<RoleId> = roles
        .iter()
        .filter(|role| may_give(admin, role))
        .map(|role| role.id)
        .collect();
    let owners = Owners::of(admin.organization, &roles);
    let mut lines: Vec<Line> = people
        .into_iter()
        .map(|user| {
            let verdict = match (request.act, user.status) {
                _ if !allowed.contains(&user.role_id) => Verdict::RoleAboveYours,
                (Change::Revoke, UserStatus::NotInvited) => Verdict::NotInvited,
                (Change::Revoke | Change::Activate, UserStatus::Active) => Verdict::AlreadyActive,
                (Change::Revoke | Change::Deactivate, UserStatus::Deactivated) => {
                    Verdict::Deactivated
                }
                (Change::Deactivate, _) if user.id == admin.user => Verdict::Yourself,
                (Change::Activate, status) if status != UserStatus::Deactivated => {
                    Verdict::NotDeactivated
                }
                _ => Verdict::Ready,
            };
            Line { user, verdict }
        })
        .collect();
    if request.act == Change::Deactivate {
        spare_an_owner(read, &owners, &mut lines).await?;
    }
    Ok(lines)
}

/// At least one active Owner remains, whoever is chosen.
async fn spare_an_owner(
    read: &impl ConnectionTrait,
    owners: &Owners,
    lines: &mut [Line],
) -> Outcome<()> {
    let leaves = |line: &Line| line.verdict == Verdict::Ready && owners.has(&line.user);
    let leaving: HashSet<UserId> = lines
        .iter()
        .filter(|line| leaves(line))
        .map(|line| line.user.id)
        .collect();
    if leaving.is_empty() || owners.remain_without(read, &leaving).await? {
        return Ok(());
    }
    if let Some(line) = lines.iter_mut().find(|line| leaves(line)) {
        line.verdict = Verdict::LastOwner;
    }
    Ok(())
}

/// Why nothing is done: for one person alone, the very reason.
fn nobody(request: &ChangeRequest, lines: &[Line]) -> Refusal {
    let Audience::Users(ids) = &request.audience else {
        return Refusal::NobodyToChange;
    };
    match (ids.as_slice(), lines) {
        ([_], []) => Refusal::NotFound,
        ([_], [line]) => match line.verdict {
            Verdict::NotInvited => Refusal::NotInvitedYet,
            Verdict::AlreadyActive | Verdict::NotDeactivated => Refusal::UserActive,
            Verdict::Deactivated => Refusal::UserDeactivated,
            Verdict::RoleAboveYours => Refusal::RoleAboveYours,
            Verdict::Yourself => Refusal::NotYourself,
            Verdict::LastOwner => Refusal::LastOwner,
            _ => Refusal::NobodyToChange,
        },
        _ => Refusal::NobodyToChange,
    }
}

/// Every link of theirs is dead, what is queued is cancelled, and they are as if not invited.
pub(crate) async fn revoke(
    write: &impl ConnectionTrait,
    people: &[&users::Model],
    now: DateTime<Utc>,
) -> Outcome<()> {
    let ids: Vec<UserId> = people.iter().map(|user| user.id).collect();
    end_links(write, &ids, now).await?;
    users::Entity::update_many()
        .set(never_invited())
        .filter(users::Column::Id.is_in(ids))
        .exec(write)
        .await?;
    Ok(())
}

/// Every link of theirs is dead, and what is queued is cancelled; their status stays.
pub(crate) async fn end_links(
    write: &impl ConnectionTrait,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Outcome<()> {
    invitations::Entity::update_many()
        .col_expr(
            invitations::Column::Generation,
            Expr::col(invitations::Column::Generation).add(1),
        )
        .col_expr(invitations::Column::RevokedAt, Expr::value(Some(now)))
        .filter(invitations::Column::UserId.is_in(users.iter().copied()))
        .exec(write)
        .await?;
    outbox::cancel(write, carried_to(users), now).await
}

/// They are signed out everywhere here, and nothing more is sent to them.
async fn deactivate(
    write: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
    people: &[&users::Model],
    now: DateTime<Utc>,
) -> Outcome<()> {
    let ids: Vec<UserId> = people.iter().map(|user| user.id).collect();
    let identities = people.iter().filter_map(|user| user.identity_id);
    sessions::Entity::delete_many()
        .filter(sessions::Column::OrganizationId.eq(admin.organization))
        .filter(sessions::Column::IdentityId.is_in(identities))
        .exec(write)
        .await?;
    outbox::cancel(write, carried_to(&ids), now).await?;
    users::Entity::update_many()
        .set(users::ActiveModel {
            status: Set(UserStatus::Deactivated),
            ..Default::default()
        })
        .filter(users::Column::Id.is_in(ids))
        .exec(write)
        .await?;
    Ok(())
}

/// Who had joined is in again; the others are as if not invited, and older links stay dead.
async fn activate(
    write: &impl ConnectionTrait,
    people: &[&users::Model],
    now: DateTime<Utc>,
) -> Outcome<()> {
    let (joined, others): (Vec<&users::Model>, Vec<&users::Model>) =
        people.iter().partition(|user| user.identity_id.is_some());
    users::Entity::update_many()
        .set(users::ActiveModel {
            status: Set(UserStatus::Active),
            ..Default::default()
        })
        .filter(users::Column::Id.is_in(joined.iter().map(|user| user.id)))
        .exec(write)
        .await?;
    revoke(write, &others, now).await
}

fn never_invited() -> users::ActiveModel {
    users::ActiveModel {
        status: Set(UserStatus::NotInvited),
        failure_code: Set(None),
        failure_words: Set(None),
        invited_at: Set(None),
        expires_at: Set(None),
        ..Default::default()
    }
}

/// The messages that carry these users' invitations.
fn carried_to(ids: &[UserId]) -> SimpleExpr {
    let theirs = invitations::Entity::find()
        .select_only()
        .column(invitations::Column::Id)
        .filter(invitations::Column::UserId.is_in(ids.iter().copied()))
        .into_query();
    deliveries::Column::InvitationId.in_subquery(theirs)
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
struct Before {
    status: UserStatus,
    invited_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    failure_code: Option<i32>,
    failure_words: Option<String>,
}

impl Before {
    fn of(user: &users::Model) -> Self {
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

//! What is done to many users at once, besides sending: revoking invitations, deactivating,
//! activating. Each act is a batch with a report, and can be undone for a moment (`undo`).

mod undo;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, QueryTrait, Set,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::json;
use types::{
    audit::Action,
    batch::{Audience, Change, ChangeRequest, SendPreview, Verdict},
    ids::{BatchId, RoleId, UserId},
    refusal::Refusal,
    users::UserStatus,
};

use crate::{
    Core, Outcome, access, approvals, audience, audit, batches, database,
    entity::{
        batch_recipients, batches as batch_rows, deliveries, invitations, roles, sessions, users,
    },
    outbox,
    owners::Owners,
    proof::{Admin, ManageUsers},
    random, requests,
    roles::may_give,
    seats::Free,
};

use self::undo::Before;
pub use self::undo::undo;

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
/// `UserActive`, `UserDeactivated`, `RoleAboveYours`, `NotYourself`, `LastOwner`, `OverSeats`.
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
        sender_id: Set(Some(admin.user)),
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
                address: Set(user.username.to_string()),
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
    let action = match request.act {
        Change::Revoke => Action::InvitationsRevoked,
        Change::Deactivate => Action::UsersDeactivated,
        Change::Activate => Action::UsersActivated,
    };
    let mut event = audit::Event::by(admin, action);
    let mut details = json!({ "batch": batch.to_string(), "users": ready.len() });
    // Of many, the batch keeps how each was.
    if let [user] = ready.as_slice() {
        event = event.about(user.id);
        details["before"] = json!({ "status": user.status });
        details["after"] = json!({ "status": left(request.act, user) });
    }
    let event = event.with(details);
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(batch)
}

/// The status that the act leaves behind.
fn left(act: Change, user: &users::Model) -> UserStatus {
    match act {
        Change::Deactivate => UserStatus::Deactivated,
        Change::Activate if user.identity_id.is_some() => UserStatus::Active,
        Change::Activate | Change::Revoke => UserStatus::NotInvited,
    }
}

/// One user with what becomes of them.
pub(crate) struct Line {
    pub user: users::Model,
    pub verdict: Verdict,
}

pub(crate) async fn judge(
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
    let role_of: HashMap<RoleId, &roles::Model> =
        roles.iter().map(|role| (role.id, role)).collect();
    // Activating gives all that the user has anew; the rest only takes away.
    let may_change = |user: &users::Model| {
        role_of
            .get(&user.role_id)
            .is_some_and(|role| match request.act {
                Change::Activate => access::covers(admin, role, user),
                Change::Revoke | Change::Deactivate => may_give(admin, role),
            })
    };
    let owners = Owners::of(admin.organization, &roles);
    let mut lines: Vec<Line> = people
        .into_iter()
        .map(|user| {
            let verdict = match (request.act, user.status) {
                _ if !may_change(&user) => Verdict::RoleAboveYours,
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
    match request.act {
        Change::Deactivate => spare_an_owner(read, &owners, &mut lines).await?,
        Change::Activate => {
            let mut free = Free::of(read, admin.organization, core.now()).await?;
            for line in &mut lines {
                // Who has not joined is as if not invited afterwards.
                let comes_in = line.verdict == Verdict::Ready && line.user.identity_id.is_some();
                if comes_in && !free.give(Some(&line.user)) {
                    line.verdict = Verdict::OverSeats;
                }
            }
        }
        Change::Revoke => {}
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
pub(crate) fn nobody(request: &ChangeRequest, lines: &[Line]) -> Refusal {
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
            Verdict::OverSeats => Refusal::OverSeats { free: 0 },
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

/// Every link of theirs is dead, what is queued is cancelled, and no sign-up of theirs waits any more;
/// their status stays.
pub(crate) async fn end_links(
    write: &impl ConnectionTrait,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Outcome<()> {
    approvals::withdraw(write, users, now).await?;
    requests::withdraw(write, users, now).await?;
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
    approvals::withdraw(write, &ids, now).await?;
    requests::withdraw(write, &ids, now).await?;
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
pub(crate) async fn activate(
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

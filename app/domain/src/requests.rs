//! Requests for a new invitation that an admin decides: of people whose invitation was revoked, and where
//! the organization wants it of everyone.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};
use serde_json::json;
use types::{
    approvals::{APPROVALS_SHOWN, Decision, Held, RequestRow},
    audit::Action,
    batch::{Audience, SendRequest},
    ids::{OrganizationId, RequestId, UserId},
    invitation::{Asked, Lifetime, Via},
    refusal::Refusal,
};

use crate::{
    Core, Outcome, access, audit,
    changes::News,
    entity::{invitations, requests, roles, users},
    invitations::send_in,
    proof::{Admin, ManageUsers, Origin},
    random,
    roles::may_give,
    seats::Free,
    users::{called, find},
};

/// What became of the newest request with the invitation; `None`: nothing that is so still.
pub(crate) async fn asked(
    read: &impl ConnectionTrait,
    invitation: &invitations::Model,
) -> Outcome<Option<Asked>> {
    let last = requests::Entity::find()
        .filter(requests::Column::InvitationId.eq(invitation.id))
        .order_by_desc(requests::Column::Id)
        .one(read)
        .await?;
    Ok(last.and_then(|last| match last.decision {
        None => Some(Asked::Waits),
        // Until the invitation is sent again all the same.
        Some(Decision::Refused) if last.generation == invitation.generation => Some(Asked::Refused),
        Some(_) => None,
    }))
}

/// Puts a request on the admins' list.
pub(crate) async fn ask(
    write: &impl ConnectionTrait,
    core: &Core,
    origin: &Origin,
    invitation: &invitations::Model,
    why: Held,
    now: DateTime<Utc>,
) -> Outcome<()> {
    requests::ActiveModel {
        id: Set(random::id(now)),
        organization_id: Set(invitation.organization_id),
        user_id: Set(invitation.user_id),
        invitation_id: Set(invitation.id),
        generation: Set(invitation.generation),
        why: Set(why),
        asked_at: Set(now),
        decided_at: Set(None),
        decided_by: Set(None),
        decision: Set(None),
    }
    .insert(write)
    .await?;
    let organization = Some(invitation.organization_id);
    let event = audit::Event::by_visitor(origin, organization, Action::InvitationAskedFor)
        .about(invitation.user_id)
        .with(json!({ "reason": why.as_str(), "waits": true }));
    audit::record(write, core, now, event).await
}

/// Those of the organization that nobody has decided.
fn open(organization: OrganizationId) -> Select<requests::Entity> {
    requests::Entity::find()
        .filter(requests::Column::OrganizationId.eq(organization))
        .filter(requests::Column::DecidedAt.is_null())
}

/// How many wait in the organization.
pub(crate) async fn count(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<u64> {
    Ok(open(organization).count(read).await?)
}

/// Who waits in the admin's organization, the longest first.
pub(crate) async fn list(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
) -> Outcome<Vec<RequestRow>> {
    let found = open(admin.organization)
        .order_by_asc(requests::Column::Id)
        .limit(APPROVALS_SHOWN as u64)
        .all(read)
        .await?;
    let people: HashMap<UserId, (users::Model, Option<roles::Model>)> = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(admin.organization))
        .filter(users::Column::Id.is_in(found.iter().map(|row| row.user_id)))
        .find_also_related(roles::Entity)
        .all(read)
        .await?
        .into_iter()
        .map(|(user, role)| (user.id, (user, role)))
        .collect();
    let rows = found.iter().filter_map(|row| {
        let (user, role) = people.get(&row.user_id)?;
        let role = role.as_ref()?;
        Some(RequestRow {
            id: row.id,
            user: user.id,
            called: called(user),
            username: user.username.clone(),
            role: role.kind,
            role_name: role.name.clone(),
            held: row.why,
            asked_at: row.asked_at,
            approvable: access::covers(admin, role, user),
            refusable: may_give(admin, role),
        })
    });
    Ok(rows.collect())
}

/// A request that waits, with its user.
struct Open {
    request: requests::Model,
    user: users::Model,
    role: roles::Model,
}

impl Open {
    /// # Errors
    /// `NotFound`; `RequestDecided` for one that waits no more; `RoleAboveYours`.
    async fn find(
        write: &DatabaseTransaction,
        admin: &Admin<ManageUsers>,
        id: RequestId,
    ) -> Outcome<Self> {
        let request = requests::Entity::find_by_id(id)
            .filter(requests::Column::OrganizationId.eq(admin.organization))
            .one(write)
            .await?
            .ok_or(Refusal::NotFound)?;
        if request.decided_at.is_some() {
            return Err(Refusal::RequestDecided.into());
        }
        let (user, role) = find(write, admin.organization, request.user_id).await?;
        if !may_give(admin, &role) {
            return Err(Refusal::RoleAboveYours.into());
        }
        Ok(Self {
            request,
            user,
            role,
        })
    }

    fn event(&self, admin: &Admin<ManageUsers>, action: Action) -> audit::Event {
        audit::Event::by(admin, action)
            .about(self.user.id)
            .with(json!({ "reason": self.request.why.as_str() }))
    }
}

/// A new invitation is sent as the last one was, by the admin, to the person's address.
///
/// # Errors
/// `NotFound`; `RequestDecided`; `RoleAboveYours` and `AccessAboveYours` where the admin could not offer
/// it; `OverSeats`, and `NobodyToInvite` where nothing can be sent to the person.
pub async fn grant(core: &Core, admin: &Admin<ManageUsers>, id: RequestId) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let open = Open::find(&write, admin, id).await?;
    if !access::covers(admin, &open.role, &open.user) {
        return Err(Refusal::AccessAboveYours.into());
    }
    let mut free = Free::of(&write, admin.organization, now).await?;
    if !free.give(Some(&open.user)) {
        return Err(Refusal::OverSeats { free: 0 }.into());
    }
    let last = invitations::Entity::find_by_id(open.request.invitation_id)
        .one(&write)
        .await?
        .ok_or(Refusal::RequestDecided)?;
    // Before it is sent, which withdraws what still waits.
    close(&write, &[id], Some(admin.user), Decision::Granted, now).await?;
    let request = SendRequest {
        lifetime: u32::try_from(last.hours)
            .ok()
            .and_then(|hours| Lifetime::hours(hours).ok()),
        language: Some(last.language),
        message: last.message,
        key: random::id(now),
        audience: Audience::Users(vec![open.user.id]),
        role: None,
        access: None,
        via: Via::Automatic,
        resend: true,
        seen: 1,
    };
    send_in(&write, core, admin, &request, now).await?;
    let event = open.event(admin, Action::RequestGranted);
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[admin.organization],
        queued: true,
    };
    core.commit_with(write, news).await
}

/// Nothing is sent, and the page behind the link says so.
///
/// # Errors
/// `NotFound`; `RequestDecided`; `RoleAboveYours`.
pub async fn refuse(core: &Core, admin: &Admin<ManageUsers>, id: RequestId) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let open = Open::find(&write, admin, id).await?;
    close(&write, &[id], Some(admin.user), Decision::Refused, now).await?;
    let event = open.event(admin, Action::RequestRefused);
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// Part of a transaction in which these users are sent another invitation, come in, or may not any more:
/// no request of theirs waits.
pub(crate) async fn withdraw(
    write: &impl ConnectionTrait,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Outcome<()> {
    if users.is_empty() {
        return Ok(());
    }
    let open: Vec<RequestId> = requests::Entity::find()
        .select_only()
        .column(requests::Column::Id)
        .filter(requests::Column::UserId.is_in(users.iter().copied()))
        .filter(requests::Column::DecidedAt.is_null())
        .into_tuple()
        .all(write)
        .await?;
    close(write, &open, None, Decision::Withdrawn, now).await
}

async fn close(
    write: &impl ConnectionTrait,
    open: &[RequestId],
    by: Option<UserId>,
    decision: Decision,
    now: DateTime<Utc>,
) -> Outcome<()> {
    if open.is_empty() {
        return Ok(());
    }
    requests::Entity::update_many()
        .set(requests::ActiveModel {
            decided_at: Set(Some(now)),
            decided_by: Set(by),
            decision: Set(Some(decision)),
            ..Default::default()
        })
        .filter(requests::Column::Id.is_in(open.iter().copied()))
        .exec(write)
        .await?;
    Ok(())
}

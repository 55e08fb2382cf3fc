//! What was offered is checked again when it is accepted. Where the inviter could not offer it any more,
//! the sign-up is kept and waits for an admin: no dead end for whoever was invited in good faith.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};
use serde_json::json;
use types::{
    access::Permission,
    approvals::{APPROVALS_SHOWN, ApprovalRow, ApprovalsPage, Decision, Reason},
    audit::Action,
    ids::{ApprovalId, IdentityId, InvitationId, OrganizationId, UserId},
    invitation::Channel,
    refusal::Refusal,
    users::UserStatus,
};

use crate::{
    Core, Outcome, access, audit, bulk,
    changes::News,
    channels::Route,
    entity::{approvals, deliveries, invitations, roles, users},
    identities,
    outbox::{self, Subject},
    proof::{Admin, ManageUsers, Origin},
    random, requests,
    roles::{may_give, role_gives},
    sign_up,
    users::{called, find},
};

/// When the invitation of somebody who waits ends: the time that it takes to decide is not theirs.
pub(crate) const NO_END: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(end) => end,
    None => DateTime::<Utc>::MAX_UTC,
};

/// The end that people see, if there is one.
pub(crate) fn shown_end(expires_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    expires_at.filter(|at| *at < NO_END)
}

/// Whether nobody has decided yet.
pub(crate) fn waits(approval: &approvals::Model) -> bool {
    approval.decided_at.is_none()
}

/// Why the offer does not hold any more; `None`: it does.
pub(crate) async fn doubt(
    read: &impl ConnectionTrait,
    invitation: &invitations::Model,
    user: &users::Model,
) -> Outcome<Option<Reason>> {
    // By who runs the installation: nobody of the organization has offered anything.
    if invitation.inviter_id == Some(user.id) {
        return Ok(None);
    }
    let inviter = match invitation.inviter_id {
        Some(inviter) => {
            users::Entity::find_by_id(inviter)
                .filter(users::Column::OrganizationId.eq(invitation.organization_id))
                .filter(users::Column::Status.eq(UserStatus::Active))
                .find_also_related(roles::Entity)
                .one(read)
                .await?
        }
        None => None,
    };
    let Some((inviter, Some(own))) = inviter else {
        return Ok(Some(Reason::InviterLeft));
    };
    let role = roles::Entity::find_by_id(user.role_id).one(read).await?;
    Ok(if !own.permissions.has(Permission::ManageUsers) {
        Some(Reason::InviterWithoutRight)
    } else if let Some(role) = role.filter(|role| role_gives(&own, role)) {
        let given = access::effective(&role, user);
        let held = access::effective(&own, &inviter);
        (!given.within(&held)).then_some(Reason::AccessBeyondInviter)
    } else {
        Some(Reason::RoleBeyondInviter)
    })
}

/// A sign-up that has to wait.
pub(crate) struct SignUp<'a> {
    pub invitation: &'a invitations::Model,
    pub channel: Channel,
    pub identity: IdentityId,
    pub reason: Reason,
}

/// Keeps the sign-up. `user` has what the person typed already.
pub(crate) async fn ask(
    write: &impl ConnectionTrait,
    core: &Core,
    origin: &Origin,
    asked: &SignUp<'_>,
    mut user: users::ActiveModel,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let invitation = asked.invitation;
    user.status = Set(UserStatus::Invited);
    user.failure_code = Set(None);
    user.failure_words = Set(None);
    user.expires_at = Set(Some(NO_END));
    user.update(write).await?;
    outbox::cancel(
        write,
        deliveries::Column::InvitationId.eq(invitation.id),
        now,
    )
    .await?;
    approvals::ActiveModel {
        id: Set(random::id(now)),
        organization_id: Set(invitation.organization_id),
        user_id: Set(invitation.user_id),
        invitation_id: Set(invitation.id),
        generation: Set(invitation.generation),
        channel: Set(asked.channel),
        identity_id: Set(Some(asked.identity)),
        reason: Set(asked.reason),
        asked_at: Set(now),
        decided_at: Set(None),
        decided_by: Set(None),
        decision: Set(None),
    }
    .insert(write)
    .await?;
    let organization = Some(invitation.organization_id);
    let event = audit::Event::by_visitor(origin, organization, Action::ApprovalAskedFor)
        .about(invitation.user_id)
        .with(json!({
            "generation": invitation.generation,
            "channel": asked.channel.as_str(),
            "reason": asked.reason.as_str(),
        }));
    audit::record(write, core, now, event).await
}

/// Those of the organization that nobody has decided.
fn open(organization: OrganizationId) -> Select<approvals::Entity> {
    approvals::Entity::find()
        .filter(approvals::Column::OrganizationId.eq(organization))
        .filter(approvals::Column::DecidedAt.is_null())
}

/// How many wait in the organization.
pub(crate) async fn count(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<u64> {
    Ok(open(organization).count(read).await?)
}

/// Those of the users who wait.
pub(crate) async fn awaiting(
    read: &impl ConnectionTrait,
    people: &[users::Model],
) -> Outcome<HashSet<UserId>> {
    let waiting = people
        .iter()
        .filter(|user| user.expires_at == Some(NO_END))
        .map(|user| user.id)
        .collect::<Vec<_>>();
    if waiting.is_empty() {
        return Ok(HashSet::new());
    }
    let found = approvals::Entity::find()
        .filter(approvals::Column::UserId.is_in(waiting))
        .filter(approvals::Column::DecidedAt.is_null())
        .all(read)
        .await?;
    Ok(found.into_iter().map(|row| row.user_id).collect())
}

/// The newest sign-up with the invitation that had to wait.
pub(crate) async fn last(
    read: &impl ConnectionTrait,
    invitation: InvitationId,
) -> Outcome<Option<approvals::Model>> {
    Ok(approvals::Entity::find()
        .filter(approvals::Column::InvitationId.eq(invitation))
        .order_by_desc(approvals::Column::Id)
        .one(read)
        .await?)
}

/// Whether a sign-up waits with the identity, in any organization.
pub(crate) async fn awaited(read: &impl ConnectionTrait, identity: IdentityId) -> Outcome<bool> {
    let found = approvals::Entity::find()
        .filter(approvals::Column::IdentityId.eq(identity))
        .filter(approvals::Column::DecidedAt.is_null())
        .count(read)
        .await?;
    Ok(found > 0)
}

/// Who waits in the admin's organization.
pub async fn list(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<ApprovalsPage> {
    let read = core.database.read();
    let found = open(admin.organization)
        .order_by_asc(approvals::Column::Id)
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
    let inviters = inviters(read, admin.organization, &found).await?;
    let rows = found.iter().filter_map(|row| {
        let (user, role) = people.get(&row.user_id)?;
        let role = role.as_ref()?;
        Some(ApprovalRow {
            id: row.id,
            user: user.id,
            called: called(user),
            username: user.username.clone(),
            role: role.kind,
            role_name: role.name.clone(),
            inviter: inviters.get(&row.invitation_id).cloned(),
            reason: row.reason,
            asked_at: row.asked_at,
            approvable: access::covers(admin, role, user),
            refusable: may_give(admin, role),
        })
    });
    Ok(ApprovalsPage {
        rows: rows.collect(),
        total: count(read, admin.organization).await?,
        requests: requests::list(read, admin).await?,
        requests_total: requests::count(read, admin.organization).await?,
        now: core.now(),
    })
}

/// What those who have invited are called; nothing for who was deleted since.
async fn inviters(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    found: &[approvals::Model],
) -> Outcome<HashMap<InvitationId, String>> {
    let invitations: Vec<(InvitationId, UserId)> = invitations::Entity::find()
        .filter(invitations::Column::Id.is_in(found.iter().map(|row| row.invitation_id)))
        .all(read)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.id, row.inviter_id?)))
        .collect();
    let names: HashMap<UserId, String> = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(organization))
        .filter(users::Column::Id.is_in(invitations.iter().map(|(_, inviter)| *inviter)))
        .all(read)
        .await?
        .iter()
        .map(|user| (user.id, called(user)))
        .collect();
    let invitations = invitations.into_iter();
    Ok(invitations
        .filter_map(|(invitation, inviter)| Some((invitation, names.get(&inviter)?.clone())))
        .collect())
}

/// A sign-up that waits, with its user.
struct Open {
    approval: approvals::Model,
    user: users::Model,
    role: roles::Model,
}

impl Open {
    /// # Errors
    /// `NotFound`; `ApprovalDecided` for one that waits no more; `RoleAboveYours`.
    async fn find(
        write: &DatabaseTransaction,
        admin: &Admin<ManageUsers>,
        id: ApprovalId,
    ) -> Outcome<Self> {
        let approval = approvals::Entity::find_by_id(id)
            .filter(approvals::Column::OrganizationId.eq(admin.organization))
            .one(write)
            .await?
            .ok_or(Refusal::NotFound)?;
        if !waits(&approval) {
            return Err(Refusal::ApprovalDecided.into());
        }
        let (user, role) = find(write, admin.organization, approval.user_id).await?;
        if !may_give(admin, &role) {
            return Err(Refusal::RoleAboveYours.into());
        }
        Ok(Self {
            approval,
            user,
            role,
        })
    }

    fn event(&self, admin: &Admin<ManageUsers>, action: Action) -> audit::Event {
        audit::Event::by(admin, action)
            .about(self.user.id)
            .with(json!({
                "generation": self.approval.generation,
                "reason": self.approval.reason.as_str(),
            }))
    }
}

/// The person is in, with what the invitation offered, and is told so by e-mail.
///
/// # Errors
/// `NotFound`; `ApprovalDecided`; `RoleAboveYours` and `AccessAboveYours` where the admin could not have
/// offered it.
pub async fn approve(core: &Core, admin: &Admin<ManageUsers>, id: ApprovalId) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let open = Open::find(&write, admin, id).await?;
    if !access::covers(admin, &open.role, &open.user) {
        return Err(Refusal::AccessAboveYours.into());
    }
    let event = open.event(admin, Action::ApprovalGranted);
    let Open { approval, user, .. } = open;
    let invitation = invitations::Entity::find_by_id(approval.invitation_id)
        .one(&write)
        .await?
        .filter(|invitation| invitation.generation == approval.generation)
        .ok_or(Refusal::ApprovalDecided)?;
    let identity = approval.identity_id.ok_or(Refusal::ApprovalDecided)?;
    let joined =
        sign_up::let_in(&write, &invitation, user.into_active_model(), identity, now).await?;
    let mut accepted = invitation.clone().into_active_model();
    accepted.accepted_at = Set(Some(now));
    accepted.accepted_channel = Set(Some(approval.channel));
    accepted.update(&write).await?;
    let open = std::slice::from_ref(&approval);
    close(&write, open, Some(admin.user), Decision::Granted, now).await?;
    outbox::queued(
        Subject::Welcome(admin.organization, invitation.id),
        Route::to_username(&joined.username),
        now,
    )
    .insert(&write)
    .await?;
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[admin.organization],
        queued: true,
    };
    core.commit_with(write, news).await
}

/// The invitation is revoked, and what was kept of the sign-up is forgotten.
///
/// # Errors
/// `NotFound`; `ApprovalDecided`; `RoleAboveYours`.
pub async fn refuse(core: &Core, admin: &Admin<ManageUsers>, id: ApprovalId) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let open = Open::find(&write, admin, id).await?;
    let refused = std::slice::from_ref(&open.approval);
    close(&write, refused, Some(admin.user), Decision::Refused, now).await?;
    bulk::revoke(&write, &[&open.user], now).await?;
    let event = open.event(admin, Action::ApprovalRefused);
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// Part of a transaction that ends what these users were invited by: no sign-up of theirs waits any more.
pub(crate) async fn withdraw(
    write: &impl ConnectionTrait,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Outcome<()> {
    if users.is_empty() {
        return Ok(());
    }
    let open = approvals::Entity::find()
        .filter(approvals::Column::UserId.is_in(users.iter().copied()))
        .filter(approvals::Column::DecidedAt.is_null())
        .all(write)
        .await?;
    close(write, &open, None, Decision::Withdrawn, now).await
}

/// They wait no more. An identity that nobody needs now is deleted.
async fn close(
    write: &impl ConnectionTrait,
    open: &[approvals::Model],
    by: Option<UserId>,
    decision: Decision,
    now: DateTime<Utc>,
) -> Outcome<()> {
    if open.is_empty() {
        return Ok(());
    }
    approvals::Entity::update_many()
        .set(approvals::ActiveModel {
            decided_at: Set(Some(now)),
            decided_by: Set(by),
            decision: Set(Some(decision)),
            ..Default::default()
        })
        .filter(approvals::Column::Id.is_in(open.iter().map(|row| row.id)))
        .exec(write)
        .await?;
    for identity in open.iter().filter_map(|row| row.identity_id) {
        identities::forget_unused(write, identity).await?;
    }
    Ok(())
}

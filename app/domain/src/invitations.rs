//! Invitations: sending to many, copying.
//!
//! `plan` decides what becomes of each recipient; `issue` writes invitations and their messages.

mod issue;
mod plan;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;
use types::{
    batch::{Act, Audience, SendPreview, SendRequest},
    ids::{BatchId, UserId},
    invitation::{Channel, CopiedInvitation},
    refusal::{LONGEST_MESSAGE, MOST_RECIPIENTS, Refusal},
    users::ShownStatus,
};

pub(crate) use self::issue::{Terms, reissue, send_to};
use self::plan::Plan;
use crate::{
    Core, Outcome, audit,
    changes::News,
    courier::{self, InvitationFacts},
    database,
    entity::{batch_recipients, batches, invitations, organizations, users},
    proof::{Admin, CopyInvitationLinks, ManageUsers},
    random,
    roles::may_give,
};

/// What `send` would do now; nothing is done.
///
/// # Errors
/// Those of `send`, but for `ListChanged` and `NobodyToInvite`.
pub async fn preview(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
) -> Outcome<SendPreview> {
    check(request)?;
    let read = core.database.read();
    let plan = Plan::make(read, admin, request, core.now()).await?;
    Ok(plan.preview())
}

/// Queues an invitation for everyone who is `Ready`, in one transaction, and gives the batch.
/// The same key again gives the same batch and does nothing.
///
/// # Errors
/// `NobodyToInvite`; `ListChanged` where not as many are ready as the sender saw;
/// `TooManyRecipients`, `TextTooLong`, `RoleAboveYours`.
pub async fn send(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
) -> Outcome<BatchId> {
    check(request)?;
    let now = core.now();
    let write = core.database.begin().await?;
    if let Some(batch) = crate::batches::with_key(&write, admin, request.key).await? {
        return Ok(batch);
    }
    let plan = Plan::make(&write, admin, request, now).await?;
    let ready = plan.counts().ready;
    if ready == 0 {
        return Err(Refusal::NobodyToInvite.into());
    }
    if ready != request.seen {
        return Err(Refusal::ListChanged.into());
    }
    let organization = organizations::Entity::find_by_id(admin.organization)
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let batch: BatchId = random::id(now);
    batches::ActiveModel {
        id: Set(batch),
        organization_id: Set(admin.organization),
        sender_id: Set(admin.user),
        key: Set(request.key),
        act: Set(Act::Send),
        undone_at: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await?;
    let terms = issue::Terms::of(admin, request, &organization, batch, now);
    let issued = issue::issue(&write, &plan, &terms).await?;
    let recipients: Vec<_> = plan
        .lines
        .iter()
        .zip(1..)
        .zip(issued)
        .map(|((line, position), issued)| {
            Ok(batch_recipients::ActiveModel {
                batch_id: Set(batch),
                position: Set(position),
                address: Set(line.address.clone()),
                name: Set(line.name.clone()),
                verdict: Set(serde_json::to_string(&line.verdict)?),
                user_id: Set(issued
                    .map(|issued| issued.user)
                    .or(line.existing.as_ref().map(|user| user.id))),
                delivery_id: Set(issued.map(|issued| issued.delivery)),
                before: Set(None),
            })
        })
        .collect::<Outcome<_>>()?;
    database::insert_all::<batch_recipients::Entity, _>(&write, recipients).await?;
    let event = audit::Event {
        organization: Some(admin.organization),
        actor: Some(admin.user),
        action: "invitations_sent",
        subject: None,
        details: json!({ "batch": batch.to_string(), "recipients": ready, "hours": terms.lifetime.in_hours() }),
    };
    audit::record(&write, now, event).await?;
    let news = News {
        changed: &[admin.organization],
        queued: true,
    };
    core.commit_with(write, news).await?;
    Ok(batch)
}

fn check(request: &SendRequest) -> Result<(), Refusal> {
    if request.message.chars().count() > LONGEST_MESSAGE {
        return Err(Refusal::TextTooLong);
    }
    let (bytes, users) = match &request.audience {
        Audience::Pasted(text) => (text.len(), 0),
        Audience::Users(ids) => (0, ids.len()),
        Audience::Matching(_) => (0, 0),
    };
    // A line with name and address is well below 200 bytes.
    let most = MOST_RECIPIENTS as usize;
    if bytes > most * 200 || users > most {
        return Err(Refusal::TooManyRecipients);
    }
    Ok(())
}

/// The current link of a standing invitation, and the whole invitation with it. Nothing ends by it.
///
/// # Errors
/// `NotFound`, `RoleAboveYours` (the link is as good as the account), `NotInvitedYet`,
/// `InvitationExpired`, `UserActive`, `UserDeactivated`.
pub async fn copy(
    core: &Core,
    admin: &Admin<CopyInvitationLinks>,
    user: UserId,
) -> Outcome<CopiedInvitation> {
    let now = core.now();
    let write = core.database.begin().await?;
    let (user, role) = crate::users::find(&write, admin.organization, user).await?;
    if !may_give(admin, &role) {
        return Err(Refusal::RoleAboveYours.into());
    }
    match ShownStatus::of(user.status, user.expires_at, now) {
        ShownStatus::NotInvited => return Err(Refusal::NotInvitedYet.into()),
        ShownStatus::Active => return Err(Refusal::UserActive.into()),
        ShownStatus::Deactivated => return Err(Refusal::UserDeactivated.into()),
        ShownStatus::Expired => return Err(Refusal::InvitationExpired.into()),
        ShownStatus::Waiting | ShownStatus::Invited | ShownStatus::Failed => {}
    }
    let (invitation, organization) = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user.id))
        .find_also_related(organizations::Entity)
        .one(&write)
        .await?
        .ok_or(Refusal::NotInvitedYet)?;
    // A failed one keeps its status when its time is over; its link is dead all the same.
    if invitation.expires_at <= now {
        return Err(Refusal::InvitationExpired.into());
    }
    let organization = organization.ok_or(Refusal::NotFound)?;
    let inviter = users::Entity::find_by_id(invitation.inviter_id)
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let facts = InvitationFacts {
        invitation: &invitation,
        organization: &organization,
        user: &user,
        inviter: &inviter,
        role: &role,
    };
    let copied = CopiedInvitation {
        link: courier::invitation_link(core, Channel::Copied, &invitation),
        text: courier::invitation_letter(core, Channel::Copied, &facts)?.text,
    };
    let event = audit::Event {
        organization: Some(admin.organization),
        actor: Some(admin.user),
        action: audit::LINK_COPIED,
        subject: Some(user.id),
        details: json!({ "generation": invitation.generation }),
    };
    audit::record(&write, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(copied)
}

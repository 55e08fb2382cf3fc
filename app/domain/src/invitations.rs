//! Invitations: sending to many, copying, printing.
//!
//! `plan` decides what becomes of each recipient; `issue` writes invitations and their messages;
//! `letter` shows an e-mail before it is sent.
//! `activate` sends to those who were deactivated. `sheet` is what is printed.

mod activate;
mod issue;
mod letter;
mod plan;
mod sheet;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, Set};
use serde_json::json;
use types::{
    audit::Action,
    batch::{Act, Audience, RenewRequest, SendPreview, SendRequest},
    ids::{BatchId, UserId},
    invitation::{Channel, CopiedInvitation, Via},
    refusal::{LONGEST_MESSAGE, MOST_RECIPIENTS, Refusal},
    users::AccessPart,
};

pub use self::activate::activate_and_send;
pub(crate) use self::issue::{Terms, reissue, send_to, stand};
pub use self::letter::{html, letter};
use self::plan::{Plan, Whom};
pub use self::sheet::{LeftOut, Sheet, Slip, sheet};
use crate::{
    Core, Outcome, access, audit,
    changes::News,
    courier::{self, InvitationFacts},
    database,
    entity::{batch_recipients, batches, invitations, organizations, users},
    mail_domains::NoMail,
    organization::Style,
    proof::{Admin, CopyInvitationLinks, ManageUsers},
    random,
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
    preview_for(core, admin, request, Whom::of(request)).await
}

async fn preview_for(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
    whom: Whom,
) -> Outcome<SendPreview> {
    check(request)?;
    let no_mail = plan::no_mail(core, admin, request).await?;
    let read = core.database.read();
    let plan = Plan::made_for(read, admin, request, whom, &no_mail, core.now()).await?;
    Ok(plan.preview())
}

/// Queues an invitation for everyone who is `Ready`, in one transaction, and gives the batch.
/// The same key again gives the same batch and does nothing.
///
/// # Errors
/// `NobodyToInvite`; `ListChanged` where not as many are ready as the sender saw;
/// `TooManyRecipients`, `TextTooLong`, `RoleAboveYours`; those of `access::check`.
pub async fn send(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
) -> Outcome<BatchId> {
    send_for(core, admin, request, Whom::of(request)).await
}

/// What `renew` would do now; nothing is done.
///
/// # Errors
/// `NobodyToInvite` for addresses: only who is in the directory had an invitation; `TooManyRecipients`.
pub async fn preview_renewal(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &RenewRequest,
) -> Outcome<SendPreview> {
    preview_for(core, admin, &renewal(request)?, Whom::Expired).await
}

/// Queues an invitation for everyone whose earlier one has expired, each as that one was; as `send`
/// otherwise.
///
/// # Errors
/// `NobodyToInvite`, `ListChanged`, `TooManyRecipients`.
pub async fn renew(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &RenewRequest,
) -> Outcome<BatchId> {
    send_for(core, admin, &renewal(request)?, Whom::Expired).await
}

fn renewal(request: &RenewRequest) -> Result<SendRequest, Refusal> {
    if matches!(request.audience, Audience::Pasted(_)) {
        return Err(Refusal::NobodyToInvite);
    }
    Ok(SendRequest {
        key: request.key,
        audience: request.audience.clone(),
        role: None,
        access: None,
        lifetime: None,
        language: None,
        via: Via::Automatic,
        message: String::new(),
        resend: true,
        seen: request.seen,
    })
}

async fn send_for(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
    whom: Whom,
) -> Outcome<BatchId> {
    check(request)?;
    let no_mail = plan::no_mail(core, admin, request).await?;
    let now = core.now();
    let write = core.database.begin().await?;
    if let Some(batch) = crate::batches::with_key(&write, admin, request.key).await? {
        return Ok(batch);
    }
    let batch = send_to_whom(&write, core, admin, request, whom, &no_mail, now).await?;
    let news = News {
        changed: &[admin.organization],
        queued: true,
    };
    core.commit_with(write, news).await?;
    Ok(batch)
}

/// Part of a transaction: `send` without asking whether it was done already.
pub(crate) async fn send_in(
    write: &DatabaseTransaction,
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
    now: DateTime<Utc>,
) -> Outcome<BatchId> {
    // Who asked has been sent mail before.
    let no_mail = NoMail::default();
    send_to_whom(
        write,
        core,
        admin,
        request,
        Whom::of(request),
        &no_mail,
        now,
    )
    .await
}

async fn send_to_whom(
    write: &DatabaseTransaction,
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
    whom: Whom,
    no_mail: &NoMail,
    now: DateTime<Utc>,
) -> Outcome<BatchId> {
    let plan = Plan::made_for(write, admin, request, whom, no_mail, now).await?;
    let ready = plan.counts().ready;
    if ready == 0 {
        return Err(Refusal::NobodyToInvite.into());
    }
    if ready != request.seen {
        return Err(Refusal::ListChanged.into());
    }
    let organization = organizations::Entity::find_by_id(admin.organization)
        .one(write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let batch: BatchId = random::id(now);
    batches::ActiveModel {
        id: Set(batch),
        organization_id: Set(admin.organization),
        sender_id: Set(Some(admin.user)),
        key: Set(request.key),
        act: Set(Act::Send),
        undone_at: Set(None),
        created_at: Set(now),
    }
    .insert(write)
    .await?;
    let terms = issue::Terms::of(admin, request, &organization, batch, now);
    let issued = issue::issue(write, &plan, &terms, whom).await?;
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
    database::insert_all::<batch_recipients::Entity, _>(write, recipients).await?;
    let mut details = json!({ "batch": batch.to_string(), "recipients": ready });
    if whom == Whom::Expired {
        details["renewed"] = true.into();
    } else {
        details["hours"] = terms.lifetime.in_hours().into();
    }
    if let Some(chosen) = &request.access {
        let all = AccessPart::ALL;
        details["access"] = access::told(write, admin.organization, chosen, all).await?;
    }
    let event = audit::Event::by(admin, Action::InvitationsSent).with(details);
    audit::record(write, core, now, event).await?;
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
/// `NotFound`, `RoleAboveYours` and `AccessAboveYours` (the link is as good as the account), `NotInvitedYet`,
/// `InvitationExpired`, `UserActive`, `UserDeactivated`.
pub async fn copy(
    core: &Core,
    admin: &Admin<CopyInvitationLinks>,
    user: UserId,
) -> Outcome<CopiedInvitation> {
    let now = core.now();
    let write = core.database.begin().await?;
    let (user, role) = crate::users::find(&write, admin.organization, user).await?;
    let found = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user.id))
        .find_also_related(organizations::Entity)
        .one(&write)
        .await?;
    let (invitation, organization) = found.unzip();
    let invitation = sheet::standing(admin, &user, &role, invitation.as_ref(), now)?.clone();
    let organization = organization.flatten();
    let organization = organization.ok_or(Refusal::NotFound)?;
    let inviter = match invitation.inviter_id {
        Some(id) => users::Entity::find_by_id(id).one(&write).await?,
        None => None,
    };
    let style = Style::of(&write, organization.id).await?;
    let facts = InvitationFacts {
        invitation: &invitation,
        organization: &organization,
        style: Some(&style),
        user: &user,
        inviter: inviter.as_ref(),
        role: &role,
    };
    let copied = CopiedInvitation {
        link: courier::invitation_link(core, Channel::Copied, &invitation),
        text: courier::invitation_letter(core, Channel::Copied, &facts)?.text,
    };
    let event = audit::Event::by(admin, Action::InvitationLinkCopied)
        .about(user.id)
        .with(json!({ "generation": invitation.generation }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    Ok(copied)
}

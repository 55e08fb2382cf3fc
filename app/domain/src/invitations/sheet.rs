//! Standing invitations to be printed and handed over, for sites without e-mail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;
use types::{
    access::Permission,
    audit::Action,
    batch::Audience,
    ids::{RoleId, UserId},
    invitation::Channel,
    language::Language,
    organization::OfferBy,
    refusal::{MOST_SLIPS, Refusal},
    temporary_password::TemporaryPassword,
    users::ShownStatus,
};

use crate::{
    Core, Outcome, access, approvals, audience, audit, courier, database,
    entity::{invitations, roles, users},
    letters,
    proof::{Admin, CopyInvitationLinks},
    roles::may_give,
    users::called,
};

/// What is printed for one person.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Name, or else the username.
    pub called: String,
    pub username: String,
    /// Leads to the sign-up page at once.
    pub link: String,
    /// `None` where the organization offers links.
    pub password: Option<TemporaryPassword>,
    /// Until when, in words of the language.
    pub until: String,
    /// The invitation's.
    pub language: Language,
}

/// Somebody for whom nothing is printed.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub called: String,
    pub why: Refusal,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub organization: String,
    /// Where to sign in with a temporary password.
    pub sign_in: String,
    /// In the order of names.
    pub slips: Vec<Slip>,
    pub left_out: Vec<LeftOut>,
}

/// Slips for everyone of the audience who has a standing invitation. Printing ends nothing, as copying
/// ends nothing.
///
/// # Errors
/// `TooManyToPrint`, `TooManyRecipients`; `NotAllowed` for a filter of somebody who may not see the
/// directory.
pub async fn sheet(
    core: &Core,
    admin: &Admin<CopyInvitationLinks>,
    audience: &Audience,
) -> Outcome<Sheet> {
    let now = core.now();
    let write = core.database.begin().await?;
    let mut people = match audience {
        Audience::Users(ids) => audience::chosen(&write, admin.organization, ids).await?,
        Audience::Matching(filter) if admin.permissions.has(Permission::ManageUsers) => {
            audience::matching(&write, admin.organization, filter, now).await?
        }
        Audience::Matching(_) => return Err(Refusal::NotAllowed.into()),
        Audience::Pasted(_) => return Err(Refusal::NotFound.into()),
    };
    people.sort_by(|one, other| (&one.name_key, one.id).cmp(&(&other.name_key, other.id)));
    let organization = crate::organization::find(&write, admin.organization).await?;
    let time_zone = organization.time_zone.parse().unwrap_or_default();
    let roles = crate::roles::all(&write, admin.organization).await?;
    let roles: HashMap<RoleId, &roles::Model> = roles.iter().map(|role| (role.id, role)).collect();
    let invitations = of(&write, &people).await?;
    let mut sheet = Sheet {
        organization: organization.name,
        sign_in: core.link(courier::SIGN_IN),
        slips: Vec::new(),
        left_out: Vec::new(),
    };
    let mut printed = Vec::new();
    for user in &people {
        let role = roles.get(&user.role_id).ok_or(Refusal::NotFound)?;
        let invitation = match standing(admin, user, role, invitations.get(&user.id), now) {
            // Has signed up already: nothing is left to be handed over.
            Ok(_) if user.expires_at == Some(approvals::NO_END) => Err(Refusal::AwaitsApproval),
            invitation => invitation,
        };
        match invitation {
            Ok(invitation) => {
                sheet.slips.push(Slip {
                    called: called(user),
                    username: user.username.to_string(),
                    link: courier::invitation_link(core, Channel::Copied, invitation),
                    password: (invitation.offer == OfferBy::TemporaryPassword)
                        .then(|| courier::temporary_password(core, Channel::Copied, invitation)),
                    until: letters::until(invitation.language, invitation.expires_at, time_zone),
                    language: invitation.language,
                });
                printed.push((user.id, invitation.generation));
            }
            Err(why) => sheet.left_out.push(LeftOut {
                called: called(user),
                why,
            }),
        }
    }
    if sheet.slips.len() > MOST_SLIPS {
        return Err(Refusal::TooManyToPrint.into());
    }
    for (user, generation) in printed {
        let event = audit::Event::by(admin, Action::InvitationPrinted)
            .about(user)
            .with(json!({ "generation": generation }));
        audit::record(&write, core, now, event).await?;
    }
    core.commit(write, admin.organization).await?;
    Ok(sheet)
}

async fn of(
    read: &impl ConnectionTrait,
    people: &[users::Model],
) -> Outcome<HashMap<UserId, invitations::Model>> {
    let mut all = HashMap::with_capacity(people.len());
    for people in people.chunks(database::CHUNK) {
        let found = invitations::Entity::find()
            .filter(invitations::Column::UserId.is_in(people.iter().map(|user| user.id)))
            .all(read)
            .await?;
        all.extend(found.into_iter().map(|row| (row.user_id, row)));
    }
    Ok(all)
}

/// The user's invitation, if it stands and the admin may hand it over: it is as good as the account.
///
/// # Errors
/// `RoleAboveYours`, `AccessAboveYours`, `NotInvitedYet`, `InvitationExpired`, `UserActive`,
/// `UserDeactivated`.
pub(super) fn standing<'a>(
    admin: &Admin<CopyInvitationLinks>,
    user: &users::Model,
    role: &roles::Model,
    invitation: Option<&'a invitations::Model>,
    now: DateTime<Utc>,
) -> Result<&'a invitations::Model, Refusal> {
    if !may_give(admin, role) {
        return Err(Refusal::RoleAboveYours);
    }
    if !access::covers(admin, role, user) {
        return Err(Refusal::AccessAboveYours);
    }
    match ShownStatus::of(user.status, user.expires_at, now) {
        ShownStatus::NotInvited => return Err(Refusal::NotInvitedYet),
        ShownStatus::Active => return Err(Refusal::UserActive),
        ShownStatus::Deactivated => return Err(Refusal::UserDeactivated),
        ShownStatus::Expired => return Err(Refusal::InvitationExpired),
        ShownStatus::Waiting | ShownStatus::Invited | ShownStatus::Failed => {}
    }
    let invitation = invitation.ok_or(Refusal::NotInvitedYet)?;
    // A failed one keeps its status when its time is over; its link is dead all the same.
    if invitation.expires_at <= now {
        return Err(Refusal::InvitationExpired);
    }
    Ok(invitation)
}

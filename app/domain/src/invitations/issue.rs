//! Writes users, invitations and their messages: few, big statements, in the caller's transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, Set, sea_query::Expr,
};
use types::{
    batch::{SendRequest, Verdict},
    ids::{BatchId, DeliveryId, InvitationId, OrganizationId, RoleId, UserId},
    invitation::{Channel, Lifetime},
    language::Language,
    users::UserStatus,
};

use super::plan::{Line, Plan};
use crate::{
    Outcome, database,
    entity::{deliveries, invitations, organizations, users},
    outbox::{self, Subject},
    proof::{Admin, ManageUsers},
    random,
    users::{FoundBy, NewUser, PersonName},
};

/// What all invitations of one act have in common.
pub(crate) struct Terms {
    pub organization: OrganizationId,
    pub inviter: UserId,
    pub lifetime: Lifetime,
    pub language: Language,
    pub message: String,
    /// The role for those who are in the directory; `None`: they keep theirs.
    pub role: Option<RoleId>,
    pub batch: Option<BatchId>,
    pub now: DateTime<Utc>,
}

impl Terms {
    pub fn of(
        admin: &Admin<ManageUsers>,
        request: &SendRequest,
        organization: &organizations::Model,
        batch: BatchId,
        now: DateTime<Utc>,
    ) -> Self {
        let usual = Self::usual(organization, admin.user, batch, now);
        Self {
            lifetime: request.lifetime.unwrap_or(usual.lifetime),
            language: request.language.unwrap_or(usual.language),
            message: request.message.trim().to_owned(),
            role: request.role,
            ..usual
        }
    }

    /// As the organization has it.
    pub fn usual(
        organization: &organizations::Model,
        inviter: UserId,
        batch: BatchId,
        now: DateTime<Utc>,
    ) -> Self {
        let lifetime = u32::try_from(organization.invitation_hours)
            .ok()
            .and_then(|hours| Lifetime::hours(hours).ok());
        Self {
            organization: organization.id,
            inviter,
            lifetime: lifetime.unwrap_or(Lifetime::THREE_DAYS),
            language: organization.language,
            message: String::new(),
            role: None,
            batch: Some(batch),
            now,
        }
    }

    fn expires_at(&self) -> DateTime<Utc> {
        self.now + self.lifetime.duration()
    }

    fn first_invitation(&self, user: UserId) -> invitations::ActiveModel {
        invitations::ActiveModel {
            id: Set(random::id(self.now)),
            organization_id: Set(self.organization),
            user_id: Set(user),
            inviter_id: Set(self.inviter),
            generation: Set(1),
            hours: Set(self.lifetime.stored()),
            language: Set(self.language),
            message: Set(self.message.clone()),
            created_at: Set(self.now),
            expires_at: Set(self.expires_at()),
            revoked_at: Set(None),
            accepted_at: Set(None),
            accepted_channel: Set(None),
        }
    }

    fn new_user(
        &self,
        line: &Line,
        email: &types::contact::Email,
        role: RoleId,
    ) -> users::ActiveModel {
        let user = NewUser {
            organization: self.organization,
            role,
            email: email.clone(),
            name: PersonName::split(&line.name),
            phone: String::new(),
            job_title: String::new(),
        };
        self.invited(user.row(self.now))
    }

    /// Someone new, for whom `send_to` writes an invitation.
    pub fn invited(&self, user: users::ActiveModel) -> users::ActiveModel {
        users::ActiveModel {
            status: Set(UserStatus::Waiting),
            invited_at: Set(Some(self.now)),
            expires_at: Set(Some(self.expires_at())),
            ..user
        }
    }
}

/// What was written for one recipient.
#[derive(Clone, Copy)]
pub(super) struct Issued {
    pub user: UserId,
    pub delivery: DeliveryId,
}

/// Writes everything for the lines that are `Ready`; the result has an item for each line.
pub(super) async fn issue(
    write: &impl ConnectionTrait,
    plan: &Plan,
    terms: &Terms,
) -> Outcome<Vec<Option<Issued>>> {
    let mut new_users = Vec::new();
    let mut recipients: Vec<Option<UserId>> = Vec::with_capacity(plan.lines.len());
    let mut in_directory: Vec<UserId> = Vec::new();
    for line in &plan.lines {
        let recipient = match (&line.verdict, &line.existing, &line.email) {
            (Verdict::Ready, Some(user), _) => {
                name_nameless(write, user, &line.name).await?;
                in_directory.push(user.id);
                Some(user.id)
            }
            (Verdict::Ready, None, Some(email)) => {
                let user = terms.new_user(line, email, plan.role);
                let id = user.id.clone().take();
                new_users.push(user);
                id
            }
            _ => None,
        };
        recipients.push(recipient);
    }
    let new_ids: Vec<UserId> = new_users
        .iter()
        .filter_map(|user| user.id.clone().take())
        .collect();
    database::insert_all::<users::Entity, _>(write, new_users).await?;
    let messages = send_to(write, &new_ids, &in_directory, terms).await?;
    Ok(recipients
        .into_iter()
        .map(|user| {
            let user = user?;
            let delivery = messages.get(&user).copied()?;
            Some(Issued { user, delivery })
        })
        .collect())
}

/// Writes invitations with their messages: first ones for those who are new, the next generation for
/// those whom the directory knew. Gives each user's message.
pub(crate) async fn send_to(
    write: &impl ConnectionTrait,
    new: &[UserId],
    known: &[UserId],
    terms: &Terms,
) -> Outcome<HashMap<UserId, DeliveryId>> {
    let mut current = first_invitations(write, new, terms).await?;
    current.extend(renew(write, known, terms).await?);
    let mut messages = HashMap::with_capacity(current.len());
    let mut rows = Vec::with_capacity(current.len());
    for (user, (invitation, generation)) in current {
        let subject = Subject::Invitation {
            invitation,
            generation,
            batch: terms.batch,
        };
        let row = outbox::queued(subject, Channel::Email, terms.now);
        if let Some(id) = row.id.clone().take() {
            messages.insert(user, id);
        }
        rows.push(row);
    }
    database::insert_all::<deliveries::Entity, _>(write, rows).await?;
    Ok(messages)
}

/// Someone who asks for a new invitation gets one as the last one was.
pub(crate) async fn reissue(
    write: &impl ConnectionTrait,
    invitation: &invitations::Model,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let lifetime = u32::try_from(invitation.hours)
        .ok()
        .and_then(|hours| Lifetime::hours(hours).ok())
        .unwrap_or(Lifetime::THREE_DAYS);
    let terms = Terms {
        organization: invitation.organization_id,
        inviter: invitation.inviter_id,
        lifetime,
        language: invitation.language,
        message: invitation.message.clone(),
        role: None,
        batch: None,
        now,
    };
    for (invitation, generation) in renew(write, &[invitation.user_id], &terms)
        .await?
        .into_values()
    {
        let subject = Subject::Invitation {
            invitation,
            generation,
            batch: None,
        };
        outbox::queued(subject, Channel::Email, now)
            .insert(write)
            .await?;
    }
    Ok(())
}

/// Each user's invitation with its current generation.
type Current = HashMap<UserId, (InvitationId, i32)>;

async fn first_invitations(
    write: &impl ConnectionTrait,
    users: &[UserId],
    terms: &Terms,
) -> Outcome<Current> {
    let mut current = Current::with_capacity(users.len());
    let mut rows = Vec::with_capacity(users.len());
    for user in users {
        let row = terms.first_invitation(*user);
        if let Some(id) = row.id.clone().take() {
            current.insert(*user, (id, 1));
        }
        rows.push(row);
    }
    database::insert_all::<invitations::Entity, _>(write, rows).await?;
    Ok(current)
}

/// A new generation for users of the directory: ends earlier links, cancels what is queued.
async fn renew(write: &impl ConnectionTrait, users: &[UserId], terms: &Terms) -> Outcome<Current> {
    let mut current = Current::with_capacity(users.len());
    for users in users.chunks(database::CHUNK) {
        let mut update = users::Entity::update_many().set(users::ActiveModel {
            status: Set(UserStatus::Waiting),
            failure_code: Set(None),
            failure_words: Set(None),
            invited_at: Set(Some(terms.now)),
            expires_at: Set(Some(terms.expires_at())),
            ..Default::default()
        });
        if let Some(role) = terms.role {
            update = update.col_expr(users::Column::RoleId, Expr::value(role));
        }
        update
            .filter(users::Column::Id.is_in(users.iter().copied()))
            .exec(write)
            .await?;
        let theirs = || invitations::Column::UserId.is_in(users.iter().copied());
        invitations::Entity::update_many()
            .set(invitations::ActiveModel {
                inviter_id: Set(terms.inviter),
                hours: Set(terms.lifetime.stored()),
                language: Set(terms.language),
                message: Set(terms.message.clone()),
                expires_at: Set(terms.expires_at()),
                revoked_at: Set(None),
                ..Default::default()
            })
            .col_expr(
                invitations::Column::Generation,
                Expr::col(invitations::Column::Generation).add(1),
            )
            .filter(theirs())
            .exec(write)
            .await?;
        let known = invitations::Entity::find()
            .filter(theirs())
            .all(write)
            .await?;
        let ids: Vec<InvitationId> = known.iter().map(|row| row.id).collect();
        outbox::cancel(
            write,
            deliveries::Column::InvitationId.is_in(ids),
            terms.now,
        )
        .await?;
        current.extend(
            known
                .into_iter()
                .map(|row| (row.user_id, (row.id, row.generation))),
        );
        let never_invited: Vec<UserId> = users
            .iter()
            .copied()
            .filter(|user| !current.contains_key(user))
            .collect();
        current.extend(first_invitations(write, &never_invited, terms).await?);
    }
    Ok(current)
}

/// A name that came with the address is kept where the directory has none.
async fn name_nameless(
    write: &impl ConnectionTrait,
    user: &users::Model,
    name: &str,
) -> Outcome<()> {
    if name.is_empty() || !user.first_name.is_empty() || !user.last_name.is_empty() {
        return Ok(());
    }
    let name = PersonName::split(name);
    let mut named = user.clone().into_active_model();
    FoundBy::of(&name, &user.email, &user.phone).set(&mut named);
    named.first_name = Set(name.first);
    named.last_name = Set(name.last);
    named.update(write).await?;
    Ok(())
}

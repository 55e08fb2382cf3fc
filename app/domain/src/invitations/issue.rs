//! Writes users, invitations and their messages: few, big statements, in the caller's transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, Set, sea_query::Expr,
};
use types::{
    batch::{SendRequest, Verdict},
    contact::Username,
    ids::{BatchId, DeliveryId, InvitationId, OrganizationId, RoleId, UserId},
    invitation::Lifetime,
    language::Language,
    organization::OfferBy,
    refusal::Refusal,
    resources::Access,
    users::UserStatus,
};

use super::plan::{Line, Plan, Whom};
use crate::{
    Outcome, approvals,
    channels::{Addressee, Route},
    database,
    entity::{deliveries, invitations, organizations, users},
    outbox::{self, Subject},
    proof::{Admin, ManageUsers},
    random,
    reminders::ALL_AHEAD,
    requests,
    users::{FoundBy, NewUser, PersonName},
};

/// What all invitations of one act have in common.
#[derive(Clone)]
pub(crate) struct Terms {
    pub organization: OrganizationId,
    /// `None`: a user who was deleted since.
    pub inviter: Option<UserId>,
    pub lifetime: Lifetime,
    pub language: Language,
    pub message: String,
    /// The role for those who are in the directory; `None`: they keep theirs.
    pub role: Option<RoleId>,
    /// The access that was chosen; `None`: those who are in the directory keep theirs.
    pub access: Option<Access>,
    pub batch: Option<BatchId>,
    /// What the messages carry.
    pub offer: OfferBy,
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
            access: request.access.clone(),
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
        Self {
            organization: organization.id,
            inviter: Some(inviter),
            lifetime: usual_lifetime(organization),
            language: organization.language,
            message: String::new(),
            role: None,
            access: None,
            batch: Some(batch),
            offer: organization.offer,
            now,
        }
    }

    fn expires_at(&self) -> DateTime<Utc> {
        self.now + self.lifetime.duration()
    }

    pub(super) fn first_invitation(&self, user: UserId) -> invitations::ActiveModel {
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
            offer: Set(self.offer),
            password_tries: Set(0),
            declined_at: Set(None),
            reminders_ahead: Set(ALL_AHEAD),
        }
    }

    fn new_user(&self, line: &Line, username: &Username, plan: &Plan) -> users::ActiveModel {
        let user = NewUser {
            organization: self.organization,
            role: plan.role,
            username: username.clone(),
            name: PersonName::split(&line.name),
            phone: username
                .phone()
                .map(ToString::to_string)
                .unwrap_or_default(),
            job_title: String::new(),
            access: plan.access.clone(),
            access_by: self.inviter.filter(|_| self.access.is_some()),
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

fn usual_lifetime(organization: &organizations::Model) -> Lifetime {
    lifetime_of(organization.invitation_hours)
}

/// As a column holds it.
fn lifetime_of(hours: i32) -> Lifetime {
    u32::try_from(hours)
        .ok()
        .and_then(|hours| Lifetime::hours(hours).ok())
        .unwrap_or(Lifetime::THREE_DAYS)
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
    whom: Whom,
) -> Outcome<Vec<Option<Issued>>> {
    let mut new_users = Vec::new();
    let mut recipients: Vec<Option<UserId>> = Vec::with_capacity(plan.lines.len());
    let (mut new, mut in_directory) = (Vec::new(), Vec::new());
    for line in &plan.lines {
        let recipient = match (&line.verdict, &line.existing, &line.username) {
            (Verdict::Ready, Some(user), _) => {
                name_nameless(write, user, &line.name).await?;
                in_directory.push(Addressee {
                    user: user.id,
                    routes: line.routes.clone(),
                });
                Some(user.id)
            }
            (Verdict::Ready, None, Some(username)) => {
                let user = terms.new_user(line, username, plan);
                let id = user.id.clone().take();
                new.extend(id.map(|user| Addressee {
                    user,
                    routes: line.routes.clone(),
                }));
                new_users.push(user);
                id
            }
            _ => None,
        };
        recipients.push(recipient);
    }
    database::insert_all::<users::Entity, _>(write, new_users).await?;
    let messages = if whom == Whom::Expired {
        send_as_before(write, &in_directory, terms).await?
    } else {
        send_to(write, &new, &in_directory, terms).await?
    };
    Ok(recipients
        .into_iter()
        .map(|user| {
            let user = user?;
            let delivery = messages.get(&user).copied()?;
            Some(Issued { user, delivery })
        })
        .collect())
}

/// Writes the next generation of invitations, each for as long, in the language and with the message of
/// the one before.
async fn send_as_before(
    write: &impl ConnectionTrait,
    known: &[Addressee],
    terms: &Terms,
) -> Outcome<HashMap<UserId, DeliveryId>> {
    // Most are alike, as they were sent in batches.
    let mut alike: HashMap<(i32, Language, String), Vec<Addressee>> = HashMap::new();
    for people in known.chunks(database::CHUNK) {
        let before = invitations::Entity::find()
            .filter(invitations::Column::UserId.is_in(people.iter().map(|it| it.user)))
            .all(write)
            .await?;
        let of_user: HashMap<UserId, invitations::Model> =
            before.into_iter().map(|row| (row.user_id, row)).collect();
        for addressee in people {
            let Some(before) = of_user.get(&addressee.user) else {
                continue;
            };
            let before = (before.hours, before.language, before.message.clone());
            alike.entry(before).or_default().push(addressee.clone());
        }
    }
    let mut messages = HashMap::with_capacity(known.len());
    for ((hours, language, message), people) in alike {
        let before = Terms {
            lifetime: lifetime_of(hours),
            language,
            message,
            ..terms.clone()
        };
        messages.extend(send_to(write, &[], &people, &before).await?);
    }
    Ok(messages)
}

/// Writes invitations with their messages: first ones for those who are new, the next generation for
/// those whom the directory knew. Gives each user's message, of several the first one.
pub(crate) async fn send_to(
    write: &impl ConnectionTrait,
    new: &[Addressee],
    known: &[Addressee],
    terms: &Terms,
) -> Outcome<HashMap<UserId, DeliveryId>> {
    let ids = |people: &[Addressee]| -> Vec<UserId> { people.iter().map(|it| it.user).collect() };
    let mut current = first_invitations(write, &ids(new), terms).await?;
    current.extend(renew(write, &ids(known), terms).await?);
    let mut messages = HashMap::with_capacity(current.len());
    let mut rows = Vec::with_capacity(current.len());
    for addressee in new.iter().chain(known) {
        let Some((invitation, generation)) = current.get(&addressee.user).copied() else {
            continue;
        };
        let subject = Subject::Invitation {
            organization: terms.organization,
            invitation,
            generation,
            batch: terms.batch,
        };
        for route in &addressee.routes {
            let row = outbox::queued(subject, route.clone(), terms.now);
            if let Some(id) = row.id.clone().take() {
                messages.entry(addressee.user).or_insert(id);
            }
            rows.push(row);
        }
    }
    database::insert_all::<deliveries::Entity, _>(write, rows).await?;
    Ok(messages)
}

/// Someone who asks for a new invitation gets one as the last one was, by the same ways.
pub(crate) async fn reissue(
    write: &impl ConnectionTrait,
    organization: &organizations::Model,
    invitation: &invitations::Model,
    user: &users::Model,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let terms = Terms {
        organization: invitation.organization_id,
        inviter: invitation.inviter_id,
        lifetime: lifetime_of(invitation.hours),
        language: invitation.language,
        message: invitation.message.clone(),
        role: None,
        access: None,
        batch: None,
        offer: organization.offer,
        now,
    };
    let addressee = Addressee {
        user: user.id,
        routes: last_routes(write, invitation, user).await?,
    };
    send_to(write, &[], &[addressee], &terms).await?;
    Ok(())
}

/// How the last messages about the invitation went to the person; a link that was handed over was sent
/// by none, and what is new goes to what they sign in with.
async fn last_routes(
    read: &impl ConnectionTrait,
    invitation: &invitations::Model,
    user: &users::Model,
) -> Outcome<Vec<Route>> {
    let last = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(invitation.id))
        .filter(deliveries::Column::Generation.ne(outbox::WELCOME))
        .filter(deliveries::Column::Reminder.eq(0))
        .order_by_desc(deliveries::Column::Generation)
        .all(read)
        .await?;
    let newest = last.first().map(|row| row.generation);
    let routes: Vec<Route> = last
        .into_iter()
        .filter(|row| Some(row.generation) == newest)
        .map(|row| Route {
            channel: row.channel,
            domain: row.domain,
        })
        .collect();
    Ok(if routes.is_empty() {
        vec![Route::to_username(&user.username)]
    } else {
        routes
    })
}

/// A standing invitation of which no message tells: whoever asked for it hands the link over. Nobody
/// else has invited, so it is the user's own. Ends earlier links.
pub(crate) async fn stand(
    write: &impl ConnectionTrait,
    user: UserId,
    organization: &organizations::Model,
    now: DateTime<Utc>,
) -> Outcome<invitations::Model> {
    let terms = Terms {
        organization: organization.id,
        inviter: Some(user),
        lifetime: usual_lifetime(organization),
        language: organization.language,
        message: String::new(),
        role: None,
        access: None,
        batch: None,
        offer: OfferBy::Link,
        now,
    };
    renew(write, &[user], &terms).await?;
    users::Entity::update_many()
        .set(users::ActiveModel {
            status: Set(UserStatus::Invited),
            ..Default::default()
        })
        .filter(users::Column::Id.eq(user))
        .exec(write)
        .await?;
    let invitation = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user))
        .one(write)
        .await?;
    Ok(invitation.ok_or(Refusal::NotFound)?)
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
        if let Some(access) = &terms.access {
            update = update.set(users::ActiveModel {
                access: Set(access.clone()),
                access_by: Set(terms.inviter),
                access_at: Set(Some(terms.now)),
                ..Default::default()
            });
        }
        update
            .filter(users::Column::Id.is_in(users.iter().copied()))
            .exec(write)
            .await?;
        approvals::withdraw(write, users, terms.now).await?;
        requests::withdraw(write, users, terms.now).await?;
        let theirs = || invitations::Column::UserId.is_in(users.iter().copied());
        invitations::Entity::update_many()
            .set(invitations::ActiveModel {
                inviter_id: Set(terms.inviter),
                hours: Set(terms.lifetime.stored()),
                language: Set(terms.language),
                message: Set(terms.message.clone()),
                expires_at: Set(terms.expires_at()),
                revoked_at: Set(None),
                offer: Set(terms.offer),
                password_tries: Set(0),
                declined_at: Set(None),
                reminders_ahead: Set(ALL_AHEAD),
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
    FoundBy::of(&name, &user.username, &user.phone).set(&mut named);
    named.first_name = Set(name.first);
    named.last_name = Set(name.last);
    named.update(write).await?;
    Ok(())
}

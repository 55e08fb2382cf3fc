//! The invitee's side: what the link leads to, signing up, joining, declining, asking for a new
//! invitation.
//!
//! Reading a link changes nothing. Only a person's own act (a chosen password, a signed-in
//! identity) consumes an invitation, in one transaction whose first statement decides the race.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, Set, SqlErr,
};
use serde_json::json;
use types::{
    approvals::{Decision, Held},
    audit::Action,
    contact::Username,
    ids::IdentityId,
    invitation::{Asked, Channel, Closed, ClosedPage, InvitationPage, Offer, WayIn},
    organization::Requests,
    refusal::Refusal,
    users::{PersonField, UserStatus},
};

use crate::{
    Core, Fault, Outcome,
    approvals::{self, SignUp},
    audit, bulk,
    changes::News,
    entity::{
        approvals as approval_rows, deliveries, identities, invitations, organizations, users,
    },
    invitations::reissue,
    organization, outbox, passwords, people, phones,
    proof::{Origin, SignedIn},
    random, requests, seats,
    sessions::Authenticated,
    sign_in,
    tokens::InvitationToken,
    users::{FoundBy, PersonName, called},
};

/// What someone new types on `/accept`.
pub struct Form {
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub job_title: String,
    pub password: String,
}

/// Asking again within this time sends nothing more.
const BETWEEN_ASKS: Duration = Duration::minutes(10);

/// An invitation that a genuine token speaks of.
struct Found {
    token: InvitationToken,
    invitation: invitations::Model,
    organization: organizations::Model,
    user: users::Model,
    /// The last sign-up that had to wait, if there was one.
    approval: Option<approval_rows::Model>,
    /// What became of asking for a new one.
    asked: Option<Asked>,
}

impl Found {
    /// `None` for a token that this installation never signed.
    async fn read(core: &Core, read: &impl ConnectionTrait, token: &str) -> Outcome<Option<Self>> {
        let Some(token) = core.keys.read_invitation(token) else {
            return Ok(None);
        };
        let found = invitations::Entity::find_by_id(token.invitation)
            .find_also_related(organizations::Entity)
            .one(read)
            .await?;
        let Some((invitation, Some(organization))) = found else {
            return Ok(None);
        };
        let user = users::Entity::find_by_id(invitation.user_id)
            .one(read)
            .await?;
        let approval = approvals::last(read, invitation.id).await?;
        let asked = requests::asked(read, &invitation).await?;
        Ok(user.map(|user| Self {
            token,
            invitation,
            organization,
            user,
            approval,
            asked,
        }))
    }

    /// Whether an admin has decided against what this very link brought.
    fn was_refused(&self) -> bool {
        self.invitation.revoked_at.is_some()
            && self.approval.as_ref().is_some_and(|approval| {
                approval.generation == self.token.generation
                    && approval.decision == Some(Decision::Refused)
            })
    }

    /// Why this link does not let in; `None`: it does.
    fn closed(&self, now: DateTime<Utc>) -> Option<Closed> {
        if self.invitation.accepted_at.is_some() {
            Some(Closed::Used)
        } else if self.approval.as_ref().is_some_and(approvals::waits) {
            Some(Closed::AwaitsApproval)
        } else if self.was_refused() {
            Some(Closed::Refused)
        } else if self.invitation.declined_at.is_some() {
            Some(Closed::Declined)
        } else if self.invitation.revoked_at.is_some()
            || self.user.status == UserStatus::Deactivated
        {
            Some(Closed::Revoked)
        } else if self.token.generation != self.invitation.generation {
            Some(Closed::Replaced)
        } else if self.organization.suspended_at.is_some() {
            Some(Closed::Suspended)
        } else if self.invitation.expires_at <= now {
            Some(Closed::Expired)
        } else {
            None
        }
    }

    /// With what the person can ask for a new one; `None`: they can't, or have asked already.
    fn to_ask_with(&self, why: Closed) -> Option<Held> {
        if self.asked.is_some() {
            return None;
        }
        match why {
            Closed::Expired => Some(Held::Expired),
            Closed::Replaced => Some(Held::Replaced),
            Closed::Revoked if self.user.status != UserStatus::Deactivated => Some(Held::Revoked),
            _ => None,
        }
    }
}

fn refusal(why: Closed) -> Refusal {
    match why {
        Closed::Expired => Refusal::InvitationExpired,
        Closed::Replaced => Refusal::InvitationReplaced,
        Closed::Revoked => Refusal::InvitationRevoked,
        Closed::Used => Refusal::InvitationUsed,
        Closed::AwaitsApproval => Refusal::AwaitsApproval,
        Closed::Refused => Refusal::ApprovalRefused,
        Closed::Declined => Refusal::InvitationDeclined,
        Closed::Suspended => Refusal::OrganizationSuspended,
    }
}

/// What `/accept` shows for this link to this visitor.
pub async fn page(
    core: &Core,
    token: &str,
    signed_in: Option<&SignedIn>,
) -> Outcome<InvitationPage> {
    let read = core.database.read();
    let Some(found) = Found::read(core, read, token).await? else {
        return Ok(InvitationPage::Unknown);
    };
    let look = organization::look(read, &found.organization).await?;
    if let Some(why) = found.closed(core.now()) {
        let approval = found.approval.as_ref();
        let decided_by = approval.and_then(|approval| approval.decided_by);
        let contact = match decided_by.filter(|_| why == Closed::Refused) {
            Some(id) => users::Entity::find_by_id(id).one(read).await?,
            None => None,
        };
        return Ok(InvitationPage::Closed(ClosedPage {
            why,
            look,
            can_ask: found.to_ask_with(why).is_some(),
            asked: found.asked,
            organization: found.organization.name,
            contact: contact.as_ref().map(called).unwrap_or_default(),
        }));
    }
    let way_in = match signed_in {
        Some(person) if person.username.key() == found.user.username_key => WayIn::Join,
        Some(person) => WayIn::SwitchAccount {
            signed_in_as: person.username.clone(),
        },
        None if sign_in::by_username(read, &found.user.username)
            .await?
            .is_some() =>
        {
            WayIn::SignIn
        }
        None => WayIn::SignUp,
    };
    let inviter = found.invitation.inviter_id;
    let inviter = match inviter.filter(|inviter| *inviter != found.user.id) {
        Some(id) => users::Entity::find_by_id(id).one(read).await?,
        None => None,
    };
    Ok(InvitationPage::Open(Offer {
        organization: found.organization.name,
        look,
        inviter: inviter.as_ref().map(called).unwrap_or_default(),
        message: found.invitation.message,
        username: found.user.username,
        first_name: found.user.first_name,
        last_name: found.user.last_name,
        phone: found.user.phone,
        job_title: found.user.job_title,
        expires_at: found.invitation.expires_at,
        way_in,
    }))
}

/// The language to show a link's pages in; `None` for a token that Usher never signed.
pub async fn language(core: &Core, token: &str) -> Outcome<Option<types::language::Language>> {
    let found = Found::read(core, core.database.read(), token).await?;
    Ok(found.map(|found| found.invitation.language))
}

/// Whether a link that came this way has shown that the username is the person's own.
fn proves(channel: Channel, username: &Username) -> bool {
    match channel {
        Channel::Email => username.email().is_some(),
        Channel::Sms => username.phone().is_some(),
        Channel::Copied => false,
    }
}

/// Makes the identity of someone new, and the user is active; where what the inviter offered does not
/// hold any more, the sign-up is kept for an admin (`AwaitsApproval`).
///
/// # Errors
/// `InvitationUnknown`, `InvitationExpired`, `InvitationReplaced`, `InvitationRevoked`,
/// `InvitationUsed`, `AwaitsApproval`, `ApprovalRefused`, `OrganizationSuspended`, `NoSeatLeft`;
/// `SignInInstead` where the address has an identity; `FirstNameMissing`,
/// `TextTooLong`, `PhoneNotValid`, and those of `passwords::read_new`.
pub async fn accept(
    core: &Core,
    origin: &Origin,
    token: &str,
    form: Form,
) -> Outcome<Authenticated> {
    let read = core.database.read();
    let found = open(core, read, token).await?;
    if sign_in::by_username(read, &found.user.username)
        .await?
        .is_some()
    {
        // Unless it was made by this very link, just now.
        open(core, read, token).await?;
        return Err(Refusal::SignInInstead.into());
    }
    let mut person = Person::of(&form)?;
    // The number that somebody signs in with stays as it is.
    if let Some(phone) = found.user.username.phone() {
        person.phone = phone.to_string();
    }
    let about = [
        person.first_name.clone(),
        person.last_name.clone(),
        found.user.username.to_string(),
        found.organization.name.clone(),
    ];
    let password = passwords::read_new(&form.password, &about)?;
    let password_hash = core.hasher.hash(&password).await?;

    let now = core.now();
    let write = core.database.begin().await?;
    let found = open(core, &write, token).await?;
    let identity: IdentityId = random::id(now);
    let made = identities::ActiveModel {
        id: Set(identity),
        username: Set(found.user.username.clone()),
        username_key: Set(found.user.username_key.clone()),
        username_proven_at: Set(proves(found.token.channel, &found.user.username).then_some(now)),
        password_hash: Set(password_hash),
        language: Set(found.invitation.language),
        is_operator: Set(false),
        last_organization_id: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await;
    match made {
        Ok(_) => {}
        // Someone signed up with the address by another invitation meanwhile.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            return Err(Refusal::SignInInstead.into());
        }
        Err(error) => return Err(error.into()),
    }
    let name = PersonName {
        first: person.first_name,
        last: person.last_name,
    };
    let mut user = found.user.clone().into_active_model();
    FoundBy::of(&name, &found.user.username, &person.phone).set(&mut user);
    user.first_name = Set(name.first);
    user.last_name = Set(name.last);
    user.phone = Set(person.phone);
    user.job_title = Set(person.job_title);
    enter(core, write, origin, &found, user, identity).await
}

/// Joins with the password of the identity that the invited address has.
///
/// # Errors
/// Those of the link as in `accept`; `WrongCredentials`.
pub async fn join_with_password(
    core: &Core,
    origin: &Origin,
    token: &str,
    password: &str,
) -> Outcome<Authenticated> {
    let found = open(core, core.database.read(), token).await?;
    let who = sign_in::verify(core, found.user.username.as_str(), password).await?;
    join_as(core, origin, token, who.identity).await
}

/// Joins as the signed-in identity.
///
/// # Errors
/// Those of the link as in `accept`; `OtherIdentity` where the link is for another address.
pub async fn join(core: &Core, token: &str, signed_in: &SignedIn) -> Outcome<Authenticated> {
    let found = open(core, core.database.read(), token).await?;
    if signed_in.username.key() != found.user.username_key {
        return Err(Refusal::OtherIdentity.into());
    }
    join_as(core, &signed_in.origin, token, signed_in.identity).await
}

async fn join_as(
    core: &Core,
    origin: &Origin,
    token: &str,
    identity: IdentityId,
) -> Outcome<Authenticated> {
    let write = core.database.begin().await?;
    let found = open(core, &write, token).await?;
    let user = found.user.clone().into_active_model();
    enter(core, write, origin, &found, user, identity).await
}

/// Ends the transaction in which somebody signs up or joins: they are in, or have to wait.
///
/// # Errors
/// `AwaitsApproval`, after the sign-up was kept.
async fn enter(
    core: &Core,
    write: DatabaseTransaction,
    origin: &Origin,
    found: &Found,
    user: users::ActiveModel,
    identity: IdentityId,
) -> Outcome<Authenticated> {
    let now = core.now();
    let organization = found.invitation.organization_id;
    if let Some(reason) = approvals::doubt(&write, &found.invitation, &found.user).await? {
        let sign_up = SignUp {
            invitation: &found.invitation,
            channel: found.token.channel,
            identity,
            reason,
        };
        approvals::ask(&write, core, origin, &sign_up, user, now).await?;
        core.commit(write, organization).await?;
        return Err(Refusal::AwaitsApproval.into());
    }
    consume(&write, found, now).await?;
    activate(&write, core, origin, found, user, identity, now).await?;
    core.commit(write, organization).await?;
    core.tallies.accepted();
    Ok(Authenticated {
        identity,
        organization: Some(organization),
    })
}

/// Ends the invitation, as the person wishes. The admins see it, and can send a new one.
///
/// # Errors
/// Those of the link as in `accept`.
pub async fn decline(core: &Core, origin: &Origin, token: &str) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = open(core, &write, token).await?;
    bulk::revoke(&write, &[&found.user], now).await?;
    invitations::Entity::update_many()
        .set(invitations::ActiveModel {
            declined_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(invitations::Column::Id.eq(found.invitation.id))
        .exec(&write)
        .await?;
    let organization = found.invitation.organization_id;
    let event = audit::Event::by_visitor(origin, Some(organization), Action::InvitationDeclined)
        .about(found.user.id)
        .with(json!({
            "generation": found.token.generation,
            "channel": found.token.channel.as_str(),
        }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, organization).await
}

/// Sends a new invitation to the address of the first one, as the last one was; where an admin has to
/// decide, it is they who are asked. Says nothing about whether it did: the visitor has proven nothing
/// yet.
///
/// # Errors
/// `InvitationUnknown`.
pub async fn ask_for_new(core: &Core, origin: &Origin, token: &str) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = Found::read(core, &write, token)
        .await?
        .ok_or(Refusal::InvitationUnknown)?;
    let why = found.closed(now);
    let Some(why) = why.and_then(|why| found.to_ask_with(why)) else {
        return Ok(());
    };
    // What an admin has taken back, nobody gets again unasked; and mail that came back would come back again.
    if why == Held::Revoked
        || found.organization.requests == Requests::Approved
        || found.user.bounced_at.is_some()
    {
        requests::ask(&write, core, origin, &found.invitation, why, now).await?;
        return core.commit(write, found.invitation.organization_id).await;
    }
    let last = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(found.invitation.id))
        .order_by_desc(deliveries::Column::CreatedAt)
        .one(&write)
        .await?;
    if last.is_some_and(|row| now - row.created_at < BETWEEN_ASKS) {
        return Ok(());
    }
    let Found {
        organization,
        invitation,
        user,
        ..
    } = &found;
    reissue(&write, organization, invitation, user, now).await?;
    let event = audit::Event::by_visitor(
        origin,
        Some(found.invitation.organization_id),
        Action::InvitationAskedFor,
    )
    .about(found.user.id);
    audit::record(&write, core, now, event).await?;
    let news = News {
        changed: &[found.invitation.organization_id],
        queued: true,
    };
    core.commit_with(write, news).await
}

/// The invitation of a link that lets in.
async fn open(core: &Core, read: &impl ConnectionTrait, token: &str) -> Outcome<Found> {
    let found = Found::read(core, read, token)
        .await?
        .ok_or(Refusal::InvitationUnknown)?;
    match found.closed(core.now()) {
        None => Ok(found),
        Some(why) => Err(refusal(why).into()),
    }
}

/// The one statement that decides who was first.
async fn consume(write: &DatabaseTransaction, found: &Found, now: DateTime<Utc>) -> Outcome<()> {
    let consumed = invitations::Entity::update_many()
        .set(invitations::ActiveModel {
            accepted_at: Set(Some(now)),
            accepted_channel: Set(Some(found.token.channel)),
            ..Default::default()
        })
        .filter(invitations::Column::Id.eq(found.invitation.id))
        .filter(invitations::Column::Generation.eq(found.token.generation))
        .filter(invitations::Column::AcceptedAt.is_null())
        .filter(invitations::Column::RevokedAt.is_null())
        .filter(invitations::Column::ExpiresAt.gt(now))
        .exec(write)
        .await?;
    if consumed.rows_affected == 1 {
        return Ok(());
    }
    // Too late; say why.
    let invitation = invitations::Entity::find_by_id(found.invitation.id)
        .one(write)
        .await?
        .ok_or(Refusal::InvitationUnknown)?;
    let late = Found {
        token: found.token,
        invitation,
        organization: found.organization.clone(),
        user: found.user.clone(),
        approval: None,
        asked: None,
    };
    Err(late
        .closed(now)
        .map_or(Fault::Refused(Refusal::InvitationUnknown), |why| {
            refusal(why).into()
        }))
}

/// The user is active with the identity, and nothing more is sent. Gives the user as they are now.
pub(crate) async fn let_in(
    write: &impl ConnectionTrait,
    invitation: &invitations::Model,
    mut user: users::ActiveModel,
    identity: IdentityId,
    now: DateTime<Utc>,
) -> Outcome<users::Model> {
    seats::take(write, invitation.organization_id).await?;
    user.identity_id = Set(Some(identity));
    user.status = Set(UserStatus::Active);
    user.failure_code = Set(None);
    user.failure_words = Set(None);
    user.expires_at = Set(Some(invitation.expires_at));
    let joined = user.update(write).await?;
    requests::withdraw(write, &[joined.id], now).await?;
    outbox::cancel(
        write,
        deliveries::Column::InvitationId.eq(invitation.id),
        now,
    )
    .await?;
    Ok(joined)
}

/// The user is active from here on, whatever else was under way for them.
async fn activate(
    write: &DatabaseTransaction,
    core: &Core,
    origin: &Origin,
    found: &Found,
    user: users::ActiveModel,
    identity: IdentityId,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let joined = let_in(write, &found.invitation, user, identity, now).await?;
    let (before, after) = people::changes(&found.user, &joined);
    let event = audit::Event::by_visitor(
        origin,
        Some(found.invitation.organization_id),
        Action::InvitationAccepted,
    )
    .acting_as(found.user.id)
    .about(found.user.id)
    .with(json!({
        "before": before,
        "after": after,
        "generation": found.token.generation,
        "channel": found.token.channel.as_str(),
    }));
    audit::record(write, core, now, event).await
}

/// The form, read.
struct Person {
    first_name: String,
    last_name: String,
    phone: String,
    job_title: String,
}

impl Person {
    fn of(form: &Form) -> Result<Self, Refusal> {
        let first_name = PersonField::FirstName.read(&form.first_name)?;
        if first_name.is_empty() {
            return Err(Refusal::FirstNameMissing);
        }
        Ok(Self {
            first_name,
            last_name: PersonField::LastName.read(&form.last_name)?,
            phone: phones::read_field(PersonField::Phone, &form.phone)?,
            job_title: PersonField::JobTitle.read(&form.job_title)?,
        })
    }
}

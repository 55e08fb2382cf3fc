//! The invitee's side: what the link leads to, signing up, joining, asking for a new invitation.
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
    ids::IdentityId,
    invitation::{Channel, Closed, InvitationPage, Offer, WayIn},
    refusal::Refusal,
    users::{PersonField, UserStatus},
};

use crate::{
    Core, Fault, Outcome, audit,
    changes::News,
    entity::{deliveries, identities, invitations, organizations, users},
    invitations::reissue,
    outbox, passwords,
    proof::SignedIn,
    random,
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
        Ok(user.map(|user| Self {
            token,
            invitation,
            organization,
            user,
        }))
    }

    /// Why this link does not let in; `None`: it does.
    fn closed(&self, now: DateTime<Utc>) -> Option<Closed> {
        if self.invitation.accepted_at.is_some() {
            Some(Closed::Used)
        } else if self.invitation.revoked_at.is_some()
            || self.user.status == UserStatus::Deactivated
        {
            Some(Closed::Revoked)
        } else if self.token.generation != self.invitation.generation {
            Some(Closed::Replaced)
        } else if self.invitation.expires_at <= now {
            Some(Closed::Expired)
        } else {
            None
        }
    }
}

/// Someone who was turned away can ask again where no admin has decided otherwise.
fn can_ask(why: Closed) -> bool {
    matches!(why, Closed::Expired | Closed::Replaced)
}

fn refusal(why: Closed) -> Refusal {
    match why {
        Closed::Expired => Refusal::InvitationExpired,
        Closed::Replaced => Refusal::InvitationReplaced,
        Closed::Revoked => Refusal::InvitationRevoked,
        Closed::Used => Refusal::InvitationUsed,
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
    if let Some(why) = found.closed(core.now()) {
        return Ok(InvitationPage::Closed {
            why,
            organization: found.organization.name,
            can_ask: can_ask(why),
        });
    }
    let way_in = match signed_in {
        Some(person) if person.email.key() == found.user.email_key => WayIn::Join,
        Some(person) => WayIn::SwitchAccount {
            signed_in_as: person.email.clone(),
        },
        None if sign_in::by_email(read, &found.user.email).await?.is_some() => WayIn::SignIn,
        None => WayIn::SignUp,
    };
    let inviter = users::Entity::find_by_id(found.invitation.inviter_id)
        .one(read)
        .await?;
    Ok(InvitationPage::Open(Offer {
        organization: found.organization.name,
        inviter: inviter.as_ref().map(called).unwrap_or_default(),
        message: found.invitation.message,
        email: found.user.email,
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

/// Makes the identity of someone new, and the user is active.
///
/// # Errors
/// `InvitationUnknown`, `InvitationExpired`, `InvitationReplaced`, `InvitationRevoked`,
/// `InvitationUsed`; `SignInInstead` where the address has an identity; `FirstNameMissing`,
/// `TextTooLong`, `PhoneNotValid`, and those of `passwords::read_new`.
pub async fn accept(core: &Core, token: &str, form: Form) -> Outcome<Authenticated> {
    let read = core.database.read();
    let found = open(core, read, token).await?;
    if sign_in::by_email(read, &found.user.email).await?.is_some() {
        // Unless it was made by this very link, just now.
        open(core, read, token).await?;
        return Err(Refusal::SignInInstead.into());
    }
    let person = Person::of(&form)?;
    let about = [
        person.first_name.clone(),
        person.last_name.clone(),
        found.user.email.to_string(),
        found.organization.name.clone(),
    ];
    let password = passwords::read_new(&form.password, &about)?;
    let password_hash = core.hasher.hash(&password).await?;

    let now = core.now();
    let write = core.database.begin().await?;
    consume(&write, &found, now).await?;
    let identity: IdentityId = random::id(now);
    let made = identities::ActiveModel {
        id: Set(identity),
        email: Set(found.user.email.clone()),
        email_key: Set(found.user.email_key.clone()),
        email_proven_at: Set((found.token.channel == Channel::Email).then_some(now)),
        password_hash: Set(password_hash),
        language: Set(found.invitation.language),
        is_operator: Set(false),
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
    FoundBy::of(&name, &found.user.email, &person.phone).set(&mut user);
    user.first_name = Set(name.first);
    user.last_name = Set(name.last);
    user.phone = Set(person.phone);
    user.job_title = Set(person.job_title);
    activate(&write, &found, user, identity, now).await?;
    core.commit(write, found.invitation.organization_id).await?;
    Ok(Authenticated {
        identity,
        organization: Some(found.invitation.organization_id),
    })
}

/// Joins with the password of the identity that the invited address has.
///
/// # Errors
/// Those of the link as in `accept`; `WrongCredentials`.
pub async fn join_with_password(
    core: &Core,
    token: &str,
    password: &str,
) -> Outcome<Authenticated> {
    let found = open(core, core.database.read(), token).await?;
    let who = sign_in::verify(core, found.user.email.as_str(), password).await?;
    join_as(core, found, who.identity).await
}

/// Joins as the signed-in identity.
///
/// # Errors
/// Those of the link as in `accept`; `OtherIdentity` where the link is for another address.
pub async fn join(core: &Core, token: &str, signed_in: &SignedIn) -> Outcome<Authenticated> {
    let found = open(core, core.database.read(), token).await?;
    if signed_in.email.key() != found.user.email_key {
        return Err(Refusal::OtherIdentity.into());
    }
    join_as(core, found, signed_in.identity).await
}

async fn join_as(core: &Core, found: Found, identity: IdentityId) -> Outcome<Authenticated> {
    let now = core.now();
    let write = core.database.begin().await?;
    consume(&write, &found, now).await?;
    let user = found.user.clone().into_active_model();
    activate(&write, &found, user, identity, now).await?;
    core.commit(write, found.invitation.organization_id).await?;
    Ok(Authenticated {
        identity,
        organization: Some(found.invitation.organization_id),
    })
}

/// Sends a new invitation to the address of the first one, as the last one was. Says nothing about
/// whether it did: the visitor has proven nothing yet.
///
/// # Errors
/// `InvitationUnknown`.
pub async fn ask_for_new(core: &Core, token: &str) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let found = Found::read(core, &write, token)
        .await?
        .ok_or(Refusal::InvitationUnknown)?;
    if !found.closed(now).is_some_and(can_ask) {
        return Ok(());
    }
    let last = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(found.invitation.id))
        .order_by_desc(deliveries::Column::CreatedAt)
        .one(&write)
        .await?;
    if last.is_some_and(|row| now - row.created_at < BETWEEN_ASKS) {
        return Ok(());
    }
    reissue(&write, &found.invitation, now).await?;
    let event = audit::Event {
        organization: Some(found.invitation.organization_id),
        actor: None,
        action: "invitation_asked_for",
        subject: Some(found.user.id),
        details: json!({}),
    };
    audit::record(&write, now, event).await?;
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
    };
    Err(late
        .closed(now)
        .map_or(Fault::Refused(Refusal::InvitationUnknown), |why| {
            refusal(why).into()
        }))
}

/// The user is active from here on, whatever else was under way for them.
async fn activate(
    write: &DatabaseTransaction,
    found: &Found,
    mut user: users::ActiveModel,
    identity: IdentityId,
    now: DateTime<Utc>,
) -> Outcome<()> {
    user.identity_id = Set(Some(identity));
    user.status = Set(UserStatus::Active);
    user.failure_code = Set(None);
    user.failure_words = Set(None);
    user.update(write).await?;
    outbox::cancel(
        write,
        deliveries::Column::InvitationId.eq(found.invitation.id),
        now,
    )
    .await?;
    let event = audit::Event {
        organization: Some(found.invitation.organization_id),
        actor: Some(found.user.id),
        action: "invitation_accepted",
        subject: Some(found.user.id),
        details: json!({
            "generation": found.token.generation,
            "channel": found.token.channel.as_str(),
        }),
    };
    audit::record(write, now, event).await
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
            phone: PersonField::Phone.read(&form.phone)?,
            job_title: PersonField::JobTitle.read(&form.job_title)?,
        })
    }
}

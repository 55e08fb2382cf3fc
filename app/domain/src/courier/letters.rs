//! What was claimed becomes messages, in words.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use types::{
    contact::{Email, Phone, Username},
    invitation::Channel,
    language::Language,
    organization::{OfferBy, completed},
    temporary_password::TemporaryPassword,
};

use crate::{
    Core, Outcome, bounces,
    entity::{deliveries, identities, invitations, organizations, password_resets, roles, users},
    letters::{self, Letter},
    organization::{self, Style},
    outbox::{
        self,
        rests::Rests,
        settle::{Invited, Tried},
    },
    ports::{Answer, Carriers, OutgoingEmail, OutgoingSms, SendError, Taken},
    tokens::InvitationToken,
};

/// A message that may go out.
pub(super) struct Composed {
    pub row: deliveries::Model,
    pub message: Message,
    give_up_at: DateTime<Utc>,
    invited: Option<Invited>,
}

/// What goes out.
pub(super) enum Message {
    Email(OutgoingEmail),
    Sms(OutgoingSms),
}

impl Message {
    pub async fn send(&self, carriers: &Carriers) -> Result<Taken, SendError> {
        match self {
            Self::Email(email) => carriers.mailer.send(email).await.map(|answer| Taken {
                answer,
                reference: None,
            }),
            Self::Sms(sms) => carriers.sms.send(sms).await,
        }
    }
}

/// The word that somebody is in is of no use later than that.
const WELCOME_WITHIN: chrono::Duration = chrono::Duration::days(3);

impl Composed {
    pub fn domain(&self) -> &str {
        &self.row.domain
    }

    pub fn tried(&self, result: Result<Taken, SendError>) -> Tried {
        Tried {
            delivery: self.row.id,
            attempt: self.row.attempt,
            channel: self.row.channel,
            domain: self.row.domain.clone(),
            result,
            give_up_at: self.give_up_at,
            invited: self.invited,
        }
    }

    fn last_answer(&self, rests: &Rests) -> Answer {
        if let Some(words) = &self.row.answer_words {
            return Answer {
                code: self
                    .row
                    .answer_code
                    .and_then(|code| u16::try_from(code).ok()),
                words: words.clone(),
            };
        }
        let of_domain = rests.words(self.domain()).cloned();
        of_domain.unwrap_or(Answer {
            code: None,
            words: String::new(),
        })
    }
}

/// Writes the letters of claimed rows. What is overdue is settled at once instead: its link would
/// be dead on arrival. Where it was never tried, its domain tells why.
pub(super) async fn compose(
    core: &Core,
    rows: Vec<deliveries::Model>,
    rests: &Rests,
) -> Outcome<Vec<Composed>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let facts = Facts::read(core, &rows).await?;
    let now = core.now();
    let mut composed = Vec::with_capacity(rows.len());
    let mut overdue = Vec::new();
    for row in rows {
        let Some(letter) = facts.compose(core, row)? else {
            continue;
        };
        if letter.give_up_at <= now {
            let last_answer = letter.last_answer(rests);
            overdue.push(letter.tried(Err(SendError::Permanent(last_answer))));
        } else {
            composed.push(letter);
        }
    }
    outbox::settle::give_up(core, &overdue).await?;
    Ok(composed)
}

/// Everything that the letters of some rows speak of, read in a handful of queries.
struct Facts {
    invitations: HashMap<types::ids::InvitationId, (invitations::Model, organizations::Model)>,
    users: HashMap<types::ids::UserId, users::Model>,
    roles: HashMap<types::ids::RoleId, roles::Model>,
    styles: HashMap<types::ids::OrganizationId, Style>,
    resets: HashMap<types::ids::PasswordResetId, (password_resets::Model, identities::Model)>,
}

impl Facts {
    async fn read(core: &Core, rows: &[deliveries::Model]) -> Outcome<Self> {
        let read = core.database.read();
        let ids: Vec<_> = rows.iter().filter_map(|row| row.invitation_id).collect();
        let invitations: HashMap<_, _> = invitations::Entity::find()
            .filter(invitations::Column::Id.is_in(ids))
            .find_also_related(organizations::Entity)
            .all(read)
            .await?
            .into_iter()
            .filter_map(|(invitation, organization)| {
                Some((invitation.id, (invitation, organization?)))
            })
            .collect();
        let mut organizations: Vec<_> = invitations
            .values()
            .map(|(_, organization)| organization.id)
            .collect();
        organizations.sort_unstable();
        organizations.dedup();
        let styles = Style::of_all(read, &organizations).await?;
        let people = invitations
            .values()
            .flat_map(|(invitation, _)| [Some(invitation.user_id), invitation.inviter_id])
            .flatten();
        let people = users::Entity::find()
            .filter(users::Column::Id.is_in(people))
            .find_also_related(roles::Entity)
            .all(read)
            .await?;
        let mut users = HashMap::new();
        let mut roles = HashMap::new();
        for (user, role) in people {
            if let Some(role) = role {
                roles.insert(role.id, role);
            }
            users.insert(user.id, user);
        }
        let ids: Vec<_> = rows
            .iter()
            .filter_map(|row| row.password_reset_id)
            .collect();
        let resets = password_resets::Entity::find()
            .filter(password_resets::Column::Id.is_in(ids))
            .find_also_related(identities::Entity)
            .all(read)
            .await?
            .into_iter()
            .filter_map(|(reset, identity)| Some((reset.id, (reset, identity?))))
            .collect();
        Ok(Self {
            invitations,
            users,
            roles,
            styles,
            resets,
        })
    }

    /// `None` for a row that has nothing to carry, at present or any more.
    fn compose(&self, core: &Core, row: deliveries::Model) -> Outcome<Option<Composed>> {
        if let Some(found) = row.invitation_id.and_then(|id| self.invitations.get(&id)) {
            let (invitation, organization) = found;
            let Some(user) = self.users.get(&invitation.user_id) else {
                return Ok(None);
            };
            // Suspended since it was claimed: once resumed, it is claimed again.
            if organization.suspended_at.is_some() {
                return Ok(None);
            }
            if row.generation == outbox::WELCOME {
                let style = self.styles.get(&organization.id);
                return welcome(core, row, found, style, user).map(Some);
            }
            // Replaced or revoked since it was claimed.
            if invitation.generation != row.generation {
                return Ok(None);
            }
            let inviter = invitation.inviter_id.and_then(|id| self.users.get(&id));
            let Some(role) = self.roles.get(&user.role_id) else {
                return Ok(None);
            };
            let facts = InvitationFacts {
                invitation,
                organization,
                style: self.styles.get(&organization.id),
                user,
                inviter,
                role,
            };
            let message = if row.channel == Channel::Sms {
                match sms_to(
                    &row,
                    &user.username,
                    &user.phone,
                    invitation_sms(core, &facts)?,
                ) {
                    Some(sms) => Message::Sms(sms),
                    None => return Ok(None),
                }
            } else {
                let letter = if row.reminder == 0 {
                    invitation_letter(core, row.channel, &facts)?
                } else {
                    reminder_letter(core, row.channel, &facts)?
                };
                let Some(email) = email_to(core, &row, &user.username, &full_name(user), letter)
                else {
                    return Ok(None);
                };
                Message::Email(OutgoingEmail {
                    return_path: bounces::return_path(core, row.id),
                    from_name: organization.sender_name.clone(),
                    reply_to: organization::reply_to(organization),
                    ..email
                })
            };
            let invited = Invited {
                organization: organization.id,
                invitation: invitation.id,
                generation: row.generation,
            };
            return Ok(Some(Composed {
                row,
                message,
                give_up_at: invitation.expires_at,
                invited: Some(invited),
            }));
        }
        if let Some((reset, identity)) = row.password_reset_id.and_then(|id| self.resets.get(&id)) {
            let link = core.link(&format!(
                "/reset/{}",
                core.keys.sign_password_reset(reset.id)
            ));
            let sms = letters::Sms::PasswordReset { link: &link };
            let sms = letters::sms(identity.language, sms)?;
            let letter = letters::password_reset(
                identity.language,
                &letters::PasswordReset {
                    link: &link,
                    expires_at: reset.expires_at,
                    // An identity belongs to no one organization.
                    time_zone: chrono_tz::Tz::UTC,
                },
            )?;
            let message = to_username(core, &row, &identity.username, "", letter, sms);
            return Ok(Some(Composed {
                row,
                message,
                give_up_at: reset.expires_at,
                invited: None,
            }));
        }
        Ok(None)
    }
}

/// The word that the person is in.
fn welcome(
    core: &Core,
    row: deliveries::Model,
    (invitation, organization): &(invitations::Model, organizations::Model),
    style: Option<&Style>,
    user: &users::Model,
) -> Outcome<Composed> {
    let logo = logo(core, style);
    let letter = letters::welcome(
        invitation.language,
        &letters::Welcome {
            organization: &organization.name,
            recipient_name: &user.first_name,
            link: &core.link(SIGN_IN),
            logo: logo.as_deref(),
            accent: organization::accent(organization),
        },
    )?;
    let sms = letters::Sms::Welcome {
        organization: &organization.name,
        link: &core.link(SIGN_IN),
    };
    let sms = letters::sms(invitation.language, sms)?;
    let message = to_username(core, &row, &user.username, &full_name(user), letter, sms);
    Ok(Composed {
        give_up_at: row.created_at + WELCOME_WITHIN,
        row,
        message,
        invited: None,
    })
}

/// What an invitation's letter speaks of.
pub(crate) struct InvitationFacts<'a> {
    pub invitation: &'a invitations::Model,
    pub organization: &'a organizations::Model,
    /// `None` where the organization has nothing of its own.
    pub style: Option<&'a Style>,
    pub user: &'a users::Model,
    /// `None`: someone who was deleted since.
    pub inviter: Option<&'a users::Model>,
    pub role: &'a roles::Model,
}

impl InvitationFacts<'_> {
    /// Whom the operator has invited, or somebody who was deleted since, is invited by nobody else.
    fn inviter(&self) -> String {
        let inviter = self.inviter.filter(|inviter| inviter.id != self.user.id);
        inviter.map(crate::users::called).unwrap_or_default()
    }
}

/// The invitation as an SMS: in the organization's own words, with all that is needed, or in Usher's.
fn invitation_sms(core: &Core, facts: &InvitationFacts<'_>) -> Outcome<String> {
    let language = facts.invitation.language;
    let own = facts.style.and_then(|style| style.sms.get(&language));
    let own = own.and_then(|text| completed(facts.invitation.offer, text));
    tell(core, Channel::Sms, facts, |language, told| {
        if let Some(text) = &own {
            return Ok(letters::own_sms(language, text, told));
        }
        let sms = letters::SmsInvitation {
            organization: told.organization,
            inviter: told.inviter,
            link: told.link,
            username: told.recipient_address,
            password: told.password,
        };
        Ok(letters::sms(language, letters::Sms::Invitation(sms))?)
    })
}

/// The address of an organization's logo, if it has one.
fn logo(core: &Core, style: Option<&Style>) -> Option<String> {
    let path = style?.logo.as_deref()?;
    Some(core.link(path))
}

/// The invitation in words, with the link or the temporary password for this channel.
pub(crate) fn invitation_letter(
    core: &Core,
    channel: Channel,
    facts: &InvitationFacts<'_>,
) -> Outcome<Letter> {
    tell(core, channel, facts, |language, told| {
        Ok(letters::invitation(language, told)?)
    })
}

/// The word that it is about to end, with the same link or temporary password.
fn reminder_letter(core: &Core, channel: Channel, facts: &InvitationFacts<'_>) -> Outcome<Letter> {
    tell(core, channel, facts, |language, told| {
        Ok(letters::reminder(language, told)?)
    })
}

/// Hands what there is to be told to what words it.
fn tell<T>(
    core: &Core,
    channel: Channel,
    facts: &InvitationFacts<'_>,
    word: impl FnOnce(Language, &letters::Invitation<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let (link, password) = offered(core, channel, facts.invitation);
    let language = facts.invitation.language;
    let logo = logo(core, facts.style);
    let told = letters::Invitation {
        organization: &facts.organization.name,
        inviter: &facts.inviter(),
        recipient_name: &facts.user.first_name,
        recipient_address: facts.user.username.as_str(),
        role: crate::roles::called(facts.role, language),
        message: &facts.invitation.message,
        link: &link,
        password: password.as_deref(),
        expires_at: facts.invitation.expires_at,
        time_zone: facts.organization.time_zone.parse().unwrap_or_default(),
        logo: logo.as_deref(),
        accent: organization::accent(facts.organization),
        wording: facts.style.and_then(|style| style.wordings.get(&language)),
    };
    word(language, &told)
}

/// What a message carries: the link, or the temporary password with the address where to sign in.
fn offered(
    core: &Core,
    channel: Channel,
    invitation: &invitations::Model,
) -> (String, Option<String>) {
    match invitation.offer {
        OfferBy::Link => (invitation_link(core, channel, invitation), None),
        OfferBy::TemporaryPassword => {
            let password = temporary_password(core, channel, invitation);
            (core.link(SIGN_IN), Some(password.to_string()))
        }
    }
}

/// Where one signs in, with a temporary password too.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// The current link of an invitation.
pub(crate) fn invitation_link(
    core: &Core,
    channel: Channel,
    invitation: &invitations::Model,
) -> String {
    let token = core.keys.sign_invitation(token(channel, invitation));
    core.link(&format!("/invite/{token}"))
}

/// Its current temporary password. Each channel has another one, so that what was mailed proves the address
/// and what was copied or printed does not.
pub(crate) fn temporary_password(
    core: &Core,
    channel: Channel,
    invitation: &invitations::Model,
) -> TemporaryPassword {
    core.keys.temporary_password(token(channel, invitation))
}

fn token(channel: Channel, invitation: &invitations::Model) -> InvitationToken {
    InvitationToken {
        invitation: invitation.id,
        generation: invitation.generation,
        channel,
    }
}

fn full_name(user: &users::Model) -> String {
    let name = format!("{} {}", user.first_name, user.last_name);
    name.trim().to_owned()
}

/// What goes to what somebody signs in with.
fn to_username(
    core: &Core,
    row: &deliveries::Model,
    username: &Username,
    name: &str,
    letter: Letter,
    sms: String,
) -> Message {
    match username {
        Username::Email(to) => Message::Email(outgoing(core, row, to.clone(), name, letter)),
        Username::Phone(to) => Message::Sms(OutgoingSms {
            id: row.id.to_string(),
            to: to.clone(),
            text: sms,
        }),
    }
}

/// `None` for somebody whose address was taken away meanwhile.
fn email_to(
    core: &Core,
    row: &deliveries::Model,
    username: &Username,
    name: &str,
    letter: Letter,
) -> Option<OutgoingEmail> {
    let to = username.email()?.clone();
    Some(outgoing(core, row, to, name, letter))
}

/// `None` for somebody whose number was taken away meanwhile.
fn sms_to(
    row: &deliveries::Model,
    username: &Username,
    phone: &str,
    text: String,
) -> Option<OutgoingSms> {
    let to = match username.phone() {
        Some(phone) => phone.clone(),
        None => Phone::parse(phone).ok()?,
    };
    Some(OutgoingSms {
        id: row.id.to_string(),
        to,
        text,
    })
}

/// The Message-ID is the row's own, so that a repeated e-mail is recognisable as such.
fn outgoing(
    core: &Core,
    row: &deliveries::Model,
    to: Email,
    to_name: &str,
    letter: Letter,
) -> OutgoingEmail {
    let host = core.public_url.host_str().unwrap_or("localhost");
    OutgoingEmail {
        message_id: format!("{}@{host}", row.id),
        to,
        to_name: to_name.to_owned(),
        from_name: String::new(),
        return_path: None,
        reply_to: None,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    }
}

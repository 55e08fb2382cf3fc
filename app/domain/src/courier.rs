//! The courier: takes due messages out of the outbox, sends several at once, settles them.
//!
//! The loop itself stands in the server; here is what it does in one go, so that tests can drain
//! the outbox step by step.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::task::{JoinError, JoinSet};
use types::invitation::Channel;

use crate::{
    Core, Outcome,
    entity::{deliveries, identities, invitations, organizations, password_resets, roles, users},
    letters::{self, Letter},
    outbox::{self, Invited, Tried},
    ports::{Answer, MailError, Mailer, OutgoingEmail},
    tokens::InvitationToken,
};

/// A message that a try was begun for.
struct Claimed {
    row: deliveries::Model,
    email: OutgoingEmail,
    give_up_at: DateTime<Utc>,
    invited: Option<Invited>,
}

/// Sends at most `slots` messages at once; one that hangs holds up no other.
pub struct Courier {
    core: Arc<Core>,
    mailer: Arc<dyn Mailer>,
    slots: usize,
    lease: chrono::Duration,
    under_way: JoinSet<Tried>,
    ended: Vec<Tried>,
}

/// Added to the mailer's time-out to make the lease: time to settle.
const MARGIN: Duration = Duration::from_secs(30);

impl Courier {
    /// `time_out` is the longest that the mailer takes for one message.
    pub fn new(core: Arc<Core>, mailer: Arc<dyn Mailer>, slots: usize, time_out: Duration) -> Self {
        let lease = chrono::Duration::from_std(time_out + MARGIN)
            .unwrap_or_else(|_| chrono::Duration::hours(1));
        Self {
            core,
            mailer,
            slots,
            lease,
            under_way: JoinSet::new(),
            ended: Vec::new(),
        }
    }

    /// Begins to send what is due, as far as there are free slots. Gives how many were begun.
    pub async fn begin_due(&mut self) -> Outcome<usize> {
        let free = self.slots.saturating_sub(self.under_way.len());
        if free == 0 {
            return Ok(0);
        }
        let rows = outbox::claim(&self.core, free as u64, self.lease).await?;
        let begun = rows.len();
        for claimed in compose(&self.core, rows).await? {
            let mailer = Arc::clone(&self.mailer);
            self.under_way.spawn(async move {
                let result = mailer.send(&claimed.email).await;
                claimed.tried(result)
            });
        }
        Ok(begun)
    }

    /// Waits until a message under way has come to its end; at once if none is under way. May be
    /// given up at any time: what has ended is kept for `settle_ended`.
    pub async fn await_end(&mut self) {
        if let Some(ended) = self.under_way.join_next().await {
            self.keep(ended);
        }
    }

    /// Settles all messages that have come to their end, in one transaction. Not to be given up.
    /// What could not be settled is kept for the next call.
    pub async fn settle_ended(&mut self) -> Outcome<()> {
        while let Some(ended) = self.under_way.try_join_next() {
            self.keep(ended);
        }
        outbox::settle(&self.core, &self.ended).await?;
        self.ended.clear();
        Ok(())
    }

    /// A mailer that panicked leaves its message to the end of the lease.
    fn keep(&mut self, ended: Result<Tried, JoinError>) {
        match ended {
            Ok(tried) => self.ended.push(tried),
            Err(error) => tracing::error!(%error, "a delivery was cut short"),
        }
    }

    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Ends when something was queued since the last call.
    pub async fn wait_for_queued(core: &Core) {
        core.queued.notified().await;
    }

    /// Sends until nothing is due and all is settled.
    pub async fn drain(&mut self) -> Outcome<()> {
        loop {
            let begun = self.begin_due().await?;
            if begun == 0 && self.is_idle() {
                return Ok(());
            }
            self.await_end().await;
            self.settle_ended().await?;
        }
    }
}

impl Claimed {
    fn tried(&self, result: Result<Answer, MailError>) -> Tried {
        Tried {
            delivery: self.row.id,
            attempt: self.row.attempt,
            result,
            give_up_at: self.give_up_at,
            invited: self.invited,
        }
    }
}

/// Writes the letters of claimed rows. What is overdue is settled at once instead: its link would
/// be dead on arrival.
async fn compose(core: &Core, rows: Vec<deliveries::Model>) -> Outcome<Vec<Claimed>> {
    let facts = Facts::read(core, &rows).await?;
    let now = core.now();
    let mut composed = Vec::with_capacity(rows.len());
    let mut overdue = Vec::new();
    for row in rows {
        let Some(claimed) = facts.compose(core, row)? else {
            continue;
        };
        if claimed.give_up_at <= now {
            let last_answer = Answer {
                code: claimed
                    .row
                    .answer_code
                    .and_then(|code| u16::try_from(code).ok()),
                words: claimed.row.answer_words.clone().unwrap_or_default(),
            };
            overdue.push(claimed.tried(Err(MailError::Permanent(last_answer))));
        } else {
            composed.push(claimed);
        }
    }
    outbox::settle(core, &overdue).await?;
    Ok(composed)
}

/// Everything that the letters of some rows speak of, read in a handful of queries.
struct Facts {
    invitations: HashMap<types::ids::InvitationId, (invitations::Model, organizations::Model)>,
    users: HashMap<types::ids::UserId, users::Model>,
    roles: HashMap<types::ids::RoleId, roles::Model>,
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
        let people = invitations
            .values()
            .flat_map(|(invitation, _)| [invitation.user_id, invitation.inviter_id]);
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
            resets,
        })
    }

    /// `None` for a row that has nothing to carry any more; it was cancelled meanwhile.
    fn compose(&self, core: &Core, row: deliveries::Model) -> Outcome<Option<Claimed>> {
        if let Some(found) = row.invitation_id.and_then(|id| self.invitations.get(&id)) {
            let (invitation, organization) = found;
            // Replaced or revoked since it was claimed.
            if invitation.generation != row.generation {
                return Ok(None);
            }
            let (Some(user), Some(inviter)) = (
                self.users.get(&invitation.user_id),
                self.users.get(&invitation.inviter_id),
            ) else {
                return Ok(None);
            };
            let Some(role) = self.roles.get(&user.role_id) else {
                return Ok(None);
            };
            let letter = invitation_letter(
                core,
                row.channel,
                &InvitationFacts {
                    invitation,
                    organization,
                    user,
                    inviter,
                    role,
                },
            )?;
            let invited = Invited {
                organization: organization.id,
                invitation: invitation.id,
                generation: row.generation,
            };
            let name = format!("{} {}", user.first_name, user.last_name);
            let email = outgoing(core, &row, user.email.clone(), name.trim(), letter);
            return Ok(Some(Claimed {
                row,
                email,
                give_up_at: invitation.expires_at,
                invited: Some(invited),
            }));
        }
        if let Some((reset, identity)) = row.password_reset_id.and_then(|id| self.resets.get(&id)) {
            let link = core.link(&format!(
                "/reset/{}",
                core.keys.sign_password_reset(reset.id)
            ));
            let letter = letters::password_reset(
                identity.language,
                &letters::PasswordReset {
                    link: &link,
                    expires_at: reset.expires_at,
                    // An identity belongs to no one organization.
                    time_zone: chrono_tz::Tz::UTC,
                },
            )?;
            let email = outgoing(core, &row, identity.email.clone(), "", letter);
            return Ok(Some(Claimed {
                row,
                email,
                give_up_at: reset.expires_at,
                invited: None,
            }));
        }
        Ok(None)
    }
}

/// What an invitation's letter speaks of.
pub(crate) struct InvitationFacts<'a> {
    pub invitation: &'a invitations::Model,
    pub organization: &'a organizations::Model,
    pub user: &'a users::Model,
    pub inviter: &'a users::Model,
    pub role: &'a roles::Model,
}

/// The invitation in words, with the link for this channel.
pub(crate) fn invitation_letter(
    core: &Core,
    channel: Channel,
    facts: &InvitationFacts<'_>,
) -> Outcome<Letter> {
    let link = invitation_link(core, channel, facts.invitation);
    let letter = letters::invitation(
        facts.invitation.language,
        &letters::Invitation {
            organization: &facts.organization.name,
            inviter: &crate::users::called(facts.inviter),
            recipient_name: &facts.user.first_name,
            role: crate::roles::called(facts.role, facts.invitation.language),
            message: &facts.invitation.message,
            link: &link,
            expires_at: facts.invitation.expires_at,
            time_zone: facts.organization.time_zone.parse().unwrap_or_default(),
        },
    )?;
    Ok(letter)
}

/// The current link of an invitation.
pub(crate) fn invitation_link(
    core: &Core,
    channel: Channel,
    invitation: &invitations::Model,
) -> String {
    let token = core.keys.sign_invitation(InvitationToken {
        invitation: invitation.id,
        generation: invitation.generation,
        channel,
    });
    core.link(&format!("/invite/{token}"))
}

/// The Message-ID is the row's own, so that a repeated e-mail is recognisable as such.
fn outgoing(
    core: &Core,
    row: &deliveries::Model,
    to: types::contact::Email,
    to_name: &str,
    letter: Letter,
) -> OutgoingEmail {
    let host = core.public_url.host_str().unwrap_or("localhost");
    OutgoingEmail {
        message_id: format!("{}@{host}", row.id),
        to,
        to_name: to_name.to_owned(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    }
}

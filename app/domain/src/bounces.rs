//! Messages that came back after a server had taken them.
//!
//! Whoever tells of one names the message by its return path (an address of its own for each, which only we can make)
//! or by its Message-ID. `providers` reads what providers post; reports that come by mail are read by the server.

mod providers;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, Set,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use types::{
    contact::Email,
    ids::{DeliveryId, OrganizationId},
    invitation::Channel,
    refusal::Refusal,
    users::UserStatus,
};

pub use self::providers::{Posted, Provider, posted};
use crate::{
    Core, Outcome,
    changes::News,
    entity::{
        deliveries::{self, DeliveryState},
        delivery_events::{self, EventKind},
        invitations, users,
    },
    outbox,
    ports::Answer,
};

/// Somebody's word that a message came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    pub delivery: DeliveryId,
    /// The address takes no mail, and will not by itself.
    pub for_good: bool,
    pub answer: Answer,
}

/// The addresses that messages come back to: `bounces+<token>@usher.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath {
    local: String,
    domain: String,
}

/// How the installation hears of bounces.
#[derive(Default)]
pub struct Settings {
    /// `None`: messages come back to the sender's address.
    pub path: Option<ReturnPath>,
    /// Which providers know; `None`: none may tell.
    pub secret: Option<SecretString>,
}

/// Of a local part, which may have 64 characters: the rest are the token and the `+`.
const LONGEST_LOCAL: usize = 15;

impl ReturnPath {
    /// `None` for what is no address, or has a `+` or more than 15 characters in front of its `@`.
    pub fn parse(address: &str) -> Option<Self> {
        let email = Email::parse(address).ok()?;
        let (local, domain) = email
            .ascii()
            .rsplit_once('@')
            .map(|(local, domain)| (local.to_owned(), domain.to_ascii_lowercase()))?;
        let fits = local.len() <= LONGEST_LOCAL && local.is_ascii() && !local.contains(['+', '"']);
        fits.then_some(Self { local, domain })
    }

    pub fn domain(&self) -> &str {
        &self.domain
    }

    fn with(&self, token: &str) -> String {
        format!("{}+{token}@{}", self.local, self.domain)
    }

    /// The token of one of these addresses; servers on the way may have changed its case.
    fn token_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (local, domain) = address.rsplit_once('@')?;
        let (ours, token) = local.split_once('+')?;
        let is_ours =
            ours.eq_ignore_ascii_case(&self.local) && domain.eq_ignore_ascii_case(&self.domain);
        is_ours.then_some(token)
    }
}

/// A provider that has told the secret of the installation.
pub struct Teller(());

/// Whoever knows the secret.
///
/// # Errors
/// `NotFound` where there is none; `NotAllowed` for another one, in a time that says nothing about it.
pub fn teller(core: &Core, told: &str) -> Result<Teller, Refusal> {
    let secret = core.bounces.secret.as_ref().ok_or(Refusal::NotFound)?;
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    let (ours, theirs) = (digest(secret.expose_secret()), digest(told));
    let differing = ours.iter().zip(theirs.iter());
    if differing.fold(0, |all, (a, b)| all | (a ^ b)) == 0 {
        Ok(Teller(()))
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// Where a message comes back to; `None`: to the sender's address.
pub(crate) fn return_path(core: &Core, delivery: DeliveryId) -> Option<String> {
    let path = core.bounces.path.as_ref()?;
    Some(path.with(&core.keys.sign_delivery(delivery)))
}

/// Whose return path an address is; `None` for what this installation never made.
pub fn delivery_of(core: &Core, address: &str) -> Option<DeliveryId> {
    let path = core.bounces.path.as_ref()?;
    core.keys.read_delivery(path.token_of(address)?)
}

/// What a server said, as it says it at once: the code that `said` begins with, and words that begin with the
/// status (RFC 3463), where there is one.
pub fn answer(status: &str, said: &str) -> Answer {
    let said = one_line(said);
    let code = code_of(&said);
    let words = match code {
        Some(_) => said.get(3..).unwrap_or_default(),
        None => &said,
    };
    let words = words.trim_start_matches(['-', ' ']);
    let words = if words.contains(status) {
        words.to_owned()
    } else {
        format!("{status} {words}")
    };
    Answer {
        code,
        words: words.trim().chars().take(LONGEST_WORDS).collect(),
    }
}

/// Characters of a server's words that are kept.
pub const LONGEST_WORDS: usize = 500;

fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The SMTP code that words begin with.
pub fn code_of(words: &str) -> Option<u16> {
    let (digits, rest) = words.split_at_checked(3)?;
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
    let code: u16 = digits.parse().ok()?;
    (ends && (200..600).contains(&code)).then_some(code)
}

/// Writes bounces down, each message's first one. While the message carries the current generation, and the person
/// is not in, the user's status says so; an address that takes no mail is not written to again until it is changed
/// or confirmed (`people::try_again`).
pub async fn record(core: &Core, bounces: &[Bounce]) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let mut changed: Vec<OrganizationId> = Vec::new();
    for bounce in bounces {
        let organization = record_one(&write, bounce, now).await?;
        changed.extend(organization.filter(|id| !changed.contains(id)));
    }
    let news = News {
        changed: &changed,
        queued: false,
    };
    core.commit_with(write, news).await
}

/// `None` where nothing followed from it.
async fn record_one(
    write: &impl ConnectionTrait,
    bounce: &Bounce,
    now: DateTime<Utc>,
) -> Outcome<Option<OrganizationId>> {
    let found = deliveries::Entity::find_by_id(bounce.delivery)
        .filter(deliveries::Column::Channel.eq(Channel::Email))
        .find_also_related(invitations::Entity)
        .one(write)
        .await?;
    // Deleted since, or a message that carried no invitation.
    let Some((delivery, Some(invitation))) = found else {
        return Ok(None);
    };
    let told = delivery_events::Entity::find()
        .filter(delivery_events::Column::DeliveryId.eq(delivery.id))
        .filter(delivery_events::Column::Kind.eq(EventKind::Bounced))
        .count(write)
        .await?;
    if told > 0 {
        return Ok(None);
    }
    let event = outbox::event(delivery.id, EventKind::Bounced, bounce.answer.clone(), now);
    delivery_events::Entity::insert(event).exec(write).await?;
    if delivery.generation != invitation.generation {
        return Ok(Some(invitation.organization_id));
    }
    if bounce.for_good {
        let by_mail = deliveries::Column::Channel.eq(Channel::Email);
        let of_it = deliveries::Column::InvitationId.eq(invitation.id);
        outbox::cancel(write, of_it.and(by_mail), now).await?;
        users::Entity::update_many()
            .set(users::ActiveModel {
                bounced_at: Set(Some(now)),
                ..Default::default()
            })
            .filter(users::Column::Id.eq(invitation.user_id))
            .filter(users::Column::Status.is_in(PENDING))
            .exec(write)
            .await?;
    }
    if !has_another_way(write, &delivery).await? {
        users::Entity::update_many()
            .set(users::ActiveModel {
                status: Set(UserStatus::Failed),
                failure_code: Set(bounce.answer.code.map(i32::from)),
                failure_words: Set(Some(bounce.answer.words.clone())),
                ..Default::default()
            })
            .filter(users::Column::Id.eq(invitation.user_id))
            .filter(users::Column::Status.is_in(PENDING))
            .exec(write)
            .await?;
    }
    Ok(Some(invitation.organization_id))
}

const PENDING: [UserStatus; 3] = [UserStatus::Waiting, UserStatus::Invited, UserStatus::Failed];

/// Whether the same invitation is on its way, or there, by SMS too.
async fn has_another_way(
    read: &impl ConnectionTrait,
    delivery: &deliveries::Model,
) -> Outcome<bool> {
    let under_way = [
        DeliveryState::Queued,
        DeliveryState::Sending,
        DeliveryState::Sent,
    ];
    let others = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(delivery.invitation_id))
        .filter(deliveries::Column::Generation.eq(delivery.generation))
        .filter(deliveries::Column::Channel.eq(Channel::Sms))
        .filter(deliveries::Column::State.is_in(under_way))
        .count(read)
        .await?;
    Ok(others > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_has_room_for_its_token() {
        for (address, fits) in [
            ("bounces@usher.example", true),
            ("fifteen.letters@usher.example", true),
            ("sixteen.letters1@usher.example", false),
            ("bounces+x@usher.example", false),
            ("bounces", false),
        ] {
            assert_eq!(ReturnPath::parse(address).is_some(), fits, "{address}");
        }
    }

    #[test]
    fn a_token_is_found_in_any_case_and_in_no_other_address() {
        let path = ReturnPath::parse("Bounces@Usher.example");
        let token = |address| path.as_ref().and_then(|path| path.token_of(address));
        assert_eq!(token("bounces+ab12@usher.example"), Some("ab12"));
        assert_eq!(token("BOUNCES+AB12@USHER.EXAMPLE"), Some("AB12"));
        assert_eq!(token("bounces@usher.example"), None);
        assert_eq!(token("bounces+ab12@other.example"), None);
        assert_eq!(token("others+ab12@usher.example"), None);
        assert_eq!(token("bounces+ab12"), None);
    }

    #[test]
    fn a_servers_words_are_told_apart_from_its_code() {
        for (status, said, code, words) in [
            (
                "5.1.1",
                "550 5.1.1 No such user",
                Some(550),
                "5.1.1 No such user",
            ),
            (
                "5.1.1",
                "550-5.1.1 No\r\n 550 way",
                Some(550),
                "5.1.1 No 550 way",
            ),
            ("5.1.1", "No such user", None, "5.1.1 No such user"),
            ("5.1.1", "", None, "5.1.1"),
            ("", "550", Some(550), ""),
            ("", "5501 is my number", None, "5501 is my number"),
            ("", "550.1 is my number", None, "550.1 is my number"),
            ("", "999 is none", None, "999 is none"),
            ("", "ёёё", None, "ёёё"),
        ] {
            let expected = Answer {
                code,
                words: words.to_owned(),
            };
            assert_eq!(answer(status, said), expected, "{status} {said}");
        }
    }
}

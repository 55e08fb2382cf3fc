//! What becomes of each recipient, before anything is written.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use types::{
    batch::{
        Audience, RecipientVerdict, SKIPPED_SHOWN, SendPreview, SendRequest, Verdict, VerdictCounts,
    },
    contact::Username,
    ids::RoleId,
    invitation::Via,
    organization::Verification,
    recipients::{self, Reading},
    refusal::{MOST_RECIPIENTS, Refusal},
    resources::Access,
    users::ShownStatus,
};

use crate::{
    Core, Outcome, access, audience, batches,
    channels::{self, Route},
    database,
    domains::AllowedDomains,
    entity::{roles, users},
    mail_domains::NoMail,
    proof::{Admin, ManageUsers},
    roles::{may_give, usual},
    seats::Free,
};

/// One recipient in the order of the request.
pub(super) struct Line {
    pub address: String,
    pub name: String,
    pub verdict: Verdict,
    /// Set where the verdict is `Ready`.
    pub username: Option<Username>,
    /// By which ways it is sent; empty where the verdict is another.
    pub routes: Vec<Route>,
    pub existing: Option<users::Model>,
}

/// Whom an act is for, of those who are neither active nor deactivated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Everybody,
    /// All but those who have a standing invitation.
    WithoutStanding,
    Expired,
}

impl Whom {
    pub fn of(request: &SendRequest) -> Self {
        if request.resend {
            Self::Everybody
        } else {
            Self::WithoutStanding
        }
    }
}

pub(super) struct Plan {
    pub lines: Vec<Line>,
    /// The role of those who are new.
    pub role: RoleId,
    /// The access of those who are new.
    pub access: Access,
}

impl Plan {
    pub async fn make(
        read: &impl ConnectionTrait,
        admin: &Admin<ManageUsers>,
        request: &SendRequest,
        no_mail: &NoMail,
        now: DateTime<Utc>,
    ) -> Outcome<Self> {
        Self::made_for(read, admin, request, Whom::of(request), no_mail, now).await
    }

    pub async fn made_for(
        read: &impl ConnectionTrait,
        admin: &Admin<ManageUsers>,
        request: &SendRequest,
        whom: Whom,
        no_mail: &NoMail,
        now: DateTime<Utc>,
    ) -> Outcome<Self> {
        let roles = crate::roles::all(read, admin.organization).await?;
        let organization = crate::organization::find(read, admin.organization).await?;
        let role = match request.role {
            Some(id) => roles.iter().find(|role| role.id == id),
            None => usual(&roles, &organization, admin),
        }
        .ok_or(Refusal::NotFound)?;
        if !may_give(admin, role) {
            return Err(Refusal::RoleAboveYours.into());
        }
        let new_access = access::given(read, admin, request.access.as_ref()).await?;
        let role_of: HashMap<RoleId, &roles::Model> =
            roles.iter().map(|role| (role.id, role)).collect();
        let covers = |user: &users::Model| {
            let role = role_of.get(&user.role_id);
            role.is_some_and(|role| access::covers(admin, role, user))
        };
        let domains = AllowedDomains::in_row(&organization);
        let judge = |user: &users::Model| judge(user, covers, &domains, whom, now);
        let mut lines = match &request.audience {
            Audience::Pasted(text) => pasted(read, admin, text, &domains, judge).await?,
            Audience::Users(ids) => {
                let people = audience::chosen(read, admin.organization, ids).await?;
                in_directory(people, judge)
            }
            Audience::Matching(filter) => {
                let people = audience::matching(read, admin.organization, filter, now).await?;
                in_directory(people, judge)
            }
        };
        for line in &mut lines {
            line.find_ways(organization.verification, request.via, no_mail);
        }
        let mut free = Free::of(read, admin.organization, now).await?;
        for line in &mut lines {
            if line.verdict == Verdict::Ready && !free.give(line.existing.as_ref()) {
                line.verdict = Verdict::OverSeats;
            }
        }
        Ok(Self {
            lines,
            role: role.id,
            access: new_access,
        })
    }

    pub fn counts(&self) -> VerdictCounts {
        let mut counts = VerdictCounts::default();
        for line in &self.lines {
            counts.add(&line.verdict);
        }
        counts
    }

    pub fn preview(&self) -> SendPreview {
        SendPreview {
            counts: self.counts(),
            skipped: self
                .lines
                .iter()
                .filter(|line| line.verdict != Verdict::Ready)
                .take(SKIPPED_SHOWN)
                .map(|line| RecipientVerdict {
                    address: line.address.clone(),
                    name: line.name.clone(),
                    verdict: line.verdict.clone(),
                    user: line.existing.as_ref().map(|user| user.id),
                })
                .collect(),
        }
    }
}

impl Line {
    /// Who is ready needs a way to them.
    fn find_ways(&mut self, policy: Verification, via: Via, no_mail: &NoMail) {
        if self.verdict != Verdict::Ready {
            return;
        }
        let existing = self.existing.as_ref();
        let username = match existing {
            Some(user) => Some(&user.username),
            None => self.username.as_ref(),
        };
        let found = username.ok_or(Verdict::NoEmail).and_then(|username| {
            let phone = existing.map_or("", |user| &user.phone);
            let no_mail = no_mail.why(username, existing);
            channels::routes(policy, via, username, phone, no_mail)
        });
        match found {
            Ok(routes) => self.routes = routes,
            Err(verdict) => self.verdict = verdict,
        }
    }
}

/// Asks which of the request's domains take no mail; not to be called in a transaction.
pub(super) async fn no_mail(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
) -> Outcome<NoMail> {
    if core.mail_domains.is_none() || request.via == Via::Sms {
        return Ok(NoMail::default());
    }
    let read = core.database.read();
    let organization = admin.organization;
    let people = match &request.audience {
        Audience::Pasted(text) => {
            let entries = recipients::parse(text).entries;
            let domains = entries.iter().filter_map(|entry| match &entry.reading {
                Reading::Ready(recipient) => Some(recipient.email.domain().to_owned()),
                _ => None,
            });
            return Ok(NoMail::among(core, domains.collect()).await);
        }
        Audience::Users(ids) => audience::chosen(read, organization, ids).await?,
        Audience::Matching(filter) => {
            audience::matching(read, organization, filter, core.now()).await?
        }
    };
    let emails = people.iter().filter_map(|user| user.username.email());
    let domains = emails.map(|email| email.domain().to_owned());
    Ok(NoMail::among(core, domains.collect()).await)
}

fn in_directory(people: Vec<users::Model>, judge: impl Fn(&users::Model) -> Verdict) -> Vec<Line> {
    let lines = people.into_iter().map(|user| Line {
        address: user.username.to_string(),
        name: batches::name_of(&user),
        verdict: judge(&user),
        username: Some(user.username.clone()),
        routes: Vec::new(),
        existing: Some(user),
    });
    lines.collect()
}

/// The verdict on someone who is in the directory.
fn judge(
    user: &users::Model,
    covers: impl Fn(&users::Model) -> bool,
    domains: &AllowedDomains,
    whom: Whom,
    now: DateTime<Utc>,
) -> Verdict {
    match ShownStatus::of(user.status, user.expires_at, now) {
        ShownStatus::Active => Verdict::AlreadyActive,
        ShownStatus::Deactivated => Verdict::Deactivated,
        _ if !covers(user) => Verdict::RoleAboveYours,
        _ if !domains.allow(&user.username) => Verdict::DomainNotAllowed,
        ShownStatus::Expired => Verdict::Ready,
        ShownStatus::NotInvited if whom == Whom::Expired => Verdict::NotInvited,
        _ if whom == Whom::Expired => Verdict::NotExpired,
        ShownStatus::Waiting | ShownStatus::Invited if whom == Whom::WithoutStanding => {
            Verdict::AlreadyInvited
        }
        ShownStatus::NotInvited
        | ShownStatus::Waiting
        | ShownStatus::Invited
        | ShownStatus::Failed => Verdict::Ready,
    }
}

async fn pasted(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
    text: &str,
    domains: &AllowedDomains,
    judge: impl Fn(&users::Model) -> Verdict,
) -> Outcome<Vec<Line>> {
    let entries = recipients::parse(text).entries;
    if entries.len() > MOST_RECIPIENTS as usize {
        return Err(Refusal::TooManyRecipients.into());
    }
    let keys: Vec<&str> = entries
        .iter()
        .filter_map(|entry| match &entry.reading {
            Reading::Ready(recipient) => Some(recipient.email.key()),
            _ => None,
        })
        .collect();
    let mut known: HashMap<String, users::Model> = HashMap::new();
    for keys in keys.chunks(database::CHUNK) {
        let found = users::Entity::find()
            .filter(users::Column::OrganizationId.eq(admin.organization))
            .filter(users::Column::UsernameKey.is_in(keys.iter().copied()))
            .all(read)
            .await?;
        known.extend(
            found
                .into_iter()
                .map(|user| (user.username_key.clone(), user)),
        );
    }
    let lines = entries.into_iter().map(|entry| match entry.reading {
        Reading::Ready(recipient) => {
            let username = Username::from(recipient.email);
            let existing = known.remove(username.key());
            let verdict = match &existing {
                Some(user) => judge(user),
                None if domains.allow(&username) => Verdict::Ready,
                None => Verdict::DomainNotAllowed,
            };
            Line {
                address: username.to_string(),
                name: recipient.name,
                verdict,
                username: Some(username),
                routes: Vec::new(),
                existing,
            }
        }
        Reading::Duplicate(recipient) => Line {
            address: recipient.email.to_string(),
            name: recipient.name,
            verdict: Verdict::Duplicate,
            username: None,
            routes: Vec::new(),
            existing: None,
        },
        Reading::Invalid { text, fault } => Line {
            address: text,
            name: String::new(),
            verdict: Verdict::NotValid(fault),
            username: None,
            routes: Vec::new(),
            existing: None,
        },
    });
    Ok(lines.collect())
}

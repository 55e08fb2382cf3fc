//! What becomes of each recipient, before anything is written.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use types::{
    batch::{
        Audience, RecipientVerdict, SKIPPED_SHOWN, SendPreview, SendRequest, Verdict, VerdictCounts,
    },
    contact::Email,
    ids::RoleId,
    recipients::{self, Reading},
    refusal::{MOST_RECIPIENTS, Refusal},
    users::ShownStatus,
};

use crate::{
    Outcome, audience, batches, database,
    domains::AllowedDomains,
    entity::users,
    proof::{Admin, ManageUsers},
    roles::may_give,
};

/// One recipient in the order of the request.
pub(super) struct Line {
    pub address: String,
    pub name: String,
    pub verdict: Verdict,
    /// Set where the verdict is `Ready`.
    pub email: Option<Email>,
    pub existing: Option<users::Model>,
}

pub(super) struct Plan {
    pub lines: Vec<Line>,
    /// The role of those who are new.
    pub role: RoleId,
}

impl Plan {
    pub async fn make(
        read: &impl ConnectionTrait,
        admin: &Admin<ManageUsers>,
        request: &SendRequest,
        now: DateTime<Utc>,
    ) -> Outcome<Self> {
        let roles = crate::roles::all(read, admin.organization).await?;
        let role = match request.role {
            Some(id) => roles.iter().find(|role| role.id == id),
            None => roles
                .iter()
                .find(|role| role.kind == types::access::RoleKind::User),
        }
        .ok_or(Refusal::NotFound)?;
        if !may_give(admin, role) {
            return Err(Refusal::RoleAboveYours.into());
        }
        let allowed: HashSet<RoleId> = roles
            .iter()
            .filter(|role| may_give(admin, role))
            .map(|role| role.id)
            .collect();
        let domains = AllowedDomains::of(read, admin.organization).await?;
        let judge = |user: &users::Model| judge(user, &allowed, &domains, request.resend, now);
        let lines = match &request.audience {
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
        Ok(Self {
            lines,
            role: role.id,
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
                })
                .collect(),
        }
    }
}

fn in_directory(people: Vec<users::Model>, judge: impl Fn(&users::Model) -> Verdict) -> Vec<Line> {
    let lines = people.into_iter().map(|user| Line {
        address: user.email.to_string(),
        name: batches::name_of(&user),
        verdict: judge(&user),
        email: Some(user.email.clone()),
        existing: Some(user),
    });
    lines.collect()
}

/// The verdict on someone who is in the directory.
fn judge(
    user: &users::Model,
    allowed: &HashSet<RoleId>,
    domains: &AllowedDomains,
    resend: bool,
    now: DateTime<Utc>,
) -> Verdict {
    match ShownStatus::of(user.status, user.expires_at, now) {
        ShownStatus::Active => Verdict::AlreadyActive,
        ShownStatus::Deactivated => Verdict::Deactivated,
        _ if !allowed.contains(&user.role_id) => Verdict::RoleAboveYours,
        _ if !domains.allow(&user.email) => Verdict::DomainNotAllowed,
        ShownStatus::Waiting | ShownStatus::Invited if !resend => Verdict::AlreadyInvited,
        _ => Verdict::Ready,
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
            .filter(users::Column::EmailKey.is_in(keys.iter().copied()))
            .all(read)
            .await?;
        known.extend(found.into_iter().map(|user| (user.email_key.clone(), user)));
    }
    let lines = entries.into_iter().map(|entry| match entry.reading {
        Reading::Ready(recipient) => {
            let existing = known.remove(recipient.email.key());
            let verdict = match &existing {
                Some(user) => judge(user),
                None if domains.allow(&recipient.email) => Verdict::Ready,
                None => Verdict::DomainNotAllowed,
            };
            Line {
                address: recipient.email.to_string(),
                name: recipient.name,
                verdict,
                email: Some(recipient.email),
                existing,
            }
        }
        Reading::Duplicate(recipient) => Line {
            address: recipient.email.to_string(),
            name: recipient.name,
            verdict: Verdict::Duplicate,
            email: None,
            existing: None,
        },
        Reading::Invalid { text, fault } => Line {
            address: text,
            name: String::new(),
            verdict: Verdict::NotValid(fault),
            email: None,
            existing: None,
        },
    });
    Ok(lines.collect())
}

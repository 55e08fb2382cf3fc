//! The domains whose addresses an organization invites.

use sea_orm::{ConnectionTrait, EntityTrait};
use types::{contact::Email, ids::OrganizationId, refusal::Refusal};

use crate::{Outcome, entity::organizations};

/// Empty: any domain.
pub(crate) struct AllowedDomains(Vec<String>);

impl AllowedDomains {
    pub async fn of(read: &impl ConnectionTrait, organization: OrganizationId) -> Outcome<Self> {
        let organization = organizations::Entity::find_by_id(organization)
            .one(read)
            .await?
            .ok_or(Refusal::NotFound)?;
        let domains = organization.allowed_domains.split_whitespace();
        Ok(Self(domains.map(str::to_owned).collect()))
    }

    /// Domains below an allowed one are other domains.
    pub fn allow(&self, email: &Email) -> bool {
        self.0.is_empty() || self.0.iter().any(|domain| domain == email.domain())
    }
}

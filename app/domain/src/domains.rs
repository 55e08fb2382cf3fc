//! The domains whose addresses an organization invites.

use types::contact::Username;

use crate::entity::organizations;

/// Empty: any domain.
pub(crate) struct AllowedDomains(Vec<String>);

impl AllowedDomains {
    pub fn in_row(organization: &organizations::Model) -> Self {
        let domains = organization.allowed_domains.split_whitespace();
        Self(domains.map(str::to_owned).collect())
    }

    /// Domains below an allowed one are other domains. Who has no address is of no other domain.
    pub fn allow(&self, username: &Username) -> bool {
        let Some(email) = username.email() else {
            return true;
        };
        self.0.is_empty() || self.0.iter().any(|domain| domain == email.domain())
    }
}

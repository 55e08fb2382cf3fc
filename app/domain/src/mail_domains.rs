//! Which domains of a list take no mail at all: asked before anything is written, as nothing may await the network in a
//! transaction. Where an answer is uncertain, or comes too late, the domain counts as one that takes mail.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use tokio::time::timeout;
use types::{batch::Verdict, contact::Username};

use crate::{Core, entity::users, ports::TakesMail};

/// For the whole list.
const WITHIN: Duration = Duration::from_secs(2);
/// Domains that are asked about at the same time.
const AT_ONCE: usize = 50;

/// The domains that are known to take no mail.
#[derive(Debug, Default)]
pub(crate) struct NoMail(HashSet<String>);

impl NoMail {
    /// Asks about each domain once.
    pub async fn among(core: &Core, domains: HashSet<String>) -> Self {
        let Some(asked) = &core.mail_domains else {
            return Self::default();
        };
        let mut answers = stream::iter(domains)
            .map(|domain| {
                let asked = Arc::clone(asked);
                async move {
                    let takes = asked.takes_mail(&domain).await;
                    (domain, takes)
                }
            })
            .buffer_unordered(AT_ONCE);
        let mut without = HashSet::new();
        let all = async {
            while let Some((domain, takes)) = answers.next().await {
                if takes == TakesMail::No {
                    without.insert(domain);
                }
            }
        };
        if timeout(WITHIN, all).await.is_err() {
            tracing::warn!("the name server is slow: some domains were not looked up");
        }
        Self(without)
    }

    /// Why e-mail does not reach somebody, as far as is known. `user` is who they are in the directory.
    pub fn why(&self, username: &Username, user: Option<&users::Model>) -> Option<Verdict> {
        let email = username.email()?;
        if user.is_some_and(|user| user.bounced_at.is_some()) {
            Some(Verdict::Bounced)
        } else if self.0.contains(email.domain()) {
            Some(Verdict::NoMailServer)
        } else {
            None
        }
    }
}

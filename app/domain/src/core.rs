//! What every rule needs: the database, the clock, the keys, and who to tell of a change.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use tokio::sync::{Notify, Semaphore, watch};
use types::ids::OrganizationId;
use url::Url;

use crate::{
    Outcome, bounces,
    changes::{self, Changes, News},
    database::Database,
    directory::Ways,
    passwords::Hasher,
    ports::{Clock, MailDomains},
    random,
    tallies::Tallies,
    tokens::Keys,
};

/// Each takes up to 70 MB for a moment.
const READERS: usize = 1;

/// Shared by all requests and the courier; cheap to pass by reference.
pub struct Core {
    pub(crate) database: Database,
    pub(crate) keys: Keys,
    pub(crate) public_url: Url,
    pub(crate) hasher: Hasher,
    pub(crate) changes: Changes,
    /// Wakes the courier when something was queued.
    pub(crate) queued: Notify,
    /// Wakes who works on imports.
    pub(crate) importing: Notify,
    /// Uploads that may be read at the same time: each takes memory.
    pub(crate) readers: Semaphore,
    pub(crate) setup_code: String,
    /// Whether caught messages may be looked at.
    pub(crate) mailbox: bool,
    /// See `directory::reach`.
    pub(crate) ways: Ways,
    pub(crate) tallies: Tallies,
    /// How it hears of messages that came back.
    pub(crate) bounces: bounces::Settings,
    /// `None`: nobody is asked.
    pub(crate) mail_domains: Option<Arc<dyn MailDomains>>,
    clock: Arc<dyn Clock>,
}

impl Core {
    /// `public_url` is what links in messages begin with.
    pub fn new(database: Database, clock: Arc<dyn Clock>, keys: Keys, public_url: Url) -> Self {
        Self {
            database,
            keys,
            public_url,
            hasher: Hasher::default(),
            changes: Changes::default(),
            queued: Notify::new(),
            importing: Notify::new(),
            readers: Semaphore::new(READERS),
            setup_code: random::code(),
            mailbox: false,
            ways: Ways::default(),
            tallies: Tallies::default(),
            bounces: bounces::Settings::default(),
            mail_domains: None,
            clock,
        }
    }

    /// Lets anyone look at caught messages: only for loopback and demonstrations.
    #[must_use]
    pub fn with_mailbox(self) -> Self {
        Self {
            mailbox: true,
            ..self
        }
    }

    /// Hears of messages that came back.
    #[must_use]
    pub fn with_bounces(self, bounces: bounces::Settings) -> Self {
        Self { bounces, ..self }
    }

    /// Leaves out of what is sent who has no mail server.
    #[must_use]
    pub fn with_mail_domains(self, domains: Arc<dyn MailDomains>) -> Self {
        Self {
            mail_domains: Some(domains),
            ..self
        }
    }

    /// Lists go about it in other ways: for tests and measurements.
    #[must_use]
    pub fn with_ways(self, ways: Ways) -> Self {
        Self { ways, ..self }
    }

    pub fn mailbox(&self) -> bool {
        self.mailbox
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Something of the organization changes with every value.
    pub fn watch(&self, organization: OrganizationId) -> watch::Receiver<u64> {
        self.changes.of(organization).subscribe()
    }

    /// A link to `path` of this installation.
    pub(crate) fn link(&self, path: &str) -> String {
        let base = self.public_url.as_str().trim_end_matches('/');
        format!("{base}{path}")
    }

    /// Commits, then tells those who watch the organization.
    pub(crate) async fn commit(
        &self,
        write: DatabaseTransaction,
        organization: OrganizationId,
    ) -> Outcome<()> {
        let news = News {
            changed: &[organization],
            queued: false,
        };
        self.commit_with(write, news).await
    }

    /// The same for a write that has something else, or more, to tell.
    pub(crate) async fn commit_with(
        &self,
        write: DatabaseTransaction,
        news: News<'_>,
    ) -> Outcome<()> {
        if self.database.announcing().is_some() {
            changes::announce(&write, news).await?;
        }
        write.commit().await?;
        for organization in news.changed {
            self.changes.tell(*organization);
        }
        if news.queued {
            self.queued.notify_one();
        }
        Ok(())
    }
}

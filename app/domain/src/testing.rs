//! What tests need: a database of their own, a clock that they set, a mailer that remembers.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use migrations::{Migrator, MigratorTrait};
use tempfile::TempDir;
use types::{language::Language, refusal::Refusal};
use url::Url;

use crate::{
    Core, Fault, Outcome,
    courier::Courier,
    database::Database,
    ports::{Answer, Clock, MailError, Mailer, OutgoingEmail},
    proof::{Admin, ManageUsers, Member},
    sessions, setup,
    tokens::{KEY_BYTES, Keys},
};

/// A clock that stands still until it is moved.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Remembers what it was given; answers as it was told to, and "250 OK" after that.
#[derive(Default)]
pub struct RecordingMailer {
    sent: Mutex<Vec<OutgoingEmail>>,
    answers: Mutex<VecDeque<Result<Answer, MailError>>>,
}

impl RecordingMailer {
    /// Messages taken so far.
    pub fn sent(&self) -> Vec<OutgoingEmail> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn answer_next(&self, answer: Result<Answer, MailError>) {
        self.answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(answer);
    }

    /// The token of the link in the newest message to the address.
    pub fn token_for(&self, email: &str) -> Option<String> {
        let sent = self.sent();
        let message = sent.iter().rev().find(|sent| sent.to.as_str() == email)?;
        let (_, rest) = ["/invite/", "/reset/"]
            .iter()
            .find_map(|path| message.text.split_once(path))?;
        rest.split_whitespace().next().map(str::to_owned)
    }
}

#[async_trait]
impl Mailer for RecordingMailer {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, MailError> {
        let answer = self
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
            .unwrap_or_else(|| Ok(answer(250, "OK")));
        if answer.is_ok() {
            self.sent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(email.clone());
        }
        answer
    }
}

pub fn answer(code: u16, words: &str) -> Answer {
    Answer {
        code: Some(code),
        words: words.to_owned(),
    }
}

/// An installation of its own, on a fresh SQLite file with the real migrations.
pub struct TestUsher {
    pub core: Arc<Core>,
    pub clock: Arc<TestClock>,
    pub mailer: Arc<RecordingMailer>,
    // Deleted with the test.
    _directory: TempDir,
}

/// The owner's password in test installations.
pub const PASSWORD: &str = "tidal lantern orchard 7";
pub const OWNER: &str = "olive@acme.example";

impl TestUsher {
    pub async fn new() -> Outcome<Self> {
        let directory = TempDir::new().map_err(Fault::broken)?;
        let url = format!("sqlite://{}/usher.db?mode=rwc", directory.path().display());
        let database = Database::connect(&url).await?;
        Migrator::up(database.schema(), None).await?;
        let start = DateTime::from_timestamp(1_772_000_000, 0).unwrap_or_default();
        let clock = Arc::new(TestClock(Mutex::new(start)));
        let keys = Keys::new(vec![[7; KEY_BYTES]]).map_err(Fault::broken)?;
        let url = Url::parse("https://usher.example").map_err(Fault::broken)?;
        Ok(Self {
            core: Arc::new(Core::new(database, clock.clone(), keys, url)),
            clock,
            mailer: Arc::new(RecordingMailer::default()),
            _directory: directory,
        })
    }

    /// With the organization "Acme Clinics" and its owner.
    pub async fn with_owner() -> Outcome<(Self, Admin<ManageUsers>)> {
        let usher = Self::new().await?;
        let request = setup::Request {
            organization: "Acme Clinics".to_owned(),
            owner_name: "Olive Owner".to_owned(),
            owner_email: OWNER.to_owned(),
            password: PASSWORD.to_owned(),
            language: Language::En,
        };
        let owner = setup::create(&usher.core, request).await?;
        let admin = usher.member(owner).await?.with(ManageUsers)?;
        Ok((usher, admin))
    }

    /// The member behind someone who has just come in.
    pub async fn member(&self, who: sessions::Authenticated) -> Outcome<Member> {
        let cookie = sessions::start(&self.core, who, "test").await?;
        let signed_in = sessions::signed_in(&self.core, &cookie)
            .await?
            .ok_or(Refusal::NotSignedIn)?;
        let member = sessions::member(&self.core, &signed_in).await?;
        Ok(member.ok_or(Refusal::NotSignedIn)?)
    }

    /// Sends all that is due.
    pub async fn deliver(&self) -> Outcome<()> {
        Courier::new(
            self.core.clone(),
            self.mailer.clone(),
            4,
            Duration::from_secs(10),
        )
        .drain()
        .await
    }
}

//! What tests need: a database of their own, a clock that they set, mailers that remember.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, Set, Statement};
use tokio::sync::watch;
use types::{
    contact::Email, ids::IdentityId, language::Language, refusal::Refusal, users::UserStatus,
};
use url::Url;

mod place;

use self::place::Place;
use crate::{
    Core, Fault, Outcome,
    courier::Courier,
    database::Database,
    directory::Ways,
    entity, password_reset,
    ports::{Answer, Clock, MailError, Mailer, OutgoingEmail},
    proof::{Admin, ManageUsers, Member, SignedIn},
    random, sessions, setup,
    tokens::{KEY_BYTES, Keys},
    users::{NewUser, PersonName},
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

/// Takes messages and says nothing until it is told what to say.
pub struct HeldMailer {
    taken: watch::Sender<Vec<OutgoingEmail>>,
    answer: watch::Sender<Option<Result<Answer, MailError>>>,
}

impl Default for HeldMailer {
    fn default() -> Self {
        Self {
            taken: watch::Sender::new(Vec::new()),
            answer: watch::Sender::new(None),
        }
    }
}

impl HeldMailer {
    /// Waits until it has taken so many messages, and gives them.
    pub async fn taken(&self, count: usize) -> Vec<OutgoingEmail> {
        let mut taken = self.taken.subscribe();
        // The sender lives as long as `self`.
        taken
            .wait_for(|taken| taken.len() >= count)
            .await
            .map(|taken| taken.clone())
            .unwrap_or_default()
    }

    /// Answers all messages, those under way and those to come.
    pub fn answer_all(&self, answer: Result<Answer, MailError>) {
        self.answer.send_replace(Some(answer));
    }
}

#[async_trait]
impl Mailer for HeldMailer {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, MailError> {
        self.taken.send_modify(|taken| taken.push(email.clone()));
        let mut answer = self.answer.subscribe();
        let told = answer
            .wait_for(Option::is_some)
            .await
            .map(|told| told.clone());
        match told {
            Ok(Some(answer)) => answer,
            // Who could tell is gone.
            _ => std::future::pending().await,
        }
    }
}

pub fn answer(code: u16, words: &str) -> Answer {
    Answer {
        code: Some(code),
        words: words.to_owned(),
    }
}

/// An installation of its own, on a fresh database with the real migrations: of the PostgreSQL
/// server that `DATABASE_URL` names, else a SQLite file.
pub struct TestUsher {
    pub core: Arc<Core>,
    pub clock: Arc<TestClock>,
    pub mailer: Arc<RecordingMailer>,
    /// By their text, which has a place for each value.
    statements: Arc<Mutex<BTreeMap<String, Statement>>>,
    // Deleted with the test.
    place: Place,
}

/// The owner's password in test installations.
pub const PASSWORD: &str = "tidal lantern orchard 7";
pub const OWNER: &str = "olive@acme.example";
/// The owner of the other organization; see `TestUsher::other_organization`.
pub const STRANGER: &str = "nora@nimbus.example";

/// As every process of an installation is set up.
fn core(database: Database, clock: Arc<TestClock>) -> Outcome<Core> {
    let keys = Keys::new(vec![[7; KEY_BYTES]]).map_err(Fault::broken)?;
    let url = Url::parse("https://usher.example").map_err(Fault::broken)?;
    Ok(Core::new(database, clock, keys, url))
}

impl TestUsher {
    pub async fn new() -> Outcome<Self> {
        Self::made(None).await
    }

    async fn made(ways: Option<Ways>) -> Outcome<Self> {
        let place = Place::new().await?;
        let mut database = Database::connect(&place.url()).await?;
        Migrator::up(database.schema(), None).await?;
        let statements = Arc::new(Mutex::new(BTreeMap::new()));
        database.tell_statements(&|| {
            let statements = Arc::clone(&statements);
            move |statement: &Statement| {
                let mut statements = statements.lock().unwrap_or_else(PoisonError::into_inner);
                statements
                    .entry(statement.sql.clone())
                    .or_insert_with(|| statement.clone());
            }
        });
        let start = DateTime::from_timestamp(1_772_000_000, 0).unwrap_or_default();
        let clock = Arc::new(TestClock(Mutex::new(start)));
        let mut core = core(database, clock.clone())?;
        if let Some(ways) = ways {
            core = core.with_ways(ways);
        }
        Ok(Self {
            core: Arc::new(core),
            clock,
            mailer: Arc::new(RecordingMailer::default()),
            statements,
            place,
        })
    }

    /// With the organization "Acme Clinics" and its owner.
    pub async fn with_owner() -> Outcome<(Self, Admin<ManageUsers>)> {
        Self::owned(None).await
    }

    /// The same, where lists walk along their order however few rows match.
    pub async fn walking() -> Outcome<(Self, Admin<ManageUsers>)> {
        Self::owned(Some(Ways { few: 0, some: 0 })).await
    }

    /// The same, where the rows that hold a text are gathered first.
    pub async fn gathering() -> Outcome<(Self, Admin<ManageUsers>)> {
        let ways = Ways {
            few: 0,
            some: u64::MAX,
        };
        Self::owned(Some(ways)).await
    }

    async fn owned(ways: Option<Ways>) -> Outcome<(Self, Admin<ManageUsers>)> {
        let usher = Self::made(ways).await?;
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

    /// A second organization, "Nimbus Labs", with an owner of its own.
    pub async fn other_organization(&self) -> Outcome<Admin<ManageUsers>> {
        let email = Email::parse(STRANGER).map_err(Fault::broken)?;
        let now = self.core.now();
        let write = self.core.database.begin().await?;
        let (organization, roles) =
            setup::create_organization(&write, &self.core, "Nimbus Labs".to_owned(), Language::En)
                .await?;
        let identity: IdentityId = random::id(now);
        entity::identities::ActiveModel {
            id: Set(identity),
            email: Set(email.clone()),
            email_key: Set(email.key().to_owned()),
            email_proven_at: Set(Some(now)),
            password_hash: Set("never used to sign in".to_owned()),
            language: Set(Language::En),
            is_operator: Set(false),
            created_at: Set(now),
        }
        .insert(&write)
        .await?;
        let user = NewUser {
            organization,
            role: roles.owner,
            email,
            name: PersonName {
                first: "Nora".to_owned(),
                last: String::new(),
            },
            phone: String::new(),
            job_title: String::new(),
        };
        entity::users::ActiveModel {
            identity_id: Set(Some(identity)),
            status: Set(UserStatus::Active),
            ..user.row(now)
        }
        .insert(&write)
        .await?;
        write.commit().await?;
        let who = sessions::Authenticated {
            identity,
            organization: Some(organization),
        };
        Ok(self.member(who).await?.with(ManageUsers)?)
    }

    /// A second process on the same database; `None` on SQLite, where there is one.
    pub async fn other_process(&self) -> Outcome<Option<Arc<Core>>> {
        let Place::Server { .. } = self.place else {
            return Ok(None);
        };
        let database = Database::connect(&self.place.url()).await?;
        Ok(Some(Arc::new(core(database, self.clock.clone())?)))
    }

    /// The session of someone who has just come in.
    pub async fn signed_in(&self, who: sessions::Authenticated) -> Outcome<SignedIn> {
        let cookie = sessions::start(&self.core, who, "test").await?;
        let signed_in = sessions::signed_in(&self.core, &cookie).await?;
        Ok(signed_in.ok_or(Refusal::NotSignedIn)?)
    }

    /// The member behind someone who has just come in.
    pub async fn member(&self, who: sessions::Authenticated) -> Outcome<Member> {
        let signed_in = self.signed_in(who).await?;
        let member = sessions::member(&self.core, &signed_in).await?;
        Ok(member.ok_or(Refusal::NotSignedIn)?)
    }

    /// As `password_reset::request`, to its end.
    pub async fn request_password_reset(&self, email: &str) -> Outcome<()> {
        let email = Email::parse(email).map_err(Fault::broken)?;
        password_reset::queue(&self.core, &email).await
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

    /// The statements that were executed since the last call, each text once.
    pub fn take_statements(&self) -> Vec<Statement> {
        let mut statements = self
            .statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *statements).into_values().collect()
    }

    /// All that is in the database, to see that nothing has changed.
    pub async fn everything(&self) -> Outcome<Vec<String>> {
        let read = self.core.database.read();
        let mut all = Vec::new();
        macro_rules! rows {
            ($($entity:ident)*) => {$(
                let rows = entity::$entity::Entity::find().all(read).await?;
                all.extend(rows.iter().map(|row| format!("{} {row:?}", stringify!($entity))));
            )*};
        }
        rows! {
            organizations identities roles resources users invitations password_resets batches
            batch_recipients deliveries sessions audit_events mailbox_messages imports import_rows
        }
        all.sort_unstable();
        Ok(all)
    }
}

//! What tests need: a database of their own, a clock that they set, mailers that remember.

use crate::proof::Origin;
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
    audit::Action,
    contact::Username,
    ids::{IdentityId, OrganizationId, RoleId, UserId},
    language::Language,
    refusal::Refusal,
    resources::{Access, AccessChoices},
    users::UserStatus,
};
use url::Url;

mod place;

use self::place::Place;
use crate::{
    Core, Fault, Outcome, audit, bounces,
    courier::{Courier, Limits},
    database::Database,
    directory::Ways,
    entity, password_reset,
    ports::{
        Answer, Carriers, Clock, MailDomains, Mailer, OutgoingEmail, OutgoingSms, SendError,
        SmsGateway, Taken, TakesMail,
    },
    proof::{Admin, ManageUsers, Member, SignedIn},
    random, sessions, setup, sign_in,
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
    answers: Mutex<VecDeque<Result<Answer, SendError>>>,
}

impl RecordingMailer {
    /// Messages taken so far.
    pub fn sent(&self) -> Vec<OutgoingEmail> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn answer_next(&self, answer: Result<Answer, SendError>) {
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
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError> {
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

/// Remembers what it was given, and takes everything.
#[derive(Default)]
pub struct RecordingGateway {
    sent: Mutex<Vec<OutgoingSms>>,
    answers: Mutex<VecDeque<Result<Taken, SendError>>>,
}

impl RecordingGateway {
    /// Messages taken so far.
    pub fn sent(&self) -> Vec<OutgoingSms> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn answer_next(&self, answer: Result<Taken, SendError>) {
        self.answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(answer);
    }
}

#[async_trait]
impl SmsGateway for RecordingGateway {
    async fn send(&self, sms: &OutgoingSms) -> Result<Taken, SendError> {
        let told = self
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        let answer = told.unwrap_or_else(|| {
            Ok(Taken {
                answer: answer(201, "queued"),
                reference: Some(format!("SM{}", sms.id)),
            })
        });
        if answer.is_ok() {
            self.sent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(sms.clone());
        }
        answer
    }
}

/// A world of mail servers: `nomail.…` has none, and nobody ever says anything about `slow.…`.
pub struct TestDomains;

#[async_trait]
impl MailDomains for TestDomains {
    async fn takes_mail(&self, domain: &str) -> TakesMail {
        match domain.split('.').next() {
            Some("nomail") => TakesMail::No,
            Some("slow") => std::future::pending().await,
            _ => TakesMail::Yes,
        }
    }
}

/// Takes messages and says nothing until it is told what to say.
pub struct HeldMailer {
    taken: watch::Sender<Vec<OutgoingEmail>>,
    answer: watch::Sender<Option<Result<Answer, SendError>>>,
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
    pub fn answer_all(&self, answer: Result<Answer, SendError>) {
        self.answer.send_replace(Some(answer));
    }
}

#[async_trait]
impl Mailer for HeldMailer {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError> {
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
    pub sms: Arc<RecordingGateway>,
    /// By their text, which has a place for each value.
    statements: Arc<Mutex<BTreeMap<String, Statement>>>,
    // Deleted with the test.
    place: Place,
}

/// The owner's password in test installations.
pub const PASSWORD: &str = "tidal lantern orchard 7";
/// Which providers of mail know.
pub const BOUNCES_SECRET: &str = "tell-me-what-came-back";
pub const OWNER: &str = "olive@acme.example";
/// The owner of the other organization; see `TestUsher::other_organization`.
pub const STRANGER: &str = "nora@nimbus.example";

/// As every process of an installation is set up.
fn core(database: Database, clock: Arc<TestClock>) -> Outcome<Core> {
    let keys = Keys::new(vec![[7; KEY_BYTES]]).map_err(Fault::broken)?;
    let url = Url::parse("https://usher.example").map_err(Fault::broken)?;
    let bounces = bounces::Settings {
        path: bounces::ReturnPath::parse("bounces@usher.example"),
        secret: Some(BOUNCES_SECRET.into()),
    };
    Ok(Core::new(database, clock, keys, url)
        .with_bounces(bounces)
        .with_mail_domains(Arc::new(TestDomains)))
}

fn authenticated(member: &Member) -> sessions::Authenticated {
    sessions::Authenticated {
        identity: member.identity,
        organization: Some(member.organization),
    }
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
        audit::seal(&core).await?;
        Ok(Self {
            core: Arc::new(core),
            clock,
            mailer: Arc::new(RecordingMailer::default()),
            sms: Arc::new(RecordingGateway::default()),
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
        let username = Username::parse(STRANGER).map_err(Fault::broken)?;
        let now = self.core.now();
        let write = self.core.database.begin().await?;
        let (organization, roles) =
            setup::create_organization(&write, &self.core, "Nimbus Labs".to_owned(), Language::En)
                .await?;
        let identity: IdentityId = random::id(now);
        entity::identities::ActiveModel {
            id: Set(identity),
            username: Set(username.clone()),
            username_key: Set(username.key().to_owned()),
            username_proven_at: Set(Some(now)),
            password_hash: Set("never used to sign in".to_owned()),
            language: Set(Language::En),
            is_operator: Set(false),
            last_organization_id: Set(None),
            created_at: Set(now),
        }
        .insert(&write)
        .await?;
        let user = NewUser {
            organization,
            role: roles.owner,
            username,
            name: PersonName {
                first: "Nora".to_owned(),
                last: String::new(),
            },
            phone: String::new(),
            job_title: String::new(),
            access: Access::everything(),
            access_by: None,
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

    /// Takes the user's personal data out of the audit log, as deleting them does; `told`: and says there
    /// that they were deleted.
    pub async fn forget(&self, user: UserId, told: bool) -> Outcome<()> {
        let now = self.core.now();
        let write = self.core.database.begin().await?;
        audit::forget(&write, user).await?;
        if told {
            let organization = entity::users::Entity::find_by_id(user)
                .one(&write)
                .await?
                .ok_or(Refusal::NotFound)?
                .organization_id;
            let event = audit::Event::by_command(organization, Action::UserDeleted).about(user);
            audit::record(&write, &self.core, now, event).await?;
        }
        write.commit().await?;
        Ok(())
    }

    /// The session of someone who has just come in.
    pub async fn signed_in(&self, who: sessions::Authenticated) -> Outcome<SignedIn> {
        let cookie = sessions::start(&self.core, who, "test").await?;
        let signed_in = sessions::signed_in(&self.core, &cookie, Origin::default()).await?;
        Ok(signed_in.ok_or(Refusal::NotSignedIn)?)
    }

    /// The member behind someone who has just come in.
    pub async fn member(&self, who: sessions::Authenticated) -> Outcome<Member> {
        let signed_in = self.signed_in(who).await?;
        let member = sessions::member(&self.core, &signed_in).await?;
        Ok(member.ok_or(Refusal::NotSignedIn)?)
    }

    /// The member as they are by now.
    pub async fn again(&self, member: &Member) -> Outcome<Member> {
        self.member(authenticated(member)).await
    }

    /// The cookie of a further session of the member's.
    pub async fn cookie(&self, member: &Member) -> Outcome<String> {
        sessions::start(&self.core, authenticated(member), "test").await
    }

    /// Somebody who is active with the role, reaches everything but features, and has the password of
    /// tests: without an invitation, and without the time that hashing takes.
    pub async fn joined(
        &self,
        organization: OrganizationId,
        role: RoleId,
        username: &str,
    ) -> Outcome<Member> {
        let username = Username::parse(username).map_err(Fault::broken)?;
        let now = self.core.now();
        let write = self.core.database.begin().await?;
        let owner = Username::parse(OWNER).map_err(Fault::broken)?;
        let owner = sign_in::by_username(&write, &owner).await?;
        let identity: IdentityId = random::id(now);
        entity::identities::ActiveModel {
            id: Set(identity),
            username: Set(username.clone()),
            username_key: Set(username.key().to_owned()),
            username_proven_at: Set(Some(now)),
            password_hash: Set(owner.ok_or(Refusal::NotFound)?.password_hash),
            language: Set(Language::En),
            is_operator: Set(false),
            last_organization_id: Set(None),
            created_at: Set(now),
        }
        .insert(&write)
        .await?;
        let user = NewUser {
            organization,
            role,
            username,
            name: PersonName::default(),
            phone: String::new(),
            job_title: String::new(),
            access: Access::default(),
            access_by: None,
        };
        entity::users::ActiveModel {
            identity_id: Set(Some(identity)),
            status: Set(UserStatus::Active),
            ..user.row(now)
        }
        .insert(&write)
        .await?;
        write.commit().await?;
        self.member(sessions::Authenticated {
            identity,
            organization: Some(organization),
        })
        .await
    }

    /// What the member reaches of what the organization has at present.
    pub async fn reached(&self, member: &Member) -> Outcome<AccessChoices> {
        crate::access::choices(self.core.database.read(), member).await
    }

    /// As `password_reset::request`, to its end.
    pub async fn request_password_reset(&self, username: &str) -> Outcome<()> {
        let username = Username::parse(username).map_err(Fault::broken)?;
        password_reset::queue(&self.core, &username).await
    }

    pub fn carriers(&self) -> Carriers {
        self.carriers_with(self.mailer.clone())
    }

    /// The same with another mailer.
    pub fn carriers_with(&self, mailer: Arc<dyn Mailer>) -> Carriers {
        Carriers {
            mailer,
            sms: self.sms.clone(),
        }
    }

    /// Sends all that is due.
    pub async fn deliver(&self) -> Outcome<()> {
        Courier::new(
            self.core.clone(),
            self.carriers(),
            Limits::of(4),
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
            organizations identities roles resources users invitations approvals requests presets
            password_resets batches batch_recipients deliveries delivery_events openings sessions audit_events audit_head
            mail_domains mailbox_messages imports import_rows logos wordings
        }
        all.sort_unstable();
        Ok(all)
    }
}

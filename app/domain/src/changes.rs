//! Who hears of a write: the pages of its organization and the courier, in every process.
//!
//! Those of the same process are told after the commit. To the others PostgreSQL carries the news:
//! a NOTIFY is part of its transaction, heard once that is committed. A SQLite file has one process.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, RuntimeErr,
    sqlx::{
        self, Executor,
        postgres::{PgListener, PgNotification, PgPoolOptions},
    },
};
use tokio::{sync::watch, time::timeout};
use types::ids::OrganizationId;

use crate::{Core, Fault, Outcome};

/// Names an organization that has changed.
const CHANGED: &str = "usher_changes";
/// Says that something was queued.
const QUEUED: &str = "usher_queued";

/// A line that says nothing for so long is asked whether it still stands.
const SILENCE: Duration = Duration::from_mins(1);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// What a write has to tell.
#[derive(Clone, Copy, Default)]
pub(crate) struct News<'a> {
    pub changed: &'a [OrganizationId],
    /// Whether the courier has something to do.
    pub queued: bool,
}

/// A counter for each organization that someone watches.
#[derive(Default)]
pub(crate) struct Changes(Mutex<HashMap<OrganizationId, watch::Sender<u64>>>);

impl Changes {
    pub fn of(&self, organization: OrganizationId) -> watch::Sender<u64> {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody watches any more would pile up.
        senders.retain(|id, sender| *id == organization || sender.receiver_count() > 0);
        senders.entry(organization).or_default().clone()
    }

    pub fn tell(&self, organization: OrganizationId) {
        let senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = senders.get(&organization) {
            sender.send_modify(|count| *count += 1);
        }
    }

    /// As if something of every organization had changed.
    fn tell_all(&self) {
        let senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in senders.values() {
            sender.send_modify(|count| *count += 1);
        }
    }
}

/// Part of a transaction on PostgreSQL: what the other processes hear once it is committed.
pub(crate) async fn announce(write: &DatabaseTransaction, news: News<'_>) -> Result<(), DbErr> {
    let changed = news
        .changed
        .iter()
        .map(|organization| format!("pg_notify('{CHANGED}', '{organization}')"));
    let queued = news.queued.then(|| format!("pg_notify('{QUEUED}', '')"));
    let calls: Vec<String> = changed.chain(queued).collect();
    if !calls.is_empty() {
        let statement = format!("SELECT {}", calls.join(", "));
        write.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Whether the engine, which speaks PostgreSQL's protocol, knows NOTIFY: within a transaction it
/// would be too late to find out.
pub(crate) async fn can_announce(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    match connection
        .execute_unprepared("SELECT pg_notify('usher_probe', '')")
        .await
    {
        Ok(_) => Ok(true),
        Err(DbErr::Exec(RuntimeErr::SqlxError(cause))) if is_refusal(&cause) => {
            alone(&cause);
            Ok(false)
        }
        Err(cause) => Err(cause),
    }
}

/// The line over which a process hears of the writes of others.
pub struct Listener(PgListener);

impl Listener {
    /// `None` where nothing can be heard: on SQLite, or where the engine refuses.
    pub async fn connect(core: &Core) -> Outcome<Option<Self>> {
        let Some(pool) = core.database.announcing() else {
            return Ok(None);
        };
        // A connection of its own, held for good: those of the pools are for statements.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with(pool.connect_options().as_ref().clone())
            .await
            .map_err(Fault::broken)?;
        let mut listener = PgListener::connect_with(&pool)
            .await
            .map_err(Fault::broken)?;
        listener.eager_reconnect(false);
        match listener.listen_all([CHANGED, QUEUED]).await {
            Ok(()) => Ok(Some(Self(listener))),
            Err(cause) if is_refusal(&cause) => {
                alone(&cause);
                Ok(None)
            }
            Err(cause) => Err(Fault::broken(cause)),
        }
    }

    /// Tells this process what others write, until the line is lost; gives the cause.
    pub async fn follow(mut self, core: &Core) -> Fault {
        // Something may have been missed while nobody listened.
        core.changes.tell_all();
        core.queued.notify_one();
        loop {
            match timeout(SILENCE, self.0.try_recv()).await {
                Ok(Ok(Some(news))) => hear(core, &news),
                Ok(Ok(None)) => return Fault::broken("the connection was closed"),
                Ok(Err(cause)) => return Fault::broken(cause),
                // A line that broke without a word would be silent for ever.
                Err(_) => match timeout(ANSWER, self.0.execute("SELECT 1")).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(cause)) => return Fault::broken(cause),
                    Err(late) => return Fault::broken(late),
                },
            }
        }
    }
}

/// A process hears its own news too, which does no harm: who is told twice looks once.
fn hear(core: &Core, news: &PgNotification) {
    if news.channel() == QUEUED {
        core.queued.notify_one();
    } else if let Ok(organization) = news.payload().parse() {
        core.changes.tell(organization);
    }
}

/// Whether the engine understood, and said no; not that it is starting up or shutting down.
fn is_refusal(cause: &sqlx::Error) -> bool {
    cause
        .as_database_error()
        .is_some_and(|error| !error.code().is_some_and(|code| code.starts_with("57P")))
}

fn alone(cause: &sqlx::Error) {
    tracing::warn!(%cause, "the database carries no news between processes: pages show at once only what this one writes");
}

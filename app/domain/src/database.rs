//! The two pools: one connection that writes, several that read.

use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, Database as SeaOrm, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, sqlx::PgPool,
};

use crate::changes;

/// There is one writer at a time, on both engines: what a write reads first is still so when it
/// writes. A pool of one makes the writers of this process queue up in the order they came; what
/// keeps out those of other processes is said at `begin`.
#[derive(Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// Whether the engine carries news from one process to the others.
    announces: bool,
}

const READERS: u32 = 4;

/// Bytes of a SQLite file that readers read through the system's memory instead of copies. The writer,
/// who goes through everything at an import, would have all of it counted as the process's own.
const MAPPED: &str = "2147483648";

/// The lock that the one writer of a PostgreSQL database holds; the number means nothing but that.
const WRITER: i64 = 7_237_970_109_966_541;

impl Database {
    /// Opens `url`: `sqlite://<file>?mode=rwc` or `postgres://…`.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        let writer = SeaOrm::connect(options(url, 1, "0")).await?;
        let announces = writer.get_database_backend() == DbBackend::Postgres
            && changes::can_announce(&writer).await?;
        Ok(Self {
            writer,
            reader: SeaOrm::connect(options(url, READERS, MAPPED)).await?,
            announces,
        })
    }

    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For migrations, which bring their own transactions.
    pub fn schema(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// The readers' pool, where the engine carries news between processes.
    pub(crate) fn announcing(&self) -> Option<&PgPool> {
        self.announces
            .then(|| self.reader.get_postgres_connection_pool())
    }

    /// Tells what is executed, for tests that read query plans.
    #[cfg(feature = "testing")]
    pub(crate) fn tell_statements<F>(&mut self, listener: &dyn Fn() -> F)
    where
        F: Fn(&sea_orm::Statement) + Send + Sync + 'static,
    {
        for connection in [&mut self.writer, &mut self.reader] {
            let listener = listener();
            connection.set_metric_callback(move |info| listener(info.statement));
        }
    }

    /// The pools by name: connections that are open, and those of them that nobody uses.
    pub fn pools(&self) -> [(&'static str, u32, usize); 2] {
        [("writer", &self.writer), ("reader", &self.reader)].map(|(name, connection)| {
            let (open, idle) = if connection.get_database_backend() == DbBackend::Postgres {
                let pool = connection.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            } else {
                let pool = connection.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            };
            (name, open, idle)
        })
    }

    /// Begins a write. On SQLite `BEGIN IMMEDIATE`: a transaction that reads first and writes later
    /// would otherwise fail when someone else wrote in between. On PostgreSQL a lock that ends with
    /// the transaction does the same.
    #[expect(clippy::disallowed_methods, reason = "the home of every transaction")]
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let write = self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        if write.get_database_backend() == DbBackend::Postgres {
            write
                .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({WRITER})"))
                .await?;
        }
        Ok(write)
    }
}

fn options(url: &str, connections: u32, mapped: &'static str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "5000")
                // A list that looks at thousands of rows would otherwise copy a page for each.
                .pragma("mmap_size", mapped)
                // What one statement could have to take back: else a file is made for each.
                .pragma("temp_store", "MEMORY")
                // Pages in the log before they go to the file: what changes often goes there less often.
                .pragma("wal_autocheckpoint", "4000")
        });
    options
}

/// Rows that one statement writes or asks for: times the columns of the widest table, well under
/// SQLite's 32,766 bind variables.
pub(crate) const CHUNK: usize = 1_000;

/// Inserts all rows, in as few statements as the engines allow.
pub(crate) async fn insert_all<E, A>(
    write: &impl ConnectionTrait,
    rows: Vec<A>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        E::insert_many(rows.by_ref().take(CHUNK))
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}

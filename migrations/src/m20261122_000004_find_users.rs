//! The directory of many users: orders and filters with an index each, search by any part of a text,
//! and the number of users of each status, kept by the database itself.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum UserCounts {
    Table,
    OrganizationId,
    Status,
    ExpiresHour,
    Total,
}

/// What the name column holds for those who are there already: the searched text without the
/// address at its end.
const NAME_KEYS: &str = "UPDATE users SET name_key = COALESCE(NULLIF(TRIM(SUBSTR(search, 1, LENGTH(search) - LENGTH(email))), ''), LOWER(email))";

/// Each serves one order, with and without a status. The engines compare NULLs differently: an
/// empty moment comes before all others in both.
fn indexes(engine: DbBackend) -> Vec<String> {
    let never = match engine {
        DbBackend::Postgres => "'-infinity'::timestamptz",
        _ => "''",
    };
    let orders = [
        ("name", "name_key, id".to_owned()),
        ("invited", format!("COALESCE(invited_at, {never}), id")),
        ("expiry", format!("COALESCE(expires_at, {never}), id")),
    ];
    let mut indexes = vec![
        "CREATE INDEX users_by_role ON users (organization_id, role_id)".to_owned(),
        "CREATE INDEX users_of_status_by_email ON users (organization_id, status, email_key)"
            .to_owned(),
    ];
    for (name, columns) in orders {
        indexes.push(format!(
            "CREATE INDEX users_by_{name} ON users (organization_id, {columns})"
        ));
        indexes.push(format!(
            "CREATE INDEX users_of_status_by_{name} ON users (organization_id, status, {columns})"
        ));
    }
    indexes
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let engine = manager.get_database_backend();
        let connection = manager.get_connection();
        manager
            .create_table(
                Table::create()
                    .table(UserCounts::Table)
                    .col(uuid(UserCounts::OrganizationId))
                    .col(string(UserCounts::Status))
                    // UTC, "2026-11-21T09"; only of those who are invited, else empty.
                    .col(string(UserCounts::ExpiresHour))
                    .col(big_integer(UserCounts::Total))
                    .primary_key(
                        Index::create()
                            .col(UserCounts::OrganizationId)
                            .col(UserCounts::Status)
                            .col(UserCounts::ExpiresHour),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(UserCounts::Table, UserCounts::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await?;
        let statements = match engine {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for statement in statements {
            connection.execute_unprepared(statement).await?;
        }
        for index in indexes(engine) {
            connection.execute_unprepared(&index).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

/// The text index points at rows by number, and a number that no column holds may change when a
/// file is compacted: so the table is made anew with a column for it.
const SQLITE: &[&str] = &[
    "PRAGMA foreign_keys = OFF",
    "BEGIN IMMEDIATE",
    "CREATE TABLE users_numbered (
        number integer PRIMARY KEY,
        id uuid_text NOT NULL UNIQUE,
        organization_id uuid_text NOT NULL REFERENCES organizations (id),
        identity_id uuid_text REFERENCES identities (id),
        role_id uuid_text NOT NULL REFERENCES roles (id),
        email varchar NOT NULL,
        email_key varchar NOT NULL,
        phone varchar NOT NULL,
        first_name varchar NOT NULL,
        last_name varchar NOT NULL,
        job_title varchar NOT NULL,
        name_key varchar NOT NULL DEFAULT '',
        search varchar NOT NULL,
        status varchar NOT NULL,
        failure_code integer,
        failure_words varchar,
        invited_at timestamp_with_timezone_text,
        expires_at timestamp_with_timezone_text,
        created_at timestamp_with_timezone_text NOT NULL
    )",
    "INSERT INTO users_numbered
        (id, organization_id, identity_id, role_id, email, email_key, phone, first_name, last_name,
         job_title, search, status, failure_code, failure_words, invited_at, expires_at, created_at)
     SELECT id, organization_id, identity_id, role_id, email, email_key, phone, first_name, last_name,
         job_title, search, status, failure_code, failure_words, invited_at, expires_at, created_at
     FROM users ORDER BY id",
    "DROP TABLE users",
    "ALTER TABLE users_numbered RENAME TO users",
    NAME_KEYS,
    "CREATE UNIQUE INDEX users_by_email ON users (organization_id, email_key)",
    "CREATE INDEX users_newest ON users (organization_id, id)",
    "CREATE INDEX users_by_status ON users (organization_id, status, id)",
    "CREATE UNIQUE INDEX users_of_identity ON users (identity_id, organization_id)",
    // Parts of three letters; the texts themselves stay in the table.
    "CREATE VIRTUAL TABLE users_search USING fts5
        (search, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1')",
    "INSERT INTO users_search (rowid, search) SELECT number, search FROM users",
    "CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
        INSERT INTO users_search (rowid, search) VALUES (NEW.number, NEW.search);
     END",
    "CREATE TRIGGER users_search_update AFTER UPDATE OF search ON users WHEN OLD.search <> NEW.search BEGIN
        DELETE FROM users_search WHERE rowid = OLD.number;
        INSERT INTO users_search (rowid, search) VALUES (NEW.number, NEW.search);
     END",
    "CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
        DELETE FROM users_search WHERE rowid = OLD.number;
     END",
    "INSERT INTO user_counts (organization_id, status, expires_hour, total)
     SELECT organization_id, status, IIF(status = 'invited', SUBSTR(expires_at, 1, 13), ''), COUNT(*)
     FROM users GROUP BY 1, 2, 3",
    "CREATE TRIGGER user_counts_insert AFTER INSERT ON users BEGIN
        INSERT INTO user_counts (organization_id, status, expires_hour, total)
        VALUES (NEW.organization_id, NEW.status, IIF(NEW.status = 'invited', SUBSTR(NEW.expires_at, 1, 13), ''), 1)
        ON CONFLICT (organization_id, status, expires_hour) DO UPDATE SET total = total + 1;
     END",
    "CREATE TRIGGER user_counts_update AFTER UPDATE OF status, expires_at ON users
     WHEN OLD.status <> NEW.status OR OLD.expires_at IS NOT NEW.expires_at BEGIN
        UPDATE user_counts SET total = total - 1
        WHERE organization_id = OLD.organization_id AND status = OLD.status
        AND expires_hour = IIF(OLD.status = 'invited', SUBSTR(OLD.expires_at, 1, 13), '');
        DELETE FROM user_counts
        WHERE organization_id = OLD.organization_id AND status = OLD.status
        AND expires_hour = IIF(OLD.status = 'invited', SUBSTR(OLD.expires_at, 1, 13), '') AND total = 0;
        INSERT INTO user_counts (organization_id, status, expires_hour, total)
        VALUES (NEW.organization_id, NEW.status, IIF(NEW.status = 'invited', SUBSTR(NEW.expires_at, 1, 13), ''), 1)
        ON CONFLICT (organization_id, status, expires_hour) DO UPDATE SET total = total + 1;
     END",
    "CREATE TRIGGER user_counts_delete AFTER DELETE ON users BEGIN
        UPDATE user_counts SET total = total - 1
        WHERE organization_id = OLD.organization_id AND status = OLD.status
        AND expires_hour = IIF(OLD.status = 'invited', SUBSTR(OLD.expires_at, 1, 13), '');
     END",
    "COMMIT",
    "PRAGMA foreign_keys = ON",
];

/// Texts are compared letter by letter, as on SQLite. Counts are kept by the statement, not by the
/// row: ten thousand users at once change a counter once.
const POSTGRES: &[&str] = &[
    "ALTER TABLE users ADD COLUMN name_key varchar COLLATE \"C\" NOT NULL DEFAULT ''",
    "ALTER TABLE users ALTER COLUMN email_key TYPE varchar COLLATE \"C\"",
    NAME_KEYS,
    "DROP INDEX users_by_status",
    "CREATE INDEX users_by_status ON users (organization_id, status, id)",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX users_search ON users USING gin (search gin_trgm_ops)",
    "CREATE FUNCTION counted_hour(status varchar, expires_at timestamptz) RETURNS text IMMUTABLE LANGUAGE sql AS $$
        SELECT CASE WHEN status = 'invited' THEN to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24') ELSE '' END
     $$",
    "INSERT INTO user_counts (organization_id, status, expires_hour, total)
     SELECT organization_id, status, counted_hour(status, expires_at), COUNT(*) FROM users GROUP BY 1, 2, 3",
    "CREATE FUNCTION count_users() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO user_counts (organization_id, status, expires_hour, total)
            SELECT organization_id, status, counted_hour(status, expires_at), COUNT(*)
            FROM new_users GROUP BY 1, 2, 3
            ON CONFLICT (organization_id, status, expires_hour)
            DO UPDATE SET total = user_counts.total + EXCLUDED.total;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO user_counts (organization_id, status, expires_hour, total)
            SELECT organization_id, status, counted_hour(status, expires_at), -COUNT(*)
            FROM old_users GROUP BY 1, 2, 3
            ON CONFLICT (organization_id, status, expires_hour)
            DO UPDATE SET total = user_counts.total + EXCLUDED.total;
        ELSE
            INSERT INTO user_counts (organization_id, status, expires_hour, total)
            SELECT organization_id, status, hour, SUM(change) FROM (
                SELECT organization_id, status, counted_hour(status, expires_at) AS hour, 1 AS change FROM new_users
                UNION ALL
                SELECT organization_id, status, counted_hour(status, expires_at), -1 FROM old_users
            ) AS changes GROUP BY 1, 2, 3 HAVING SUM(change) <> 0
            ON CONFLICT (organization_id, status, expires_hour)
            DO UPDATE SET total = user_counts.total + EXCLUDED.total;
        END IF;
        DELETE FROM user_counts WHERE total = 0;
        RETURN NULL;
     END
     $$",
    "CREATE TRIGGER user_counts_insert AFTER INSERT ON users
     REFERENCING NEW TABLE AS new_users FOR EACH STATEMENT EXECUTE FUNCTION count_users()",
    "CREATE TRIGGER user_counts_update AFTER UPDATE ON users
     REFERENCING NEW TABLE AS new_users OLD TABLE AS old_users FOR EACH STATEMENT EXECUTE FUNCTION count_users()",
    "CREATE TRIGGER user_counts_delete AFTER DELETE ON users
     REFERENCING OLD TABLE AS old_users FOR EACH STATEMENT EXECUTE FUNCTION count_users()",
];

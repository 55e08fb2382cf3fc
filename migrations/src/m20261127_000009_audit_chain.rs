//! The audit log is a chain: each event has its place, a digest of its details, and a seal over both
//! and the seal before it. The database itself refuses to take events away or to change them.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum AuditEvents {
    Table,
    Sequence,
    Digest,
    Mac,
    Forgotten,
}

#[derive(DeriveIden)]
enum AuditHead {
    Table,
    Id,
    Sequence,
    Last,
    Mac,
}

fn columns() -> [ColumnDef; 4] {
    [
        // NULL only until the events that are there already are sealed.
        big_integer_null(AuditEvents::Sequence),
        binary_null(AuditEvents::Digest),
        binary_null(AuditEvents::Mac),
        boolean(AuditEvents::Forgotten).default(false).to_owned(),
    ]
}

/// The chain's own order, and the orders in which events are read: by moment, from any place on.
const INDEXES: &[&str] = &[
    "DROP INDEX audit_events_newest",
    "CREATE UNIQUE INDEX audit_events_in_chain ON audit_events (sequence)",
    "CREATE INDEX audit_events_newest_by_actor ON audit_events (organization_id, actor_id, at, sequence)",
    "CREATE INDEX audit_events_newest_about ON audit_events (organization_id, subject_id, at, sequence)",
    "CREATE INDEX audit_events_newest_of_action ON audit_events (organization_id, action, at, sequence)",
    // The last one: between those that promise the same, SQLite, which has no statistics, takes another.
    "CREATE INDEX audit_events_newest ON audit_events (organization_id, at, sequence)",
];

/// An event may be sealed once, and its details may be forgotten. All else stays as it was written.
const SQLITE: &[&str] = &[
    "CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events BEGIN
        SELECT RAISE(ABORT, 'the audit log keeps its events');
     END",
    "CREATE TRIGGER audit_events_stand BEFORE UPDATE ON audit_events WHEN NOT (
        NEW.id IS OLD.id AND NEW.organization_id IS OLD.organization_id AND NEW.doer IS OLD.doer
        AND NEW.actor_id IS OLD.actor_id AND NEW.action IS OLD.action
        AND NEW.subject_id IS OLD.subject_id AND NEW.origin IS OLD.origin AND NEW.at IS OLD.at
        AND (OLD.sequence IS NULL OR NEW.sequence IS OLD.sequence)
        AND (OLD.digest IS NULL OR NEW.digest IS OLD.digest)
        AND (OLD.mac IS NULL OR NEW.mac IS OLD.mac)
        AND ((NEW.details IS OLD.details AND NEW.forgotten IS OLD.forgotten)
            OR (NEW.details = '{}' AND NEW.forgotten))
     ) BEGIN
        SELECT RAISE(ABORT, 'the audit log keeps its events as they are');
     END",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
        RAISE EXCEPTION 'the audit log keeps its events as they are';
     END
     $$",
    "CREATE TRIGGER audit_events_stay BEFORE DELETE OR TRUNCATE ON audit_events
     FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events()",
    "CREATE TRIGGER audit_events_stand BEFORE UPDATE ON audit_events FOR EACH ROW WHEN (NOT (
        NEW.id = OLD.id AND NEW.organization_id IS NOT DISTINCT FROM OLD.organization_id
        AND NEW.doer = OLD.doer AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id
        AND NEW.action = OLD.action AND NEW.subject_id IS NOT DISTINCT FROM OLD.subject_id
        AND NEW.origin = OLD.origin AND NEW.at = OLD.at
        AND (OLD.sequence IS NULL OR NEW.sequence IS NOT DISTINCT FROM OLD.sequence)
        AND (OLD.digest IS NULL OR NEW.digest IS NOT DISTINCT FROM OLD.digest)
        AND (OLD.mac IS NULL OR NEW.mac IS NOT DISTINCT FROM OLD.mac)
        AND ((NEW.details = OLD.details AND NEW.forgotten = OLD.forgotten)
            OR (NEW.details = '{}' AND NEW.forgotten))
     )) EXECUTE FUNCTION keep_audit_events()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite takes no more.
        for column in columns() {
            manager
                .alter_table(
                    Table::alter()
                        .table(AuditEvents::Table)
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(AuditHead::Table)
                    // There is one row, 1.
                    .col(integer(AuditHead::Id).primary_key().to_owned())
                    .col(big_integer(AuditHead::Sequence))
                    .col(binary(AuditHead::Last))
                    .col(binary(AuditHead::Mac))
                    .to_owned(),
            )
            .await?;
        let keep = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        let connection = manager.get_connection();
        for statement in INDEXES.iter().chain(keep) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

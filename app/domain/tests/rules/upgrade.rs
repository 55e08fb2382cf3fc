//! A database with people in it is brought up to date, and nothing of theirs is lost.

use domain::database::Database;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::TempDir;

/// Before users could be deleted, and before there was a chain of events.
const BEFORE: u32 = 7;

const ROWS: [&str; 8] = [
    "INSERT INTO organizations (id, name, invitation_hours, language, time_zone, created_at)
     VALUES ({1}, 'Acme', 72, 'en', 'UTC', '2026-11-01 09:00:00 +00:00')",
    "INSERT INTO roles (id, organization_id, kind, name, permissions) VALUES ({2}, {1}, 'owner', 'Owner', 'manage_users')",
    "INSERT INTO users (id, organization_id, role_id, email, email_key, phone, first_name, last_name, job_title,
        search, status, created_at)
     VALUES ({3}, {1}, {2}, 'ann@acme.example', 'ann@acme.example', '', 'Ann', 'Lee', '', 'ann lee ann@acme.example',
        'active', '2026-11-01 09:00:00 +00:00')",
    "INSERT INTO users (id, organization_id, role_id, email, email_key, phone, first_name, last_name, job_title,
        search, status, invited_at, expires_at, created_at)
     VALUES ({4}, {1}, {2}, 'ivan@acme.example', 'ivan@acme.example', '', '', '', '', 'ivan@acme.example', 'invited',
        '2026-11-02 09:00:00 +00:00', '2026-11-05 09:00:00 +00:00', '2026-11-02 09:00:00 +00:00')",
    "INSERT INTO batches (id, organization_id, sender_id, key, created_at)
     VALUES ({5}, {1}, {3}, {5}, '2026-11-02 09:00:00 +00:00')",
    "INSERT INTO invitations (id, organization_id, user_id, inviter_id, generation, hours, language, message,
        created_at, expires_at)
     VALUES ({6}, {1}, {4}, {3}, 2, 72, 'en', 'Hello', '2026-11-02 09:00:00 +00:00', '2026-11-05 09:00:00 +00:00')",
    "INSERT INTO deliveries (id, invitation_id, batch_id, generation, channel, state, attempt, due_at, created_at)
     VALUES ({7}, {6}, {5}, 2, 'email', 'queued', 1, '2026-11-02 09:00:00 +00:00', '2026-11-02 09:00:00 +00:00')",
    "INSERT INTO audit_events (id, organization_id, actor_id, action, details, at)
     VALUES ({8}, {1}, {3}, 'invitations_sent', '{}', '2026-11-02 09:00:00 +00:00')",
];

/// SQLite alone: it makes tables anew where PostgreSQL changes a column.
#[tokio::test]
async fn what_is_there_stays() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("usher.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let database = Database::connect(&url).await.unwrap();
    let schema = database.schema();
    Migrator::up(schema, Some(BEFORE)).await.unwrap();
    for row in ROWS {
        let id = |n: usize| format!("x'0000000000007000800000000000000{n}'");
        let row = (1..=8).fold(row.to_owned(), |row, n| {
            row.replace(&format!("{{{n}}}"), &id(n))
        });
        schema.execute_unprepared(&row).await.unwrap();
    }
    Migrator::up(schema, None).await.unwrap();
    let one = async |sql: &str| {
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let row = schema.query_one_raw(statement).await.unwrap();
        row.map(|row| row.try_get_by_index::<i64>(0).unwrap())
    };
    let joined = "SELECT COUNT(*) FROM deliveries
        JOIN invitations ON invitations.id = deliveries.invitation_id
        JOIN users ON users.id = invitations.user_id
        JOIN users AS inviters ON inviters.id = invitations.inviter_id
        JOIN batches ON batches.id = deliveries.batch_id AND batches.sender_id = inviters.id
        JOIN organizations ON organizations.id = users.organization_id
        WHERE users.username = 'ivan@acme.example' AND deliveries.organization_id = organizations.id AND deliveries.domain = 'acme.example' AND inviters.first_name = 'Ann' AND invitations.generation = 2
        AND invitations.message = 'Hello' AND users.access = '' AND organizations.seats IS NULL";
    assert_eq!(one(joined).await, Some(1));
    assert_eq!(one("SELECT COUNT(*) FROM audit_events").await, Some(1));
    assert_eq!(one("SELECT SUM(total) FROM user_counts").await, Some(2));
    assert_eq!(
        one("SELECT COUNT(*) FROM pragma_foreign_key_check").await,
        Some(0)
    );
    assert_eq!(one("PRAGMA foreign_keys").await, Some(1));
}

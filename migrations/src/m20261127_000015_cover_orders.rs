//! PostgreSQL walks along an order without looking into the table: the orders' indexes hold all that a
//! filter asks about. SQLite keeps its indexes: it gathers the rows of a text by their numbers.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const NEVER: &str = "'-infinity'::timestamptz";
const ASKED_ABOUT: &str = "search, status, role_id, email, phone";

/// Name, what makes it one, its columns, and which of the other columns filters need beside.
fn orders() -> [(&'static str, &'static str, String, &'static str); 4] {
    [
        (
            "users_by_name",
            "INDEX",
            "name_key, id".to_owned(),
            "invited_at, expires_at",
        ),
        (
            "users_by_email",
            "UNIQUE INDEX",
            "email_key".to_owned(),
            "id, name_key, invited_at, expires_at",
        ),
        (
            "users_by_invited",
            "INDEX",
            format!("COALESCE(invited_at, {NEVER}), id"),
            "name_key, invited_at, expires_at",
        ),
        (
            "users_by_expiry",
            "INDEX",
            format!("COALESCE(expires_at, {NEVER}), id"),
            "name_key, invited_at, expires_at",
        ),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        for (name, index, columns, beside) in orders() {
            for statement in [
                format!("DROP INDEX {name}"),
                format!(
                    "CREATE {index} {name} ON users (organization_id, {columns}) INCLUDE ({ASKED_ABOUT}, {beside})"
                ),
            ] {
                connection.execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        for (name, index, columns, _) in orders() {
            for statement in [
                format!("DROP INDEX {name}"),
                format!("CREATE {index} {name} ON users (organization_id, {columns})"),
            ] {
                connection.execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }
}

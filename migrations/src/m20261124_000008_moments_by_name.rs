//! SQLite reads a row only where the index it walks along can't decide about it: by name, whether
//! somebody was invited, or expires, in a period.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        remake(
            manager,
            "organization_id, name_key, id, invited_at, expires_at",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        remake(manager, "organization_id, name_key, id").await
    }
}

async fn remake(manager: &SchemaManager<'_>, columns: &str) -> Result<(), DbErr> {
    // PostgreSQL looks at the row all the same.
    if manager.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let connection = manager.get_connection();
    connection
        .execute_unprepared("DROP INDEX users_by_name")
        .await?;
    connection
        .execute_unprepared(&format!("CREATE INDEX users_by_name ON users ({columns})"))
        .await?;
    Ok(())
}

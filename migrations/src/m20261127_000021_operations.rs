//! Reminders, and what the page "Delivery" asks for.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Reminders,
    ReminderHours,
}

#[derive(DeriveIden)]
enum Invitations {
    Table,
    RemindersAhead,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One statement a column: SQLite adds no two at once.
        for column in [
            integer(Organizations::Reminders).default(1).to_owned(),
            integer(Organizations::ReminderHours).default(48).to_owned(),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table(Organizations::Table)
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .alter_table(
                Table::alter()
                    .table(Invitations::Table)
                    .add_column(integer(Invitations::RemindersAhead).default(100))
                    .to_owned(),
            )
            .await?;
        let connection = manager.get_connection();
        for index in [
            // Only what still stands: whom to remind is asked for every few seconds.
            "CREATE INDEX invitations_to_remind ON invitations \
             (organization_id, expires_at, reminders_ahead, hours, user_id) \
             WHERE accepted_at IS NULL AND revoked_at IS NULL",
            // The queue, whose it is and since when.
            "CREATE INDEX deliveries_waiting ON deliveries (organization_id, created_at) \
             WHERE settled_at IS NULL",
        ] {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

//! Each index of the deliveries holds only what it is asked for: all of them are written with every message.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in [
            "DROP INDEX deliveries_due",
            // A queue for each domain, so that one that stands is passed by without a look at what waits in it.
            // The organization is part of it for those whose messages are paused.
            "CREATE INDEX deliveries_due ON deliveries (domain, due_at, organization_id) \
             WHERE state = 'queued'",
            // What couriers have, and for how long: a few hundred, which change with every message.
            "CREATE INDEX deliveries_claimed ON deliveries (due_at) WHERE state = 'sending'",
            "DROP INDEX deliveries_of_organization",
            "CREATE INDEX deliveries_of_organization ON deliveries (organization_id, state, settled_at) \
             WHERE settled_at IS NOT NULL",
            // Nobody looks for it: receipts name the delivery.
            "DROP INDEX deliveries_by_reference",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

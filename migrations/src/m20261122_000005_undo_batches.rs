//! Batches of other acts than sending, and what it takes to undo them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Batches {
    Table,
    Act,
    UndoneAt,
}

#[derive(DeriveIden)]
enum BatchRecipients {
    Table,
    BatchId,
    UserId,
    Before,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite takes no more.
        let act = Table::alter()
            .table(Batches::Table)
            .add_column(string(Batches::Act).default("send"))
            .to_owned();
        let undone_at = Table::alter()
            .table(Batches::Table)
            .add_column(timestamp_with_time_zone_null(Batches::UndoneAt))
            .to_owned();
        let before = Table::alter()
            .table(BatchRecipients::Table)
            .add_column(text_null(BatchRecipients::Before))
            .to_owned();
        for change in [act, undone_at, before] {
            manager.alter_table(change).await?;
        }
        // What happened to a user, in its order.
        manager
            .create_index(
                Index::create()
                    .name("batch_recipients_of_user")
                    .table(BatchRecipients::Table)
                    .col(BatchRecipients::UserId)
                    .col(BatchRecipients::BatchId)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("batch_recipients_of_user")
                    .table(BatchRecipients::Table)
                    .to_owned(),
            )
            .await?;
        let act = Table::alter()
            .table(Batches::Table)
            .drop_column(Batches::Act)
            .to_owned();
        let undone_at = Table::alter()
            .table(Batches::Table)
            .drop_column(Batches::UndoneAt)
            .to_owned();
        let before = Table::alter()
            .table(BatchRecipients::Table)
            .drop_column(BatchRecipients::Before)
            .to_owned();
        for change in [before, undone_at, act] {
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}

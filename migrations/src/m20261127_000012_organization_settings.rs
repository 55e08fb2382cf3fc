//! An organization's logo, and its own words in messages.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Logos {
    Table,
    OrganizationId,
    Png,
    Hash,
}

#[derive(DeriveIden)]
enum Wordings {
    Table,
    OrganizationId,
    Language,
    Channel,
    Subject,
    Opening,
    Closing,
}

const INDEX: &str = "logos_by_hash";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Logos::Table)
                    .col(pk_uuid(Logos::OrganizationId))
                    .col(blob(Logos::Png))
                    .col(string(Logos::Hash))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Logos::Table, Logos::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name(INDEX)
                    .table(Logos::Table)
                    .col(Logos::Hash)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Wordings::Table)
                    .col(uuid(Wordings::OrganizationId))
                    .col(string(Wordings::Language))
                    .col(string(Wordings::Channel))
                    .col(text(Wordings::Subject))
                    .col(text(Wordings::Opening))
                    .col(text(Wordings::Closing))
                    .primary_key(
                        Index::create()
                            .col(Wordings::OrganizationId)
                            .col(Wordings::Channel)
                            .col(Wordings::Language),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Wordings::Table, Wordings::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            Wordings::Table.into_table_ref(),
            Logos::Table.into_table_ref(),
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

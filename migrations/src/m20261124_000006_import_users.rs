//! Tables on their way into the directory, and the domains that an organization invites.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
    AllowedDomains,
}

#[derive(DeriveIden)]
enum Imports {
    Table,
    Id,
    OrganizationId,
    AuthorId,
    Name,
    State,
    Headings,
    HasHeader,
    Mapping,
    Known,
    RoleId,
    Rows,
    Through,
    Send,
    BatchId,
    CreatedAt,
}

#[derive(DeriveIden)]
enum ImportRows {
    Table,
    ImportId,
    Position,
    Line,
    Cells,
    EmailKey,
    Verdict,
    Faults,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Organizations::Table)
                    .add_column(text(Organizations::AllowedDomains).default(""))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Imports::Table)
                    .col(pk_uuid(Imports::Id))
                    .col(uuid(Imports::OrganizationId))
                    .col(uuid(Imports::AuthorId))
                    .col(string(Imports::Name))
                    .col(string(Imports::State))
                    .col(text(Imports::Headings))
                    .col(boolean(Imports::HasHeader))
                    .col(text(Imports::Mapping))
                    .col(string(Imports::Known))
                    .col(uuid(Imports::RoleId))
                    .col(integer(Imports::Rows))
                    .col(integer(Imports::Through))
                    .col(boolean(Imports::Send))
                    .col(uuid_null(Imports::BatchId))
                    .col(timestamp_with_time_zone(Imports::CreatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Imports::Table, Imports::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ImportRows::Table)
                    .col(uuid(ImportRows::ImportId))
                    .col(integer(ImportRows::Position))
                    .col(integer(ImportRows::Line))
                    .col(text(ImportRows::Cells))
                    .col(string_null(ImportRows::EmailKey))
                    .col(string_null(ImportRows::Verdict))
                    .col(text(ImportRows::Faults))
                    .primary_key(
                        Index::create()
                            .col(ImportRows::ImportId)
                            .col(ImportRows::Position),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(ImportRows::Table, ImportRows::ImportId)
                            .to(Imports::Table, Imports::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let of_organization = Index::create()
            .name("imports_of_organization")
            .table(Imports::Table)
            .col(Imports::OrganizationId)
            .col(Imports::Id)
            .to_owned();
        // What a worker looks for.
        let by_state = Index::create()
            .name("imports_by_state")
            .table(Imports::Table)
            .col(Imports::State)
            .col(Imports::Id)
            .to_owned();
        // A page of the rows with one verdict, and how many there are.
        let by_verdict = Index::create()
            .name("import_rows_by_verdict")
            .table(ImportRows::Table)
            .col(ImportRows::ImportId)
            .col(ImportRows::Verdict)
            .col(ImportRows::Position)
            .to_owned();
        // Whether an address stands further up.
        let by_address = Index::create()
            .name("import_rows_by_address")
            .table(ImportRows::Table)
            .col(ImportRows::ImportId)
            .col(ImportRows::EmailKey)
            .col(ImportRows::Position)
            .to_owned();
        for index in [of_organization, by_state, by_verdict, by_address] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(ImportRows::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Imports::Table).to_owned())
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Organizations::Table)
                    .drop_column(Organizations::AllowedDomains)
                    .to_owned(),
            )
            .await
    }
}

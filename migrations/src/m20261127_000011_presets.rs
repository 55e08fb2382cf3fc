//! Saved choices of role, access and expiry for the dialog "Invite users".

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Presets {
    Table,
    Id,
    OrganizationId,
    Name,
    NameKey,
    RoleId,
    Access,
    Hours,
    CreatedBy,
    CreatedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Presets::Table)
                    .col(pk_uuid(Presets::Id))
                    .col(uuid(Presets::OrganizationId))
                    .col(string(Presets::Name))
                    .col(string(Presets::NameKey))
                    // No key of another table: a role that goes leaves its presets.
                    .col(uuid(Presets::RoleId))
                    .col(text(Presets::Access).default(""))
                    .col(integer(Presets::Hours))
                    .col(uuid(Presets::CreatedBy))
                    .col(timestamp_with_time_zone(Presets::CreatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Presets::Table, Presets::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("presets_by_name")
                    .table(Presets::Table)
                    .col(Presets::OrganizationId)
                    .col(Presets::NameKey)
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Presets::Table).to_owned())
            .await
    }
}

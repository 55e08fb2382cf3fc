//! Addresses that take no mail, and the first opening of each invitation's page.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    BouncedAt,
}

#[derive(DeriveIden)]
enum Invitations {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Openings {
    Table,
    InvitationId,
    Generation,
    By,
    Channel,
    At,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Users::Table)
                    .add_column(timestamp_with_time_zone_null(Users::BouncedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Openings::Table)
                    .col(uuid(Openings::InvitationId))
                    .col(integer(Openings::Generation))
                    .col(string(Openings::By))
                    .col(string(Openings::Channel))
                    .col(timestamp_with_time_zone(Openings::At))
                    // At most one of each kind: following a link again writes nothing.
                    .primary_key(
                        Index::create()
                            .col(Openings::InvitationId)
                            .col(Openings::Generation)
                            .col(Openings::By),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Openings::Table, Openings::InvitationId)
                            .to(Invitations::Table, Invitations::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

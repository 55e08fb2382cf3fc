//! The courier's limits: who is left alone for a while, whose messages are paused, and a queue for each domain.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum MailDomains {
    Table,
    Domain,
    RestingUntil,
    Failures,
    Code,
    Words,
}

#[derive(DeriveIden)]
enum Organizations {
    Table,
    PausedAt,
}

#[derive(DeriveIden)]
enum Deliveries {
    Table,
    State,
    Domain,
    DueAt,
    OrganizationId,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(MailDomains::Table)
                    .col(string(MailDomains::Domain).primary_key())
                    .col(timestamp_with_time_zone(MailDomains::RestingUntil))
                    .col(integer(MailDomains::Failures))
                    .col(integer_null(MailDomains::Code))
                    .col(string(MailDomains::Words))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Organizations::Table)
                    .add_column(timestamp_with_time_zone_null(Organizations::PausedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .drop_index(
                Index::drop()
                    .name("deliveries_due")
                    .table(Deliveries::Table)
                    .to_owned(),
            )
            .await?;
        // A queue for each domain, so that one that stands is passed by without a look at what waits in it. The
        // organization is part of it for those whose messages are paused.
        manager
            .create_index(
                Index::create()
                    .name("deliveries_due")
                    .table(Deliveries::Table)
                    .col(Deliveries::State)
                    .col(Deliveries::Domain)
                    .col(Deliveries::DueAt)
                    .col(Deliveries::OrganizationId)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

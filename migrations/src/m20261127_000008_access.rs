//! What users may reach, what the operator enables for an organization, and who did what from where.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    SuspendedAt,
    Seats,
    Verification,
    Scheduler,
    Upload,
    Accent,
    Offer,
    DefaultRoleId,
    SenderName,
    ReplyTo,
}

#[derive(DeriveIden)]
enum Resources {
    Table,
    Enabled,
    RetiredAt,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Access,
    AccessBy,
    AccessAt,
}

#[derive(DeriveIden)]
enum AuditEvents {
    Table,
    Doer,
    Origin,
}

/// The columns of each table, in their order.
fn columns() -> Vec<(TableRef, Vec<ColumnDef>)> {
    let organizations = vec![
        timestamp_with_time_zone_null(Organizations::SuspendedAt),
        integer_null(Organizations::Seats),
        string(Organizations::Verification)
            .default("email_only")
            .to_owned(),
        boolean(Organizations::Scheduler).default(false).to_owned(),
        boolean(Organizations::Upload).default(false).to_owned(),
        string(Organizations::Accent).default("").to_owned(),
        string(Organizations::Offer).default("link").to_owned(),
        uuid_null(Organizations::DefaultRoleId),
        string(Organizations::SenderName).default("").to_owned(),
        string(Organizations::ReplyTo).default("").to_owned(),
    ];
    vec![
        (Organizations::Table.into_table_ref(), organizations),
        (
            Resources::Table.into_table_ref(),
            vec![
                boolean(Resources::Enabled).default(true).to_owned(),
                timestamp_with_time_zone_null(Resources::RetiredAt),
            ],
        ),
        (
            Users::Table.into_table_ref(),
            vec![
                text(Users::Access).default("").to_owned(),
                uuid_null(Users::AccessBy),
                timestamp_with_time_zone_null(Users::AccessAt),
            ],
        ),
        (
            AuditEvents::Table.into_table_ref(),
            vec![
                string(AuditEvents::Doer).default("user").to_owned(),
                string(AuditEvents::Origin).default("").to_owned(),
            ],
        ),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in columns() {
            // One column a statement: SQLite takes no more.
            for column in columns {
                manager
                    .alter_table(
                        Table::alter()
                            .table(table.clone())
                            .add_column(column)
                            .to_owned(),
                    )
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in columns().into_iter().rev() {
            for column in columns.into_iter().rev() {
                manager
                    .alter_table(
                        Table::alter()
                            .table(table.clone())
                            .drop_column(Alias::new(column.get_column_name()))
                            .to_owned(),
                    )
                    .await?;
            }
        }
        Ok(())
    }
}

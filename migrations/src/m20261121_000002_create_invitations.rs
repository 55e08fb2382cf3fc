//! Invitations, the outbox, batches with their reports.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Identities {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Invitations {
    Table,
    Id,
    OrganizationId,
    UserId,
    InviterId,
    Generation,
    Hours,
    Language,
    Message,
    CreatedAt,
    ExpiresAt,
    RevokedAt,
    AcceptedAt,
    AcceptedChannel,
}

#[derive(DeriveIden)]
enum PasswordResets {
    Table,
    Id,
    IdentityId,
    CreatedAt,
    ExpiresAt,
    UsedAt,
}

#[derive(DeriveIden)]
enum Batches {
    Table,
    Id,
    OrganizationId,
    SenderId,
    Key,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Deliveries {
    Table,
    Id,
    InvitationId,
    PasswordResetId,
    BatchId,
    Generation,
    Channel,
    State,
    Attempt,
    DueAt,
    AnswerCode,
    AnswerWords,
    CreatedAt,
    SettledAt,
}

#[derive(DeriveIden)]
enum BatchRecipients {
    Table,
    BatchId,
    Position,
    Address,
    Name,
    Verdict,
    UserId,
    DeliveryId,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Invitations::Table)
                    .col(pk_uuid(Invitations::Id))
                    .col(uuid(Invitations::OrganizationId))
                    .col(uuid_uniq(Invitations::UserId))
                    .col(uuid(Invitations::InviterId))
                    .col(integer(Invitations::Generation))
                    .col(integer(Invitations::Hours))
                    .col(string(Invitations::Language))
                    .col(text(Invitations::Message))
                    .col(timestamp_with_time_zone(Invitations::CreatedAt))
                    .col(timestamp_with_time_zone(Invitations::ExpiresAt))
                    .col(timestamp_with_time_zone_null(Invitations::RevokedAt))
                    .col(timestamp_with_time_zone_null(Invitations::AcceptedAt))
                    .col(string_null(Invitations::AcceptedChannel))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Invitations::Table, Invitations::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Invitations::Table, Invitations::UserId)
                            .to(Users::Table, Users::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Invitations::Table, Invitations::InviterId)
                            .to(Users::Table, Users::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(PasswordResets::Table)
                    .col(pk_uuid(PasswordResets::Id))
                    .col(uuid(PasswordResets::IdentityId))
                    .col(timestamp_with_time_zone(PasswordResets::CreatedAt))
                    .col(timestamp_with_time_zone(PasswordResets::ExpiresAt))
                    .col(timestamp_with_time_zone_null(PasswordResets::UsedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(PasswordResets::Table, PasswordResets::IdentityId)
                            .to(Identities::Table, Identities::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("password_resets_of_identity")
                    .table(PasswordResets::Table)
                    .col(PasswordResets::IdentityId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Batches::Table)
                    .col(pk_uuid(Batches::Id))
                    .col(uuid(Batches::OrganizationId))
                    .col(uuid(Batches::SenderId))
                    .col(uuid(Batches::Key))
                    .col(timestamp_with_time_zone(Batches::CreatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Batches::Table, Batches::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Batches::Table, Batches::SenderId)
                            .to(Users::Table, Users::Id),
                    )
                    .to_owned(),
            )
            .await?;
        // The same request sent twice is one batch.
        manager
            .create_index(
                Index::create()
                    .name("batches_by_key")
                    .table(Batches::Table)
                    .col(Batches::OrganizationId)
                    .col(Batches::Key)
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("batches_newest")
                    .table(Batches::Table)
                    .col(Batches::OrganizationId)
                    .col(Batches::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Deliveries::Table)
                    .col(pk_uuid(Deliveries::Id))
                    .col(uuid_null(Deliveries::InvitationId))
                    .col(uuid_null(Deliveries::PasswordResetId))
                    .col(uuid_null(Deliveries::BatchId))
                    .col(integer(Deliveries::Generation))
                    .col(string(Deliveries::Channel))
                    .col(string(Deliveries::State))
                    .col(integer(Deliveries::Attempt))
                    .col(timestamp_with_time_zone(Deliveries::DueAt))
                    .col(integer_null(Deliveries::AnswerCode))
                    .col(string_null(Deliveries::AnswerWords))
                    .col(timestamp_with_time_zone(Deliveries::CreatedAt))
                    .col(timestamp_with_time_zone_null(Deliveries::SettledAt))
                    .check(
                        Expr::col(Deliveries::InvitationId)
                            .is_null()
                            .ne(Expr::col(Deliveries::PasswordResetId).is_null()),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Deliveries::Table, Deliveries::InvitationId)
                            .to(Invitations::Table, Invitations::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Deliveries::Table, Deliveries::PasswordResetId)
                            .to(PasswordResets::Table, PasswordResets::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Deliveries::Table, Deliveries::BatchId)
                            .to(Batches::Table, Batches::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("deliveries_of_invitation")
                    .table(Deliveries::Table)
                    .col(Deliveries::InvitationId)
                    .col(Deliveries::Generation)
                    .col(Deliveries::Channel)
                    .unique()
                    .to_owned(),
            )
            .await?;
        // What the courier asks for: the due ones.
        manager
            .create_index(
                Index::create()
                    .name("deliveries_due")
                    .table(Deliveries::Table)
                    .col(Deliveries::State)
                    .col(Deliveries::DueAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(BatchRecipients::Table)
                    .col(uuid(BatchRecipients::BatchId))
                    .col(integer(BatchRecipients::Position))
                    .col(string(BatchRecipients::Address))
                    .col(string(BatchRecipients::Name))
                    .col(string(BatchRecipients::Verdict))
                    .col(uuid_null(BatchRecipients::UserId))
                    .col(uuid_null(BatchRecipients::DeliveryId))
                    .primary_key(
                        Index::create()
                            .col(BatchRecipients::BatchId)
                            .col(BatchRecipients::Position),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(BatchRecipients::Table, BatchRecipients::BatchId)
                            .to(Batches::Table, Batches::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(BatchRecipients::Table, BatchRecipients::UserId)
                            .to(Users::Table, Users::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(BatchRecipients::Table, BatchRecipients::DeliveryId)
                            .to(Deliveries::Table, Deliveries::Id),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            BatchRecipients::Table.into_table_ref(),
            Deliveries::Table.into_table_ref(),
            Batches::Table.into_table_ref(),
            PasswordResets::Table.into_table_ref(),
            Invitations::Table.into_table_ref(),
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

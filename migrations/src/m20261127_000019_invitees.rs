//! Temporary passwords, declining, and asking for a new invitation.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
    Requests,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    UsernameKey,
}

#[derive(DeriveIden)]
enum Invitations {
    Table,
    Id,
    Offer,
    PasswordTries,
    DeclinedAt,
}

#[derive(DeriveIden)]
enum Requests {
    Table,
    Id,
    OrganizationId,
    UserId,
    InvitationId,
    Generation,
    Why,
    AskedAt,
    DecidedAt,
    DecidedBy,
    Decision,
}

/// Whose temporary password it is, whatever the organization: found by what people sign in with.
const USERS_INDEX: &str = "users_of_username";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        let columns = [
            string(Invitations::Offer).default("link").to_owned(),
            integer(Invitations::PasswordTries).default(0).to_owned(),
            timestamp_with_time_zone_null(Invitations::DeclinedAt),
        ];
        for column in columns {
            let mut table = Table::alter();
            let table = table.table(Invitations::Table).add_column(column);
            manager.alter_table(table.to_owned()).await?;
        }
        let requests = string(Organizations::Requests)
            .default("at_once")
            .to_owned();
        let mut table = Table::alter();
        let table = table.table(Organizations::Table).add_column(requests);
        manager.alter_table(table.to_owned()).await?;
        manager
            .create_index(
                Index::create()
                    .name(USERS_INDEX)
                    .table(Users::Table)
                    .col(Users::UsernameKey)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Requests::Table)
                    .col(pk_uuid(Requests::Id))
                    .col(uuid(Requests::OrganizationId))
                    .col(uuid(Requests::UserId))
                    .col(uuid(Requests::InvitationId))
                    .col(integer(Requests::Generation))
                    .col(string(Requests::Why))
                    .col(timestamp_with_time_zone(Requests::AskedAt))
                    .col(timestamp_with_time_zone_null(Requests::DecidedAt))
                    .col(uuid_null(Requests::DecidedBy))
                    .col(string_null(Requests::Decision))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Requests::Table, Requests::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Requests::Table, Requests::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Requests::Table, Requests::InvitationId)
                            .to(Invitations::Table, Invitations::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Requests::Table, Requests::DecidedBy)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        // What the page lists: those that nobody has decided, in their order.
        let open = Index::create()
            .name("requests_of_organization")
            .table(Requests::Table)
            .col(Requests::OrganizationId)
            .col(Requests::DecidedAt)
            .col(Requests::Id)
            .to_owned();
        let of_user = Index::create()
            .name("requests_of_user")
            .table(Requests::Table)
            .col(Requests::UserId)
            .to_owned();
        let of_invitation = Index::create()
            .name("requests_of_invitation")
            .table(Requests::Table)
            .col(Requests::InvitationId)
            .to_owned();
        for index in [open, of_user, of_invitation] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Requests::Table).to_owned())
            .await?;
        manager
            .drop_index(
                Index::drop()
                    .name(USERS_INDEX)
                    .table(Users::Table)
                    .to_owned(),
            )
            .await?;
        let mut table = Table::alter();
        let table = table
            .table(Organizations::Table)
            .drop_column(Organizations::Requests);
        manager.alter_table(table.to_owned()).await?;
        for column in [
            Invitations::Offer,
            Invitations::PasswordTries,
            Invitations::DeclinedAt,
        ] {
            let mut table = Table::alter();
            let table = table.table(Invitations::Table).drop_column(column);
            manager.alter_table(table.to_owned()).await?;
        }
        Ok(())
    }
}

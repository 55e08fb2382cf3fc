//! Organizations, identities, roles, resources, users.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
    Table,
    Id,
    Name,
    InvitationHours,
    Language,
    TimeZone,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Identities {
    Table,
    Id,
    Email,
    EmailKey,
    EmailProvenAt,
    PasswordHash,
    Language,
    IsOperator,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Roles {
    Table,
    Id,
    OrganizationId,
    Kind,
    Name,
    Permissions,
}

#[derive(DeriveIden)]
enum Resources {
    Table,
    Id,
    OrganizationId,
    Kind,
    Name,
    Position,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    OrganizationId,
    IdentityId,
    RoleId,
    Email,
    EmailKey,
    Phone,
    FirstName,
    LastName,
    JobTitle,
    Search,
    Status,
    FailureCode,
    FailureWords,
    InvitedAt,
    ExpiresAt,
    CreatedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Organizations::Table)
                    .col(pk_uuid(Organizations::Id))
                    .col(string(Organizations::Name))
                    .col(integer(Organizations::InvitationHours))
                    .col(string(Organizations::Language))
                    .col(string(Organizations::TimeZone))
                    .col(timestamp_with_time_zone(Organizations::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Identities::Table)
                    .col(pk_uuid(Identities::Id))
                    .col(string(Identities::Email))
                    .col(string_uniq(Identities::EmailKey))
                    .col(timestamp_with_time_zone_null(Identities::EmailProvenAt))
                    .col(string(Identities::PasswordHash))
                    .col(string(Identities::Language))
                    .col(boolean(Identities::IsOperator))
                    .col(timestamp_with_time_zone(Identities::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Roles::Table)
                    .col(pk_uuid(Roles::Id))
                    .col(uuid(Roles::OrganizationId))
                    .col(string(Roles::Kind))
                    .col(string(Roles::Name))
                    .col(string(Roles::Permissions))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Roles::Table, Roles::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("roles_of_organization")
                    .table(Roles::Table)
                    .col(Roles::OrganizationId)
                    .col(Roles::Name)
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Resources::Table)
                    .col(pk_uuid(Resources::Id))
                    .col(uuid(Resources::OrganizationId))
                    .col(string(Resources::Kind))
                    .col(string(Resources::Name))
                    .col(integer(Resources::Position))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Resources::Table, Resources::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("resources_of_organization")
                    .table(Resources::Table)
                    .col(Resources::OrganizationId)
                    .col(Resources::Kind)
                    .col(Resources::Name)
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Users::Table)
                    .col(pk_uuid(Users::Id))
                    .col(uuid(Users::OrganizationId))
                    .col(uuid_null(Users::IdentityId))
                    .col(uuid(Users::RoleId))
                    .col(string(Users::Email))
                    .col(string(Users::EmailKey))
                    .col(string(Users::Phone))
                    .col(string(Users::FirstName))
                    .col(string(Users::LastName))
                    .col(string(Users::JobTitle))
                    .col(string(Users::Search))
                    .col(string(Users::Status))
                    .col(integer_null(Users::FailureCode))
                    .col(string_null(Users::FailureWords))
                    .col(timestamp_with_time_zone_null(Users::InvitedAt))
                    .col(timestamp_with_time_zone_null(Users::ExpiresAt))
                    .col(timestamp_with_time_zone(Users::CreatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Users::Table, Users::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Users::Table, Users::IdentityId)
                            .to(Identities::Table, Identities::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Users::Table, Users::RoleId)
                            .to(Roles::Table, Roles::Id),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("users_by_email")
                    .table(Users::Table)
                    .col(Users::OrganizationId)
                    .col(Users::EmailKey)
                    .unique()
                    .to_owned(),
            )
            .await?;
        // Serves the list (newest first) and, with the status in front, each status and its count.
        manager
            .create_index(
                Index::create()
                    .name("users_newest")
                    .table(Users::Table)
                    .col(Users::OrganizationId)
                    .col(Users::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("users_by_status")
                    .table(Users::Table)
                    .col(Users::OrganizationId)
                    .col(Users::Status)
                    .col(Users::Id)
                    .col(Users::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("users_of_identity")
                    .table(Users::Table)
                    .col(Users::IdentityId)
                    .col(Users::OrganizationId)
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            Users::Table.into_table_ref(),
            Resources::Table.into_table_ref(),
            Roles::Table.into_table_ref(),
            Identities::Table.into_table_ref(),
            Organizations::Table.into_table_ref(),
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

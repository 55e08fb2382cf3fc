//! Sign-ups that wait for an admin.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Organizations {
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
}

#[derive(DeriveIden)]
enum Identities {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Approvals {
    Table,
    Id,
    OrganizationId,
    UserId,
    InvitationId,
    Generation,
    Channel,
    IdentityId,
    Reason,
    AskedAt,
    DecidedAt,
    DecidedBy,
    Decision,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Approvals::Table)
                    .col(pk_uuid(Approvals::Id))
                    .col(uuid(Approvals::OrganizationId))
                    .col(uuid(Approvals::UserId))
                    .col(uuid(Approvals::InvitationId))
                    .col(integer(Approvals::Generation))
                    .col(string(Approvals::Channel))
                    .col(uuid_null(Approvals::IdentityId))
                    .col(string(Approvals::Reason))
                    .col(timestamp_with_time_zone(Approvals::AskedAt))
                    .col(timestamp_with_time_zone_null(Approvals::DecidedAt))
                    .col(uuid_null(Approvals::DecidedBy))
                    .col(string_null(Approvals::Decision))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Approvals::Table, Approvals::OrganizationId)
                            .to(Organizations::Table, Organizations::Id),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Approvals::Table, Approvals::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Approvals::Table, Approvals::InvitationId)
                            .to(Invitations::Table, Invitations::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Approvals::Table, Approvals::IdentityId)
                            .to(Identities::Table, Identities::Id)
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Approvals::Table, Approvals::DecidedBy)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        // What the page lists: those that nobody has decided, in their order.
        let open = Index::create()
            .name("approvals_of_organization")
            .table(Approvals::Table)
            .col(Approvals::OrganizationId)
            .col(Approvals::DecidedAt)
            .col(Approvals::Id)
            .to_owned();
        let of_user = Index::create()
            .name("approvals_of_user")
            .table(Approvals::Table)
            .col(Approvals::UserId)
            .to_owned();
        let of_invitation = Index::create()
            .name("approvals_of_invitation")
            .table(Approvals::Table)
            .col(Approvals::InvitationId)
            .to_owned();
        let of_identity = Index::create()
            .name("approvals_of_identity")
            .table(Approvals::Table)
            .col(Approvals::IdentityId)
            .to_owned();
        for index in [open, of_user, of_invitation, of_identity] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Approvals::Table).to_owned())
            .await
    }
}

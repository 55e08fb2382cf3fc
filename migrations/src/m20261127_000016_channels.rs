//! Two ways to reach people: who has no e-mail address is known by a phone number, and a message says
//! what it needs to be sent without a look at its invitation. What happened to it is kept, too.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::ConnectionTrait};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in [
            "ALTER TABLE users RENAME COLUMN email TO username",
            "ALTER TABLE users RENAME COLUMN email_key TO username_key",
            "ALTER TABLE identities RENAME COLUMN email TO username",
            "ALTER TABLE identities RENAME COLUMN email_key TO username_key",
            "ALTER TABLE identities RENAME COLUMN email_proven_at TO username_proven_at",
            "ALTER TABLE import_rows RENAME COLUMN email_key TO username_key",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        for column in [
            uuid_null(Deliveries::OrganizationId),
            string(Deliveries::Domain).default("").to_owned(),
            integer(Deliveries::Reminder).default(0).to_owned(),
            string_null(Deliveries::Reference),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table(Deliveries::Table)
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        for statement in FILL {
            connection.execute_unprepared(statement).await?;
        }
        manager
            .drop_index(
                Index::drop()
                    .name("deliveries_of_invitation")
                    .table(Deliveries::Table)
                    .to_owned(),
            )
            .await?;
        for index in [
            Index::create()
                .name("deliveries_of_invitation")
                .table(Deliveries::Table)
                .col(Deliveries::InvitationId)
                .col(Deliveries::Generation)
                .col(Deliveries::Channel)
                .col(Deliveries::Reminder)
                .unique()
                .to_owned(),
            // The queue of an organization, and what became of its messages.
            Index::create()
                .name("deliveries_of_organization")
                .table(Deliveries::Table)
                .col(Deliveries::OrganizationId)
                .col(Deliveries::State)
                .col(Deliveries::SettledAt)
                .to_owned(),
            // What a gateway calls back about.
            Index::create()
                .name("deliveries_by_reference")
                .table(Deliveries::Table)
                .col(Deliveries::Reference)
                .to_owned(),
        ] {
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(DeliveryEvents::Table)
                    .col(pk_uuid(DeliveryEvents::Id))
                    .col(uuid(DeliveryEvents::DeliveryId))
                    .col(timestamp_with_time_zone(DeliveryEvents::At))
                    .col(string(DeliveryEvents::Kind))
                    .col(integer_null(DeliveryEvents::Code))
                    .col(string(DeliveryEvents::Words).default(""))
                    .col(timestamp_with_time_zone_null(DeliveryEvents::Until))
                    .foreign_key(
                        ForeignKey::create()
                            .from(DeliveryEvents::Table, DeliveryEvents::DeliveryId)
                            .to(Deliveries::Table, Deliveries::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("delivery_events_of_delivery")
                    .table(DeliveryEvents::Table)
                    .col(DeliveryEvents::DeliveryId)
                    .col(DeliveryEvents::Kind)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

/// What was queued before. A domain may be missing of what has been settled: nobody asks for it.
const FILL: [&str; 2] = [
    "UPDATE deliveries SET organization_id =
         (SELECT organization_id FROM invitations WHERE invitations.id = deliveries.invitation_id)
     WHERE invitation_id IS NOT NULL",
    "UPDATE deliveries SET domain = COALESCE(
         (SELECT SUBSTR(users.username_key, LENGTH(RTRIM(users.username_key, 'abcdefghijklmnopqrstuvwxyz0123456789.-')) + 1)
          FROM invitations JOIN users ON users.id = invitations.user_id
          WHERE invitations.id = deliveries.invitation_id), '')
     WHERE invitation_id IS NOT NULL AND state IN ('queued', 'sending')",
];

#[derive(DeriveIden)]
enum Deliveries {
    Table,
    Id,
    InvitationId,
    Generation,
    Channel,
    State,
    SettledAt,
    OrganizationId,
    Domain,
    Reminder,
    Reference,
}

#[derive(DeriveIden)]
enum DeliveryEvents {
    Table,
    Id,
    DeliveryId,
    At,
    Kind,
    Code,
    Words,
    Until,
}

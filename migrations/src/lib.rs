//! The schema, one file per change. Entities are never imported here: a migration must mean the
//! same for ever, whatever the entities become.

#![allow(
    clippy::wildcard_imports,
    reason = "the builders of a schema are many small functions"
)]

pub use sea_orm_migration::prelude::*;

mod m20261121_000001_create_directory;
mod m20261121_000002_create_invitations;
mod m20261121_000003_create_sessions;
mod m20261122_000004_find_users;
mod m20261122_000005_undo_batches;
mod m20261124_000006_import_users;
mod m20261124_000007_history_of_users;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_create_directory::Migration),
            Box::new(m20261121_000002_create_invitations::Migration),
            Box::new(m20261121_000003_create_sessions::Migration),
            Box::new(m20261122_000004_find_users::Migration),
            Box::new(m20261122_000005_undo_batches::Migration),
            Box::new(m20261124_000006_import_users::Migration),
            Box::new(m20261124_000007_history_of_users::Migration),
        ]
    }
}

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
mod m20261127_000008_access;
mod m20261127_000009_audit_chain;
mod m20261127_000010_operator;
mod m20261127_000011_presets;
mod m20261127_000012_organization_settings;
mod m20261127_000013_approvals;
mod m20261127_000014_delete_users;
mod m20261127_000015_cover_orders;
mod m20261127_000016_channels;
mod m20261127_000017_limits;
mod m20261127_000018_import_via;
mod m20261127_000019_invitees;
mod m20261127_000020_truth;
mod m20261127_000021_operations;
mod m20261127_000022_queue;

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
            Box::new(m20261127_000008_access::Migration),
            Box::new(m20261127_000009_audit_chain::Migration),
            Box::new(m20261127_000010_operator::Migration),
            Box::new(m20261127_000011_presets::Migration),
            Box::new(m20261127_000012_organization_settings::Migration),
            Box::new(m20261127_000013_approvals::Migration),
            Box::new(m20261127_000014_delete_users::Migration),
            Box::new(m20261127_000015_cover_orders::Migration),
            Box::new(m20261127_000016_channels::Migration),
            Box::new(m20261127_000017_limits::Migration),
            Box::new(m20261127_000018_import_via::Migration),
            Box::new(m20261127_000019_invitees::Migration),
            Box::new(m20261127_000020_truth::Migration),
            Box::new(m20261127_000021_operations::Migration),
            Box::new(m20261127_000022_queue::Migration),
        ]
    }
}

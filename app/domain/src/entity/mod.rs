//! The tables as SeaORM entities. No rule lives here.

pub mod audit_events;
pub mod batch_recipients;
pub mod batches;
pub mod deliveries;
pub mod identities;
pub mod import_rows;
pub mod imports;
pub mod invitations;
pub mod mailbox_messages;
pub mod organizations;
pub mod password_resets;
pub mod resources;
pub mod roles;
pub mod sessions;
pub mod users;

//! The tables as SeaORM entities. No rule lives here.

pub mod approvals;
pub mod audit_events;
pub mod audit_head;
pub mod batch_recipients;
pub mod batches;
pub mod deliveries;
pub mod delivery_events;
pub mod identities;
pub mod import_rows;
pub mod imports;
pub mod invitations;
pub mod logos;
pub mod mail_domains;
pub mod mailbox_messages;
pub mod openings;
pub mod organizations;
pub mod password_resets;
pub mod presets;
pub mod requests;
pub mod resources;
pub mod roles;
pub mod sessions;
pub mod users;
pub mod wordings;

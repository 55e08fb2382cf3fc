//! The words that browser and server both speak.
//!
//! Text becomes a value of one of these types once, at the edge, by the same code on both sides.
//! Nothing here does input or output.

pub mod access;
pub mod approvals;
pub mod audit;
pub mod batch;
pub mod contact;
pub mod delivery;
pub mod doctor;
pub mod ids;
pub mod import;
pub mod invitation;
pub mod language;
pub mod mailbox;
pub mod operator;
pub mod organization;
pub mod password;
pub mod presets;
pub mod recipients;
pub mod refusal;
pub mod resources;
pub mod roles;
pub mod session;
pub mod temporary_password;
pub mod users;
pub mod words;

//! The words that browser and server both speak.
//!
//! Text becomes a value of one of these types once, at the edge, by the same code on both sides.
//! Nothing here does input or output.

pub mod access;
pub mod batch;
pub mod contact;
pub mod ids;
pub mod import;
pub mod invitation;
pub mod language;
pub mod mailbox;
pub mod password;
pub mod recipients;
pub mod refusal;
pub mod session;
pub mod users;
pub mod words;

//! Every server function. Each is two lines: the gate gives the proof, one domain call requires it.
//!
//! Reads and writes are POST requests to `/api/<name>`. Calls from pages travel as JSON; the public
//! forms are plain form posts, so that they work without JavaScript, and end in a redirect.

pub mod account;
pub mod approvals;
pub mod audit;
pub mod batches;
pub mod delivery;
pub mod error;
pub mod imports;
pub mod invitee;
pub mod mailbox;
pub mod operator;
pub mod organization;
pub mod presets;
pub mod resources;
pub mod roles;
pub mod users;

pub use error::AppError;

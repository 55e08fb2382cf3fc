//! The rules of Usher, on SeaORM. Runs on the server only; knows neither leptos nor axum.
//!
//! One file per noun. Every function that acts for an admin takes a proof (`proof.rs`) and starts
//! from the proof's organization. Every write is one transaction; nothing in one awaits the network.

mod audience;
pub mod audit;
pub mod batches;
pub mod bulk;
pub mod changes;
pub mod core;
pub mod courier;
pub mod database;
pub mod demo;
pub mod directory;
mod domains;
#[allow(clippy::disallowed_methods, reason = "sea_orm::model writes it")]
pub mod entity;
pub mod export;
pub mod fault;
pub mod imports;
pub mod invitations;
pub mod letters;
pub mod mailbox;
pub mod outbox;
mod owners;
pub mod password_reset;
pub mod passwords;
pub mod people;
pub mod ports;
pub mod proof;
mod random;
pub mod roles;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod spreadsheet;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;
pub mod users;

pub use self::{
    core::Core,
    fault::{Fault, Outcome},
    random::nonce as random_nonce,
};

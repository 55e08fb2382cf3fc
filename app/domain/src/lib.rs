//! The rules of Usher, on SeaORM. Runs on the server only; knows neither leptos nor axum.
//!
//! One file per noun. Every function that acts for an admin takes a proof (`proof.rs`) and starts
//! from the proof's organization. Every write is one transaction; nothing in one awaits the network.

pub mod access;
pub mod approvals;
mod audience;
pub mod audit;
pub mod batches;
pub mod bounces;
pub mod bulk;
pub mod changes;
mod channels;
pub mod core;
pub mod courier;
pub mod database;
pub mod delivery;
pub mod demo;
pub mod directory;
pub mod doctor;
mod domains;
#[allow(clippy::disallowed_methods, reason = "sea_orm::model writes it")]
pub mod entity;
pub mod export;
pub mod fault;
mod identities;
pub mod imports;
pub mod invitations;
pub mod letters;
mod mail_domains;
pub mod mailbox;
pub mod openings;
pub mod operator;
pub mod organization;
pub mod outbox;
pub mod owners;
pub mod password_reset;
pub mod passwords;
pub mod people;
pub mod phones;
pub mod ports;
pub mod presets;
pub mod proof;
mod random;
pub mod receipts;
pub mod reminders;
pub mod requests;
pub mod resources;
pub mod roles;
mod seats;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod spreadsheet;
pub mod tallies;
pub mod temporary_password;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;
pub mod users;

pub use self::{
    core::Core,
    fault::{Fault, Outcome},
    random::nonce as random_nonce,
};

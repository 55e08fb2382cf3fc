//! One module a page.

pub mod accept;
pub mod approvals;
pub mod batch;
pub mod batches;
pub mod console;
pub mod forgot_password;
pub mod home;
pub mod import;
pub mod mailbox;
pub mod not_found;
pub mod operator;
pub mod profile;
pub mod reset_password;
pub mod root;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod user;
pub mod users;
pub mod via;

//! The rules, noun by noun, on a real database with the real migrations.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bulk;
mod common;
mod directory;
mod imports;
mod invitations;
mod isolation;
mod outbox;
mod password_reset;
mod people;
mod plan;
mod processes;
mod query_plans;
mod sessions;
mod sign_up;

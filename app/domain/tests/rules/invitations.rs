//! Sending to many, copying, revoking.

mod batches;
mod once;
mod recipients;
mod resending;
mod roles;
mod sending;
mod standing;

//! Sending to many, copying, revoking.

mod batches;
mod mail_domains;
mod once;
mod recipients;
mod renewing;
mod resending;
mod roles;
mod sending;
mod standing;

//! The server: settings, commands, router, guard layers, the courier's loop, SMTP.

pub mod bounces;
pub mod changes;
pub mod clock;
pub mod commands;
pub mod courier;
pub mod doctor;
pub mod guard;
pub mod importer;
pub mod mail_domains;
pub mod metrics;
pub mod probes;
pub mod reminders;
pub mod router;
pub mod secret;
pub mod serve;
pub mod settings;
pub mod sms;
pub mod smtp;
pub mod telemetry;

//! The server: settings, commands, router, guard layers, the courier's loop, SMTP.

pub mod changes;
pub mod clock;
pub mod commands;
pub mod courier;
pub mod guard;
pub mod importer;
pub mod router;
pub mod secret;
pub mod serve;
pub mod settings;
pub mod smtp;
pub mod telemetry;

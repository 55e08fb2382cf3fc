//! The whole server but for its socket: requests in, answers out.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod approvals;
mod audit;
mod bounces;
mod browser;
mod commands;
mod crafted;
mod crowd;
mod doctor;
mod events;
mod forms;
mod gate;
mod headers;
mod house;
mod imports;
mod invitee;
mod links;
mod locales;
mod logs;
mod matrix;
mod openings;
mod organization;
mod organizations;
mod origin;
mod pages;
mod probes;
mod processes;
mod proxy;
mod roles;
#[path = "../smtp/scripted.rs"]
#[allow(dead_code, reason = "the tests of the mailer use all of it")]
mod scripted;
mod settings;
mod size;
mod sms;

//! The whole server but for its socket: requests in, answers out.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod browser;
mod crowd;
mod events;
mod forms;
mod gate;
mod headers;
mod house;
mod imports;
mod links;
mod origin;
mod processes;
mod proxy;
mod settings;
mod size;

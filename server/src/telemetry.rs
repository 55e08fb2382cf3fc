//! Logs: one line an event, without tokens, passwords or full addresses.

use tracing_subscriber::{EnvFilter, fmt};

/// `RUST_LOG` chooses what is logged; by default warnings, and what Usher itself has to say.
pub fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,server=info,domain=info,app=info"));
    fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}

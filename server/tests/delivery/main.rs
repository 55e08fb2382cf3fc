//! The courier over real SMTP: thousands of messages, servers that misbehave, processes that die.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod kill;
mod mixed;
mod queue;
mod sink;

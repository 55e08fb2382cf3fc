//! The command `usher` itself, as an operator runs it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod audit;

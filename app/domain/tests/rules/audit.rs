//! The audit log: sealed as it is written, read by those who may, and found out when it was tampered with.

mod chain;
mod reading;

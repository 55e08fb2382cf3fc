//! Messages that come back after a server has taken them.
//!
//! - `listener`: takes reports that a mail server hands over for our return paths
//! - `report`: reads them
//!
//! What follows from a bounce is `domain::bounces`' business; providers that tell of theirs by HTTP call
//! `app::ssr::bounces`.

pub mod listener;
pub mod report;

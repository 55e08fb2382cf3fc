//! `/users/import`: a table on its way into the directory.
//!
//! - `upload`: choosing, dropping or pasting it; `sending`: its way to the server
//! - `table`: one import: what its columns hold (`columns`), what becomes of its rows (`rows`), and
//!   the button at the end (`finish`)
//! - `words`: verdicts and reasons

mod columns;
mod finish;
mod rows;
mod sending;
mod table;
mod upload;
mod words;

#[cfg_attr(
    not(feature = "ssr"),
    expect(unused_imports, reason = "the server words its downloads with them")
)]
pub use self::words::{field_text, reason_text};
pub use self::{table::ImportPage, upload::UploadPage};

/// Where it begins.
pub const IMPORT: &str = "/users/import";

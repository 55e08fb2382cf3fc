//! The pages and endpoints of Usher, compiled for the server (`ssr`) and for the browser (`hydrate`).
//!
//! - `api`: every server function
//! - `pages`: one file a page, or a folder where a page has parts
//! - `components`: what several pages use
//! - `ssr`: what runs on the server only
//! - `visitor`: what both sides ask the visitor's browser, each in its way

pub mod api;
mod components;
mod pages;
mod router;
#[cfg(feature = "ssr")]
pub mod ssr;
#[cfg_attr(feature = "ssr", path = "visitor/server.rs")]
#[cfg_attr(not(feature = "ssr"), path = "visitor/browser.rs")]
mod visitor;

include!(concat!(env!("OUT_DIR"), "/i18n.rs"));

pub use router::App;

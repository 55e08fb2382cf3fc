//! What several pages use.

pub mod access_picker;
pub mod badge;
pub mod contact_fault;
pub mod dialog;
pub mod failure;
pub mod fault;
pub mod field;
pub mod icon;
pub mod language;
pub mod link_row;
pub mod live;
pub mod outlet;
pub mod page_title;
pub mod preferences;
pub mod public_card;
pub mod reached;
pub mod time;
pub mod toast;

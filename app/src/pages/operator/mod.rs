//! The pages of the person who runs the installation. The server decides who may see them: an operator
//! need not be a user of any organization.
//!
//! - `list`: all organizations; `new`: another one
//! - `organization`: one of them, with its `settings`, `resources`, `owners` and `suspension`

mod list;
mod new;
mod organization;
mod owners;
mod resources;
mod settings;
mod suspension;

pub use self::{list::OrganizationsPage, new::NewOrganizationPage, organization::OrganizationPage};

use leptos::prelude::*;
use types::{operator::OrganizationRow, organization::Seats};

use crate::{
    components::{badge::active_badge, language::use_locale},
    i18n::{Locale, td_string},
};

pub const OPERATOR: &str = "/operator";

/// "12 of 25", or "12" where there is any number.
fn seats_text(locale: Locale, seats: Seats) -> String {
    match seats.total {
        Some(total) => td_string!(
            locale,
            operator.seats_of,
            taken = seats.taken,
            total = total
        ),
        None => seats.taken.to_string(),
    }
}

/// Whether it can be used.
#[component]
fn State(suspended: bool) -> impl IntoView {
    let locale = use_locale();
    let word = if suspended {
        td_string!(locale, operator.suspended)
    } else {
        td_string!(locale, operator.active)
    };
    active_badge(!suspended, word)
}

fn page_of(row: &OrganizationRow) -> String {
    format!("{OPERATOR}/{}", row.id)
}

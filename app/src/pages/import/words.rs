//! What is said of rows and cells.

use types::import::{CellFault, CellWhy, Field, ImportRow, ImportState, RowVerdict};

use crate::{
    components::contact_fault::{email_fault_text, no_country_code_text, phone_fault_text},
    i18n::{Locale, td_string},
};

/// What a column holds.
pub fn field_text(locale: Locale, field: Field) -> &'static str {
    match field {
        Field::Email => td_string!(locale, imports.field.email),
        Field::Name => td_string!(locale, imports.field.name),
        Field::FirstName => td_string!(locale, imports.field.first_name),
        Field::LastName => td_string!(locale, imports.field.last_name),
        Field::Phone => td_string!(locale, imports.field.phone),
        Field::JobTitle => td_string!(locale, imports.field.job_title),
        Field::Role => td_string!(locale, imports.field.role),
    }
}

/// Why a row is not imported, with every cell that is wrong; "" where it is.
pub fn reason_text(locale: Locale, row: &ImportRow) -> String {
    let text = match row.verdict {
        RowVerdict::Ready | RowVerdict::Update | RowVerdict::Imported => "",
        RowVerdict::Malformed => {
            let faults = row.faults.iter().map(|fault| fault_text(locale, fault));
            return faults.collect::<Vec<_>>().join(" ");
        }
        RowVerdict::Duplicate => {
            let line = row.twin.unwrap_or_default();
            return td_string!(locale, imports.reason.duplicate, line = line);
        }
        RowVerdict::InDirectory => td_string!(locale, imports.reason.in_directory),
        RowVerdict::Active => td_string!(locale, imports.reason.active),
        RowVerdict::Deactivated => td_string!(locale, imports.reason.deactivated),
        RowVerdict::DomainNotAllowed => td_string!(locale, imports.reason.domain_not_allowed),
        RowVerdict::RoleAboveYours => td_string!(locale, imports.reason.role_above_yours),
        RowVerdict::NotAllowed => td_string!(locale, imports.reason.not_allowed),
        RowVerdict::OverSeats => td_string!(locale, imports.reason.over_seats),
        RowVerdict::ChannelNotAllowed => td_string!(locale, imports.reason.channel_not_allowed),
    };
    text.to_owned()
}

/// "Phone: The number is too short."
fn fault_text(locale: Locale, fault: &CellFault) -> String {
    let why = match &fault.why {
        CellWhy::Missing => td_string!(locale, imports.cell.missing).to_owned(),
        CellWhy::NoContact => td_string!(locale, imports.cell.no_contact).to_owned(),
        CellWhy::Email(fault) => email_fault_text(locale, fault),
        CellWhy::Phone(fault) => phone_fault_text(locale, fault),
        CellWhy::PhoneWithoutCountryCode(digits) => no_country_code_text(locale, *digits),
        CellWhy::RoleUnknown => td_string!(locale, imports.cell.role_unknown).to_owned(),
        CellWhy::TooLong => td_string!(locale, imports.cell.too_long).to_owned(),
    };
    let field = field_text(locale, fault.field);
    td_string!(locale, imports.fault, field = field, why = why)
}

/// How far an import has come.
pub fn state_text(locale: Locale, state: ImportState) -> &'static str {
    match state {
        ImportState::Checking => td_string!(locale, imports.state_checking),
        ImportState::Checked => td_string!(locale, imports.state_checked),
        ImportState::Importing => td_string!(locale, imports.state_importing),
        ImportState::Done => td_string!(locale, imports.state_done),
    }
}

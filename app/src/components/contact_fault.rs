//! What is wrong with an address or a phone number, in words.

use types::contact::{Digits, EmailFault, PhoneFault};

use crate::i18n::{Locale, td_string};

/// What is wrong with an address.
pub fn email_fault_text(locale: Locale, fault: &EmailFault) -> String {
    let text = match fault {
        EmailFault::NoAt => td_string!(locale, invite.fault_no_at),
        EmailFault::NoLocalPart => td_string!(locale, invite.fault_no_local_part),
        EmailFault::NoDomain => td_string!(locale, invite.fault_no_domain),
        EmailFault::TwoAts => td_string!(locale, invite.fault_two_ats),
        EmailFault::DomainWithoutDot => td_string!(locale, invite.fault_domain_without_dot),
        EmailFault::DomainNotValid => td_string!(locale, invite.fault_domain_not_valid),
        EmailFault::CharacterNotAllowed(character) => {
            return td_string!(
                locale,
                invite.fault_character,
                character = character.to_string()
            );
        }
        EmailFault::LocalPartNotAscii => td_string!(locale, invite.fault_not_ascii),
        EmailFault::DotMisplaced => td_string!(locale, invite.fault_dot),
        EmailFault::TooLong => td_string!(locale, invite.fault_too_long),
    };
    text.to_owned()
}

/// What is wrong with a phone number.
pub fn phone_fault_text(locale: Locale, fault: &PhoneFault) -> String {
    let text = match fault {
        PhoneFault::NoCountryCode => td_string!(locale, imports.cell.no_country_code),
        PhoneFault::TooShort => td_string!(locale, imports.cell.too_short),
        PhoneFault::TooLong => td_string!(locale, imports.cell.number_too_long),
        PhoneFault::Impossible => td_string!(locale, refusals.phone_impossible),
        PhoneFault::CharacterNotAllowed(character) => {
            return td_string!(
                locale,
                imports.cell.character,
                character = character.to_string()
            );
        }
    };
    text.to_owned()
}

/// That a number has no country code, and how it is written with it.
pub fn no_country_code_text(locale: Locale, digits: Digits) -> String {
    let number = digits.to_string();
    if let Some(phone) = digits.meant() {
        td_string!(
            locale,
            refusals.phone_without_country_code_meant,
            number = number,
            plain = phone.digits().to_owned(),
            readable = phone.readable()
        )
    } else {
        td_string!(locale, refusals.phone_without_country_code, number = number)
    }
}

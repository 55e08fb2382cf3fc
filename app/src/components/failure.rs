//! Why a message did not arrive, in words.

use types::users::Failure;

use crate::i18n::{Locale, td_string};

/// "550 5.1.1 No such user": the answer in the server's own words. Where nobody answered before the
/// invitation's time was over, Usher says that.
pub fn failure_text(locale: Locale, failure: &Failure) -> String {
    let words = failure.words.trim();
    match failure.code {
        Some(code) if !words.starts_with(&code.to_string()) => format!("{code} {words}"),
        None if words.is_empty() => td_string!(locale, common.expired_on_the_way).to_owned(),
        _ => words.to_owned(),
    }
}

//! Until when an invitation stands.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use leptos::prelude::*;

use crate::components::language::use_locale;
use crate::i18n::{Locale, td_string};

/// A date with its time and time zone, in words.
#[component]
pub fn Until(at: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>{moment(locale, at)}</time>
    }
}

fn moment(locale: Locale, at: DateTime<Utc>) -> String {
    let month = match at.month() {
        1 => td_string!(locale, account.month_1),
        2 => td_string!(locale, account.month_2),
        3 => td_string!(locale, account.month_3),
        4 => td_string!(locale, account.month_4),
        5 => td_string!(locale, account.month_5),
        6 => td_string!(locale, account.month_6),
        7 => td_string!(locale, account.month_7),
        8 => td_string!(locale, account.month_8),
        9 => td_string!(locale, account.month_9),
        10 => td_string!(locale, account.month_10),
        11 => td_string!(locale, account.month_11),
        _ => td_string!(locale, account.month_12),
    };
    let time = at.format("%H:%M").to_string();
    td_string!(
        locale,
        account.moment,
        day = at.day(),
        month,
        year = at.year(),
        time
    )
}

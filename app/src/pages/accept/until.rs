//! Until when an invitation stands.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

use crate::i18n::{Locale, t_string, use_i18n};

/// A date with its time and time zone, in words. Reactive to the language.
#[component]
pub fn Until(at: DateTime<Utc>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>{move || moment(i18n, at)}</time>
    }
}

fn moment(i18n: I18nContext<Locale>, at: DateTime<Utc>) -> String {
    let month = match at.month() {
        1 => t_string!(i18n, account.month_1),
        2 => t_string!(i18n, account.month_2),
        3 => t_string!(i18n, account.month_3),
        4 => t_string!(i18n, account.month_4),
        5 => t_string!(i18n, account.month_5),
        6 => t_string!(i18n, account.month_6),
        7 => t_string!(i18n, account.month_7),
        8 => t_string!(i18n, account.month_8),
        9 => t_string!(i18n, account.month_9),
        10 => t_string!(i18n, account.month_10),
        11 => t_string!(i18n, account.month_11),
        _ => t_string!(i18n, account.month_12),
    };
    let time = at.format("%H:%M").to_string();
    t_string!(
        i18n,
        account.moment,
        day = at.day(),
        month,
        year = at.year(),
        time
    )
}

//! Moments, in words that people use.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use leptos::prelude::*;

use super::language::use_locale;
use crate::i18n::{Locale, td_string};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// From here on it rounds to an hour, and to a day.
const LAST_MINUTES: u64 = HOUR - MINUTE / 2;
const LAST_HOURS: u64 = DAY - HOUR / 2;

/// A span in the biggest unit that says it well.
enum Span {
    Moment,
    Minutes(u64),
    Hours(u64),
    Days(u64),
    Months(u64),
    Years(u64),
}

impl Span {
    fn of(span: TimeDelta) -> Self {
        let seconds = span.num_seconds().unsigned_abs();
        // Rounded to the nearest of its unit.
        let in_units = |unit: u64| (seconds + unit / 2) / unit;
        match seconds {
            0..45 => Self::Moment,
            45..LAST_MINUTES => Self::Minutes(in_units(MINUTE)),
            LAST_MINUTES..LAST_HOURS => Self::Hours(in_units(HOUR)),
            _ if in_units(DAY) < 60 => Self::Days(in_units(DAY)),
            _ if in_units(DAY) < 730 => Self::Months(in_units(DAY) / 30),
            _ => Self::Years(in_units(DAY) / 365),
        }
    }
}

/// "in 3 days", "2 hours ago".
pub fn relative(locale: Locale, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let span = Span::of(at - now);
    if at > now {
        match span {
            Span::Moment => td_string!(locale, common.ahead.moment).to_owned(),
            Span::Minutes(n) => td_string!(locale, common.ahead.minutes, count = n),
            Span::Hours(n) => td_string!(locale, common.ahead.hours, count = n),
            Span::Days(n) => td_string!(locale, common.ahead.days, count = n),
            Span::Months(n) => td_string!(locale, common.ahead.months, count = n),
            Span::Years(n) => td_string!(locale, common.ahead.years, count = n),
        }
    } else {
        match span {
            Span::Moment => td_string!(locale, common.ago.moment).to_owned(),
            Span::Minutes(n) => td_string!(locale, common.ago.minutes, count = n),
            Span::Hours(n) => td_string!(locale, common.ago.hours, count = n),
            Span::Days(n) => td_string!(locale, common.ago.days, count = n),
            Span::Months(n) => td_string!(locale, common.ago.months, count = n),
            Span::Years(n) => td_string!(locale, common.ago.years, count = n),
        }
    }
}

fn exact(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn machine(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A moment in relative words; the exact time (UTC) is its title.
#[component]
pub fn When(
    at: DateTime<Utc>,
    /// The server's time, which came with the data.
    now: DateTime<Utc>,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <time datetime=machine(at) title=exact(at) class="whitespace-nowrap">
            {relative(locale, at, now)}
        </time>
    }
}

/// A word for what happened then.
#[component]
pub fn Happened(at: DateTime<Utc>, word: &'static str) -> impl IntoView {
    view! {
        <time datetime=machine(at) title=exact(at)>
            {word}
        </time>
    }
}

/// A moment by date and time: UTC as the server draws it, then in the browser's own time zone.
#[component]
pub fn Moment(at: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let local = RwSignal::new(None::<String>);
    Effect::new(move || {
        let language = locale.to_string();
        let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(&machine(at)));
        local.set(local_text(&date, &language));
    });
    view! {
        <time datetime=machine(at) title=exact(at) class="whitespace-nowrap">
            {move || local.get().unwrap_or_else(|| exact(at))}
        </time>
    }
}

/// "3 Nov 2026, 14:05" in the browser's time zone.
fn local_text(date: &js_sys::Date, language: &str) -> Option<String> {
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // English dates as in "3 Nov 2026": the order of months is what people misread.
    let language = if language == "en" { "en-GB" } else { language };
    Some(date.to_locale_string(language, &options).into())
}

/// "3 March 2026": UTC as the server draws it, then in the browser's own time zone.
pub fn day_text(locale: Locale, at: DateTime<Utc>) -> Signal<String> {
    let local = RwSignal::new(None::<String>);
    Effect::new(move || {
        let language = locale.to_string();
        let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(&machine(at)));
        local.set(local_day(&date, &language));
    });
    let drawn = match locale {
        Locale::en => at.format("%-d %B %Y"),
        Locale::ru => at.format("%d.%m.%Y"),
    }
    .to_string();
    Signal::derive(move || local.get().unwrap_or_else(|| drawn.clone()))
}

fn local_day(date: &js_sys::Date, language: &str) -> Option<String> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"dateStyle".into(), &"long".into()).ok()?;
    let language = if language == "en" { "en-GB" } else { language };
    Some(date.to_locale_date_string(language, &options).into())
}

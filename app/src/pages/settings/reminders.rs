//! How many reminders go out before an invitation ends, and how long before.

use leptos::prelude::*;
use types::organization::{MOST_REMINDERS, Setting};

use super::panel::{Form, HINT, LABEL, SettingsForm};
use crate::{
    components::language::use_locale,
    i18n::{Locale, td_string},
};

/// Hours that are offered; one that is kept and not among them is too.
const USUAL: [u32; 7] = [6, 12, 24, 48, 72, 120, 168];

fn time_text(locale: Locale, hours: u32) -> String {
    if hours.is_multiple_of(24) {
        td_string!(locale, organization.days_before, count = hours / 24)
    } else {
        td_string!(locale, organization.hours_before, count = hours)
    }
}

#[component]
pub fn RemindersForm(form: Form) -> impl IntoView {
    let locale = use_locale();
    let many = form.value(Setting::Reminders);
    let hours = form.value(Setting::ReminderHours);
    let many_options = (0..=MOST_REMINDERS)
        .map(|count| {
            let text = match count {
                0 => td_string!(locale, organization.reminders_none).to_owned(),
                count => count.to_string(),
            };
            let selected = count.to_string() == many;
            view! {
                <option value=count selected=selected>
                    {text}
                </option>
            }
        })
        .collect_view();
    let own = hours.parse().ok().filter(|hours| !USUAL.contains(hours));
    let time_options = USUAL
        .into_iter()
        .chain(own)
        .map(|offered| {
            let selected = offered.to_string() == hours;
            view! {
                <option value=offered selected=selected>
                    {time_text(locale, offered)}
                </option>
            }
        })
        .collect_view();
    let is_wrong = form.is_wrong(Setting::ReminderHours);
    let described = form.described_by(Setting::ReminderHours, "reminders-hint");
    let hint = form.hint(
        locale,
        Setting::ReminderHours,
        td_string!(locale, organization.reminders_before_effect),
    );
    view! {
        <SettingsForm
            form
            settings=&[Setting::Reminders, Setting::ReminderHours]
            title=td_string!(locale, organization.reminders)
            lead=td_string!(locale, organization.reminders_lead)
        >
            <div class="grid gap-4 sm:grid-cols-2">
                <div>
                    <label class=LABEL for="reminders">
                        {td_string!(locale, organization.reminders_many)}
                    </label>
                    <select
                        id="reminders"
                        name="wanted[reminders]"
                        class="select w-full text-base"
                        class:select-error=is_wrong
                        aria-describedby=described.clone()
                    >
                        {many_options}
                    </select>
                </div>
                <div>
                    <label class=LABEL for="reminder-hours">
                        {td_string!(locale, organization.reminders_before)}
                    </label>
                    <select
                        id="reminder-hours"
                        name="wanted[reminder_hours]"
                        class="select w-full text-base"
                        class:select-error=is_wrong
                        aria-describedby=described
                    >
                        {time_options}
                    </select>
                </div>
            </div>
            <p id="reminders-hint" class=HINT>
                {hint}
            </p>
        </SettingsForm>
    }
}

//! The fields of a user's details, for the page and for adding.

use leptos::prelude::*;
use types::{
    access::RoleChoice,
    users::{PersonDetails, PersonField},
};

use super::{super::console::use_awake, form::PersonForm};
use crate::{
    components::{
        badge::role_name,
        fault::refusal_text,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::{Locale, td_string},
};

const LABEL: &str = "mb-1.5 block text-sm font-medium";
const HINT: &str = "mt-1.5 text-sm text-base-content/75 break-words empty:hidden";

/// What of the details stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fixed {
    #[default]
    Nothing,
    /// The person signs in with the address.
    Email,
    /// The person signs in with the number.
    Phone,
    All,
}

impl Fixed {
    fn has(self, field: PersonField) -> bool {
        match self {
            Self::Nothing => false,
            Self::Email => field == PersonField::Email,
            // With an address, it would be what they sign in with.
            Self::Phone => matches!(field, PersonField::Email | PersonField::Phone),
            Self::All => true,
        }
    }
}

/// What a field is called.
pub fn field_text(locale: Locale, field: PersonField) -> &'static str {
    match field {
        PersonField::FirstName => td_string!(locale, account.first_name),
        PersonField::LastName => td_string!(locale, account.last_name),
        PersonField::Email => td_string!(locale, users.email),
        PersonField::Phone => td_string!(locale, users.phone),
        PersonField::JobTitle => td_string!(locale, account.job_title),
        PersonField::Role => td_string!(locale, users.role),
    }
}

/// All six.
#[component]
pub fn PersonFields(
    form: PersonForm,
    #[prop(into)] roles: Signal<Vec<RoleChoice>>,
    #[prop(optional, into)] fixed: Signal<Fixed>,
    /// The address whose link another one ends.
    #[prop(optional, into)]
    linked: Signal<Option<String>>,
    /// Whether the first field takes the focus.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let locale = use_locale();
    let email_hint = Signal::derive(move || match (fixed.get(), linked.get()) {
        (Fixed::Email, _) => td_string!(locale, people.email_fixed).to_owned(),
        (Fixed::Nothing, Some(email)) if form.moves() => {
            td_string!(locale, people.email_ends_link, email = email.as_str())
        }
        _ => String::new(),
    });
    let phone_hint = Signal::derive(move || match fixed.get() {
        Fixed::All => String::new(),
        Fixed::Phone => td_string!(locale, people.phone_fixed).to_owned(),
        _ => td_string!(locale, account.phone_hint).to_owned(),
    });
    let field = PersonField::FirstName;
    view! {
        <div class="grid gap-5 @md:grid-cols-2 @md:gap-x-4">
            <TextBox form field fixed autofocus />
            <TextBox form field=PersonField::LastName fixed />
        </div>
        <TextBox form field=PersonField::Email mode="email" fixed hint=email_hint />
        <TextBox form field=PersonField::Phone mode="tel" fixed hint=phone_hint />
        <TextBox form field=PersonField::JobTitle fixed />
        <RoleBox form roles fixed />
    }
}

/// Not to be typed in before the page's script runs: nothing that is typed gets lost.
#[component]
fn TextBox(
    form: PersonForm,
    field: PersonField,
    /// What a touch keyboard offers.
    #[prop(default = "text")]
    mode: &'static str,
    fixed: Signal<Fixed>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let id = form.id(field);
    let is_fixed = move || fixed.get().has(field);
    let class = move || match (form.wrong(field).is_some(), is_fixed()) {
        (true, _) => "input input-error w-full text-base",
        (false, true) => "input w-full bg-base-200 text-base",
        (false, false) => "input w-full text-base",
    };
    view! {
        <div>
            <label class=LABEL for=id.clone()>
                {field_text(locale, field)}
            </label>
            // Text, whatever it holds: browsers rewrite what is typed in fields for addresses.
            <input
                id=id.clone()
                name=field.as_str()
                type="text"
                inputmode=mode
                class=class
                dir="auto"
                value=untrack(|| form.text(field))
                prop:value=move || form.text(field)
                readonly=move || is_fixed() || !awake.get()
                autocomplete="off"
                autocapitalize=(mode != "text").then_some("none")
                spellcheck="false"
                autofocus=autofocus
                aria-invalid=move || form.wrong(field).is_some().then_some("true")
                aria-describedby=format!("{id}-wrong {id}-moved {id}-hint")
                on:input=move |event| form.type_in(field, event_target_value(&event))
            />
            <Remarks form field said=Signal::derive(move || form.moved_to(field)) />
            <p id=format!("{id}-hint") class=HINT>{move || hint.get()}</p>
        </div>
    }
}

#[component]
fn RoleBox(
    form: PersonForm,
    roles: Signal<Vec<RoleChoice>>,
    fixed: Signal<Fixed>,
) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let field = PersonField::Role;
    let id = form.id(field);
    let is_fixed = move || fixed.get().has(field);
    let name = move |id: &str| {
        roles.with(|roles| {
            let role = roles.iter().find(|role| role.id.to_string() == id);
            role.map(|role| role_name(locale, role.kind, &role.name))
        })
    };
    let options = move || {
        roles
            .get()
            .into_iter()
            .map(|role| {
                let id = role.id.to_string();
                let is_chosen = {
                    let id = id.clone();
                    move || form.text(field) == id
                };
                view! {
                    <option value=id selected=untrack(&is_chosen) prop:selected=is_chosen>
                        {role_name(locale, role.kind, &role.name)}
                    </option>
                }
            })
            .collect_view()
    };
    let moved = move || {
        let moved = form.moved_to(field)?;
        Some(name(&moved).unwrap_or_default())
    };
    view! {
        <div>
            <label class=LABEL for=id.clone()>
                {field_text(locale, field)}
            </label>
            <select
                id=id.clone()
                name=field.as_str()
                class="select w-full text-base"
                class:select-error=move || form.wrong(field).is_some()
                disabled=move || is_fixed() || !awake.get()
                data-waking=move || (!is_fixed() && !awake.get()).then_some("yes")
                aria-invalid=move || form.wrong(field).is_some().then_some("true")
                aria-describedby=format!("{id}-wrong {id}-moved")
                on:change=move |event| form.type_in(field, event_target_value(&event))
            >
                {options}
            </select>
            <Remarks form field said=Signal::derive(moved) />
        </div>
    }
}

/// What is wrong with a field, and what somebody else has made of it meanwhile.
#[component]
fn Remarks(form: PersonForm, field: PersonField, said: Signal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let id = form.id(field);
    let moved = move || match said.get() {
        None => String::new(),
        Some(value) if value.is_empty() => td_string!(locale, people.moved_empty).to_owned(),
        Some(value) => td_string!(locale, people.moved, value = value.as_str()),
    };
    let wrong = move || {
        form.wrong(field).map(|why| {
            view! {
                <Icon name=IconName::Alert class="mt-0.5 size-4 text-error" />
                <span>{refusal_text(locale, why)}</span>
            }
        })
    };
    view! {
        <p id=format!("{id}-wrong") class="mt-1.5 flex gap-1.5 text-sm empty:hidden">{wrong}</p>
        <p id=format!("{id}-moved") class=HINT aria-live="polite">{moved}</p>
    }
}

/// Name, or e-mail where there is no name, or phone number where there is neither.
pub fn called(details: &PersonDetails) -> String {
    let name = format!("{} {}", details.first_name.trim(), details.last_name.trim());
    match name.trim() {
        "" if details.email.trim().is_empty() => details.phone.trim().to_owned(),
        "" => details.email.trim().to_owned(),
        name => name.to_owned(),
    }
}

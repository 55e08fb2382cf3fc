//! How the table is to be understood. Each change is judged at once.

use leptos::{prelude::*, task::spawn_local};
use types::import::{Field, ImportColumn, ImportPage as Page, ImportSettings, Known};

use super::words::field_text;
use crate::{
    api::imports::set_up_import,
    components::{badge::role_name, fault::error_text, language::use_locale, toast::use_toasts},
    i18n::td_string,
    pages::via::sends_sms,
};

#[component]
pub fn Columns(page: Memo<Option<Page>>, again: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let settings = Memo::new(move |_| page.with(|it| it.as_ref().map(|it| it.settings.clone())));
    let columns = Memo::new(move |_| {
        page.with(|it| it.as_ref().map(|it| it.columns.clone()).unwrap_or_default())
    });
    let id = move || page.with_untracked(|it| it.as_ref().map(|it| it.summary.id));
    // What was chosen and is on its way counts, so that two quick choices don't lose the first.
    let chosen = RwSignal::new(None::<ImportSettings>);
    Effect::new(move |_| {
        settings.track();
        chosen.set(None);
    });
    let change = Callback::new(move |change: Change| {
        let now = chosen.get_untracked().or_else(|| settings.get_untracked());
        let (Some(id), Some(mut settings)) = (id(), now) else {
            return;
        };
        match change {
            Change::Column(column, field) => {
                settings.mapping = settings.mapping.with(column, field);
            }
            Change::HasHeader(has_header) => settings.has_header = has_header,
            Change::Known(known) => settings.known = known,
            Change::Role(role) => settings.role = role,
        }
        chosen.set(Some(settings.clone()));
        spawn_local(async move {
            if let Err(error) = set_up_import(id, settings).await {
                toasts.warn(error_text(locale, &error));
            }
            again.run(());
        });
    });
    let no_email = Memo::new(move |_| {
        settings.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.mapping.column(Field::Email).is_none())
        })
    });
    let no_phone = Memo::new(move |_| {
        settings.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.mapping.column(Field::Phone).is_none())
        })
    });
    let by_sms = sends_sms();
    view! {
        <section class="panel mt-6 p-6" aria-labelledby="columns-heading">
            <h2 id="columns-heading" class="text-lg font-semibold">
                {td_string!(locale, imports.columns_heading)}
            </h2>
            <Show when=move || no_email.get() && (!by_sms || no_phone.get())>
                <p role="alert" class="mt-2 text-sm font-medium text-error">
                    {if by_sms {
                        td_string!(locale, imports.no_contact)
                    } else {
                        td_string!(locale, imports.no_email)
                    }}
                </p>
            </Show>
            <div class="mt-4 grid max-h-[70dvh] grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-x-4 gap-y-5 overflow-y-auto p-0.5 sm:max-h-96">
                {move || {
                    columns
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(place, column)| view! { <Column place column change /> })
                        .collect_view()
                }}
            </div>
            <div class="mt-6 grid gap-6 border-t border-base-300 pt-5 md:grid-cols-3">
                <label class="flex items-center gap-3 self-start text-sm font-medium">
                    <input
                        type="checkbox"
                        class="checkbox checkbox-sm"
                        prop:checked=move || settings.with(|it| it.as_ref().is_some_and(|it| it.has_header))
                        on:change=move |event| change.run(Change::HasHeader(event_target_checked(&event)))
                    />
                    {td_string!(locale, imports.has_header)}
                </label>
                <Roles page settings change />
                <KnownPeople settings change />
            </div>
        </section>
    }
}

/// One choice.
#[derive(Clone, Copy)]
enum Change {
    Column(usize, Option<Field>),
    HasHeader(bool),
    Known(Known),
    Role(types::ids::RoleId),
}

/// A column: its heading, a text of it, and what it holds.
#[component]
fn Column(place: usize, column: ImportColumn, change: Callback<Change>) -> impl IntoView {
    let locale = use_locale();
    let name = if column.heading.is_empty() {
        td_string!(locale, imports.column, number = place + 1)
    } else {
        column.heading
    };
    let id = format!("column-{place}");
    let held = column.field;
    let options = Field::ALL.iter().map(|field| {
        view! {
            <option value=field.as_str() selected=held == Some(*field)>
                {field_text(locale, *field)}
            </option>
        }
    });
    view! {
        <div class="min-w-0">
            <p class="truncate text-sm font-medium" title=name.clone()>{name.clone()}</p>
            <p class="h-5 truncate text-sm text-base-content/75" title=column.sample.clone()>
                {column.sample.clone()}
            </p>
            <select
                id=id
                class="select select-sm mt-1.5 w-full text-sm"
                class:font-medium=held.is_some()
                aria-label=td_string!(locale, imports.holds, column = name)
                on:change=move |event| {
                    change.run(Change::Column(place, event_target_value(&event).parse().ok()));
                }
            >
                <option value="" selected=held.is_none()>
                    {td_string!(locale, imports.nothing)}
                </option>
                {options.collect_view()}
            </select>
        </div>
    }
}

#[component]
fn Roles(
    page: Memo<Option<Page>>,
    settings: Memo<Option<ImportSettings>>,
    change: Callback<Change>,
) -> impl IntoView {
    let locale = use_locale();
    let roles = Memo::new(move |_| {
        page.with(|it| it.as_ref().map(|it| it.roles.clone()).unwrap_or_default())
    });
    let chosen = Memo::new(move |_| settings.with(|it| it.as_ref().map(|it| it.role)));
    let options = move || {
        let options = roles.get().into_iter().map(|role| {
            let id = role.id;
            view! {
                <option value=id.to_string() selected=move || chosen.get() == Some(id)>
                    {role_name(locale, role.kind, &role.name)}
                </option>
            }
        });
        options.collect_view()
    };
    view! {
        <div>
            <label for="import-role" class="block text-sm font-medium">
                {td_string!(locale, imports.role)}
            </label>
            <select
                id="import-role"
                class="select select-sm mt-1.5 w-full text-sm"
                on:change=move |event| {
                    if let Ok(role) = event_target_value(&event).parse() {
                        change.run(Change::Role(role));
                    }
                }
            >
                {options}
            </select>
        </div>
    }
}

#[component]
fn KnownPeople(settings: Memo<Option<ImportSettings>>, change: Callback<Change>) -> impl IntoView {
    let locale = use_locale();
    let chosen = Memo::new(move |_| settings.with(|it| it.as_ref().map(|it| it.known)));
    let choice = move |known: Known, text: &'static str| {
        view! {
            <label class="flex items-center gap-3 text-sm">
                <input
                    type="radio"
                    name="known"
                    class="radio radio-sm"
                    prop:checked=move || chosen.get() == Some(known)
                    on:change=move |_| change.run(Change::Known(known))
                />
                {text}
            </label>
        }
    };
    view! {
        <fieldset>
            <legend class="text-sm font-medium">{td_string!(locale, imports.known)}</legend>
            <div class="mt-1.5 flex flex-wrap gap-x-6 gap-y-2">
                {choice(Known::Skip, td_string!(locale, imports.known_skip))}
                {choice(Known::Update, td_string!(locale, imports.known_update))}
            </div>
            <p class="mt-1.5 text-sm text-base-content/75">{td_string!(locale, imports.known_hint)}</p>
        </fieldset>
    }
}

//! What went wrong, by its reason; and the domains that are left in peace for a while.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use types::{
    delivery::{ErrorGroup, RestingDomain},
    users::{StatusFilter, UsersFilter, UsersQuery},
};

use crate::{
    components::{
        icon::{Icon, IconName},
        language::use_locale,
        time::When,
    },
    i18n::td_string,
};

#[component]
pub fn Errors(errors: Vec<ErrorGroup>, all_counted: bool, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let heading = td_string!(locale, delivery.errors);
    let list = if errors.is_empty() {
        view! {
            <p class="mt-2 flex items-center gap-2 text-sm">
                <Icon name=IconName::CheckCircle class="size-4 text-success" />
                {td_string!(locale, delivery.no_errors)}
            </p>
        }
        .into_any()
    } else {
        let rows = errors
            .into_iter()
            .map(|group| view! { <ErrorRow group now /> })
            .collect_view();
        view! {
            <div class="table-frame mt-3" role="region" tabindex="0" aria-label=heading>
                <table class="table" aria-label=heading>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(locale, delivery.reason)}</th>
                            <th scope="col">{td_string!(locale, delivery.fate)}</th>
                            <th scope="col">{td_string!(locale, delivery.count)}</th>
                            <th scope="col">{td_string!(locale, delivery.latest)}</th>
                            <th scope="col">{td_string!(locale, delivery.example)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section>
            <h2 class="text-lg font-semibold">
                {heading}
            </h2>
            {list}
            {(!all_counted)
                .then(|| {
                    view! {
                        <p class="mt-2 text-sm text-base-content/75">
                            {td_string!(locale, delivery.not_all_counted)}
                        </p>
                    }
                })}
        </section>
    }
}

#[component]
fn ErrorRow(group: ErrorGroup, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    let (icon, fate) = if group.given_up {
        (IconName::Alert, td_string!(locale, delivery.given_up))
    } else {
        (IconName::Clock, td_string!(locale, delivery.tried_again))
    };
    let users = users_of(&group);
    let reason = answer(group.code, &group.words);
    let reason = reason.unwrap_or_else(|| td_string!(locale, delivery.no_words).to_owned());
    let example = group.example.map(|example| {
        view! {
            <a href=format!("/users/{}", example.user) class="link link-hover block max-w-48 truncate">
                {example.called}
            </a>
        }
    });
    view! {
        <tr>
            <td class="max-w-md min-w-56 whitespace-normal break-words">{reason}</td>
            <td>
                <span class="flex items-center gap-1.5 whitespace-nowrap">
                    <Icon name=icon class="size-4" />
                    {fate}
                </span>
            </td>
            <td>{group.count}</td>
            <td>
                <When at=group.latest now />
            </td>
            <td>
                {example}
                <a href=users class="link link-primary whitespace-nowrap">
                    {td_string!(locale, delivery.show)}
                </a>
            </td>
        </tr>
    }
}

/// "550 no such user"; `None`: nothing was said.
fn answer(code: Option<u16>, words: &str) -> Option<String> {
    match (code, words) {
        (None, "") => None,
        (None, words) => Some(words.to_owned()),
        (Some(code), words) => Some(format!("{code} {words}")),
    }
}

/// Where those whom it concerns are listed.
fn users_of(group: &ErrorGroup) -> String {
    let filter = UsersFilter {
        status: if group.given_up {
            StatusFilter::Failed
        } else {
            StatusFilter::Waiting
        },
        email: match group.domain.as_str() {
            "" => String::new(),
            domain => format!("@{domain}"),
        },
        ..UsersFilter::default()
    };
    let query = UsersQuery::default().with_filter(filter);
    let mut values = ParamsMap::new();
    for (name, value) in query.address() {
        values.insert(name, value);
    }
    format!("/users{}", values.to_query_string())
}

/// Nothing where no domain rests.
#[component]
pub fn Resting(domains: Vec<RestingDomain>, now: DateTime<Utc>) -> impl IntoView {
    let locale = use_locale();
    if domains.is_empty() {
        return None;
    }
    let heading = td_string!(locale, delivery.resting);
    let rows = domains
        .into_iter()
        .map(|it| {
            let words = answer(it.code, &it.words);
            let domain = match it.domain.as_str() {
                "*" => td_string!(locale, delivery.mail_server).to_owned(),
                "" => td_string!(locale, delivery.sms_gateway).to_owned(),
                _ => it.domain,
            };
            view! {
                <tr>
                    <td class="font-medium">{domain}</td>
                    <td>
                        <When at=it.until now />
                    </td>
                    <td>{it.waiting}</td>
                    <td>{it.failures}</td>
                    <td class="max-w-md min-w-56 whitespace-normal break-words">
                        {words.unwrap_or_else(|| td_string!(locale, delivery.no_words).to_owned())}
                    </td>
                </tr>
            }
        })
        .collect_view();
    Some(view! {
        <section>
            <h2 class="text-lg font-semibold">
                {heading}
            </h2>
            <p class="mt-1 text-sm text-base-content/80">{td_string!(locale, delivery.resting_lead)}</p>
            <div class="table-frame mt-3" role="region" tabindex="0" aria-label=heading>
                <table class="table" aria-label=heading>
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(locale, delivery.domain)}</th>
                            <th scope="col">{td_string!(locale, delivery.until)}</th>
                            <th scope="col">{td_string!(locale, delivery.waiting)}</th>
                            <th scope="col">{td_string!(locale, delivery.failures)}</th>
                            <th scope="col">{td_string!(locale, delivery.words)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    })
}

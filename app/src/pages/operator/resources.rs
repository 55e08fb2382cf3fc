use leptos::{prelude::*, server_fn::ServerFn};
use types::{
    ids::OrganizationId, operator::OfferedResource, refusal::Refusal, resources::ResourceKind,
    session::Flash,
};

use crate::{
    api::operator::{AddOffered, EnableOffered},
    components::{badge::active_badge, language::use_locale},
    i18n::{Locale, td_string},
};

/// What the operator enables, in the order of the page.
const KINDS: [ResourceKind; 2] = [ResourceKind::Product, ResourceKind::Page];

fn heading(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Page => td_string!(locale, operator.pages),
        _ => td_string!(locale, operator.products),
    }
}

/// Products and pages, each on or off.
#[component]
pub fn Resources(
    id: OrganizationId,
    resources: Vec<OfferedResource>,
    flash: Flash,
) -> impl IntoView {
    let locale = use_locale();
    let of_kind = |kind: ResourceKind| {
        let rows: Vec<OfferedResource> = resources
            .iter()
            .filter(|resource| resource.kind == kind)
            .cloned()
            .collect();
        view! { <OfKind id kind rows /> }
    };
    view! {
        <section class="panel p-6" aria-labelledby="offered">
            <h2 id="offered" class="text-lg font-semibold">{td_string!(locale, operator.offered)}</h2>
            <p class="mt-1 text-sm text-base-content/80">{td_string!(locale, operator.offered_lead)}</p>
            {KINDS.map(of_kind).into_iter().collect_view()}
            <AddForm id flash />
        </section>
    }
}

#[component]
fn OfKind(id: OrganizationId, kind: ResourceKind, rows: Vec<OfferedResource>) -> impl IntoView {
    let locale = use_locale();
    let heading_id = format!("offered-{kind}");
    let list = if rows.is_empty() {
        view! {
            <p class="mt-2 text-sm text-base-content/75">{td_string!(locale, operator.none_offered)}</p>
        }
        .into_any()
    } else {
        let items = rows
            .into_iter()
            .map(|resource| view! { <Item id resource /> })
            .collect_view();
        view! {
            <ul
                class="mt-2 divide-y divide-base-300 border-y border-base-300"
                role="list"
                aria-labelledby=heading_id.clone()
            >
                {items}
            </ul>
        }
        .into_any()
    };
    view! {
        <h3 id=heading_id class="mt-5 text-sm font-medium">
            {heading(locale, kind)}
        </h3>
        {list}
    }
}

#[component]
fn Item(id: OrganizationId, resource: OfferedResource) -> impl IntoView {
    let locale = use_locale();
    let (state, button) = if resource.enabled {
        (
            td_string!(locale, operator.on),
            td_string!(locale, operator.turn_off),
        )
    } else {
        (
            td_string!(locale, operator.off),
            td_string!(locale, operator.turn_on),
        )
    };
    view! {
        <li class="flex min-h-12 items-center gap-3 py-1.5">
            <span class="min-w-0 flex-1 break-words">{resource.name.clone()}</span>
            {active_badge(resource.enabled, state)}
            <form method="post" action=EnableOffered::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="resource" value=resource.id.to_string() />
                <input type="hidden" name="enabled" value=(!resource.enabled).to_string() />
                <button
                    type="submit"
                    class="btn btn-sm"
                    aria-label=format!("{button}: {}", resource.name)
                >
                    {button}
                </button>
            </form>
        </li>
    }
}

#[component]
fn AddForm(id: OrganizationId, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let wrong = matches!(
        flash.refusal,
        Some(Refusal::ResourceNameMissing | Refusal::ResourceNameTaken)
    );
    let typed = if flash.done {
        String::new()
    } else {
        flash.typed("resource")
    };
    let options = KINDS.map(|kind| {
        let text = match kind {
            ResourceKind::Page => td_string!(locale, operator.page),
            _ => td_string!(locale, operator.product),
        };
        view! { <option value=kind.as_str()>{text}</option> }
    });
    view! {
        <form
            method="post"
            action=AddOffered::url()
            novalidate
            class="mt-6 flex flex-wrap items-end gap-3"
        >
            <input type="hidden" name="id" value=id.to_string() />
            <div class="w-full sm:w-40">
                <label for="kind" class="mb-1.5 block text-sm font-medium">
                    {td_string!(locale, operator.kind)}
                </label>
                <select id="kind" name="kind" class="select w-full">
                    {options.into_iter().collect_view()}
                </select>
            </div>
            <div class="min-w-48 flex-1">
                <label for="resource" class="mb-1.5 block text-sm font-medium">
                    {td_string!(locale, operator.resource_name)}
                </label>
                <input
                    id="resource"
                    name="resource"
                    type="text"
                    autocomplete="off"
                    class=if wrong { "input input-error w-full" } else { "input w-full" }
                    value=typed
                    aria-invalid=wrong.then_some("true")
                />
            </div>
            <button type="submit" class="btn">
                {td_string!(locale, operator.add)}
            </button>
        </form>
    }
}

//! `/settings/locations`, `/settings/pages`, `/settings/products`, `/settings/lines`: one page for the
//! four kinds.
//!
//! - `add`: the box for new names; `list`, `row`: those in use; `retired`: the others
//! - `rename`: a name as it is typed; `retire`: the question before one is taken out of use
//! - `keeper`: what the buttons do; `focus`: where the focus stays meanwhile

mod add;
mod focus;
mod keeper;
mod list;
mod rename;
mod retire;
mod retired;
mod row;

use leptos::prelude::*;
use types::{
    access::Permission,
    resources::{ResourceKind, ResourceRow},
};

use self::{add::AddForm, keeper::Keeper, list::InUse, retire::RetireDialog, retired::Retired};
use crate::{
    api::{AppError, resources::list_resources},
    components::{
        fault::Alert,
        language::use_locale,
        live::{follow, use_live},
        reached::kind_text,
    },
    i18n::{Locale, td_string},
    pages::console::{Allowed, Loading, PageTitle},
};

#[component]
pub fn LocationsPage() -> impl IntoView {
    view! { <ResourcesPage kind=ResourceKind::Location /> }
}

#[component]
pub fn PagesPage() -> impl IntoView {
    view! { <ResourcesPage kind=ResourceKind::Page /> }
}

#[component]
pub fn ProductsPage() -> impl IntoView {
    view! { <ResourcesPage kind=ResourceKind::Product /> }
}

#[component]
pub fn LinesPage() -> impl IntoView {
    view! { <ResourcesPage kind=ResourceKind::Line /> }
}

#[component]
fn ResourcesPage(kind: ResourceKind) -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageOrganization>
            <LiveList kind />
        </Allowed>
    }
}

/// What the server answers for the page.
type Answer = Result<Vec<ResourceRow>, AppError>;

#[component]
fn LiveList(kind: ResourceKind) -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let rows = Resource::new(move || live.get(), move |_| list_resources(kind));
    let again = Callback::new(move |()| rows.refetch());
    view! {
        <PageTitle text=kind_text(locale, kind) />
        <div class="max-w-3xl">
            <h1 class="text-2xl font-semibold tracking-tight">{kind_text(locale, kind)}</h1>
            <p class="mt-2 text-base-content/80">{lead_text(locale, kind)}</p>
            <Transition fallback=Loading>
                {Suspend::new(async move {
                    let answer = follow(rows, rows.await);
                    view! { <Answered kind answer again /> }
                })}
            </Transition>
        </div>
    }
}

fn lead_text(locale: Locale, kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Location => td_string!(locale, resources.lead.location),
        ResourceKind::Page => td_string!(locale, resources.lead.page),
        ResourceKind::Product => td_string!(locale, resources.lead.product),
        ResourceKind::Line => td_string!(locale, resources.lead.line),
    }
}

/// The lists, or why they can't be shown. What was there stays in sight below an error.
#[component]
fn Answered(kind: ResourceKind, answer: ReadSignal<Answer>, again: Callback<()>) -> impl IntoView {
    let error = Memo::new(move |_| answer.with(|it| it.as_ref().err().cloned()));
    let known = Memo::new(move |before: Option<&Option<Vec<ResourceRow>>>| {
        answer.with(|it| match it {
            Ok(rows) => Some(rows.clone()),
            Err(_) => before.cloned().flatten(),
        })
    });
    let is_known = Memo::new(move |_| known.with(Option::is_some));
    let rows = Memo::new(move |_| known.get().unwrap_or_default());
    let keeper = Keeper::new(kind, rows, again);
    view! {
        {move || error.get().map(|error| view! { <div class="mt-6"><Alert error /></div> })}
        <Show when=move || is_known.get()>
            <AddForm keeper />
            <InUse keeper />
            <Retired keeper />
        </Show>
        <RetireDialog keeper />
    }
}

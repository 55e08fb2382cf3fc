use leptos::prelude::*;
use types::{
    access::Permission,
    batch::{Act, BatchCounts, BatchSummary},
};

use super::console::{Allowed, Loading, PageTitle};
use crate::{
    api::batches::list_batches,
    components::{
        badge::person_name,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::use_live,
        time::Moment,
    },
    i18n::{Locale, td_string},
};

/// Every batch, the newest first.
#[component]
pub fn BatchesPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageUsers>
            <Batches />
        </Allowed>
    }
}

#[component]
fn Batches() -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let batches = Resource::new(move || live.get(), |_| list_batches());
    view! {
        <PageTitle text=td_string!(locale, batches.title) />
        <div class="max-w-5xl">
            <h1 class="text-2xl font-semibold tracking-tight">{td_string!(locale, batches.heading)}</h1>
            <p class="mt-2 text-base-content/80">{td_string!(locale, batches.lead)}</p>
            <div class="mt-6">
                <Transition fallback=Loading>
                    {move || Suspend::new(async move {
                        match batches.await {
                            Ok(rows) if rows.is_empty() => view! { <NoBatches /> }.into_any(),
                            Ok(rows) => view! { <BatchTable rows /> }.into_any(),
                            Err(error) => view! { <Alert error /> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

#[component]
fn NoBatches() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="panel flex flex-col items-center gap-3 px-6 py-16 text-center">
            <span class="grid size-12 place-items-center rounded-box bg-base-200">
                <Icon name=IconName::Batches class="size-6" />
            </span>
            <h2 class="text-lg font-semibold">{td_string!(locale, batches.empty)}</h2>
            <p class="max-w-md text-base-content/80">{td_string!(locale, batches.empty_more)}</p>
            <a href="/users" class="btn btn-primary mt-3">
                {td_string!(locale, batches.to_users)}
            </a>
        </div>
    }
}

#[component]
fn BatchTable(rows: Vec<BatchSummary>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div
            class="table-frame"
            role="region"
            tabindex="0"
            aria-label=td_string!(locale, batches.heading)
        >
            <table class="table" aria-label=td_string!(locale, batches.heading)>
                <thead>
                    <tr>
                        <th scope="col">{td_string!(locale, batches.sent_at)}</th>
                        <th scope="col">{td_string!(locale, batches.act)}</th>
                        <th scope="col">{td_string!(locale, batches.sender)}</th>
                        <th scope="col">{td_string!(locale, batches.recipients)}</th>
                        <th scope="col">{td_string!(locale, batches.progress)}</th>
                        <th scope="col">{td_string!(locale, batches.count.accepted)}</th>
                        <th scope="col">{td_string!(locale, batches.count.failed)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows.into_iter().map(|row| view! { <BatchRow row /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn BatchRow(row: BatchSummary) -> impl IntoView {
    let locale = use_locale();
    let counts = row.counts;
    view! {
        <tr>
            <td>
                <a href=format!("/batches/{}", row.id) class="link link-hover font-medium text-primary">
                    <Moment at=row.created_at />
                </a>
            </td>
            <td>
                {act_text(locale, row.act)}
                {row.undone.then(|| format!(" · {}", td_string!(locale, batches.undone)))}
            </td>
            <td class="max-w-64 truncate">{person_name(locale, &row.sender)}</td>
            <td>{counts.to_send() + counts.done + counts.skipped}</td>
            <td>
                <div class="flex items-center gap-3 whitespace-nowrap">
                    <ProgressBar counts class="progress w-24" />
                    <span>{format!("{} / {}", counts.settled(), counts.to_send())}</span>
                </div>
            </td>
            <td>{counts.accepted}</td>
            <td>
                {if counts.failed == 0 {
                    view! { <span class="text-base-content/80">"0"</span> }.into_any()
                } else {
                    view! {
                        <span class="flex items-center gap-1.5 font-medium text-error">
                            <Icon name=IconName::Alert class="size-4" />
                            {counts.failed}
                        </span>
                    }
                        .into_any()
                }}
            </td>
        </tr>
    }
}

/// What a batch did.
pub fn act_text(locale: Locale, act: Act) -> &'static str {
    match act {
        Act::Send => td_string!(locale, batches.report_heading),
        Act::Revoke => td_string!(locale, batches.revoked),
        Act::Deactivate => td_string!(locale, batches.deactivated),
        Act::Activate => td_string!(locale, batches.activated),
        Act::Import => td_string!(locale, batches.imported),
    }
}

/// How much of a batch is off the queue.
#[component]
pub fn ProgressBar(counts: BatchCounts, class: &'static str) -> impl IntoView {
    let locale = use_locale();
    let (settled, all) = (counts.settled(), counts.to_send());
    // Nothing to send is all sent.
    let (value, max) = if all == 0 { (1, 1) } else { (settled, all) };
    view! {
        <progress
            class=class
            value=value.to_string()
            max=max.to_string()
            aria-label=td_string!(locale, batches.progress_label)
        ></progress>
    }
}

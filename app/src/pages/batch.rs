use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use types::{
    access::Permission,
    batch::{Act, BatchCounts, BatchRecipient, BatchReport, BatchSummary, Outcome},
    ids::BatchId,
    refusal::Refusal,
};

use super::{
    batches::{ProgressBar, act_text},
    console::{Allowed, Loading, PageTitle},
};
use crate::{
    api::{AppError, batches::read_batch},
    components::{
        badge::{OutcomeBadge, person_name},
        failure::failure_text,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::use_live,
        time::When,
    },
    i18n::td_string,
};

/// The report of a batch, which follows its sending.
#[component]
pub fn BatchPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageUsers>
            <LiveReport />
        </Allowed>
    }
}

#[component]
fn LiveReport() -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| {
        params
            .read()
            .get("id")
            .and_then(|id| id.parse::<BatchId>().ok())
    });
    let after = Memo::new(move |_| {
        query
            .read()
            .get("after")
            .and_then(|after| after.parse::<u32>().ok())
            .unwrap_or_default()
    });
    let report = Resource::new(
        move || (live.get(), id.get(), after.get()),
        |(_, id, after)| async move {
            match id {
                Some(id) => read_batch(id, after).await,
                None => Err(AppError::Refused(Refusal::NotFound)),
            }
        },
    );
    view! {
        <PageTitle text=td_string!(locale, batches.report_title) />
        <div class="max-w-5xl">
            <a
                href="/batches"
                class="inline-flex items-center gap-1 text-sm link link-hover text-base-content/80"
            >
                <Icon name=IconName::ChevronLeft class="size-4" />
                {td_string!(locale, batches.back)}
            </a>
            <Transition fallback=Loading>
                {move || Suspend::new(async move {
                    match report.await {
                        Ok(report) => view! { <Report report after=after.get_untracked() /> }.into_any(),
                        Err(AppError::Refused(Refusal::NotFound)) => view! { <Lost /> }.into_any(),
                        Err(error) => {
                            view! {
                                <h1 class="mt-2 mb-6 text-2xl font-semibold tracking-tight">
                                    {td_string!(locale, batches.report_heading)}
                                </h1>
                                <Alert error />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Lost() -> impl IntoView {
    let locale = use_locale();
    view! {
        <h1 class="mt-2 text-2xl font-semibold tracking-tight">
            {td_string!(locale, batches.lost_heading)}
        </h1>
        <p class="mt-2 text-base-content/80">{td_string!(locale, batches.lost_text)}</p>
        <a href="/batches" class="btn btn-primary mt-6">
            {td_string!(locale, batches.back)}
        </a>
    }
}

#[component]
fn Report(report: BatchReport, after: u32) -> impl IntoView {
    let locale = use_locale();
    let BatchReport {
        summary,
        recipients,
        next,
        now,
    } = report;
    let BatchSummary {
        id,
        act,
        undone,
        created_at,
        sender,
        counts,
    } = summary;
    let sender = person_name(locale, &sender);
    view! {
        <div class="mt-2 flex flex-wrap items-start justify-between gap-4">
            <div class="min-w-0">
                <h1 class="text-2xl font-semibold tracking-tight">
                    {act_text(locale, act)}
                </h1>
                <p class="mt-2 break-words text-base-content/80">
                    <When at=created_at now />
                    " · "
                    {td_string!(locale, batches.sent_by, sender = &sender)}
                    {undone.then(|| format!(" · {}", td_string!(locale, batches.undone)))}
                </p>
            </div>
            // `download`: the router leaves the link to the browser.
            <a href=format!("/batches/{id}/report.csv") class="btn" download="">
                <Icon name=IconName::Download />
                {td_string!(locale, batches.download)}
            </a>
        </div>
        {(act == Act::Send || counts.to_send() > 0).then(|| view! { <Progress counts /> })}
        <Counts counts act />
        <Recipients recipients />
        <Pages id after next />
    }
}

#[component]
fn Progress(counts: BatchCounts) -> impl IntoView {
    let locale = use_locale();
    let (settled, all) = (counts.settled(), counts.to_send());
    let where_it_stands = move || match counts {
        _ if all == 0 => td_string!(locale, batches.nothing),
        BatchCounts { waiting: 0, .. } => td_string!(locale, batches.done),
        _ => td_string!(locale, batches.under_way),
    };
    view! {
        <section class="panel mt-6 p-6">
            <ProgressBar counts class="progress h-2 w-full" />
            <p class="mt-3 flex flex-wrap justify-between gap-x-6 gap-y-1 text-sm">
                <span class="font-medium">
                    {move || td_string!(locale, batches.handled, count = all, settled = settled)}
                </span>
                <span class="text-base-content/80">{where_it_stands}</span>
            </p>
        </section>
    }
}

#[component]
fn Counts(counts: BatchCounts, act: Act) -> impl IntoView {
    let locale = use_locale();
    let cell = |name: AnyView, count: u32| {
        view! {
            <div class="panel px-4 py-3">
                <dt class="text-sm text-base-content/80">{name}</dt>
                <dd class="mt-1 text-xl font-semibold">{count}</dd>
            </div>
        }
    };
    let cells = if act == Act::Send || counts.to_send() > 0 {
        view! {
            {cell(td_string!(locale, batches.count.waiting).into_any(), counts.waiting)}
            {cell(td_string!(locale, batches.count.sent).into_any(), counts.sent)}
            {cell(td_string!(locale, batches.count.accepted).into_any(), counts.accepted)}
            {cell(td_string!(locale, batches.count.failed).into_any(), counts.failed)}
            {cell(td_string!(locale, batches.count.cancelled).into_any(), counts.cancelled)}
            {(counts.done > 0)
                .then(|| cell(td_string!(locale, batches.count.done).into_any(), counts.done))}
        }
        .into_any()
    } else {
        cell(
            td_string!(locale, batches.count.done).into_any(),
            counts.done,
        )
        .into_any()
    };
    view! {
        <dl
            class="mt-4 grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6"
            aria-label=td_string!(locale, batches.counts)
        >
            {cells}
            {cell(td_string!(locale, batches.count.skipped).into_any(), counts.skipped)}
        </dl>
    }
}

#[component]
fn Recipients(recipients: Vec<BatchRecipient>) -> impl IntoView {
    let locale = use_locale();
    if recipients.is_empty() {
        return view! { <p class="panel mt-6 p-6">{td_string!(locale, batches.no_more)}</p> }
            .into_any();
    }
    view! {
        <div
            class="table-frame mt-6"
            role="region"
            tabindex="0"
            aria-label=td_string!(locale, batches.table)
        >
            <table class="table table-fixed" aria-label=td_string!(locale, batches.table)>
                <thead>
                    <tr>
                        <th scope="col" class="w-2/5 sm:w-1/3">
                            {td_string!(locale, batches.address)}
                        </th>
                        <th scope="col" class="hidden w-1/4 sm:table-cell">
                            {td_string!(locale, batches.name)}
                        </th>
                        <th scope="col">{td_string!(locale, batches.outcome_column)}</th>
                    </tr>
                </thead>
                <tbody>
                    {recipients
                        .into_iter()
                        .map(|recipient| view! { <RecipientRow recipient /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn RecipientRow(recipient: BatchRecipient) -> impl IntoView {
    let locale = use_locale();
    let BatchRecipient {
        address,
        name,
        outcome,
        ..
    } = recipient;
    let more = match &outcome {
        Outcome::Failed(failure)
        | Outcome::Waiting {
            failure: Some(failure),
        } => {
            let failure = failure.clone();
            let words = failure_text(locale, &failure);
            Some(view! { <p class="mt-1 text-sm">{words}</p> }.into_any())
        }
        Outcome::Cancelled => Some(
            view! {
                <p class="mt-1 text-sm text-base-content/80">
                    {td_string!(locale, batches.cancelled_why)}
                </p>
            }
            .into_any(),
        ),
        _ => None,
    };
    view! {
        <tr>
            <td class="break-words">
                <span>{person_name(locale, &address)}</span>
                <span class="block text-base-content/80 sm:hidden">{name.clone()}</span>
            </td>
            <td class="hidden break-words sm:table-cell">{name}</td>
            <td class="break-words [&_.status-badge]:whitespace-normal">
                <OutcomeBadge outcome />
                {more}
            </td>
        </tr>
    }
}

#[component]
fn Pages(id: BatchId, after: u32, next: Option<u32>) -> impl IntoView {
    let locale = use_locale();
    if after == 0 && next.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="mt-4 flex flex-wrap justify-end gap-2" aria-label=td_string!(locale, batches.pages)>
            {(after > 0)
                .then(|| {
                    view! {
                        <a href=format!("/batches/{id}") class="btn btn-sm">
                            {td_string!(locale, batches.first_page)}
                        </a>
                    }
                })}
            {next
                .map(|next| {
                    view! {
                        <a href=format!("/batches/{id}?after={next}") class="btn btn-sm">
                            {td_string!(locale, batches.next_page)}
                            <Icon name=IconName::ChevronRight class="size-4" />
                        </a>
                    }
                })}
        </nav>
    }
    .into_any()
}

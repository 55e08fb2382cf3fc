use leptos::{html::Input, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use types::{access::Permission, ids::ImportId, import::ImportSummary, refusal::Refusal};
use web_sys::{DragEvent, File, FormData, HtmlFormElement, SubmitEvent};

use super::{
    IMPORT,
    sending::{ADDRESS, Sending, send, send_file},
    words::state_text,
};
use crate::{
    api::{AppError, imports::list_imports},
    components::{
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        time::Moment,
    },
    i18n::td_string,
    pages::console::{Allowed, PageTitle},
};

/// Where a table comes in: a file is chosen or dropped, or rows are pasted.
#[component]
pub fn UploadPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageUsers>
            <Upload />
        </Allowed>
    }
}

#[component]
fn Upload() -> impl IntoView {
    let locale = use_locale();
    let sending = RwSignal::new(None::<Sending>);
    let error = RwSignal::new(refused());
    let navigate = use_navigate();
    let done = Callback::new(move |done: Result<ImportId, AppError>| match done {
        Ok(id) => navigate(&format!("{IMPORT}/{id}"), NavigateOptions::default()),
        Err(why) => error.set(Some(why)),
    });
    let take = Callback::new(move |file: File| {
        error.set(None);
        send_file(&file, sending, done);
    });
    let over = RwSignal::new(false);
    // Anywhere on the page: beside the frame, a browser would open the file instead.
    let drag = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let file = event
            .data_transfer()
            .and_then(|dropped| dropped.files())
            .and_then(|files| files.get(0));
        if let Some(file) = file.filter(|_| sending.with_untracked(Option::is_none)) {
            take.run(file);
        }
    };
    view! {
        <PageTitle text=td_string!(locale, imports.title) />
        <div
            class="min-h-[70dvh] max-w-4xl"
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <h1 class="text-2xl font-semibold tracking-tight">{td_string!(locale, imports.heading)}</h1>
            <p class="mt-2 text-base-content/80">{td_string!(locale, imports.lead)}</p>
            {move || error.get().map(|error| view! { <div class="mt-6"><Alert error /></div> })}
            {move || match sending.get() {
                Some(sending) => view! { <OnItsWay sending /> }.into_any(),
                None => view! { <Choice over take sending error done /> }.into_any(),
            }}
            <Recent />
        </div>
    }
}

/// Why a form without JavaScript was sent back.
fn refused() -> Option<AppError> {
    let words = use_query_map().with_untracked(|query| query.get("refused"))?;
    let refusal: Refusal = serde_json::from_str(&words).ok()?;
    Some(refusal.into())
}

#[component]
fn Choice(
    over: RwSignal<bool>,
    take: Callback<File>,
    sending: RwSignal<Option<Sending>>,
    error: RwSignal<Option<AppError>>,
    done: Callback<Result<ImportId, AppError>>,
) -> impl IntoView {
    let locale = use_locale();
    let input = NodeRef::<Input>::new();
    let chosen = move || {
        let file = input
            .get_untracked()
            .and_then(|input| input.files())
            .and_then(|files| files.get(0));
        if let Some(file) = file {
            take.run(file);
        }
    };
    // It may have been chosen before the page woke up.
    Effect::new(move |_| {
        if input.get().is_some() {
            chosen();
        }
    });
    let paste = move |event: SubmitEvent| {
        event.prevent_default();
        let form: HtmlFormElement = event_target(&event);
        if let Ok(form) = FormData::new_with_form(&form) {
            error.set(None);
            send(
                &form,
                td_string!(locale, imports.pasted).to_owned(),
                sending,
                done,
            );
        }
    };
    view! {
        <form action=ADDRESS method="post" enctype="multipart/form-data" class="mt-6" on:submit=paste>
            <div class="drop-zone" class:drop-zone-over=move || over.get()>
                <Icon name=IconName::Upload class="size-8 text-base-content/60" />
                <p class="font-medium">{td_string!(locale, imports.drop)}</p>
                <label class="btn btn-primary has-focus-visible:outline-2 has-focus-visible:outline-offset-2">
                    {td_string!(locale, imports.choose)}
                    <input
                        node_ref=input
                        type="file"
                        name="file"
                        class="sr-only"
                        accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        aria-label=td_string!(locale, imports.file)
                        on:change=move |_| chosen()
                    />
                </label>
                <p class="text-sm text-base-content/75">{td_string!(locale, imports.limits)}</p>
                <a href="/users/import/template.xlsx" download="" class="link text-sm">
                    {td_string!(locale, imports.template)}
                </a>
            </div>
            <label for="import-text" class="mt-6 block text-sm font-medium">
                {td_string!(locale, imports.paste)}
            </label>
            <textarea
                id="import-text"
                name="text"
                rows="5"
                class="textarea mt-1.5 w-full font-mono text-sm"
                spellcheck="false"
                aria-describedby="import-text-hint"
            ></textarea>
            <div class="mt-2 flex flex-wrap items-start justify-between gap-3">
                <p id="import-text-hint" class="text-sm text-base-content/75">
                    {td_string!(locale, imports.paste_hint)}
                </p>
                <button type="submit" class="btn">
                    {td_string!(locale, imports.paste_button)}
                </button>
            </div>
        </form>
    }
}

#[component]
fn OnItsWay(sending: Sending) -> impl IntoView {
    let locale = use_locale();
    let name = sending.name.as_str();
    // A bar without a value moves by itself.
    let value = (sending.share < 1.0).then(|| sending.share.to_string());
    view! {
        <div class="panel mt-6 p-6" role="status">
            <p class="font-medium break-words">
                {if value.is_some() {
                    td_string!(locale, imports.uploading, name = name)
                } else {
                    td_string!(locale, imports.reading, name = name)
                }}
            </p>
            <progress
                class="progress progress-primary mt-3 h-2 w-full"
                max="1"
                value=value
                aria-label=td_string!(locale, imports.progress)
            ></progress>
        </div>
    }
}

/// Tables that were uploaded before: to go on with one, or to see what became of it.
#[component]
fn Recent() -> impl IntoView {
    let imports = Resource::new(|| (), |()| list_imports());
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                let found = imports.await.unwrap_or_default();
                (!found.is_empty()).then(|| view! { <RecentTable found /> })
            })}
        </Transition>
    }
}

#[component]
fn RecentTable(found: Vec<ImportSummary>) -> impl IntoView {
    let locale = use_locale();
    let rows = found.into_iter().map(|import| {
        let name = if import.name.is_empty() {
            td_string!(locale, imports.pasted).to_owned()
        } else {
            import.name
        };
        view! {
            <tr>
                <td class="max-w-72 truncate">
                    <a href=format!("{IMPORT}/{}", import.id) class="link link-hover font-medium text-primary">
                        {name}
                    </a>
                </td>
                <td><Moment at=import.created_at /></td>
                <td class="tabular-nums">{import.rows}</td>
                <td>{state_text(locale, import.state)}</td>
            </tr>
        }
    });
    view! {
        <section class="mt-10">
            <h2 id="recent-imports" class="text-lg font-semibold">{td_string!(locale, imports.recent)}</h2>
            <p class="mt-1 text-sm text-base-content/75">{td_string!(locale, imports.recent_hint)}</p>
            <div class="table-frame mt-3" role="region" tabindex="0" aria-labelledby="recent-imports">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{td_string!(locale, imports.source)}</th>
                            <th scope="col">{td_string!(locale, imports.when)}</th>
                            <th scope="col">{td_string!(locale, imports.rows)}</th>
                            <th scope="col">{td_string!(locale, imports.state)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use types::{
    access::Permission,
    ids::ImportId,
    import::{ImportPage as Page, ImportState, ImportSummary, RowVerdict, RowsFrom},
    refusal::Refusal,
};

use super::{IMPORT, columns::Columns, finish::Finish, rows::Rows};
use crate::{
    api::{
        AppError,
        imports::{discard_import, read_import},
    },
    components::{
        dialog::Confirm,
        fault::{Alert, error_text},
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
        toast::use_toasts,
    },
    i18n::td_string,
    pages::console::{Allowed, Loading, PageTitle},
};

/// One import, from the dry run to its end.
#[component]
pub fn ImportPage() -> impl IntoView {
    view! {
        <Allowed permission=Permission::ManageUsers>
            <Import />
        </Allowed>
    }
}

/// Which rows are shown; it stands in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub verdict: Option<RowVerdict>,
    pub from: RowsFrom,
}

impl Shown {
    fn from_address(value: impl Fn(&str) -> Option<String>) -> Self {
        let place = |name: &str| value(name).and_then(|place| place.parse().ok());
        Self {
            verdict: value("show").and_then(|word| word.parse().ok()),
            from: place("after")
                .map(RowsFrom::After)
                .or_else(|| place("before").map(RowsFrom::Before))
                .unwrap_or_default(),
        }
    }

    pub fn address(self, import: ImportId) -> String {
        let mut address = format!("{IMPORT}/{import}");
        let mut sign = '?';
        let mut add = |name: &str, value: String| {
            address.push(sign);
            address.push_str(name);
            address.push('=');
            address.push_str(&value);
            sign = '&';
        };
        if let Some(verdict) = self.verdict {
            add("show", verdict.to_string());
        }
        match self.from {
            RowsFrom::Start => {}
            RowsFrom::After(place) => add("after", place.to_string()),
            RowsFrom::Before(place) => add("before", place.to_string()),
        }
        address
    }
}

#[component]
fn Import() -> impl IntoView {
    let locale = use_locale();
    let live = use_live();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| {
        params
            .read()
            .get("id")
            .and_then(|id| id.parse::<ImportId>().ok())
    });
    let shown = Memo::new(move |_| query.with(|query| Shown::from_address(|name| query.get(name))));
    let page = Resource::new(
        move || (id.get(), shown.get(), live.get()),
        |(id, shown, _)| async move {
            match id {
                Some(id) => read_import(id, shown.verdict, shown.from).await,
                None => Err(AppError::Refused(Refusal::NotFound)),
            }
        },
    );
    let again = Callback::new(move |()| page.refetch());
    view! {
        <PageTitle text=td_string!(locale, imports.title) />
        <a
            href=IMPORT
            class="inline-flex items-center gap-1 text-sm link link-hover text-base-content/80"
        >
            <Icon name=IconName::ChevronLeft class="size-4" />
            {td_string!(locale, imports.back)}
        </a>
        <Transition fallback=Loading>
            {Suspend::new(async move {
                let answer = follow(page, page.await);
                view! { <Answered answer shown again /> }
            })}
        </Transition>
    }
}

/// The import, or why it can't be shown. What was there stays in sight below an error.
#[component]
fn Answered(
    answer: ReadSignal<Result<Page, AppError>>,
    shown: Memo<Shown>,
    again: Callback<()>,
) -> impl IntoView {
    let error = Memo::new(move |_| answer.with(|it| it.as_ref().err().cloned()));
    let page = Memo::new(move |before: Option<&Option<Page>>| {
        answer.with(|it| match it {
            Ok(page) => Some(page.clone()),
            Err(AppError::Refused(Refusal::NotFound)) => None,
            Err(_) => before.cloned().flatten(),
        })
    });
    let has_page = Memo::new(move |_| page.with(Option::is_some));
    view! {
        {move || match error.get() {
            Some(AppError::Refused(Refusal::NotFound)) => view! { <Lost /> }.into_any(),
            Some(error) => view! { <div class="mt-4"><Alert error /></div> }.into_any(),
            None => ().into_any(),
        }}
        <Show when=move || has_page.get()>
            <WholeImport page shown again />
        </Show>
    }
}

#[component]
fn Lost() -> impl IntoView {
    let locale = use_locale();
    view! {
        <h1 class="mt-2 text-2xl font-semibold tracking-tight">
            {td_string!(locale, imports.lost_heading)}
        </h1>
        <p class="mt-2 text-base-content/80">{td_string!(locale, imports.lost_text)}</p>
    }
}

#[component]
fn WholeImport(page: Memo<Option<Page>>, shown: Memo<Shown>, again: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let summary = Memo::new(move |_| page.with(|page| page.as_ref().map(|it| it.summary.clone())));
    let state = Memo::new(move |_| summary.with(|it| it.as_ref().map(|it| it.state)));
    let open_to_change = move || {
        matches!(
            state.get(),
            Some(ImportState::Checking | ImportState::Checked)
        )
    };
    let name = move || {
        summary.with(|it| {
            it.as_ref()
                .map(|it| it.name.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| td_string!(locale, imports.pasted).to_owned())
        })
    };
    let rows = move || {
        let count = summary.with(|it| it.as_ref().map_or(0, |it| it.rows));
        td_string!(locale, imports.rows_count, count = count)
    };
    view! {
        <div class="mt-2 flex flex-wrap items-start justify-between gap-3">
            <div class="min-w-0">
                <h1 class="text-2xl font-semibold tracking-tight">
                    {td_string!(locale, imports.heading)}
                </h1>
                <p class="mt-1 break-words text-base-content/80">{name} " · " {rows}</p>
            </div>
            <Show when=move || state.get() != Some(ImportState::Importing)>
                <Discard summary />
            </Show>
        </div>
        <Show when=open_to_change>
            <Columns page again />
        </Show>
        {move || match state.get() {
            Some(ImportState::Checking) => view! { <Progress summary importing=false /> }.into_any(),
            Some(ImportState::Importing) => view! { <Progress summary importing=true /> }.into_any(),
            _ => ().into_any(),
        }}
        <Show when=move || matches!(state.get(), Some(ImportState::Checked | ImportState::Done))>
            <Finish page again />
            <Rows page shown again />
        </Show>
    }
}

/// How far the work on the rows has come.
#[component]
fn Progress(summary: Memo<Option<ImportSummary>>, importing: bool) -> impl IntoView {
    let locale = use_locale();
    let through = move || summary.with(|it| it.as_ref().map_or(0, |it| it.through));
    let rows = move || summary.with(|it| it.as_ref().map_or(1, |it| it.rows));
    view! {
        <section class="panel mt-6 p-6" role="status">
            <p class="flex flex-wrap justify-between gap-x-6 gap-y-1">
                <span class="font-medium">
                    {if importing {
                        td_string!(locale, imports.importing)
                    } else {
                        td_string!(locale, imports.checking)
                    }}
                </span>
                <span class="text-sm text-base-content/80 tabular-nums">
                    {move || td_string!(locale, imports.checked_of, done = through(), all = rows())}
                </span>
            </p>
            <progress
                class="progress progress-primary mt-3 h-2 w-full"
                max=move || rows().to_string()
                value=move || through().to_string()
                aria-label=td_string!(locale, imports.progress)
            ></progress>
        </section>
    }
}

#[component]
fn Discard(summary: Memo<Option<ImportSummary>>) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    let toasts = use_toasts();
    let navigate = use_navigate();
    let discard = Callback::new(move |()| {
        let Some(id) = summary.with_untracked(|it| it.as_ref().map(|it| it.id)) else {
            return;
        };
        let navigate = navigate.clone();
        spawn_local(async move {
            match discard_import(id).await {
                Ok(()) => {
                    toasts.say(td_string!(locale, imports.discarded));
                    navigate(IMPORT, NavigateOptions::default());
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    });
    view! {
        <button type="button" class="btn btn-ghost btn-sm" on:click=move |_| open.set(true)>
            {td_string!(locale, imports.discard)}
        </button>
        <Confirm
            id="discard-import"
            open
            title=td_string!(locale, imports.discard_heading)
            button=td_string!(locale, imports.discard)
            destructive=true
            on_confirm=discard
        >
            <p>{td_string!(locale, imports.discard_text)}</p>
        </Confirm>
    }
}

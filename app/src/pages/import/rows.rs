//! The rows with their verdicts; cells can be corrected in place.

use leptos::{html::Input, prelude::*, task::spawn_local};
use types::{
    ids::ImportId,
    import::{
        CellEdit, Field, ImportPage as Page, ImportRow, ImportState, LONGEST_CELL, RowVerdict,
        RowsFrom,
    },
};

use super::{
    table::Shown,
    words::{field_text, reason_text},
};
use crate::{
    api::imports::correct_cell,
    components::{
        badge::{RowBadge, row_verdict_text},
        fault::error_text,
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::td_string,
};

#[component]
pub fn Rows(page: Memo<Option<Page>>, shown: Memo<Shown>, again: Callback<()>) -> impl IntoView {
    view! {
        <Verdicts page shown />
        <RowsTable page again />
        <Pages page shown />
    }
}

/// The import's id; the page is there while rows are shown.
fn id_of(page: Memo<Option<Page>>) -> Option<ImportId> {
    page.with(|it| it.as_ref().map(|it| it.summary.id))
}

/// Which verdicts there are, each with its count.
#[component]
fn Verdicts(page: Memo<Option<Page>>, shown: Memo<Shown>) -> impl IntoView {
    let locale = use_locale();
    let counts = Memo::new(move |_| {
        page.with(|it| {
            let page = it.as_ref()?;
            let mut counts = vec![(None, page.summary.rows)];
            let there = RowVerdict::ALL.iter().copied();
            counts.extend(
                there
                    .map(|verdict| (Some(verdict), page.count(verdict)))
                    // The one that is shown stays, so that it can be left.
                    .filter(|(verdict, count)| *count > 0 || *verdict == shown.get().verdict),
            );
            Some((page.summary.id, counts))
        })
    });
    let link = move |id: ImportId, verdict: Option<RowVerdict>, count: u32| {
        let shown_now = shown.get().verdict == verdict;
        let address = Shown {
            verdict,
            from: RowsFrom::Start,
        }
        .address(id);
        let text = match verdict {
            Some(verdict) => row_verdict_text(locale, verdict),
            None => td_string!(locale, imports.all),
        };
        view! {
            <li>
                <a
                    href=address
                    aria-current=shown_now.then_some("page")
                    class="flex min-h-9 items-center gap-2 rounded-field px-3 text-sm whitespace-nowrap transition-colors hover:bg-base-200 aria-[current]:bg-base-200 aria-[current]:font-semibold aria-[current]:text-primary"
                >
                    <span>{text}</span>
                    " "
                    <span class="text-xs font-normal text-base-content/75 tabular-nums">{count}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav class="mt-6 -mx-1 overflow-x-auto px-1" aria-label=td_string!(locale, imports.verdicts)>
            <ul class="flex gap-1 py-1" role="list">
                {move || {
                    counts
                        .get()
                        .map(|(id, counts)| {
                            counts
                                .into_iter()
                                .map(|(verdict, count)| link(id, verdict, count))
                                .collect_view()
                        })
                }}
            </ul>
        </nav>
    }
}

#[component]
fn RowsTable(page: Memo<Option<Page>>, again: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let fields = Memo::new(move |_| {
        page.with(|it| {
            it.as_ref()
                .map(|it| it.settings.mapping.fields().collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let positions = Memo::new(move |_| {
        page.with(|it| {
            it.iter()
                .flat_map(|page| &page.rows)
                .map(|row| row.position)
                .collect::<Vec<_>>()
        })
    });
    let open_to_change = Memo::new(move |_| {
        page.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.summary.state == ImportState::Checked)
        })
    });
    let heads = move || {
        let heads = fields.get().into_iter().map(|field| {
            view! { <th role="columnheader" scope="col">{field_text(locale, field)}</th> }
        });
        heads.collect_view()
    };
    view! {
        <Show
            when=move || positions.with(|it| !it.is_empty())
            fallback=move || {
                view! { <p class="panel mt-2 p-6">{td_string!(locale, imports.none)}</p> }
            }
        >
            <div
                class="import-frame mt-2"
                role="region"
                tabindex="0"
                aria-label=td_string!(locale, imports.table)
            >
                <table class="table import-rows" role="table" aria-label=td_string!(locale, imports.table)>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{td_string!(locale, imports.line)}</th>
                            <th role="columnheader" scope="col">{td_string!(locale, imports.verdict_column)}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For
                            each=move || {
                                let fields = fields.get();
                                positions.get().into_iter().map(move |it| (it, fields.clone()))
                            }
                            // Other columns make other rows.
                            key=|row| row.clone()
                            let((position, fields))
                        >
                            {
                                let row = Memo::new(move |before: Option<&Option<ImportRow>>| {
                                    let found = page.with(|it| {
                                        it.as_ref()?
                                            .rows
                                            .iter()
                                            .find(|row| row.position == position)
                                            .cloned()
                                    });
                                    found.or_else(|| before.cloned().flatten())
                                });
                                view! { <Row row fields page open_to_change again /> }
                            }
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
}

#[component]
fn Row(
    row: Memo<Option<ImportRow>>,
    fields: Vec<Field>,
    page: Memo<Option<Page>>,
    open_to_change: Memo<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let line = row.with_untracked(|row| row.as_ref().map_or(0, |row| row.line));
    let position = row.with_untracked(|row| row.as_ref().map_or(0, |row| row.position));
    let reason_id = format!("reason-{position}");
    let described = reason_id.clone();
    let cells = fields.into_iter().enumerate().map(move |(place, field)| {
        let described = described.clone();
        let text = Memo::new(move |_| {
            row.with(|row| row.as_ref()?.cells.get(place).cloned())
                .unwrap_or_default()
        });
        let is_wrong = Memo::new(move |_| {
            row.with(|row| {
                let mut faults = row.iter().flat_map(|row| &row.faults);
                faults.any(|fault| fault.field == field)
            })
        });
        view! {
            <td role="cell" data-label=field_text(locale, field)>
                <Show
                    when=move || open_to_change.get()
                    fallback=move || view! { <span class="break-words">{text}</span> }
                >
                    <Cell text is_wrong field line position page again described=described.clone() />
                </Show>
            </td>
        }
    });
    let verdict = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.verdict)));
    let reason = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| reason_text(locale, row)))
            .unwrap_or_default()
    });
    view! {
        <tr role="row">
            <td role="cell" class="text-base-content/75 tabular-nums" data-label=td_string!(locale, imports.line)>
                {line}
            </td>
            <td role="cell" class="min-w-44">
                {move || verdict.get().map(|verdict| view! { <RowBadge verdict /> })}
                <Show when=move || reason.with(|reason| !reason.is_empty())>
                    <p id=reason_id.clone() class="mt-1 max-w-64 text-sm break-words">{reason}</p>
                </Show>
            </td>
            {cells.collect_view()}
        </tr>
    }
}

/// A cell to correct: leaving it, or Enter, has it judged. Escape brings back what was there.
#[component]
fn Cell(
    text: Memo<String>,
    is_wrong: Memo<bool>,
    field: Field,
    line: u32,
    position: u32,
    page: Memo<Option<Page>>,
    again: Callback<()>,
    /// The `id` of what is said about the row.
    described: String,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let node = NodeRef::<Input>::new();
    let change = move |event| {
        let typed = event_target_value(&event);
        let Some(import) = untrack(|| id_of(page)) else {
            return;
        };
        if typed == text.get_untracked() {
            return;
        }
        let edit = CellEdit {
            import,
            position,
            field,
            text: typed,
        };
        spawn_local(async move {
            match correct_cell(edit).await {
                Ok(()) => again.run(()),
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(input) = node.get_untracked()
        {
            input.set_value(&text.get_untracked());
        }
    };
    view! {
        <input
            node_ref=node
            type="text"
            class="import-cell"
            class:import-cell-long=field == Field::Email
            class:import-cell-wrong=move || is_wrong.get()
            maxlength=LONGEST_CELL.to_string()
            prop:value=move || text.get()
            value=text.get_untracked()
            aria-label=td_string!(
                locale, imports.edit, field = field_text(locale, field), line = line
            )
            aria-invalid=move || is_wrong.get().then_some("true")
            aria-describedby=move || is_wrong.get().then(|| described.clone())
            spellcheck="false"
            autocomplete="off"
            on:change=change
            on:keydown=key
        />
    }
}

#[component]
fn Pages(page: Memo<Option<Page>>, shown: Memo<Shown>) -> impl IntoView {
    let locale = use_locale();
    let to = move |from: RowsFrom| {
        let id = id_of(page)?;
        Some(
            Shown {
                from,
                ..shown.get()
            }
            .address(id),
        )
    };
    let before = Memo::new(move |_| {
        page.with(|it| {
            let page = it.as_ref().filter(|it| it.before)?;
            Some(RowsFrom::Before(page.rows.first()?.position))
        })
    });
    let after = Memo::new(move |_| {
        page.with(|it| {
            let page = it.as_ref().filter(|it| it.after)?;
            Some(RowsFrom::After(page.rows.last()?.position))
        })
    });
    view! {
        <nav class="mt-4 flex flex-wrap justify-end gap-2" aria-label=td_string!(locale, imports.pages)>
            {move || {
                before.get().and_then(to).map(|href| {
                    view! {
                        <a class="btn btn-sm" href=href rel="prev">
                            <Icon name=IconName::ChevronLeft class="size-4" />
                            {td_string!(locale, imports.previous)}
                        </a>
                    }
                })
            }}
            {move || {
                after.get().and_then(to).map(|href| {
                    view! {
                        <a class="btn btn-sm" href=href rel="next">
                            {td_string!(locale, imports.next)}
                            <Icon name=IconName::ChevronRight class="size-4" />
                        </a>
                    }
                })
            }}
        </nav>
    }
}

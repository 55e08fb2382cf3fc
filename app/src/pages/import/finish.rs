//! The end of an import: the button that does it and, afterwards, what became of it.

use leptos::{prelude::*, task::spawn_local};
use types::{
    import::{ImportPage as Page, ImportRequest, ImportState, RowVerdict},
    invitation::Via,
};

use super::IMPORT;
use crate::{
    api::imports::start_import,
    components::{
        dialog::Confirm,
        fault::{Notice, error_text},
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::td_string,
    pages::{console::use_awake, via::ViaField},
};

#[component]
pub fn Finish(page: Memo<Option<Page>>, again: Callback<()>) -> impl IntoView {
    let done = Memo::new(move |_| {
        page.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.summary.state == ImportState::Done)
        })
    });
    move || {
        if done.get() {
            view! { <Done page /> }.into_any()
        } else {
            view! { <Start page again /> }.into_any()
        }
    }
}

/// How many rows stay outside.
fn left_out(page: &Page) -> u32 {
    let inside = page.ready() + page.count(RowVerdict::Imported);
    page.summary.rows.saturating_sub(inside)
}

#[component]
fn Start(page: Memo<Option<Page>>, again: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let awake = use_awake();
    let ready = Memo::new(move |_| page.with(|it| it.as_ref().map_or(0, Page::ready)));
    let outside = Memo::new(move |_| page.with(|it| it.as_ref().map_or(0, left_out)));
    let send = RwSignal::new(false);
    let via = RwSignal::new(Via::Automatic);
    let busy = RwSignal::new(false);
    let confirm = RwSignal::new(false);
    let start = Callback::new(move |()| {
        let import = page.with_untracked(|it| it.as_ref().map(|it| it.summary.id));
        let Some(import) = import else { return };
        let request = ImportRequest {
            import,
            send: send.get_untracked(),
            via: via.get_untracked(),
            seen: ready.get_untracked(),
        };
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = start_import(request).await {
                toasts.warn(error_text(locale, &error));
            }
            let _ = busy.try_set(false);
            again.run(());
        });
    });
    let press = move |_| {
        if ready.get_untracked() == 0 || busy.get_untracked() {
            return;
        }
        if send.get_untracked() {
            confirm.set(true);
        } else {
            start.run(());
        }
    };
    let words = move || match ready.get() {
        0 => td_string!(locale, imports.import_none).to_owned(),
        count => td_string!(locale, imports.import, count = count),
    };
    view! {
        <section class="panel mt-6 flex flex-wrap items-start justify-between gap-x-8 gap-y-4 p-6">
            <div class="min-w-0 space-y-3">
                <p>
                    <span class="font-semibold">
                        {move || td_string!(locale, imports.will_import, count = ready.get())}
                    </span>
                    <Show when=move || { outside.get() > 0 }>
                        " · "
                        {move || td_string!(locale, imports.left_out, count = outside.get())}
                    </Show>
                </p>
                <label class="flex items-center gap-3 font-medium">
                    <input
                        type="checkbox"
                        class="checkbox checkbox-sm"
                        aria-describedby="send-hint"
                        prop:checked=move || send.get()
                        on:change=move |event| send.set(event_target_checked(&event))
                    />
                    {td_string!(locale, imports.send)}
                </label>
                <p id="send-hint" class="text-sm text-base-content/75">
                    {td_string!(locale, imports.send_hint)}
                </p>
                <Show when=move || send.get()>
                    <ViaField id="import-via" via />
                </Show>
            </div>
            <div class="flex flex-wrap items-center gap-3">
                <Show when=move || { outside.get() > 0 }>
                    <LeftOut page />
                </Show>
                <button
                    type="button"
                    class="btn btn-primary aria-disabled:cursor-not-allowed aria-disabled:opacity-60"
                    aria-disabled=move || {
                        (ready.get() == 0 || busy.get() || !awake.get()).then_some("true")
                    }
                    on:click=press
                >
                    {words}
                </button>
            </div>
        </section>
        <Confirm
            id="confirm-import"
            open=confirm
            title=Signal::derive(move || td_string!(locale, imports.confirm, count = ready.get()))
            button=td_string!(locale, imports.confirm_button)
            on_confirm=start
        >
            <p>{td_string!(locale, imports.confirm_text)}</p>
        </Confirm>
    }
}

#[component]
fn Done(page: Memo<Option<Page>>) -> impl IntoView {
    let locale = use_locale();
    let imported =
        move || page.with(|it| it.as_ref().map_or(0, |it| it.count(RowVerdict::Imported)));
    let outside = Memo::new(move |_| page.with(|it| it.as_ref().map_or(0, left_out)));
    let report = move || {
        let batch = page.with(|it| it.as_ref().and_then(|it| it.summary.batch))?;
        Some(view! {
            <a href=format!("/batches/{batch}") class="btn">
                {td_string!(locale, imports.report)}
            </a>
        })
    };
    let words = move || match imported() {
        0 => td_string!(locale, imports.done_none).to_owned(),
        count => td_string!(locale, imports.done, count = count),
    };
    view! {
        <div class="mt-6">
            <Notice>
                <span class="font-semibold">{words}</span>
                <Show when=move || { outside.get() > 0 }>
                    " · "
                    {move || td_string!(locale, imports.left_out, count = outside.get())}
                </Show>
            </Notice>
        </div>
        <div class="mt-4 flex flex-wrap gap-3">
            <a href="/users" class="btn btn-primary">
                {td_string!(locale, imports.to_users)}
            </a>
            {report}
            <Show when=move || { outside.get() > 0 }>
                <LeftOut page />
            </Show>
        </div>
    }
}

/// The rows that stay outside, to be corrected elsewhere and imported again.
#[component]
fn LeftOut(page: Memo<Option<Page>>) -> impl IntoView {
    let locale = use_locale();
    let href = move || {
        let id = page.with(|it| it.as_ref().map(|it| it.summary.id))?;
        Some(format!("{IMPORT}/{id}/left-out.csv"))
    };
    view! {
        // `download`: the router leaves the link to the browser.
        <a href=href class="btn" download="">
            <Icon name=IconName::Download />
            {td_string!(locale, imports.download)}
        </a>
    }
}

//! The person's signed-in browsers.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{ids::SessionId, session::SessionRow};

use crate::{
    api::account::{SignOut, end_other_sessions, end_session, list_sessions},
    components::{
        dialog::Confirm,
        fault::{Alert, error_text},
        icon::{Icon, IconName},
        language::use_locale,
        time::When,
        toast::use_toasts,
    },
    i18n::td_string,
    pages::console::Loading,
};

/// List of sessions; each can be ended, and all others at once.
#[component]
pub fn Sessions() -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let sessions = Resource::new(|| (), |()| list_sessions());
    let end_one = Action::new(move |id: &SessionId| {
        let id = *id;
        async move {
            match end_session(id).await {
                Ok(()) => toasts.say(td_string!(locale, common.profile.signed_out)),
                Err(error) => toasts.warn(untrack(|| error_text(locale, &error))),
            }
            sessions.refetch();
        }
    });
    let end_others = Action::new(move |(): &()| async move {
        match end_other_sessions().await {
            Ok(()) => toasts.say(td_string!(locale, common.profile.signed_out_others)),
            Err(error) => toasts.warn(untrack(|| error_text(locale, &error))),
        }
        sessions.refetch();
    });
    let asking = RwSignal::new(false);
    view! {
        <section class="panel p-6" aria-labelledby="sessions">
            <h2 id="sessions" class="text-lg font-semibold">
                {td_string!(locale, common.profile.sessions)}
            </h2>
            <p class="mt-1 text-sm text-base-content/80">
                {td_string!(locale, common.profile.sessions_lead)}
            </p>
            <Transition fallback=Loading>
                {move || Suspend::new(async move {
                    match sessions.await {
                        Ok(rows) => {
                            let others = rows.iter().any(|row| !row.current);
                            view! {
                                <SessionList rows end_one />
                                <Show when=move || others>
                                    <button
                                        type="button"
                                        class="btn mt-4"
                                        on:click=move |_| asking.set(true)
                                    >
                                        {td_string!(locale, common.profile.sign_out_others)}
                                    </button>
                                </Show>
                            }
                                .into_any()
                        }
                        Err(error) => view! { <Alert error /> }.into_any(),
                    }
                })}
            </Transition>
            <Confirm
                open=asking
                id="sign-out-others"
                title=td_string!(locale, common.profile.sign_out_others_title)
                button=td_string!(locale, common.profile.sign_out_others)
                on_confirm=move |()| {
                    end_others.dispatch(());
                }
            >
                <p>{td_string!(locale, common.profile.sign_out_others_text)}</p>
            </Confirm>
        </section>
    }
}

#[component]
fn SessionList(rows: Vec<SessionRow>, end_one: Action<SessionId, ()>) -> impl IntoView {
    // The latest sign of life is this request's own: the nearest to the server's time that we have.
    let now = rows
        .iter()
        .map(|row| row.last_seen_at)
        .max()
        .unwrap_or_default();
    let rows = rows
        .into_iter()
        .map(move |row| view! { <SessionItem row now end_one /> });
    view! { <ul class="mt-4 divide-y divide-base-300">{rows.collect_view()}</ul> }
}

#[component]
fn SessionItem(
    row: SessionRow,
    now: chrono::DateTime<chrono::Utc>,
    end_one: Action<SessionId, ()>,
) -> impl IntoView {
    let locale = use_locale();
    let browser = StoredValue::new(browser(&row.user_agent));
    let browser = move || {
        browser
            .get_value()
            .unwrap_or_else(|| td_string!(locale, common.profile.other_browser).to_owned())
    };
    let label = move || td_string!(locale, common.profile.sign_out_of, browser = browser());
    let id = row.id;
    let button = if row.current {
        view! {
            <form method="post" action=SignOut::url()>
                <button type="submit" class="btn btn-sm" aria-label=label>
                    {td_string!(locale, common.profile.sign_out)}
                </button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <button
                type="button"
                class="btn btn-sm"
                aria-label=label
                on:click=move |_| {
                    end_one.dispatch(id);
                }
            >
                {td_string!(locale, common.profile.sign_out)}
            </button>
        }
        .into_any()
    };
    let this = row.current.then(|| {
        view! {
            <span class="status-badge tone-good">
                <Icon name=IconName::Check class="size-3.5" />
                {td_string!(locale, common.profile.this_browser)}
            </span>
        }
    });
    view! {
        <li class="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
            <div class="flex min-w-0 items-center gap-4">
                <Icon name=IconName::Device />
                <div class="min-w-0">
                    <p class="flex flex-wrap items-center gap-2 font-medium">{browser} {this}</p>
                    <p class="text-sm text-base-content/80">
                        {td_string!(locale, common.profile.signed_in)} " " <When at=row.created_at now />
                        " · " {td_string!(locale, common.profile.last_seen)} " "
                        <When at=row.last_seen_at now />
                    </p>
                </div>
            </div>
            {button}
        </li>
    }
}

/// "Firefox · Windows", as far as the browser tells.
fn browser(user_agent: &str) -> Option<String> {
    const BROWSERS: [(&str, &str); 7] = [
        // Those that call themselves by another's name too come first.
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("YaBrowser/", "Yandex Browser"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| user_agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} · {system}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_owned()),
        (None, None) => None,
    }
}

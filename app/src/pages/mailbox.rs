//! What Usher would have sent, where no mail server is set.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use types::{mailbox::CaughtMessage, refusal::Refusal};

use crate::{
    api::{AppError, mailbox::list_messages},
    components::{
        fault::Alert,
        icon::{Icon, IconName, Mark},
        language::use_locale,
        page_title::PageTitle,
        preferences::LanguageForm,
        time::Moment,
    },
    i18n::td_string,
};

/// `/mailbox`: the caught messages and, with `?message=<id>`, one of them.
#[component]
pub fn MailboxPage() -> impl IntoView {
    let locale = use_locale();
    let messages = Resource::new_blocking(|| (), |()| list_messages());
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.read().get("message"));
    view! {
        <PageTitle text=td_string!(locale, mailbox.heading) />
        <div class="flex min-h-dvh flex-col bg-base-200">
            <Top />
            <main class="mx-auto flex w-full max-w-7xl flex-1 flex-col gap-5 px-4 py-6 sm:px-6">
                <Heading chosen />
                <Suspense>
                    {move || Suspend::new(async move {
                        match messages.await {
                            Ok(messages) if messages.is_empty() => view! { <Nothing /> }.into_any(),
                            Ok(messages) => view! { <Panes messages chosen /> }.into_any(),
                            Err(AppError::Refused(Refusal::NotFound)) => {
                                view! { <p>{td_string!(locale, mailbox.off_text)}</p> }.into_any()
                            }
                            Err(error) => view! { <Alert error /> }.into_any(),
                        }
                    })}
                </Suspense>
            </main>
        </div>
    }
}

#[component]
fn Top() -> impl IntoView {
    let locale = use_locale();
    view! {
        <header class="border-b border-base-300 bg-base-100">
            <div class="mx-auto flex w-full max-w-7xl items-center gap-2.5 px-4 py-2.5 sm:px-6">
                <Mark class="size-7" />
                <span class="font-semibold">"Usher"</span>
                <div class="ml-auto flex items-center gap-2">
                    <LanguageForm />
                    <a class="btn btn-sm border-base-300 bg-base-100" href="/">
                        {td_string!(locale, mailbox.to_usher)}
                    </a>
                </div>
            </div>
        </header>
    }
}

/// The heading, and a link that loads the page anew, by the browser itself.
#[component]
fn Heading(chosen: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let here = move || match chosen.get() {
        Some(id) => format!("/mailbox?message={id}"),
        None => "/mailbox".to_owned(),
    };
    view! {
        <div class="flex flex-wrap items-center justify-between gap-3">
            <div>
                <h1 class="text-2xl font-semibold tracking-tight">{td_string!(locale, mailbox.heading)}</h1>
                <p class="mt-1 text-sm text-base-content/70">{td_string!(locale, mailbox.lead)}</p>
            </div>
            <a class="btn btn-sm border-base-300 bg-base-100" href=here rel="external">
                <Icon name=IconName::Refresh class="size-4" />
                {td_string!(locale, mailbox.refresh)}
            </a>
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="flex flex-col items-center gap-2 rounded-box border border-base-300 bg-base-100 px-6 py-16 text-center">
            <Icon name=IconName::Inbox class="mb-2 size-8 text-base-content/70" />
            <h2 class="font-semibold">{td_string!(locale, mailbox.empty_heading)}</h2>
            <p class="max-w-md text-base-content/80">{td_string!(locale, mailbox.empty_text)}</p>
        </div>
    }
}

/// The list and the chosen message: side by side where there is room, else one of the two.
#[component]
fn Panes(messages: Vec<CaughtMessage>, chosen: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let messages = StoredValue::new(messages);
    let list = messages.with_value(|messages| {
        messages
            .iter()
            .map(|message| view! { <MessageLink message=message.clone() chosen /> })
            .collect_view()
    });
    let pane = move || match chosen.get() {
        None => view! {
            <p class="hidden px-6 py-16 text-center text-base-content/70 lg:block">
                {td_string!(locale, mailbox.choose)}
            </p>
        }
        .into_any(),
        Some(id) => {
            let found = messages.with_value(|messages| {
                messages
                    .iter()
                    .find(|message| message.id.to_string() == id)
                    .cloned()
            });
            match found {
                Some(message) => view! { <Message message /> }.into_any(),
                None => view! { <p class="p-6">{td_string!(locale, mailbox.gone)}</p> }.into_any(),
            }
        }
    };
    let is_chosen = move || chosen.get().is_some();
    view! {
        <div class="grid flex-1 items-start gap-5 lg:grid-cols-[22rem_minmax(0,1fr)]">
            <nav
                aria-label=td_string!(locale, mailbox.messages)
                class="min-w-0 overflow-hidden rounded-box border border-base-300 bg-base-100 lg:block"
                class:hidden=is_chosen
            >
                <ul class="divide-y divide-base-300">{list}</ul>
            </nav>
            <div class="min-w-0 lg:block" class:hidden=move || !is_chosen()>
                <a href="/mailbox" class="btn btn-ghost btn-sm mb-3 lg:hidden">
                    <Icon name=IconName::ArrowLeft class="size-4" />
                    {td_string!(locale, mailbox.all_messages)}
                </a>
                <div class="rounded-box border border-base-300 bg-base-100">{pane}</div>
            </div>
        </div>
    }
}

#[component]
fn MessageLink(message: CaughtMessage, chosen: Memo<Option<String>>) -> impl IntoView {
    let id = message.id.to_string();
    let href = format!("/mailbox?message={id}");
    let is_chosen = Memo::new(move |_| chosen.with(|chosen| chosen.as_ref() == Some(&id)));
    let current = move || is_chosen.get().then_some("true");
    view! {
        <li>
            <a
                href=href
                aria-current=current
                class="block border-l-2 border-transparent px-4 py-3 hover:bg-base-200 focus-visible:bg-base-200 aria-[current]:border-primary aria-[current]:bg-base-200"
            >
                <span class="flex items-center gap-2">
                    <span class="min-w-0 truncate font-medium">{message.to.clone()}</span>
                    {message.is_sms().then(|| view! { <SmsBadge /> })}
                </span>
                <span class="line-clamp-2 text-sm break-words">
                    <Subject message=message.clone() />
                </span>
                <span class="mt-0.5 block text-xs text-base-content/70">
                    <Moment at=message.at />
                </span>
            </a>
        </li>
    }
}

#[component]
fn SmsBadge() -> impl IntoView {
    let locale = use_locale();
    view! { <span class="badge badge-sm badge-outline">{td_string!(locale, mailbox.sms)}</span> }
}

/// The subject; text messages have none, and show what they say.
#[component]
fn Subject(message: CaughtMessage) -> impl IntoView {
    if message.is_sms() {
        message.text.into_any()
    } else {
        message.subject.into_any()
    }
}

/// One message: its headers, how it looks, and its plain text.
#[component]
fn Message(message: CaughtMessage) -> impl IntoView {
    let locale = use_locale();
    // Text messages go to numbers and have no HTML part.
    let is_email = !message.is_sms();
    let page = is_email.then(|| {
        view! {
            <iframe
                src=format!("/mailbox/{}/html", message.id)
                title=message.subject.clone()
                class="block h-[70dvh] min-h-96 w-full bg-white"
            ></iframe>
        }
    });
    view! {
        <article>
            <div class="space-y-3 border-b border-base-300 px-5 py-4">
                <h2 class="flex flex-wrap items-center gap-3 text-lg font-semibold break-words">
                    {if is_email {
                        message.subject.clone().into_any()
                    } else {
                        view! {
                            {td_string!(locale, mailbox.text_message)}
                            <SmsBadge />
                        }
                            .into_any()
                    }}
                </h2>
                <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
                    <dt class="text-base-content/70">{td_string!(locale, mailbox.to)}</dt>
                    <dd class="break-words">{message.to.clone()}</dd>
                    <dt class="text-base-content/70">{td_string!(locale, mailbox.time)}</dt>
                    <dd>
                        <Moment at=message.at />
                    </dd>
                </dl>
            </div>
            {page}
            <details class="border-t border-base-300" open=!is_email>
                <summary class="cursor-pointer px-5 py-3 text-sm font-medium">
                    {td_string!(locale, mailbox.plain_text)}
                </summary>
                <pre class="px-5 pb-5 font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
                    {linked(&message.text)}
                </pre>
            </details>
        </article>
    }
}

/// The text with its web addresses as links, which the browser itself follows.
fn linked(text: &str) -> Vec<AnyView> {
    let mut views = Vec::new();
    let mut plain = String::new();
    for piece in text.trim().split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if word.starts_with("https://") || word.starts_with("http://") {
            views.push(std::mem::take(&mut plain).into_any());
            let href = word.to_owned();
            let shown = href.clone();
            views.push(view! { <a href=href rel="external" class="link">{shown}</a> }.into_any());
            plain.push_str(&piece[word.len()..]);
        } else {
            plain.push_str(piece);
        }
    }
    views.push(plain.into_any());
    views
}

//! The frame of every page for signed-in people: the rail, the bar at the top, the account menu.

mod account_menu;
mod organization_menu;
mod outside;
mod palette;

use account_menu::AccountMenu;
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{components::Redirect, hooks::use_location};
use organization_menu::OrganizationMenu;
use outside::Outside;
use palette::Palette;
use serde::{Deserialize, Serialize};
use types::{
    access::Permission,
    refusal::Refusal,
    session::{Me, Outsider},
};

use crate::{
    api::{
        AppError,
        account::{who_am_i, who_is_outside},
    },
    components::{
        fault::Alert,
        icon::{Icon, IconName, Mark},
        language::use_locale,
        live::{provide_live, use_doubts},
        outlet::PageOutlet,
        public_card::LogoMark,
        toast::{Toasts, provide_toasts},
    },
    i18n::td_string,
    pages::{
        import::IMPORT,
        settings::{SETTINGS, any_allowed, delivery::PausedBanner},
    },
};

/// The signed-in person; `None` only outside of the console.
pub fn use_me() -> Option<Me> {
    use_context()
}

pub use crate::components::page_title::PageTitle;

#[derive(Clone, Copy)]
struct Awake(ReadSignal<bool>);

/// Whether the page's script runs: until then a button that needs it says that it can't be used.
pub fn use_awake() -> Signal<bool> {
    use_context().map_or(Signal::stored(false), |Awake(awake)| awake.into())
}

fn provide_awake() {
    let (awake, set) = signal(false);
    provide_context(Awake(awake));
    Effect::new(move |_| set.set(true));
}

/// A page for those who have the permission; the others are told so, and nothing is asked for.
#[component]
pub fn Allowed(permission: Permission, children: Children) -> impl IntoView {
    if use_me().is_some_and(|me| me.permissions.has(permission)) {
        children().into_any()
    } else {
        view! { <Alert error=Refusal::NotAllowed /> }.into_any()
    }
}

/// What stands in the place of a page, or of a part of it, until its data is there.
#[component]
pub fn Loading() -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="flex items-center gap-3 py-8 text-base-content/80">
            <span class="loading loading-spinner loading-sm" aria-hidden="true"></span>
            {td_string!(locale, common.console.loading)}
        </p>
    }
}

/// Who is before the console.
#[allow(clippy::large_enum_variant, reason = "one is made for a page")]
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Visitor {
    Stranger,
    Outsider(Outsider),
    Member(Me),
}

async fn who_comes() -> Result<Visitor, AppError> {
    if let Some(me) = who_am_i().await? {
        return Ok(Visitor::Member(me));
    }
    let outsider = who_is_outside().await?;
    Ok(outsider.map_or(Visitor::Stranger, Visitor::Outsider))
}

/// Parent of the signed-in pages. Whoever is not signed in is sent to `/sign-in`; whoever cannot use the
/// chosen organization is told so.
#[component]
pub fn Console() -> impl IntoView {
    provide_toasts();
    provide_awake();
    let visitor = Resource::new_blocking(|| (), |()| who_comes());
    view! {
        // Transition: what waits in here too must not take the frame away while pages change. Not in a closure:
        // the server would make the frame twice, and ask for its data twice.
        <Transition fallback=|| view! { <div class="p-8"><Loading /></div> }>
            {Suspend::new(async move {
                match visitor.await {
                    Ok(Visitor::Member(me)) => view! { <Frame me /> }.into_any(),
                    Ok(Visitor::Outsider(outsider)) => view! { <Outside outsider /> }.into_any(),
                    Ok(Visitor::Stranger) => view! { <Redirect path="/sign-in" /> }.into_any(),
                    Err(error) => view! { <Broken error /> }.into_any(),
                }
            })}
        </Transition>
        <Toasts />
    }
}

#[component]
fn Frame(me: Me) -> impl IntoView {
    let locale = use_locale();
    provide_context(me.clone());
    provide_live();
    let content = NodeRef::<html::Main>::new();
    follow_place(content);
    let manages_users = me.permissions.has(Permission::ManageUsers);
    let has_settings = any_allowed(&me.permissions);
    let operator = me.operator;
    leave_with_session(&me);
    let organization = me.organization.clone();
    let permissions = me.permissions.clone();
    let organizations = me.organizations.clone();
    let logo = me
        .logo
        .clone()
        .map(|src| view! { <LogoMark src class="h-8 w-16" /> });
    view! {
        <div class="min-h-dvh bg-base-100 lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
            // External: the browser itself moves the focus, the router would only scroll.
            <a class="skip-link" href="#content" rel="external">
                {td_string!(locale, common.console.skip)}
            </a>
            <Rail member=true manages_users has_settings operator />
            <div class="flex min-h-dvh min-w-0 flex-col">
                <header class="sticky top-0 z-20 flex h-14 items-center justify-between gap-4 border-b border-base-300 bg-base-100 px-4 lg:px-8">
                    <div class="flex min-w-0 items-center gap-3">
                        <span class="lg:hidden">
                            <Mark class="size-7" />
                        </span>
                        {logo}
                        <OrganizationMenu organization organizations />
                    </div>
                    <AccountMenu me />
                </header>
                {manages_users.then(|| view! { <PausedBanner /> })}
                <main
                    node_ref=content
                    id="content"
                    tabindex="-1"
                    class="w-full max-w-[104rem] flex-1 px-4 pt-6 pb-24 lg:px-8 lg:pt-8 lg:pb-12"
                >
                    <PageOutlet />
                </main>
            </div>
            <Palette permissions operator />
        </div>
    }
}

/// Another page of the same browser may have gone over to another organization, and the operator may have
/// suspended this one: then the page is loaded anew, since what it shows is not what it would act on.
fn leave_with_session(me: &Me) {
    let chosen = |me: &Me| me.organizations.iter().find(|it| it.chosen).map(|it| it.id);
    let here = chosen(me);
    let doubts = use_doubts();
    Effect::new(move |_| {
        if doubts.get() == 0 {
            return;
        }
        spawn_local(async move {
            let is_elsewhere = match who_comes().await {
                Ok(Visitor::Member(me)) => chosen(&me) != here,
                Ok(Visitor::Outsider(_)) => true,
                Ok(Visitor::Stranger) | Err(_) => false,
            };
            if is_elsewhere {
                let _ = window().location().reload();
            }
        });
    });
}

/// After a change of page the focus goes to its content, where a reader begins.
fn follow_place(content: NodeRef<html::Main>) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now)
            && let Some(content) = content.get_untracked()
        {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = content.focus_with_options(&options);
        }
        now
    });
}

/// The main navigation: at the left on wide screens, at the foot of a phone.
#[component]
fn Rail(member: bool, manages_users: bool, has_settings: bool, operator: bool) -> impl IntoView {
    let locale = use_locale();
    view! {
        <nav
            aria-label=td_string!(locale, common.console.navigation)
            class="fixed inset-x-0 bottom-0 z-30 border-t border-base-300 bg-base-200 lg:sticky lg:inset-auto lg:top-0 lg:h-dvh lg:border-t-0 lg:border-r"
        >
            <div class="hidden h-14 items-center gap-3 px-6 lg:flex">
                <Mark class="size-7" />
                <span class="text-base font-semibold tracking-tight">"Usher"</span>
            </div>
            <ul class="grid auto-cols-[minmax(max-content,1fr)] grid-flow-col overflow-x-auto lg:flex lg:overflow-visible lg:flex-col lg:gap-1 lg:p-3">
                <Show when=move || manages_users>
                    <RailLink
                        href="/users"
                        icon=IconName::Users
                        text=td_string!(locale, common.console.users)
                    />
                    <RailLink
                        href=IMPORT
                        icon=IconName::Upload
                        text=td_string!(locale, common.console.import)
                    />
                    <RailLink
                        href="/batches"
                        icon=IconName::Batches
                        text=td_string!(locale, common.console.batches)
                    />
                </Show>
                <Show when=move || has_settings>
                    <RailLink
                        href=SETTINGS
                        icon=IconName::Settings
                        text=td_string!(locale, common.console.settings)
                    />
                </Show>
                <Show when=move || operator>
                    <RailLink
                        href="/operator"
                        icon=IconName::Building
                        text=td_string!(locale, common.console.operator)
                    />
                </Show>
                <Show when=move || member>
                    <RailLink
                        href="/home"
                        icon=IconName::Home
                        text=td_string!(locale, common.console.home)
                    />
                </Show>
            </ul>
        </nav>
    }
}

/// The active place is the one whose address says the most: `/users/import` is not in Users.
#[component]
fn RailLink(href: &'static str, icon: IconName, text: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let is_below = |path: &str, href: &str| {
        path.strip_prefix(href)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_active = Memo::new(move |_| {
        path.with(|path| is_below(path, href) && (href == IMPORT || !is_below(path, IMPORT)))
    });
    view! {
        <li>
            <a
                href=href
                class="rail-link"
                aria-current=move || is_active.get().then_some("page")
            >
                <Icon name=icon />
                {text}
            </a>
        </li>
    }
}

/// Instead of everything, where not even the person could be read.
#[component]
fn Broken(error: AppError) -> impl IntoView {
    let locale = use_locale();
    let path = use_location().pathname;
    view! {
        <main class="mx-auto flex min-h-dvh max-w-xl flex-col justify-center gap-6 p-6">
            <h1 class="text-2xl font-semibold">{td_string!(locale, common.console.cannot_show)}</h1>
            <Alert error />
            // External: the whole page anew.
            <a class="btn btn-primary self-start" href=move || path.get() rel="external">
                {td_string!(locale, common.console.reload)}
            </a>
        </main>
    }
}

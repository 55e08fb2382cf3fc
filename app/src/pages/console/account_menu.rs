use leptos::{html, prelude::*, server_fn::ServerFn};
use types::session::Me;

use crate::{
    api::account::SignOut,
    components::{
        icon::{Icon, IconName},
        language::use_locale,
        preferences::{LanguageForm, ThemeSwitch},
    },
    i18n::td_string,
};

const MENU: &str = "account-menu";

/// "Ada Lovelace", or the address of someone without a name.
pub fn full_name(me: &Me) -> String {
    let name = format!("{} {}", me.first_name, me.last_name);
    match name.trim() {
        "" => me.username.to_string(),
        name => name.to_owned(),
    }
}

fn initials(me: &Me) -> String {
    let letters = [&me.first_name, &me.last_name].map(|name| name.trim().chars().next());
    let letters: String = letters.into_iter().flatten().collect();
    if letters.is_empty() {
        me.username
            .as_str()
            .chars()
            .take(1)
            .collect::<String>()
            .to_uppercase()
    } else {
        letters.to_uppercase()
    }
}

/// Who is signed in, and what belongs to the person. A native popover: opens and closes without
/// our script, by keyboard too.
#[component]
pub fn AccountMenu(me: Me) -> impl IntoView {
    let locale = use_locale();
    let menu = NodeRef::<html::Div>::new();
    // A link to another page leaves the popover standing: the page is not loaded anew.
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.hide_popover();
        }
    };
    let name = full_name(&me);
    view! {
        <button
            type="button"
            class="btn btn-ghost h-10 gap-2 px-2"
            popovertarget=MENU
        >
            <span
                class="grid size-8 place-items-center rounded-full bg-neutral text-xs font-semibold text-neutral-content"
                aria-hidden="true"
            >
                {initials(&me)}
            </span>
            <span class="sr-only">{td_string!(locale, common.console.account)} ": "</span>
            <span class="max-w-48 truncate max-sm:sr-only">{name.clone()}</span>
            <Icon name=IconName::ChevronDown class="size-4" />
        </button>
        <div node_ref=menu id=MENU popover="auto" class="account-menu">
            <div class="border-b border-base-300 px-5 py-4">
                <p class="truncate font-semibold">{name}</p>
                <p class="truncate text-sm text-base-content/80">{me.username.to_string()}</p>
            </div>
            <div class="p-2">
                <a href="/profile" class="account-menu-item" on:click=close>
                    <Icon name=IconName::User />
                    {td_string!(locale, common.console.profile)}
                </a>
                {me
                    .mailbox
                    .then(|| {
                        view! {
                            <a href="/mailbox" class="account-menu-item" on:click=close>
                                <Icon name=IconName::Inbox />
                                {td_string!(locale, common.console.mailbox)}
                            </a>
                        }
                    })}
            </div>
            <div class="flex flex-col items-start gap-3 border-y border-base-300 p-4">
                <ThemeSwitch />
                <LanguageForm />
            </div>
            <form method="post" action=SignOut::url() class="p-2">
                <button type="submit" class="account-menu-item">
                    <Icon name=IconName::SignOut />
                    {td_string!(locale, common.console.sign_out)}
                </button>
            </form>
        </div>
    }
}

use leptos::{prelude::*, server_fn::ServerFn};
use types::session::Membership;

use crate::{
    api::account::SwitchOrganization,
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::td_string,
};

const MENU: &str = "organization-menu";

/// The organization's name; for someone who is in several, a menu of them. A native popover with plain
/// forms: works without our script.
#[component]
pub fn OrganizationMenu(organization: String, organizations: Vec<Membership>) -> impl IntoView {
    let locale = use_locale();
    if organizations.len() < 2 {
        return view! { <span class="truncate font-semibold">{organization}</span> }.into_any();
    }
    let items = organizations
        .into_iter()
        .map(|organization| view! { <li><Choice organization /></li> })
        .collect_view();
    view! {
        <button
            type="button"
            class="btn btn-ghost h-10 min-w-0 justify-start gap-2 px-2 font-semibold lg:-ml-2"
            popovertarget=MENU
        >
            <span class="sr-only">{td_string!(locale, common.organizations.switch)} ": "</span>
            <span class="truncate">{organization}</span>
            <Icon name=IconName::ChevronDown class="size-4" />
        </button>
        <div id=MENU popover="auto" class="account-menu organization-menu">
            <ul class="p-2" role="list">
                {items}
            </ul>
        </div>
    }
    .into_any()
}

/// One of them: chosen, suspended, or a button that goes over to it.
#[component]
fn Choice(organization: Membership) -> impl IntoView {
    let locale = use_locale();
    let Membership {
        id,
        name,
        suspended,
        chosen,
    } = organization;
    if chosen {
        return view! {
            <p class="account-menu-item cursor-default font-semibold" aria-current="true">
                <Icon name=IconName::Check class="size-5 text-primary" />
                <span class="min-w-0 truncate">{name}</span>
                <span class="sr-only">{td_string!(locale, common.organizations.chosen)}</span>
            </p>
        }
        .into_any();
    }
    if suspended {
        return view! {
            <p class="account-menu-item cursor-default text-base-content/75">
                <Icon name=IconName::Ban />
                <span class="min-w-0 truncate">{name}</span>
                <span class="ml-auto text-sm">{td_string!(locale, common.organizations.suspended)}</span>
            </p>
        }
        .into_any();
    }
    view! {
        <form method="post" action=SwitchOrganization::url()>
            <input type="hidden" name="organization" value=id.to_string() />
            <button type="submit" class="account-menu-item">
                <Icon name=IconName::Building />
                <span class="min-w-0 truncate">{name}</span>
            </button>
        </form>
    }
    .into_any()
}

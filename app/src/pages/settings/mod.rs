//! The settings of the organization: their list, and one page of them beside it.
//!
//! - `organization`: name and look; `invitations`: how it invites, with `wording`: in which words
//! - `panel`: what their forms have in common

mod accent;
mod domains;
mod invitations;
mod logo;
mod organization;
mod panel;
mod reminders;
mod wording;

pub mod audit;
pub mod delivery;
pub mod resources;
pub mod roles;

use leptos::{html::Nav, prelude::*};
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location};
use types::{
    access::{Permission, Permissions},
    language::Language,
    refusal::Refusal,
};

use super::console::use_me;
use crate::{
    components::{
        fault::Alert, language::use_locale, link_row::keep_active_in_sight, outlet::PageOutlet,
    },
    i18n::{Locale, td_string},
};

pub use self::{invitations::InvitationSettingsPage, organization::OrganizationPage};

pub const SETTINGS: &str = "/settings";
pub const ORGANIZATION: &str = "/settings/organization";
pub const INVITATIONS: &str = "/settings/invitations";
pub const DELIVERY: &str = "/settings/delivery";
/// Where a logo is sent to.
pub const LOGO_FORM: &str = "/settings/organization/logo";
/// Where the e-mail is drawn as it will look.
pub const PREVIEW: &str = "/settings/invitations/preview";

/// What follows the address of the invitations' settings to show the words of a language.
pub fn words_address(language: Language) -> String {
    format!("?words={language}")
}

/// A page of the settings, for those who have the permission.
struct Section {
    address: &'static str,
    permission: Permission,
}

const SECTIONS: [Section; 9] = [
    Section {
        address: ORGANIZATION,
        permission: Permission::ManageOrganization,
    },
    Section {
        address: INVITATIONS,
        permission: Permission::ManageOrganization,
    },
    Section {
        address: "/settings/roles",
        permission: Permission::ManageRoles,
    },
    Section {
        address: "/settings/locations",
        permission: Permission::ManageOrganization,
    },
    Section {
        address: "/settings/pages",
        permission: Permission::ManageOrganization,
    },
    Section {
        address: "/settings/products",
        permission: Permission::ManageOrganization,
    },
    Section {
        address: "/settings/lines",
        permission: Permission::ManageOrganization,
    },
    Section {
        address: DELIVERY,
        permission: Permission::ManageOrganization,
    },
    Section {
        address: "/settings/audit",
        permission: Permission::ViewAudit,
    },
];

fn text(locale: Locale, section: &Section) -> &'static str {
    match section.address {
        ORGANIZATION => td_string!(locale, settings.organization),
        INVITATIONS => td_string!(locale, settings.invitations),
        "/settings/roles" => td_string!(locale, settings.roles),
        "/settings/locations" => td_string!(locale, settings.locations),
        "/settings/pages" => td_string!(locale, settings.pages),
        "/settings/products" => td_string!(locale, settings.products),
        "/settings/lines" => td_string!(locale, settings.lines),
        DELIVERY => td_string!(locale, settings.delivery),
        _ => td_string!(locale, settings.audit),
    }
}

fn allowed(permissions: &Permissions) -> impl Iterator<Item = &'static Section> {
    SECTIONS
        .iter()
        .filter(|section| permissions.has(section.permission))
}

/// The names and addresses of the pages for someone with these permissions.
pub fn pages(
    locale: Locale,
    permissions: &Permissions,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    allowed(permissions).map(move |section| (text(locale, section), section.address))
}

/// Whether someone with these permissions has any settings to see.
pub fn any_allowed(permissions: &Permissions) -> bool {
    allowed(permissions).next().is_some()
}

/// Parent of the settings' pages.
#[component]
pub fn SettingsFrame() -> impl IntoView {
    let locale = use_locale();
    let permissions = use_me().map(|me| me.permissions).unwrap_or_default();
    if !any_allowed(&permissions) {
        return view! { <Alert error=Refusal::NotAllowed /> }.into_any();
    }
    let links = allowed(&permissions)
        .map(|section| {
            view! { <SectionLink address=section.address text=text(locale, section) /> }
        })
        .collect_view();
    let node = NodeRef::<Nav>::new();
    let path = use_location().pathname;
    keep_active_in_sight(node, move || path.track());
    view! {
        <div class="gap-10 lg:grid lg:grid-cols-[12rem_minmax(0,1fr)]">
            <nav
                node_ref=node
                class="-mx-1 mb-6 overflow-x-auto px-1 lg:sticky lg:top-20 lg:mb-0 lg:self-start"
                aria-label=td_string!(locale, settings.heading)
            >
                <ul class="flex gap-1 py-1 lg:flex-col" role="list">
                    {links}
                </ul>
            </nav>
            <div class="min-w-0">
                <PageOutlet />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn SectionLink(address: &'static str, text: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <li>
            <a
                href=address
                aria-current=move || path.with(|path| path == address).then_some("page")
                class="flex min-h-9 items-center rounded-field px-3 text-sm whitespace-nowrap transition-colors hover:bg-base-200 aria-[current]:bg-base-200 aria-[current]:font-semibold aria-[current]:text-primary"
            >
                {text}
            </a>
        </li>
    }
}

/// `/settings` itself leads to the first page that one may see.
#[component]
pub fn FirstSettings() -> impl IntoView {
    let permissions = use_me().map(|me| me.permissions).unwrap_or_default();
    let first = allowed(&permissions).next().map(|section| section.address);
    first.map(|path| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        view! { <Redirect path options /> }
    })
}

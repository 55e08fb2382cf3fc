//! The frame for someone who is signed in but cannot use the chosen organization: it is suspended, or the
//! person runs the installation and has no seat in it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use types::session::{Membership, Outsider};

use super::Rail;
use crate::{
    api::account::{SignOut, SwitchOrganization},
    components::{
        icon::{Icon, IconName, Mark},
        language::use_locale,
        outlet::PageOutlet,
        preferences::LanguageForm,
        public_card::PublicCard,
    },
    i18n::{Locale, td_string},
    pages::{console::PageTitle, operator::OPERATOR},
};

/// A card that says so; for an operator, the operator's pages.
#[component]
pub fn Outside(outsider: Outsider) -> impl IntoView {
    let locale = use_locale();
    if outsider.operator {
        return view! { <OperatorFrame outsider /> }.into_any();
    }
    let heading = heading(locale, &outsider);
    view! {
        <PublicCard heading>
            <Explanation outsider />
            <form method="post" action=SignOut::url()>
                <button type="submit" class="btn w-full">
                    {td_string!(locale, common.console.sign_out)}
                </button>
            </form>
        </PublicCard>
    }
    .into_any()
}

fn heading(locale: Locale, outsider: &Outsider) -> String {
    match outsider.suspended.as_deref() {
        Some(organization) => {
            td_string!(
                locale,
                common.organizations.suspended_heading,
                organization = organization
            )
        }
        None => td_string!(locale, common.organizations.outside_heading).to_owned(),
    }
}

/// Why there is nothing to see, and where the person can go instead.
#[component]
fn Explanation(outsider: Outsider) -> impl IntoView {
    let locale = use_locale();
    let text = match outsider.suspended {
        Some(_) => td_string!(locale, common.organizations.suspended_text),
        None => td_string!(locale, common.organizations.outside_text),
    };
    let others: Vec<Membership> = outsider
        .organizations
        .into_iter()
        .filter(|organization| !organization.suspended)
        .collect();
    let has_others = !others.is_empty();
    let buttons = others
        .into_iter()
        .map(|organization| {
            view! {
                <li>
                    <form method="post" action=SwitchOrganization::url()>
                        <input type="hidden" name="organization" value=organization.id.to_string() />
                        <button type="submit" class="btn btn-primary h-auto min-h-10 w-full py-2">
                            {td_string!(
                                locale, common.organizations.open, organization = organization.name
                                .as_str()
                            )}
                        </button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="break-words">{text}</p>
        {has_others
            .then(|| {
                view! {
                    <section aria-labelledby="others">
                        <h2 id="others" class="mb-3 text-sm font-medium text-base-content/80">
                            {td_string!(locale, common.organizations.others)}
                        </h2>
                        <ul class="space-y-2" role="list">
                            {buttons}
                        </ul>
                    </section>
                }
            })}
    }
}

#[component]
fn OperatorFrame(outsider: Outsider) -> impl IntoView {
    let locale = use_locale();
    let path = use_location().pathname;
    let operates = Memo::new(move |_| path.with(|path| path.starts_with(OPERATOR)));
    let email = outsider.username.to_string();
    let outsider = StoredValue::new(outsider);
    view! {
        <div class="min-h-dvh bg-base-100 lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
            // External: the browser itself moves the focus, the router would only scroll.
            <a class="skip-link" href="#content" rel="external">
                {td_string!(locale, common.console.skip)}
            </a>
            <Rail member=false manages_users=false has_settings=false operator=true />
            <div class="flex min-h-dvh min-w-0 flex-col">
                <header class="sticky top-0 z-20 flex h-14 items-center justify-between gap-4 border-b border-base-300 bg-base-100 px-4 lg:px-8">
                    <span class="lg:hidden">
                        <Mark class="size-7" />
                    </span>
                    <span class="min-w-0 truncate font-semibold">{email}</span>
                    <div class="flex items-center gap-1">
                        <LanguageForm />
                        <form method="post" action=SignOut::url()>
                            <button type="submit" class="btn btn-ghost btn-sm font-normal">
                                <Icon name=IconName::SignOut class="size-4" />
                                <span class="max-sm:sr-only">
                                    {td_string!(locale, common.console.sign_out)}
                                </span>
                            </button>
                        </form>
                    </div>
                </header>
                <main
                    id="content"
                    tabindex="-1"
                    class="w-full max-w-[104rem] flex-1 px-4 pt-6 pb-24 lg:px-8 lg:pt-8 lg:pb-12"
                >
                    {move || {
                        if operates.get() {
                            view! { <PageOutlet /> }.into_any()
                        } else {
                            view! { <Elsewhere outsider=outsider.get_value() /> }.into_any()
                        }
                    }}
                </main>
            </div>
        </div>
    }
}

/// Any page but the operator's.
#[component]
fn Elsewhere(outsider: Outsider) -> impl IntoView {
    let locale = use_locale();
    let heading = heading(locale, &outsider);
    view! {
        <PageTitle text=heading.clone() />
        <div class="max-w-xl space-y-5">
            <h1 class="text-2xl font-semibold tracking-tight break-words">{heading}</h1>
            <Explanation outsider />
            <a href=OPERATOR class="btn">
                <Icon name=IconName::Building />
                {td_string!(locale, common.organizations.operate)}
            </a>
        </div>
    }
}

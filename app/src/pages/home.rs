use leptos::prelude::*;
use types::{access::Permission, resources::Reached, session::Me};

use super::console::{Loading, PageTitle, use_me};
use crate::{
    api::{AppError, resources::read_home},
    components::{
        badge::role_name,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        live::{follow, use_live},
        reached::ReachedList,
    },
    i18n::td_string,
};

/// What the signed-in person can reach.
#[component]
pub fn HomePage() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PageTitle text=td_string!(locale, common.home.title) />
        {use_me().map(|me| view! { <Welcome me /> })}
    }
}

#[component]
fn Welcome(me: Me) -> impl IntoView {
    let locale = use_locale();
    let name = match me.first_name.trim() {
        "" => me.username.to_string(),
        name => name.to_owned(),
    };
    let organization = StoredValue::new(me.organization.clone());
    let role = {
        let me = me.clone();
        role_name(locale, me.role, &me.role_name)
    };
    let manages_users = me.permissions.has(Permission::ManageUsers);
    view! {
        <div class="max-w-4xl">
            <h1 class="text-2xl font-semibold tracking-tight break-words">
                {td_string!(locale, common.home.welcome, name = &name)}
            </h1>
            <p class="mt-2 text-base-content/80">
                {move || {
                    td_string!(locale, common.home.lead, organization = organization.get_value())
                }}
            </p>
            <div class="mt-8 grid items-start gap-6 md:grid-cols-2">
                <section class="panel p-6" aria-labelledby="reach">
                    <h2 id="reach" class="text-lg font-semibold">
                        {td_string!(locale, common.home.reach)}
                    </h2>
                    <div class="mt-4">
                        <Reach organization />
                    </div>
                </section>
                <section class="panel p-6" aria-labelledby="account">
                    <h2 id="account" class="text-lg font-semibold">
                        {td_string!(locale, common.home.account)}
                    </h2>
                    <dl class="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
                        <dt class="text-base-content/80">{td_string!(locale, common.home.organization)}</dt>
                        <dd class="font-medium break-words">{me.organization.clone()}</dd>
                        <dt class="text-base-content/80">{td_string!(locale, common.home.role)}</dt>
                        <dd class="font-medium break-words">{role}</dd>
                        <dt class="text-base-content/80">{td_string!(locale, common.profile.email)}</dt>
                        <dd class="font-medium break-words">{me.username.to_string()}</dd>
                    </dl>
                </section>
            </div>
            <div class="mt-6 flex flex-wrap gap-2">
                <Show when=move || manages_users>
                    <a href="/users" class="btn btn-primary">
                        <Icon name=IconName::Users />
                        {td_string!(locale, common.home.to_users)}
                    </a>
                </Show>
                <a href="/profile" class="btn">
                    <Icon name=IconName::User />
                    {td_string!(locale, common.home.to_profile)}
                </a>
            </div>
        </div>
    }
}

/// What the person reaches, as it is at the moment.
#[component]
fn Reach(organization: StoredValue<String>) -> impl IntoView {
    let live = use_live();
    let reached = Resource::new(move || live.get(), |_| read_home());
    let shown = move |answer: Result<Reached, AppError>| match answer {
        Ok(reached) if reached == Reached::default() => {
            view! { <Everything organization /> }.into_any()
        }
        Ok(reached) => view! { <ReachedList reached /> }.into_any(),
        Err(error) => view! { <Alert error /> }.into_any(),
    };
    view! {
        <Transition fallback=Loading>
            {Suspend::new(async move {
                let answer = follow(reached, reached.await);
                move || shown(answer.get())
            })}
        </Transition>
    }
}

/// Where there is nothing to choose from.
#[component]
fn Everything(organization: StoredValue<String>) -> impl IntoView {
    let locale = use_locale();
    let organization = organization.get_value();
    view! {
        <div class="flex gap-4">
            <span class="grid size-10 shrink-0 place-items-center rounded-field bg-success/10 text-success">
                <Icon name=IconName::CheckCircle />
            </span>
            <div class="min-w-0">
                <p class="font-semibold break-words">
                    {td_string!(
                        locale, common.home.everything, organization = organization.as_str()
                    )}
                </p>
                <p class="mt-1 text-sm text-base-content/80">
                    {td_string!(locale, common.home.everything_more)}
                </p>
            </div>
        </div>
    }
}

//! What belongs to the person: details, password, signed-in browsers.

mod sessions;

use leptos::{prelude::*, server_fn::ServerFn};
use sessions::Sessions;
use types::{
    refusal::Refusal,
    session::{Flash, Me},
};

use super::console::{Loading, PageTitle, use_me};
use crate::{
    api::account::{ChangePassword, take_flash},
    components::{
        badge::role_name,
        fault::{Alert, Notice},
        field::{Marking, NewPasswordField, PasswordField},
        language::use_locale,
    },
    i18n::td_string,
};

/// The person's own page.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let locale = use_locale();
    let me = use_me();
    let details = me.clone().map(|me| view! { <Details me /> });
    let password = me.map(|me| view! { <PasswordPanel me /> });
    view! {
        <PageTitle text=td_string!(locale, common.profile.title) />
        <div class="max-w-3xl">
            <h1 class="text-2xl font-semibold tracking-tight">
                {td_string!(locale, common.profile.heading)}
            </h1>
            <p class="mt-2 text-base-content/80">{td_string!(locale, common.profile.lead)}</p>
            <div class="mt-6 space-y-6">{details} {password} <Sessions /></div>
        </div>
    }
}

#[component]
fn Details(me: Me) -> impl IntoView {
    let locale = use_locale();
    let name = format!("{} {}", me.first_name, me.last_name)
        .trim()
        .to_owned();
    let name = move || match name.as_str() {
        "" => td_string!(locale, common.profile.no_name).to_owned(),
        name => name.to_owned(),
    };
    let email = me.username.to_string();
    let role = role_name(locale, me.role, &me.role_name);
    view! {
        <section class="panel p-6" aria-labelledby="details">
            <h2 id="details" class="text-lg font-semibold">
                {td_string!(locale, common.profile.details)}
            </h2>
            <dl class="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
                <dt class="text-base-content/80">{td_string!(locale, common.profile.name)}</dt>
                <dd class="break-words">{name}</dd>
                <dt class="text-base-content/80">{td_string!(locale, common.profile.email)}</dt>
                <dd class="break-words">{email}</dd>
                <dt class="text-base-content/80">{td_string!(locale, common.profile.role)}</dt>
                <dd class="break-words">{role}</dd>
            </dl>
        </section>
    }
}

#[component]
fn PasswordPanel(me: Me) -> impl IntoView {
    let locale = use_locale();
    let flash = Resource::new_blocking(|| (), |()| take_flash());
    let me = StoredValue::new(me);
    view! {
        <section class="panel p-6" aria-labelledby="password-heading">
            <h2 id="password-heading" class="text-lg font-semibold">
                {td_string!(locale, common.profile.password)}
            </h2>
            <Suspense fallback=Loading>
                {move || Suspend::new(async move {
                    let flash = flash.await.unwrap_or_default();
                    view! { <PasswordForm me=me.get_value() flash /> }
                })}
            </Suspense>
        </section>
    }
}

#[component]
fn PasswordForm(me: Me, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let about = vec![
        me.first_name,
        me.last_name,
        me.username.to_string(),
        me.organization,
    ];
    let username = me.username.to_string();
    let notice = flash
        .done
        .then(|| view! { <Notice>{td_string!(locale, common.profile.changed)}</Notice> });
    let alert = flash
        .refusal
        .map(|refusal| view! { <Alert error=refusal /> });
    // A refusal is about one of the two passwords, and says which.
    let is_current = |refusal: &Refusal| *refusal == Refusal::WrongPassword;
    let current_marking = if flash.refusal.is_some_and(|refusal| is_current(&refusal)) {
        Marking::Always
    } else {
        Marking::Quiet
    };
    let of_new = flash.refusal.filter(|refusal| !is_current(refusal));
    view! {
        <div class="mt-4 max-w-md space-y-5">
            {notice} {alert}
            <form method="post" action=ChangePassword::url() class="space-y-5">
                // For the password manager: which account this is.
                <input
                    type="email"
                    name="username"
                    autocomplete="username"
                    value=username
                    readonly=true
                    hidden=true
                />
                <PasswordField
                    label=td_string!(locale, common.profile.current_password)
                    name="current"
                    marking=current_marking
                />
                <NewPasswordField
                    label=td_string!(locale, common.profile.new_password)
                    about
                    refusal=of_new
                    marking=Marking::Quiet
                />
                <button type="submit" class="btn btn-primary">
                    {td_string!(locale, common.profile.change)}
                </button>
            </form>
        </div>
    }
}

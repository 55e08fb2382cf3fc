use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use types::{ids::OrganizationId, refusal::Refusal};

use crate::{
    api::{
        AppError,
        operator::{ResumeOrganization, suspend_organization},
    },
    components::{
        dialog::Confirm,
        fault::error_text,
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::td_string,
    pages::console::use_awake,
};

/// Suspending and resuming.
#[component]
pub fn Suspension(
    id: OrganizationId,
    name: String,
    suspended: bool,
    /// Whether the operator is signed in to it.
    chosen: bool,
) -> impl IntoView {
    let locale = use_locale();
    let part = if suspended {
        view! { <Resume id /> }.into_any()
    } else {
        view! { <Suspend id name chosen /> }.into_any()
    };
    view! {
        <section class="panel p-6" aria-labelledby="suspension">
            <h2 id="suspension" class="text-lg font-semibold">
                {td_string!(locale, operator.suspension)}
            </h2>
            {part}
        </section>
    }
}

#[component]
fn Resume(id: OrganizationId) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="mt-1 text-sm text-base-content/80">{td_string!(locale, operator.resume_text)}</p>
        <form method="post" action=ResumeOrganization::url() class="mt-4">
            <input type="hidden" name="id" value=id.to_string() />
            <button type="submit" class="btn btn-primary">
                {td_string!(locale, operator.resume)}
            </button>
        </form>
    }
}

/// Asks once, and for the operator's own organization a second time.
#[component]
fn Suspend(id: OrganizationId, name: String, chosen: bool) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let asking_again = RwSignal::new(false);
    let suspend = move |sure: bool| {
        spawn_local(async move {
            match suspend_organization(id, sure).await {
                Ok(()) => {
                    // The whole page anew: it may be the frame's own organization.
                    let _ = window().location().reload();
                }
                Err(AppError::Refused(Refusal::SuspendsOwn)) => {
                    let _ = asking_again.try_set(true);
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    };
    let title = td_string!(locale, operator.suspend_title, organization = name.as_str());
    view! {
        <p class="mt-1 text-sm text-base-content/80">{td_string!(locale, operator.suspend_text)}</p>
        <button
            type="button"
            class="btn mt-4 aria-disabled:cursor-progress"
            aria-haspopup="dialog"
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| asking.set(true)
        >
            <Icon name=IconName::Ban class="size-4" />
            {td_string!(locale, operator.suspend)}
        </button>
        <Confirm
            open=asking
            id="suspend"
            title=title
            button=td_string!(locale, operator.suspend)
            destructive=true
            on_confirm=Callback::new(move |()| {
                if chosen { asking_again.set(true) } else { suspend(false) }
            })
        >
            <p class="text-sm">{td_string!(locale, operator.suspend_question)}</p>
        </Confirm>
        <Confirm
            open=asking_again
            id="suspend-own"
            title=td_string!(locale, operator.suspend_own_title)
            button=td_string!(locale, operator.suspend_own)
            destructive=true
            on_confirm=Callback::new(move |()| suspend(true))
        >
            <p class="text-sm">{td_string!(locale, operator.suspend_own_question)}</p>
        </Confirm>
    }
}

//! The organization's logo.

use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};
use types::{
    organization::{LARGEST_LOGO, Logo},
    refusal::Refusal,
    session::Flash,
};

use super::{
    LOGO_FORM,
    panel::{HINT, LABEL, PanelFrame, Said},
};
use crate::{
    api::organization::{Panel, remove_logo},
    components::{
        dialog::Confirm, fault::Alert, fault::error_text, language::use_locale,
        public_card::LogoMark, toast::use_toasts,
    },
    i18n::td_string,
    pages::console::use_awake,
};

#[component]
pub fn LogoPanel(organization: String, logo: Option<Logo>, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let file = NodeRef::<Input>::new();
    let too_large = RwSignal::new(false);
    // One that is too large is refused before it travels.
    let check = move |event: SubmitEvent| {
        let chosen = file.get_untracked().and_then(|input| input.files());
        let chosen = chosen.and_then(|files| files.get(0));
        #[expect(clippy::cast_precision_loss, reason = "2 million fit")]
        let refused = chosen.is_some_and(|file| file.size() > LARGEST_LOGO as f64);
        too_large.set(refused);
        if refused {
            event.prevent_default();
        }
    };
    let now = match &logo {
        Some(logo) => {
            let name = td_string!(
                locale,
                organization.logo_now,
                organization = organization.as_str()
            );
            view! {
                <figure class="flex flex-wrap items-center gap-4">
                    <LogoMark src=logo.path() class="h-16 max-w-full w-auto border border-base-300" />
                    <figcaption class="text-sm text-base-content/80">{name}</figcaption>
                </figure>
            }
            .into_any()
        }
        None => view! {
            <p class="text-sm text-base-content/80">{td_string!(locale, organization.no_logo)}</p>
        }
        .into_any(),
    };
    view! {
        <PanelFrame
            panel=Panel::Logo
            title=td_string!(locale, organization.logo)
            lead=Some(td_string!(locale, organization.logo_lead))
        >
            <Said flash done=td_string!(locale, organization.logo_saved) />
            <Show when=move || too_large.get()>
                <Alert error=Refusal::LogoTooLarge />
            </Show>
            {now}
            <form
                method="post"
                action=LOGO_FORM
                enctype="multipart/form-data"
                class="max-w-xl space-y-5"
                on:submit=check
            >
                <div>
                    <label class=LABEL for="logo">
                        {td_string!(locale, organization.choose_logo)}
                    </label>
                    <input
                        node_ref=file
                        id="logo"
                        name="logo"
                        type="file"
                        required=true
                        accept="image/png,image/jpeg,image/webp"
                        class="file-input w-full"
                        aria-describedby="logo-hint"
                    />
                    <p id="logo-hint" class=HINT>
                        {td_string!(locale, organization.logo_effect)}
                    </p>
                </div>
                <div class="flex flex-wrap gap-3">
                    <button type="submit" class="btn btn-primary">
                        {td_string!(locale, organization.upload_logo)}
                    </button>
                    {logo.map(|logo| view! { <Remove logo /> })}
                </div>
            </form>
        </PanelFrame>
    }
}

/// Asks, then takes it away; the page is loaded anew, as the bar at its top shows the logo too.
#[component]
fn Remove(logo: Logo) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let remove = Callback::new(move |()| {
        let hash = logo.hash.clone();
        spawn_local(async move {
            match remove_logo(hash).await {
                Ok(()) => {
                    let _ = window().location().reload();
                }
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    });
    view! {
        <button
            type="button"
            class="btn"
            aria-haspopup="dialog"
            aria-disabled=move || (!awake.get()).then_some("true")
            on:click=move |_| open.set(true)
        >
            {td_string!(locale, organization.remove_logo)}
        </button>
        <Confirm
            id="confirm-remove-logo"
            open
            title=td_string!(locale, organization.remove_logo_title)
            button=td_string!(locale, organization.remove_logo)
            destructive=true
            on_confirm=remove
        >
            <p>{td_string!(locale, organization.remove_logo_text)}</p>
        </Confirm>
    }
}

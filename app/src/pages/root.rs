use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect};
use types::access::Permission;

use super::{console::Loading, operator::OPERATOR};
use crate::{
    api::{
        AppError,
        account::{awaits_setup, who_am_i, who_is_outside},
    },
    components::{fault::Alert, language::use_locale, public_card::PublicCard},
    i18n::td_string,
};

/// The page that `/` leads this visitor to.
async fn first_page() -> Result<String, AppError> {
    if awaits_setup().await? {
        return Ok("/setup".to_owned());
    }
    let page = match who_am_i().await? {
        None => match who_is_outside().await? {
            None => "/sign-in",
            Some(outsider) if outsider.operator => OPERATOR,
            // Which says what is the matter.
            Some(_) => "/home",
        },
        Some(me) if me.permissions.has(Permission::ManageUsers) => "/users",
        Some(_) => "/home",
    };
    Ok(page.to_owned())
}

/// `/` shows nothing of its own: it sends everyone to where they begin.
#[component]
pub fn RootPage() -> impl IntoView {
    let locale = use_locale();
    let page = Resource::new_blocking(|| (), |()| first_page());
    let options = || NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    view! {
        <Suspense fallback=|| view! { <div class="p-8"><Loading /></div> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(path) => view! { <Redirect path options=options() /> }.into_any(),
                    Err(error) => {
                        view! {
                            <PublicCard heading=td_string!(locale, common.console.cannot_show)>
                                <Alert error />
                                // External: the whole page anew.
                                <a href="/" rel="external" class="btn btn-primary">
                                    {td_string!(locale, common.console.reload)}
                                </a>
                            </PublicCard>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

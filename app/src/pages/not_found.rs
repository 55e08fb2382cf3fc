use leptos::prelude::*;

use crate::{
    components::language::use_locale, components::public_card::PublicCard, i18n::td_string,
};

/// Where no page is.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let locale = use_locale();
    view! {
        <PublicCard heading=td_string!(locale, common.lost.heading)>
            <p>{td_string!(locale, common.lost.text)}</p>
            <p class="text-base-content/80">{td_string!(locale, common.lost.link)}</p>
            <a href="/" class="btn btn-primary">
                {td_string!(locale, common.lost.home)}
            </a>
        </PublicCard>
    }
}

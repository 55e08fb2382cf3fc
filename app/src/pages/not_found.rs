use leptos::prelude::*;

use crate::{
    components::public_card::PublicCard,
    i18n::{t, t_string, use_i18n},
};

/// Where no page is.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <PublicCard heading=move || t_string!(i18n, common.lost.heading)>
            <p>{t!(i18n, common.lost.text)}</p>
            <p class="text-base-content/80">{t!(i18n, common.lost.link)}</p>
            <a href="/" class="btn btn-primary">
                {t!(i18n, common.lost.home)}
            </a>
        </PublicCard>
    }
}

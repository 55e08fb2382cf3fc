//! The frame of the public pages.

use leptos::prelude::*;
use types::organization::Look;

use super::{icon::Mark, page_title::PageTitle, preferences::LanguageForm};

/// One quiet card with the brand's mark or the organization's name, a heading, and the language at
/// its foot. Also names the document after the heading.
#[component]
pub fn PublicCard(
    #[prop(into)] heading: TextProp,
    /// Stands beside the mark instead of the product's name.
    #[prop(into, optional)]
    organization: Option<String>,
    /// The organization's logo and colour.
    #[prop(optional)]
    look: Look,
    children: Children,
) -> impl IntoView {
    let brand = organization.unwrap_or_else(|| "Usher".to_owned());
    // A file: the page's policy allows no styles of its own.
    let accent = look.accent.map(|accent| {
        let href = format!("/accent/{}.css", accent.0.digits());
        view! { <link rel="stylesheet" href=href /> }
    });
    // However wide a logo is, it pushes nothing aside when it comes.
    let (frame, mark) = match look.logo {
        Some(src) => (
            "mb-6 grid justify-items-start gap-3 text-sm font-medium",
            view! { <LogoMark src class="h-12 max-w-full w-auto" /> }.into_any(),
        ),
        None => (
            "mb-6 flex items-center gap-2.5 text-sm font-medium",
            view! { <Mark /> }.into_any(),
        ),
    };
    view! {
        <PageTitle text=heading.clone() />
        {accent}
        <div class="flex min-h-dvh flex-col items-center bg-base-200 px-4 py-6 sm:py-12">
            <main class="my-auto w-full max-w-md">
                <div class="rounded-box border border-base-300 bg-base-100 p-6 shadow-sm sm:p-8">
                    <div class=frame>
                        {mark}
                        <span class="min-w-0 break-words">{brand}</span>
                    </div>
                    <h1 class="mb-6 text-2xl font-semibold tracking-tight break-words">
                        {move || heading.get()}
                    </h1>
                    <div class="space-y-5">{children()}</div>
                </div>
            </main>
            <footer class="mt-6 flex justify-center">
                <LanguageForm />
            </footer>
        </div>
    }
}

/// An organization's logo beside its name; on white, which most are made for.
#[component]
pub fn LogoMark(src: String, class: &'static str) -> impl IntoView {
    let class = format!("shrink-0 rounded-field bg-white object-contain p-1 {class}");
    view! { <img src=src alt="" class=class /> }
}

//! The frame of the public pages.

use leptos::prelude::*;

use super::{icon::Mark, page_title::PageTitle, preferences::LanguageForm};

/// One quiet card with the brand's mark or the organization's name, a heading, and the language at
/// its foot. Also names the document after the heading.
#[component]
pub fn PublicCard(
    #[prop(into)] heading: TextProp,
    /// Stands beside the mark instead of the product's name.
    #[prop(into, optional)]
    organization: Option<String>,
    children: Children,
) -> impl IntoView {
    let brand = organization.unwrap_or_else(|| "Usher".to_owned());
    view! {
        <PageTitle text=heading.clone() />
        <div class="flex min-h-dvh flex-col items-center bg-base-200 px-4 py-6 sm:py-12">
            <main class="my-auto w-full max-w-md">
                <div class="rounded-box border border-base-300 bg-base-100 p-6 shadow-sm sm:p-8">
                    <div class="mb-6 flex items-center gap-2.5 text-sm font-medium">
                        <Mark />
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

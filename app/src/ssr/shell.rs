//! The frame of every page.

use http::request::Parts;
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags};

use super::{context::cookie_of, gate::language};
use crate::App;

/// When a page's WASM is loaded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hydration {
    AtOnce,
    /// When something is typed: until then the page is light, and it works all the same.
    OnInput,
    Never,
}

fn hydration(path: &str) -> Hydration {
    match path {
        "/accept" | "/setup" | "/reset-password" => Hydration::OnInput,
        "/sign-in" | "/forgot-password" | "/accept/decline" | "/mailbox" => Hydration::Never,
        _ => Hydration::AtOnce,
    }
}

/// The page as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let parts = use_context::<Parts>();
    let path = parts.as_ref().map_or("/", |parts| parts.uri.path());
    let theme = parts
        .as_ref()
        .and_then(|parts| cookie_of(&parts.headers, "theme"))
        .and_then(|theme| match theme.as_str() {
            "light" => Some("usher-light"),
            "dark" => Some("usher-dark"),
            _ => None,
        });
    let scripts = match hydration(path) {
        Hydration::AtOnce => view! { <HydrateAtOnce options=options.clone() /> }.into_any(),
        Hydration::OnInput => view! { <HydrateOnInput options=options.clone() /> }.into_any(),
        Hydration::Never => ().into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang=language().as_str() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet id="style" options=options.clone() />
                {scripts}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Loads and hydrates with the page. As leptos' `HydrationScripts`, but without preloading the
/// script: the policy refuses a preload, and its few kilobytes come with the import.
#[component]
fn HydrateAtOnce(options: LeptosOptions) -> impl IntoView {
    let (_, wasm) = files(&options);
    let hydrate = hydrate(&options);
    view! {
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=use_nonce()>
            {hydrate}
        </script>
    }
}

/// Loads and hydrates at the first input.
#[component]
fn HydrateOnInput(options: LeptosOptions) -> impl IntoView {
    let hydrate = hydrate(&options);
    let script = format!("addEventListener('input', () => {hydrate}, {{once: true}})");
    view! {
        <script type="module" nonce=use_nonce()>
            {script}
        </script>
    }
}

fn files(options: &LeptosOptions) -> (String, String) {
    let name = format!("/{}/{}", options.site_pkg_dir, options.output_name);
    (format!("{name}.js"), format!("{name}.wasm"))
}

fn hydrate(options: &LeptosOptions) -> String {
    let (script, wasm) = files(options);
    format!(
        "import('{script}').then(m => m.default({{module_or_path: '{wasm}'}}).then(() => m.hydrate()))"
    )
}

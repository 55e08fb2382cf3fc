//! Makes the module of translations from `locales/<language>/<namespace>.json`.

use std::{env, error::Error, path::PathBuf};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos, options::CodegenOptions};

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo speaks to build scripts by variables"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("en")?
        .add_locale("ru")?
        .add_namespaces([
            "account", "batches", "common", "invite", "mailbox", "refusals", "users",
        ])?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    translations.rerun_if_locales_changed();
    // Generated code is not ours to lint.
    let lints = "#![allow(clippy::all, clippy::pedantic, clippy::expect_used, clippy::unwrap_used, unused)]".parse()?;
    translations.generate_i18n_module_with_options(
        PathBuf::from(env::var("OUT_DIR")?).join("i18n"),
        CodegenOptions::new().top_level_attributes(Some(lints)),
    )?;
    Ok(())
}

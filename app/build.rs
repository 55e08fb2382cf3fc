//! Makes the module of translations from `locales/<language>/<namespace>.json`.

use std::{env, error::Error, fs, path::PathBuf};

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};

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
            "access",
            "account",
            "approvals",
            "audit",
            "batches",
            "common",
            "delivery",
            "doctor",
            "imports",
            "invite",
            "mailbox",
            "operator",
            "organization",
            "people",
            "refusals",
            "resources",
            "roles",
            "settings",
            "sheet",
            "users",
        ])?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let translations = parse_locales(None, config)?;
    // A key that one language lacks is a mistake of ours, not a matter of taste.
    for problem in translations.diag.warnings().iter() {
        println!("cargo::error={problem}");
    }
    for problem in translations.diag.errors().iter() {
        println!("cargo::error={problem}");
    }
    // Generated code is not ours to lint.
    let lints = "#![allow(clippy::all, clippy::pedantic, clippy::expect_used, clippy::unwrap_used, unused)]"
        .parse()?;
    let module = gen_code(&translations, None, false, Some(&lints), true)?;
    let file = PathBuf::from(env::var("OUT_DIR")?).join("i18n.rs");
    fs::write(file, module.to_string())?;
    Ok(())
}

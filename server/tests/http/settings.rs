//! The build and the running server must mean the same files.

use std::collections::HashMap;

use config::{Config, File, FileFormat, Value};

type Table = HashMap<String, Value>;

fn read(text: &str) -> Config {
    Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .build()
        .unwrap()
}

#[test]
fn what_leptos_reads_is_what_was_built() {
    let at_run = read(include_str!("../../../Leptos.toml"));
    let at_run: Table = at_run.get("package.metadata.leptos").unwrap();
    let build = read(include_str!("../../../Cargo.toml"));
    let build: Vec<Table> = build.get("workspace.metadata.leptos").unwrap();
    assert_eq!(build.len(), 1);
    let text = |table: &Table, key: &str| {
        let value = table.get(key).unwrap_or_else(|| panic!("{key} is missing"));
        value.clone().into_string().unwrap()
    };
    for key in [
        "output-name",
        "site-root",
        "site-pkg-dir",
        "site-addr",
        "reload-port",
    ] {
        assert_eq!(text(&at_run, key), text(&build[0], key), "{key}");
    }
    for (key, _) in at_run {
        assert!(build[0].contains_key(&key), "{key} is unknown to the build");
    }
}

#[test]
fn what_leptos_reads_stands_last() {
    let text = include_str!("../../../Leptos.toml");
    let (ours, leptos) = text.split_once("[package.metadata.leptos]").unwrap();
    assert!(!leptos.contains("\n["), "what leptos reads must stand last");
    let ours: Table = read(ours).try_deserialize().unwrap();
    let mut tables: Vec<_> = ours.keys().map(String::as_str).collect();
    tables.sort_unstable();
    assert_eq!(
        tables,
        [
            "bounces", "database", "limits", "log", "mail", "metrics", "secret", "server", "sms"
        ]
    );
}

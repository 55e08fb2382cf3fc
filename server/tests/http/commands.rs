//! The command `usher`, as it is run in a terminal.

use std::{path::Path, process::Command};

use tempfile::TempDir;

/// Runs it in a folder of its own; gives whether it went well, and all that it said.
fn usher(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("USHER_SERVER__DATA_DIR", folder)
        .env(
            "USHER_DATABASE__URL",
            format!("sqlite://{}/usher.db?mode=rwc", folder.display()),
        )
        .env("USHER_OWNER_PASSWORD", domain::testing::PASSWORD)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn an_owner_is_added_on_the_command_line() {
    let place = TempDir::new().unwrap();
    let folder = place.path();
    let (done, said) = usher(folder, &["owner", "add", "boss@acme.example"]);
    assert!(!done && said.contains("no organization yet"), "{said}");
    let (done, said) = usher(
        folder,
        &[
            "setup",
            "--organization",
            "Acme Clinics",
            "--owner-name",
            "Olive Owner",
            "--owner-email",
            "olive@acme.example",
        ],
    );
    assert!(done, "{said}");

    let (done, said) = usher(folder, &["owner", "add", "boss@acme.example"]);
    assert!(done && said.contains("owner of Acme Clinics"), "{said}");
    assert!(said.contains("/invite/"), "{said}");
    let named = ["--organization", "acme clinics"];
    let add = ["owner", "add", "olive@acme.example"];
    let (done, said) = usher(folder, &[&add[..], &named[..]].concat());
    assert!(done && said.contains("already"), "{said}");
    for (arguments, why) in [
        (vec!["owner", "add", "boss@acme"], "no e-mail address"),
        (
            vec!["owner", "add", "x@acme.example", "--organization", "Acme"],
            "called `Acme`",
        ),
    ] {
        let (done, said) = usher(folder, &arguments);
        assert!(!done && said.contains(why), "{said}");
    }
    let (_, help) = usher(folder, &["owner", "--help"]);
    assert!(help.contains("the way back in"), "{help}");
}

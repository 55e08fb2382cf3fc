//! `usher audit verify`: one byte in the database's file is enough.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use sea_orm::{ConnectionTrait, Database};

/// Runs `usher` on an installation in the folder.
fn usher(folder: &Path, arguments: &[&str]) -> Output {
    let database = format!("sqlite://{}?mode=rwc", folder.join("usher.db").display());
    Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(arguments)
        .current_dir(folder)
        .env("USHER_SERVER__DATA_DIR", folder)
        .env("USHER_DATABASE__URL", database)
        .env("USHER_OWNER_PASSWORD", "tidal lantern orchard 7")
        .output()
        .unwrap()
}

fn set_up(folder: &Path) {
    let arguments = [
        "setup",
        "--organization",
        "Acme Clinics",
        "--owner-name",
        "Olive Owner",
        "--owner-email",
        "olive@acme.example",
    ];
    let done = usher(folder, &arguments);
    assert!(done.status.success(), "{done:?}");
}

fn verify(folder: &Path) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = usher(folder, &["audit", "verify"]);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn an_untouched_log_is_intact() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = verify(folder.path());
    assert_eq!((code, said.as_str()), (Some(0), "0 events, intact\n"));
    set_up(folder.path());
    for _ in 0..2 {
        let (code, said, complained) = verify(folder.path());
        assert_eq!(
            (code, said.as_str()),
            (Some(0), "1 event, intact\n"),
            "{complained}"
        );
    }
}

/// All that was written stands in the file itself, not in the journal beside it.
async fn settle(folder: &Path) {
    let url = format!("sqlite://{}", folder.join("usher.db").display());
    let connection = Database::connect(url).await.unwrap();
    connection
        .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn one_byte_of_the_file_is_found_and_the_event_is_named() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    settle(folder.path()).await;
    let file = folder.path().join("usher.db");
    let mut bytes = fs::read(&file).unwrap();
    let written = br#"{"after":{"name":"Acme Clinics"}}"#;
    let at = bytes
        .windows(written.len())
        .position(|part| part == written)
        .unwrap();
    bytes[at + written.len() - 4] ^= 1;
    fs::write(&file, bytes).unwrap();
    let (code, said, complained) = verify(folder.path());
    assert_eq!((code, said.as_str()), (Some(1), ""));
    for words in [
        "not intact",
        "event 1 (",
        "organization_created",
        "was changed",
    ] {
        assert!(complained.contains(words), "{complained}");
    }
}

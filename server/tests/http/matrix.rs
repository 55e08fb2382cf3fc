//! Who may do what: `matrix.txt` says it, and everything is asked for by everyone.

pub mod asks;
pub mod scene;

use std::{collections::BTreeSet, fmt::Write, fs};

use app::api::AppError;
use domain::sessions;
use http::StatusCode;
use types::{batch::SendPreview, refusal::Refusal};

use self::{
    asks::{Ask, prepare},
    scene::{Caller, Scene},
};
use crate::{browser::Browser, gate::names, house::Answer};

const MATRIX: &str = include_str!("matrix.txt");

/// The words of the cells.
const WORDS: [&str; 5] = ["yes", "no", "out", "none", "shut"];

/// One thing to be done, and whether each caller may: a cell for each column.
struct Row {
    name: &'static str,
    cells: Vec<&'static str>,
}

/// The columns, and the rows.
fn matrix() -> (Vec<&'static str>, Vec<Row>) {
    let lines = MATRIX.lines().map(|line| {
        let line = line.split_once('#').map_or(line, |(line, _)| line);
        line.trim_end()
    });
    let mut lines = lines.filter(|line| !line.is_empty());
    let columns: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    let rows = lines.map(|line| {
        // Names of routes have a space in them.
        let (name, cells) = line.split_once("  ").unwrap();
        let cells: Vec<_> = cells.split_whitespace().collect();
        assert_eq!(cells.len(), columns.len(), "{line}");
        for cell in &cells {
            assert!(
                WORDS.contains(cell),
                "{cell} is no word of the matrix: {line}"
            );
        }
        Row { name, cells }
    });
    let rows = rows.collect();
    (columns, rows)
}

/// The answer in a word; `None` where there is none for it.
async fn word(scene: &Scene, row: &str, ask: &Ask, answer: &Answer) -> Option<&'static str> {
    let refusal = match serde_json::from_str(&answer.body) {
        Ok(AppError::Refused(refusal)) => Some(refusal),
        _ => None,
    };
    let is = |wanted| refusal == Some(wanted) || answer.body.is_empty();
    match answer.status {
        StatusCode::OK | StatusCode::SEE_OTHER => {
            let nothing = tells_nothing(row, answer) || stands(scene, ask).await;
            Some(if nothing { "none" } else { "yes" })
        }
        StatusCode::UNAUTHORIZED if is(Refusal::NotSignedIn) => Some("out"),
        StatusCode::FORBIDDEN if is(Refusal::NotAllowed) => Some("no"),
        StatusCode::NOT_FOUND if is(Refusal::NotFound) => Some("none"),
        StatusCode::UNPROCESSABLE_ENTITY => match refusal? {
            Refusal::NobodyToInvite | Refusal::NobodyToChange | Refusal::ChangedMeanwhile => {
                Some("none")
            }
            Refusal::AlreadySetUp | Refusal::UserDeactivated => Some("shut"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it was done to nobody.
fn tells_nothing(row: &str, answer: &Answer) -> bool {
    match row {
        "preview_send" | "preview_renewal" | "preview_change" => {
            answer.json::<SendPreview>() == SendPreview::default()
        }
        "POST /users/export.csv" => answer.body.lines().count() == 1,
        "POST /users/sheet" => !answer.body.contains("<svg"),
        _ => false,
    }
}

/// Whether the session that was to be ended is still there.
async fn stands(scene: &Scene, ask: &Ask) -> bool {
    let Some((member, id)) = &ask.session else {
        return false;
    };
    let rows = sessions::list(scene.core(), member).await.unwrap();
    rows.iter().any(|row| row.id == *id)
}

/// What differs from the matrix, a line each.
#[derive(Default)]
struct Differences(String);

impl Differences {
    fn add(&mut self, row: &str, caller: &str, wanted: &str, found: &str) {
        writeln!(self.0, "{row:<36} {caller:<13} {wanted:<5} {found}").unwrap();
    }
}

/// Those who are refused ask first, all about the same, and change nothing; then each of the others about
/// something of their own.
async fn check(scene: &Scene, row: &Row, differences: &mut Differences) {
    let cells: Vec<(&Caller, &str)> = scene
        .callers
        .iter()
        .zip(row.cells.iter().copied())
        .collect();
    let mut browsers = Vec::new();
    for (caller, _) in &cells {
        browsers.push(scene.browser(caller).await);
    }
    let is_done = |cell: &str| cell == "yes";
    let shared = prepare(scene, row.name, &scene.callers[0]).await;
    let before = scene.house.usher.everything().await.unwrap();
    for ((caller, cell), browser) in cells.iter().zip(&mut browsers) {
        if is_done(cell) {
            continue;
        }
        let ask = if row.name == "sign_in" {
            prepare(scene, row.name, caller).await
        } else {
            shared.clone()
        };
        let at_once = compare(scene, row, caller, cell, ask, browser);
        at_once.await.report(differences);
    }
    if scene.house.usher.everything().await.unwrap() != before {
        differences.add(
            row.name,
            "(those)",
            "",
            "one who was refused has changed something",
        );
    }
    for ((caller, cell), browser) in cells.iter().zip(&mut browsers) {
        if is_done(cell) {
            let ask = prepare(scene, row.name, caller).await;
            let at_once = compare(scene, row, caller, cell, ask, browser);
            at_once.await.report(differences);
        }
    }
}

/// One cell, as it should be and as it is.
struct Compared<'a> {
    row: &'a str,
    caller: &'a str,
    cell: &'a str,
    found: Option<&'static str>,
    answer: Answer,
}

impl Compared<'_> {
    fn report(&self, differences: &mut Differences) {
        if self.found == Some(self.cell) {
            return;
        }
        let body: String = self.answer.body.chars().take(120).collect();
        let found = self.found.unwrap_or("-");
        let found = format!("{found} ({} {body})", self.answer.status.as_u16());
        differences.add(self.row, self.caller, self.cell, &found);
    }
}

async fn compare<'a>(
    scene: &Scene,
    row: &'a Row,
    caller: &'a Caller,
    cell: &'a str,
    ask: Ask,
    browser: &mut Browser<'_>,
) -> Compared<'a> {
    let answer = ask.clone().by(browser, row.name).await;
    Compared {
        row: row.name,
        caller: caller.name,
        cell,
        found: word(scene, row.name, &ask, &answer).await,
        answer,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_may_do_what_the_matrix_says_and_nothing_else() {
    let (columns, rows) = matrix();
    let scene = Scene::new().await;
    let callers: Vec<_> = scene.callers.iter().map(|caller| caller.name).collect();
    assert_eq!(columns, callers);
    let mut differences = Differences::default();
    for row in &rows {
        check(&scene, row, &mut differences).await;
    }
    let Differences(table) = differences;
    assert!(table.is_empty(), "what, who, should be, is:\n{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_has_every_server_function_and_every_plain_route() {
    let _router = crate::house::House::new().await;
    let (_, rows) = matrix();
    let listed: BTreeSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(listed.len(), rows.len(), "a row stands there twice");
    let (routes, functions): (BTreeSet<&str>, BTreeSet<&str>) =
        listed.iter().partition(|name| name.contains(' '));
    assert_eq!(functions, names());

    let (named, count) = routes_of_the_source();
    for route in &named {
        assert!(
            routes.contains(route.as_str()),
            "{route} is not in the matrix"
        );
    }
    assert_eq!(routes.len(), count, "{routes:?} and {named:?}");
}

/// The plain routes, as far as their paths are written where they are added, and how many there are.
fn routes_of_the_source() -> (BTreeSet<String>, usize) {
    let folders = ["../app/src/ssr", "src/sms"];
    let mut named = BTreeSet::new();
    let mut count = 0;
    let files = folders.iter().flat_map(|folder| {
        fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    });
    for file in files {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        for added in source.split(".route(").skip(1) {
            let (path, rest) = added.split_once(',').unwrap();
            // Up to the next step of the chain, or to its end.
            let end = rest.find("\n        .").unwrap_or(rest.len());
            for method in ["get", "post", "put", "patch", "delete"] {
                if !rest[..end].contains(&format!("{method}(")) {
                    continue;
                }
                count += 1;
                if let Some(path) = path.trim().strip_prefix('"') {
                    let path = path.trim_end_matches('"');
                    named.insert(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
    }
    (named, count)
}

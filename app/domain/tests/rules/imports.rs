//! Tables on their way into the directory, on the files that the end-to-end tests upload too.

mod sending;

use std::path::Path;

use chrono::TimeDelta;
use domain::{
    Outcome, batches, bulk,
    entity::{deliveries::DeliveryState, import_rows, organizations},
    imports::{self, Content},
    people,
    proof::{Admin, ManageUsers},
    testing::TestUsher,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, Set};
use types::{
    access::RoleKind,
    batch::{Act, Audience, BatchCounts, Change},
    ids::ImportId,
    import::{
        CellEdit, CellFault, CellWhy, Field, ImportPage, ImportRequest, ImportRow, ImportSettings,
        ImportState, Known,
        RowVerdict::{self, Duplicate, Malformed, Ready},
        RowsFrom, Unreadable,
    },
    invitation::Via,
    refusal::Refusal,
    users::{HistoryEvent, StatusFilter, UserStatus},
};

use crate::common::{
    addresses, change, directory, id_of, invite, joined, joined_admin, list, offer, refusal, role,
    states, user, with_status,
};

async fn upload(usher: &TestUsher, admin: &Admin<ManageUsers>, content: Content) -> ImportId {
    let import = imports::upload(&usher.core, admin, content).await.unwrap();
    work(usher).await;
    import
}

async fn file(usher: &TestUsher, admin: &Admin<ManageUsers>, name: &str) -> ImportId {
    upload(usher, admin, fixture(name)).await
}

async fn paste(usher: &TestUsher, admin: &Admin<ManageUsers>, text: &str) -> ImportId {
    upload(usher, admin, Content::Pasted(text.to_owned())).await
}

fn fixture(name: &str) -> Content {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end/fixtures/import");
    Content::File {
        name: name.to_owned(),
        bytes: std::fs::read(folder.join(name)).unwrap(),
    }
}

/// All that is under way comes to its end.
async fn work(usher: &TestUsher) {
    while imports::step(&usher.core).await.unwrap() {}
}

async fn page(usher: &TestUsher, admin: &Admin<ManageUsers>, import: ImportId) -> ImportPage {
    imports::page(&usher.core, admin, import, None, RowsFrom::Start)
        .await
        .unwrap()
}

async fn start(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    import: ImportId,
    send: bool,
) -> types::ids::BatchId {
    let seen = page(usher, admin, import).await.ready();
    let via = Via::Automatic;
    let request = ImportRequest {
        import,
        send,
        via,
        seen,
    };
    let batch = imports::start(&usher.core, admin, request).await.unwrap();
    work(usher).await;
    batch
}

async fn correct(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    import: ImportId,
    position: u32,
    field: Field,
    text: &str,
) -> Outcome<()> {
    let edit = CellEdit {
        import,
        position,
        field,
        text: text.to_owned(),
    };
    imports::correct(&usher.core, admin, &edit).await
}

async fn set_up(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    import: ImportId,
    change: impl FnOnce(&mut ImportSettings),
) -> Outcome<()> {
    let mut settings = page(usher, admin, import).await.settings;
    change(&mut settings);
    imports::set_up(&usher.core, admin, import, &settings).await?;
    work(usher).await;
    Ok(())
}

fn verdicts(page: &ImportPage) -> Vec<RowVerdict> {
    page.rows.iter().map(|row| row.verdict).collect()
}

/// The row's cells with the names of their fields.
fn cells(page: &ImportPage, row: usize) -> Vec<(Field, &str)> {
    let row = &page.rows[row];
    page.settings
        .mapping
        .fields()
        .zip(row.cells.iter().map(String::as_str))
        .collect()
}

/// What is wrong with a row, as the fixtures say it.
fn said(row: &ImportRow) -> String {
    match row.faults.as_slice() {
        [] => row.verdict.as_str().to_owned(),
        [CellFault { field, why }] => {
            let why = match why {
                CellWhy::Missing => "missing".to_owned(),
                CellWhy::RoleUnknown => "role_unknown".to_owned(),
                CellWhy::TooLong => "too_long".to_owned(),
                CellWhy::Email(fault) => name_of(&format!("{fault:?}")),
                CellWhy::Phone(fault) => name_of(&format!("{fault:?}")),
                CellWhy::PhoneWithoutCountryCode(_) => "NoCountryCode".to_owned(),
                CellWhy::NoContact => "no_contact".to_owned(),
            };
            format!("{field} {why}")
        }
        several => panic!("one thing is wrong in each row: {several:?}"),
    }
}

/// `CharacterNotAllowed(' ')` without what it holds.
fn name_of(fault: &str) -> String {
    fault.split('(').next().unwrap().to_owned()
}

/// What the column "Expected" of a fixture says, row by row.
fn expected(name: &str) -> Vec<String> {
    let Content::File { bytes, .. } = fixture(name) else {
        unreachable!()
    };
    let sheet = sheets::read(&bytes, &sheets::Limits::default()).unwrap();
    let column = sheet.rows[0]
        .cells()
        .position(|cell| cell == "Expected")
        .unwrap();
    let below = sheet.rows.iter().skip(1);
    below.map(|row| row.cell(column).to_owned()).collect()
}

#[tokio::test]
async fn a_workbook_comes_in() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let import = file(&usher, &owner, "excel.xlsx").await;
    let page_ = page(&usher, &owner, import).await;
    assert_eq!(page_.summary.name, "excel.xlsx");
    assert_eq!(page_.summary.rows, 4);
    assert_eq!(verdicts(&page_), [Ready, Ready, Ready, Malformed]);
    assert_eq!(
        cells(&page_, 0),
        [
            (Field::FirstName, "Grace"),
            (Field::LastName, "Hopper"),
            (Field::Email, "grace@excel.example"),
            (Field::Phone, "+1 202 555 0143"),
            (Field::JobTitle, "Engineer"),
            (Field::Role, "Admin"),
        ]
    );
    let date = &page_.columns[5];
    assert_eq!((date.heading.as_str(), date.field), ("Start date", None));

    let batch = start(&usher, &owner, import, false).await;
    let grace = user(&usher, "grace@excel.example").await;
    assert_eq!(grace.phone, "+12025550143");
    assert_eq!(grace.job_title, "Engineer");
    assert_eq!(grace.role_id, role(&usher, &owner, RoleKind::Admin).await);
    assert_eq!(grace.status, UserStatus::NotInvited);
    assert_eq!(
        user(&usher, "alan@excel.example").await.phone,
        "+442079460018"
    );
    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.summary.act, Act::Import);
    let counts = BatchCounts {
        done: 3,
        ..BatchCounts::default()
    };
    assert_eq!(report.summary.counts, counts);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 0);
    let done = page(&usher, &owner, import).await;
    assert_eq!(done.summary.state, ImportState::Done);
    assert_eq!(done.count(RowVerdict::Imported), 3);
}

#[tokio::test]
async fn other_files_are_understood() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let import = file(&usher, &owner, "utf-16.txt").await;
    let tabs = page(&usher, &owner, import).await;
    assert_eq!(tabs.ready(), 3);
    assert_eq!(
        cells(&tabs, 0),
        [
            (Field::Name, "Zoë Ångström"),
            (Field::Email, "zoe@south.example"),
            (Field::Phone, "+46 8 123 456 78"),
        ]
    );
    let import = file(&usher, &owner, "quoted-lines.csv").await;
    let quoted = page(&usher, &owner, import).await;
    let lines: Vec<u32> = quoted.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4, 5]);
    start(&usher, &owner, import, false).await;
    let ann = user(&usher, "ann.lee@east.example").await;
    assert_eq!(
        (ann.first_name, ann.last_name, ann.job_title),
        (
            "Ann".to_owned(),
            "Lee".to_owned(),
            "Head of front desk".to_owned()
        )
    );
    let import = file(&usher, &owner, "missing-columns.csv").await;
    let missing = page(&usher, &owner, import).await;
    assert_eq!(verdicts(&missing), [Ready, Ready, Malformed]);
    let import = file(&usher, &owner, "no-email.csv").await;
    let none = page(&usher, &owner, import).await;
    assert_eq!(said(&none.rows[0]), "channel_not_allowed");
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: false,
        seen: 0,
    };
    assert_eq!(
        refusal(imports::start(&usher.core, &owner, request).await),
        Refusal::NobodyToImport
    );
}

#[tokio::test]
async fn every_bad_cell_is_named() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let import = file(&usher, &owner, "bad-cells.csv").await;
    let shown = page(&usher, &owner, import).await;
    let said: Vec<String> = shown.rows.iter().map(said).collect();
    assert_eq!(said, expected("bad-cells.csv"));
}

#[tokio::test]
async fn every_verdict_is_given() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "adele@acme.example").await;
    invite(&usher, &owner, "pending@verdict.example").await;
    joined(&usher, &owner, "active@verdict.example").await;
    invite(&usher, &owner, "gone@verdict.example").await;
    let gone = Audience::Users(vec![user(&usher, "gone@verdict.example").await.id]);
    change(&usher, &owner, Change::Deactivate, gone)
        .await
        .unwrap();
    allow(&usher, "verdict.example acme.example").await;

    let import = file(&usher, &admin, "verdicts.csv").await;
    let shown = page(&usher, &admin, import).await;
    let said: Vec<&str> = shown.rows.iter().map(|row| row.verdict.as_str()).collect();
    assert_eq!(said, expected("verdicts.csv"));
    assert_eq!(shown.rows[1].twin, Some(2));
    for verdict in [RowVerdict::Duplicate, RowVerdict::Active] {
        let some = imports::page(&usher.core, &admin, import, Some(verdict), RowsFrom::Start)
            .await
            .unwrap();
        assert_eq!(verdicts(&some), [verdict]);
        assert_eq!(shown.count(verdict), 1);
    }
    // An owner may make owners, and updating is asked for.
    let import = file(&usher, &owner, "verdicts.csv").await;
    set_up(&usher, &owner, import, |it| it.known = Known::Update)
        .await
        .unwrap();
    let shown = page(&usher, &owner, import).await;
    assert_eq!(shown.rows[2].verdict, RowVerdict::Update);
    assert_eq!(shown.rows[5].verdict, RowVerdict::Ready);
}

/// The settings of organizations come later; the row is written directly.
async fn allow(usher: &TestUsher, domains: &str) {
    let write = usher.core.database().begin().await.unwrap();
    let organization = organizations::Entity::find().one(&write).await.unwrap();
    let mut row = organization.unwrap().into_active_model();
    row.allowed_domains = Set(domains.to_owned());
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn an_update_changes_what_the_row_says_and_sends_no_second_link() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "Ann Lee <ann@north.example>").await;
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for("ann@north.example").unwrap();
    usher.clock.advance(TimeDelta::seconds(10));
    let text = "E-mail,First name,Last name,Phone\n\
                ann@north.example,,Li,+442079460018\n\
                bo@north.example,Bo,Diaz,\n";
    let import = paste(&usher, &owner, text).await;
    set_up(&usher, &owner, import, |it| it.known = Known::Update)
        .await
        .unwrap();
    start(&usher, &owner, import, true).await;
    let ann = user(&usher, "ann@north.example").await;
    assert_eq!((ann.first_name, ann.last_name), ("Ann".into(), "Li".into()));
    assert_eq!(ann.phone, "+442079460018");
    // Her link still works, and only Bo was sent one.
    offer(&usher, &token).await;
    assert_eq!(
        states(&usher, "ann@north.example").await,
        [DeliveryState::Sent]
    );
    assert_eq!(
        states(&usher, "bo@north.example").await,
        [DeliveryState::Queued]
    );
    // Her page says so, and where Bo comes from.
    let page = people::read(&usher.core, &owner, ann.id).await.unwrap();
    assert_eq!(page.history[0].event, HistoryEvent::Imported);
    let bo = user(&usher, "bo@north.example").await.id;
    let page = people::read(&usher.core, &owner, bo).await.unwrap();
    let added = page.history.last().unwrap();
    assert_eq!(added.event, HistoryEvent::Added);
    assert_eq!(added.by.as_deref(), Some("Olive Owner"));
    // By the new name she is found.
    let found = list(&usher, &owner, crate::common::searching("ann li")).await;
    assert_eq!(addresses(&found), ["ann@north.example"]);
}

#[tokio::test]
async fn a_corrected_cell_changes_its_verdict_and_those_of_its_twins() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let text = "E-mail,Name\na@x.example,A\na@x.example,B\na@x.example,C\nc@x,D\n";
    let import = paste(&usher, &owner, text).await;
    let shown = page(&usher, &owner, import).await;
    assert_eq!(verdicts(&shown), [Ready, Duplicate, Duplicate, Malformed]);

    correct(&usher, &owner, import, 2, Field::Email, "b@x.example")
        .await
        .unwrap();
    let shown = page(&usher, &owner, import).await;
    assert_eq!(verdicts(&shown), [Ready, Ready, Duplicate, Malformed]);
    assert_eq!(shown.rows[2].twin, Some(3));

    correct(&usher, &owner, import, 5, Field::Email, " B@X.example ")
        .await
        .unwrap();
    correct(&usher, &owner, import, 2, Field::Email, "nonsense")
        .await
        .unwrap();
    let shown = page(&usher, &owner, import).await;
    assert_eq!(verdicts(&shown), [Malformed, Ready, Duplicate, Ready]);
    assert_eq!(shown.rows[3].cells[0], "B@X.example");
    // A column that is not there, the heading, another's import.
    let nobodys = correct(&usher, &owner, import, 2, Field::Phone, "1").await;
    assert_eq!(refusal(nobodys), Refusal::NotFound);
    let heading = correct(&usher, &owner, import, 1, Field::Email, "1").await;
    assert_eq!(refusal(heading), Refusal::NotFound);
    let admin = joined_admin(&usher, &owner, "adele@acme.example").await;
    let anothers = correct(&usher, &admin, import, 2, Field::Email, "1").await;
    assert_eq!(refusal(anothers), Refusal::NotFound);
}

#[tokio::test]
async fn columns_and_heading_can_be_told() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let import = paste(&usher, &owner, "who;where\nAnn;ann@x.example\n").await;
    set_up(&usher, &owner, import, |it| {
        it.mapping = vec![Some(Field::FirstName), Some(Field::Email)].into();
        it.has_header = false;
    })
    .await
    .unwrap();
    let shown = page(&usher, &owner, import).await;
    assert_eq!(shown.summary.rows, 2);
    assert_eq!(verdicts(&shown), [Malformed, Ready]);
    assert_eq!(cells(&shown, 1)[0], (Field::FirstName, "Ann"));
    let role = role(&usher, &owner, RoleKind::Owner).await;
    let admin = joined_admin(&usher, &owner, "adele@acme.example").await;
    let import = paste(&usher, &admin, "E-mail\na@x.example\n").await;
    let above = set_up(&usher, &admin, import, |it| it.role = role).await;
    assert_eq!(refusal(above), Refusal::RoleAboveYours);
}

#[tokio::test]
async fn an_import_is_one_act() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let import = paste(&usher, &owner, "E-mail\na@x.example\nb@x.example\n").await;
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: true,
        seen: 1,
    };
    let changed = imports::start(&usher.core, &owner, request).await;
    assert_eq!(refusal(changed), Refusal::ListChanged);
    let first = start(&usher, &owner, import, true).await;
    let again = imports::start(&usher.core, &owner, request).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(states(&usher, "a@x.example").await, [DeliveryState::Queued]);
    let begun = correct(&usher, &owner, import, 2, Field::Email, "c@x.example").await;
    assert_eq!(refusal(begun), Refusal::ImportBegun);
    let undone = bulk::undo(&usher.core, &owner, first).await;
    assert_eq!(refusal(undone), Refusal::TooLateToUndo);
    imports::discard(&usher.core, &owner, import).await.unwrap();
    let gone = imports::page(&usher.core, &owner, import, None, RowsFrom::Start).await;
    assert_eq!(refusal(gone), Refusal::NotFound);
    let rows = import_rows::Entity::find()
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(rows, 0);
    assert_eq!(directory(&usher, &owner).await.rows.len(), 3);
}

#[tokio::test]
async fn a_long_table_goes_in_steps_and_by_its_authors_rights() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = joined_admin(&usher, &owner, "adele@acme.example").await;
    let people: Vec<String> = (0..2_500).map(|n| format!("n{n}@x.example")).collect();
    let text = format!("E-mail\n{}\nn7@x.example\n", people.join("\n"));
    let content = Content::Pasted(text);
    let import = imports::upload(&usher.core, &admin, content).await.unwrap();
    let first = page(&usher, &admin, import).await;
    assert_eq!(first.summary.state, ImportState::Checking);
    assert_eq!(first.summary.through, 999);
    let early = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: false,
        seen: 999,
    };
    let early = imports::start(&usher.core, &admin, early).await;
    assert_eq!(refusal(early), Refusal::StillChecking);
    work(&usher).await;
    let checked = page(&usher, &admin, import).await;
    assert_eq!(checked.summary.state, ImportState::Checked);
    assert_eq!(checked.count(RowVerdict::Ready), 2_500);
    assert_eq!(checked.count(RowVerdict::Duplicate), 1);
    // Pages forwards and backwards.
    let at = |from| imports::page(&usher.core, &admin, import, None, from);
    let second = at(RowsFrom::After(51)).await.unwrap();
    assert_eq!(second.rows[0].position, 52);
    assert!(second.before && second.after);
    let back = at(RowsFrom::Before(52)).await.unwrap();
    assert_eq!(back.rows[0].position, 2);
    assert!(!back.before && back.after);

    // Somebody is added meanwhile, and the author loses the right half-way.
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: false,
        seen: 2_500,
    };
    invite(&usher, &owner, "n1500@x.example").await;
    imports::start(&usher.core, &admin, request).await.unwrap();
    imports::step(&usher.core).await.unwrap();
    let adele = Audience::Users(vec![id_of(&admin)]);
    change(&usher, &owner, Change::Deactivate, adele)
        .await
        .unwrap();
    work(&usher).await;
    let done = page(&usher, &admin, import).await;
    assert_eq!(done.summary.state, ImportState::Done);
    assert_eq!(done.count(RowVerdict::Imported), 1_999);
    assert_eq!(done.count(RowVerdict::InDirectory), 1);
    assert_eq!(done.count(RowVerdict::NotAllowed), 500);
    let (headings, left) = imports::not_imported(&usher.core, &admin, import, 0)
        .await
        .unwrap();
    assert_eq!(headings, ["E-mail"]);
    assert_eq!(left.len(), 502);
    assert_eq!(left[0].cells, ["n1500@x.example"]);
    let new = list(&usher, &owner, with_status(StatusFilter::NotInvited)).await;
    assert_eq!(new.counts.not_invited, 1_999);
}

#[tokio::test]
async fn what_is_no_table_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for (name, why) in [
        ("renamed.csv", Unreadable::NotATable),
        ("too-wide.csv", Unreadable::TooManyColumns),
        ("bomb.xlsx", Unreadable::Expands),
    ] {
        let outcome = imports::upload(&usher.core, &owner, fixture(name)).await;
        assert_eq!(refusal(outcome), Refusal::Unreadable(why), "{name}");
    }
    let nothing = imports::upload(&usher.core, &owner, Content::Pasted(" \n".into())).await;
    assert_eq!(refusal(nothing), Refusal::Unreadable(Unreadable::Empty));
    assert!(imports::list(&usher.core, &owner).await.unwrap().is_empty());
}

#[tokio::test]
async fn old_tables_are_forgotten() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    paste(&usher, &owner, "E-mail\na@x.example\n").await;
    usher.clock.advance(TimeDelta::days(8));
    let new = paste(&usher, &owner, "E-mail\nb@x.example\n").await;
    let left = imports::list(&usher.core, &owner).await.unwrap();
    assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), [new]);
}

//! A table comes in.

use chrono::Duration;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use sheets::{Limits, Sheet};
use tokio::task::spawn_blocking;
use types::{
    ids::ImportId,
    import::{
        ImportState, Known, LARGEST_FILE, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Mapping,
        Unreadable,
    },
    refusal::Refusal,
};

use super::{guess::guess, work};
use crate::{
    Core, Fault, Outcome, database,
    entity::{import_rows, imports},
    proof::{Admin, ManageUsers},
    random,
    spreadsheet::plain,
};

/// A table holds people's data: it is forgotten after a while, done or not.
const KEPT_FOR: Duration = Duration::days(7);
/// The longest name of a file, in characters.
const LONGEST_FILE_NAME: usize = 200;

/// What was uploaded.
pub enum Content {
    File { name: String, bytes: Vec<u8> },
    Pasted(String),
}

/// Reads a table and keeps it; the rows are judged from there on.
///
/// # Errors
/// `Unreadable` with the reason why it is no table, or too large a one.
pub async fn upload(
    core: &Core,
    admin: &Admin<ManageUsers>,
    content: Content,
) -> Outcome<ImportId> {
    let _turn = core.readers.acquire().await.map_err(Fault::broken)?;
    let name = match &content {
        Content::File { name, .. } => name.chars().take(LONGEST_FILE_NAME).collect(),
        Content::Pasted(_) => String::new(),
    };
    let sheet = spawn_blocking(move || read(&content))
        .await
        .map_err(Fault::broken)??;
    let (has_header, mapping) = guess(&sheet.rows);
    let now = core.now();
    let id: ImportId = random::id(now);
    let write = core.database.begin().await?;
    forget_old(&write, core, admin).await?;
    let role = crate::roles::usual_of(&write, admin).await?;
    let role = role.ok_or(Refusal::NotFound)?;
    imports::ActiveModel {
        id: Set(id),
        organization_id: Set(admin.organization),
        author_id: Set(admin.user),
        name: Set(name),
        state: Set(ImportState::Checking),
        headings: Set(serde_json::to_string(&headings(&sheet))?),
        has_header: Set(has_header),
        mapping: Set(serde_json::to_string::<Mapping>(&mapping)?),
        known: Set(Known::default()),
        role_id: Set(role.id),
        rows: Set(i32::try_from(sheet.rows.len()).map_err(Fault::broken)?),
        through: Set(0),
        send: Set(false),
        via: Set(types::invitation::Via::Automatic),
        batch_id: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await?;
    // Chunk by chunk: all rows at once would be in memory twice.
    for (rows, first) in sheet
        .rows
        .chunks(database::CHUNK)
        .zip((1..).step_by(database::CHUNK))
    {
        let rows: Vec<_> = rows
            .iter()
            .zip(first..)
            .map(|(row, position)| {
                Ok(import_rows::ActiveModel {
                    import_id: Set(id),
                    position: Set(position),
                    line: Set(i32::try_from(row.line()).map_err(Fault::broken)?),
                    cells: Set(serde_json::to_string(
                        &row.cells().map(plain).collect::<Vec<_>>(),
                    )?),
                    username_key: Set(None),
                    verdict: Set(None),
                    faults: Set(String::new()),
                })
            })
            .collect::<Outcome<_>>()?;
        database::insert_all::<import_rows::Entity, _>(&write, rows).await?;
    }
    drop(sheet);
    core.commit(write, admin.organization).await?;
    work::begin(core, id).await?;
    Ok(id)
}

fn read(content: &Content) -> Result<Sheet, Refusal> {
    let limits = Limits {
        bytes: LARGEST_FILE,
        rows: MOST_ROWS,
        columns: MOST_COLUMNS,
        cell: LONGEST_CELL,
        ..Limits::default()
    };
    let sheet = match content {
        Content::File { bytes, .. } => sheets::read(bytes, &limits),
        Content::Pasted(text) => sheets::read_text(text, &limits),
    };
    sheet.map_err(|why| Refusal::Unreadable(reason(why)))
}

fn reason(why: sheets::Unreadable) -> Unreadable {
    match why {
        sheets::Unreadable::Empty => Unreadable::Empty,
        sheets::Unreadable::TooLarge => Unreadable::TooLarge,
        sheets::Unreadable::TooManyRows => Unreadable::TooManyRows,
        sheets::Unreadable::TooManyColumns => Unreadable::TooManyColumns,
        sheets::Unreadable::CellTooLong { line, column } => {
            Unreadable::CellTooLong { line, column }
        }
        sheets::Unreadable::UnclosedQuote { line } => Unreadable::UnclosedQuote { line },
        sheets::Unreadable::NotATable => Unreadable::NotATable,
        sheets::Unreadable::OldExcel => Unreadable::OldExcel,
        sheets::Unreadable::Encrypted => Unreadable::Encrypted,
        sheets::Unreadable::Damaged => Unreadable::Damaged,
        sheets::Unreadable::Expands => Unreadable::Expands,
    }
}

/// The first row, as wide as the widest one.
fn headings(sheet: &Sheet) -> Vec<&str> {
    let columns = sheet.rows.iter().map(sheets::Row::width).max();
    let first = sheet.rows.first();
    (0..columns.unwrap_or_default())
        .map(|column| first.map_or("", |row| row.cell(column)))
        .collect()
}

async fn forget_old(
    write: &impl ConnectionTrait,
    core: &Core,
    admin: &Admin<ManageUsers>,
) -> Outcome<()> {
    imports::Entity::delete_many()
        .filter(imports::Column::OrganizationId.eq(admin.organization))
        .filter(imports::Column::State.ne(ImportState::Importing))
        .filter(imports::Column::CreatedAt.lt(core.now() - KEPT_FOR))
        .exec(write)
        .await?;
    Ok(())
}

//! What the page of an import shows.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use types::{
    ids::ImportId,
    import::{
        IMPORT_PAGE, ImportColumn, ImportPage, ImportRow, ImportSettings, Mapping, RowVerdict,
        RowsFrom,
    },
};

use super::{find, summary};
use crate::{
    Core, Outcome, database,
    entity::{import_rows, imports},
    proof::{Admin, ManageUsers},
    roles,
};

/// Rows in which a sample of each column is looked for.
const SAMPLED: u64 = 10;

/// One page of the rows, of all or of those with one verdict.
///
/// # Errors
/// `NotFound`.
pub async fn page(
    core: &Core,
    admin: &Admin<ManageUsers>,
    import: ImportId,
    verdict: Option<RowVerdict>,
    from: RowsFrom,
) -> Outcome<ImportPage> {
    let read = core.database.read();
    let import = find(read, admin, import).await?;
    let mapping: Mapping = serde_json::from_str(&import.mapping)?;
    let (rows, before, after) = rows(read, &import, verdict, from).await?;
    let twins = twins(read, &import, &rows).await?;
    let rows = rows
        .into_iter()
        .map(|row| shown(row, &mapping, &twins))
        .collect::<Outcome<_>>()?;
    let offered = roles::invite_choices(core, admin).await?.roles;
    Ok(ImportPage {
        summary: summary(&import),
        columns: columns(read, &import, &mapping).await?,
        counts: counts(read, &import).await?,
        settings: ImportSettings {
            mapping,
            has_header: import.has_header,
            known: import.known,
            role: import.role_id,
        },
        rows,
        before,
        after,
        roles: offered,
    })
}

/// A row that was not, or is not going to be, imported.
pub struct NotImported {
    /// As the file had it.
    pub cells: Vec<String>,
    pub row: ImportRow,
}

/// The next of the rows that were not, or are not going to be, imported, in their order; empty at the
/// end. With it, the texts of the first row.
///
/// # Errors
/// `NotFound`.
pub async fn not_imported(
    core: &Core,
    admin: &Admin<ManageUsers>,
    import: ImportId,
    after: u32,
) -> Outcome<(Vec<String>, Vec<NotImported>)> {
    let read = core.database.read();
    let import = find(read, admin, import).await?;
    let mapping: Mapping = serde_json::from_str(&import.mapping)?;
    let rows = import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::Verdict.is_not_in([
            RowVerdict::Ready,
            RowVerdict::Update,
            RowVerdict::Imported,
        ]))
        .filter(import_rows::Column::Position.gt(position(after)))
        .order_by_asc(import_rows::Column::Position)
        .limit(database::CHUNK as u64)
        .all(read)
        .await?;
    let twins = twins(read, &import, &rows).await?;
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(NotImported {
                cells: serde_json::from_str(&row.cells)?,
                row: shown(row, &mapping, &twins)?,
            })
        })
        .collect::<Outcome<_>>()?;
    let mut headings: Vec<String> = serde_json::from_str(&import.headings)?;
    if !import.has_header {
        headings.fill(String::new());
    }
    Ok((headings, rows))
}

fn position(of: u32) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}

/// The rows of a page, and whether there are others before and after them.
async fn rows(
    read: &impl ConnectionTrait,
    import: &imports::Model,
    verdict: Option<RowVerdict>,
    from: RowsFrom,
) -> Outcome<(Vec<import_rows::Model>, bool, bool)> {
    let of = import_rows::Entity::find().filter(import_rows::Column::ImportId.eq(import.id));
    let of = match verdict {
        Some(verdict) => of.filter(import_rows::Column::Verdict.eq(verdict)),
        None => of.filter(import_rows::Column::Verdict.is_not_null()),
    };
    let at = import_rows::Column::Position;
    let most = IMPORT_PAGE as usize;
    let of = of.limit(u64::from(IMPORT_PAGE) + 1);
    Ok(match from {
        RowsFrom::Before(place) => {
            let of = of.filter(at.lt(position(place))).order_by_desc(at);
            let mut rows = of.all(read).await?;
            let more = rows.len() > most;
            rows.truncate(most);
            rows.reverse();
            (rows, more, true)
        }
        RowsFrom::Start | RowsFrom::After(_) => {
            let place = match from {
                RowsFrom::After(place) => position(place),
                _ => 0,
            };
            let mut rows = of.filter(at.gt(place)).order_by_asc(at).all(read).await?;
            let more = rows.len() > most;
            rows.truncate(most);
            (rows, place > 0, more)
        }
    })
}

#[derive(FromQueryResult)]
struct First {
    username_key: String,
    line: i32,
}

/// Of the duplicates among the rows: the line in which the address stands first.
async fn twins(
    read: &impl ConnectionTrait,
    import: &imports::Model,
    rows: &[import_rows::Model],
) -> Outcome<HashMap<String, u32>> {
    let keys: Vec<&str> = rows
        .iter()
        .filter(|row| row.verdict == Some(RowVerdict::Duplicate))
        .filter_map(|row| row.username_key.as_deref())
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // Lines rise with positions.
    let found = import_rows::Entity::find()
        .select_only()
        .column(import_rows::Column::UsernameKey)
        .column_as(import_rows::Column::Line.min(), "line")
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::UsernameKey.is_in(keys))
        .group_by(import_rows::Column::UsernameKey)
        .into_model::<First>()
        .all(read)
        .await?;
    Ok(found
        .into_iter()
        .map(|first| (first.username_key, first.line.unsigned_abs()))
        .collect())
}

fn shown(
    row: import_rows::Model,
    mapping: &Mapping,
    twins: &HashMap<String, u32>,
) -> Outcome<ImportRow> {
    let cells: Vec<String> = serde_json::from_str(&row.cells)?;
    let cell = |field| {
        let column = mapping.column(field)?;
        cells.get(column).cloned()
    };
    let verdict = row.verdict.unwrap_or(RowVerdict::Malformed);
    let twin = row
        .username_key
        .filter(|_| verdict == RowVerdict::Duplicate);
    Ok(ImportRow {
        position: row.position.unsigned_abs(),
        line: row.line.unsigned_abs(),
        cells: mapping
            .fields()
            .map(|field| cell(field).unwrap_or_default())
            .collect(),
        verdict,
        faults: if row.faults.is_empty() {
            Vec::new()
        } else {
            serde_json::from_str(&row.faults)?
        },
        twin: twin.and_then(|key| twins.get(&key).copied()),
    })
}

async fn columns(
    read: &impl ConnectionTrait,
    import: &imports::Model,
    mapping: &Mapping,
) -> Outcome<Vec<ImportColumn>> {
    let headings: Vec<String> = serde_json::from_str(&import.headings)?;
    let first = import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::Position.gt(i32::from(import.has_header)))
        .order_by_asc(import_rows::Column::Position)
        .limit(SAMPLED)
        .all(read)
        .await?;
    let first: Vec<Vec<String>> = first
        .iter()
        .map(|row| serde_json::from_str(&row.cells))
        .collect::<Result<_, _>>()?;
    let columns = headings.into_iter().enumerate().map(|(column, heading)| {
        let mut texts = first.iter().filter_map(|cells| cells.get(column));
        ImportColumn {
            heading: if import.has_header {
                heading
            } else {
                String::new()
            },
            sample: texts
                .find(|text| !text.is_empty())
                .cloned()
                .unwrap_or_default(),
            field: mapping.field(column),
        }
    });
    Ok(columns.collect())
}

#[derive(FromQueryResult)]
struct Count {
    verdict: RowVerdict,
    total: i64,
}

async fn counts(
    read: &impl ConnectionTrait,
    import: &imports::Model,
) -> Outcome<Vec<(RowVerdict, u32)>> {
    let counts = import_rows::Entity::find()
        .select_only()
        .column(import_rows::Column::Verdict)
        .column_as(import_rows::Column::Position.count(), "total")
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::Verdict.is_not_null())
        .group_by(import_rows::Column::Verdict)
        .into_model::<Count>()
        .all(read)
        .await?;
    Ok(counts
        .into_iter()
        .map(|count| {
            (
                count.verdict,
                u32::try_from(count.total).unwrap_or(u32::MAX),
            )
        })
        .collect())
}

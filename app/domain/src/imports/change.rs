//! How a table is understood, and what stands in it, until it is imported.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Set,
};
use types::{
    ids::ImportId,
    import::{CellEdit, ImportSettings, ImportState, LONGEST_CELL},
    refusal::Refusal,
};

use super::{
    find,
    judge::{Judge, keep},
    work,
};
use crate::{
    Core, Outcome,
    entity::{import_rows, imports},
    proof::{Admin, ManageUsers},
    roles::given,
};

/// Says anew what the columns hold and what is done with whom; all rows are judged again.
///
/// # Errors
/// `NotFound`, `RoleAboveYours`, `ImportBegun`.
pub async fn set_up(
    core: &Core,
    admin: &Admin<ManageUsers>,
    import: ImportId,
    settings: &ImportSettings,
) -> Outcome<()> {
    let write = core.database.begin().await?;
    let found = find(&write, admin, import).await?;
    if matches!(found.state, ImportState::Importing | ImportState::Done) {
        return Err(Refusal::ImportBegun.into());
    }
    let role = given(&write, admin, settings.role).await?;
    let mut row = found.into_active_model();
    row.mapping = Set(serde_json::to_string(&settings.mapping)?);
    row.has_header = Set(settings.has_header);
    row.known = Set(settings.known);
    row.role_id = Set(role.id);
    row.state = Set(ImportState::Checking);
    row.through = Set(0);
    row.update(&write).await?;
    core.commit(write, admin.organization).await?;
    work::begin(core, import).await
}

/// Puts another text into a cell. Its row is judged again, and those with the same address.
///
/// # Errors
/// `NotFound`, `TextTooLong`, `StillChecking`, `ImportBegun`.
pub async fn correct(core: &Core, admin: &Admin<ManageUsers>, edit: &CellEdit) -> Outcome<()> {
    if edit.text.chars().count() > LONGEST_CELL {
        return Err(Refusal::TextTooLong.into());
    }
    let write = core.database.begin().await?;
    let import = find(&write, admin, edit.import).await?;
    match import.state {
        ImportState::Checked => {}
        ImportState::Checking => return Err(Refusal::StillChecking.into()),
        ImportState::Importing | ImportState::Done => return Err(Refusal::ImportBegun.into()),
    }
    let judge = Judge::of(&write, &import).await?;
    let column = judge.mapping.column(edit.field).ok_or(Refusal::NotFound)?;
    let position = i32::try_from(edit.position).unwrap_or_default();
    let row = import_rows::Entity::find_by_id((import.id, position))
        .filter(import_rows::Column::Verdict.is_not_null())
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let key_before = row.username_key.clone();
    let mut cells: Vec<String> = serde_json::from_str(&row.cells)?;
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    if let Some(cell) = cells.get_mut(column) {
        edit.text.trim().clone_into(cell);
    }
    let mut row = row.into_active_model();
    row.cells = Set(serde_json::to_string(&cells)?);
    let row = row.update(&write).await?;
    rejudge(&write, &judge, row).await?;
    // Whether an address stands further up is now another matter for the first rows that have it.
    let row = import_rows::Entity::find_by_id((import.id, position))
        .one(&write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let mut touched = BTreeSet::new();
    let keys: BTreeSet<String> = [key_before, row.username_key]
        .into_iter()
        .flatten()
        .collect();
    for key in keys {
        touched.extend(first_two(&write, &import, &key).await?);
    }
    touched.remove(&position);
    for other in touched {
        let other = import_rows::Entity::find_by_id((import.id, other))
            .one(&write)
            .await?;
        if let Some(other) = other {
            rejudge(&write, &judge, other).await?;
        }
    }
    core.commit(write, admin.organization).await
}

async fn rejudge(
    write: &impl ConnectionTrait,
    judge: &Judge,
    row: import_rows::Model,
) -> Outcome<()> {
    let rows = [row];
    let judged = judge.judge(write, &rows).await?;
    keep(write, rows.into(), &judged).await
}

/// Positions of the first rows with the address: the first one is no duplicate, the second one is.
async fn first_two(
    read: &impl ConnectionTrait,
    import: &imports::Model,
    key: &str,
) -> Outcome<Vec<i32>> {
    Ok(import_rows::Entity::find()
        .select_only()
        .column(import_rows::Column::Position)
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::UsernameKey.eq(key))
        .order_by_asc(import_rows::Column::Position)
        .limit(2)
        .into_tuple()
        .all(read)
        .await?)
}

//! Importing users from a table.
//!
//! An uploaded table is kept in the database until its author imports or discards it: judged row by
//! row (`judge`), looked at and corrected (`change`), then brought into the directory (`work`). What
//! takes long is done in steps of one transaction each, so that it survives a restart, can be
//! watched, and never keeps others from writing for long.

mod change;
mod guess;
mod judge;
mod read;
mod upload;
mod work;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use types::{
    ids::ImportId,
    import::{ImportState, ImportSummary},
    refusal::Refusal,
};

pub use self::{
    change::{correct, set_up},
    read::{NotImported, not_imported, page},
    upload::{Content, upload},
    work::{start, step, wait},
};
use crate::{
    Core, Outcome,
    entity::imports,
    proof::{Admin, ManageUsers},
};

/// Imports that the list shows.
const NEWEST: u64 = 20;

/// The author's newest imports.
pub async fn list(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<Vec<ImportSummary>> {
    let found = imports::Entity::find()
        .filter(imports::Column::OrganizationId.eq(admin.organization))
        .filter(imports::Column::AuthorId.eq(admin.user))
        .order_by_desc(imports::Column::Id)
        .limit(NEWEST)
        .all(core.database.read())
        .await?;
    Ok(found.iter().map(summary).collect())
}

/// Forgets the table and what was found about it. What was imported stays.
///
/// # Errors
/// `NotFound`; `ImportBegun` while it is being imported.
pub async fn discard(core: &Core, admin: &Admin<ManageUsers>, import: ImportId) -> Outcome<()> {
    let write = core.database.begin().await?;
    let import = find(&write, admin, import).await?;
    if import.state == ImportState::Importing {
        return Err(Refusal::ImportBegun.into());
    }
    import.into_active_model().delete(&write).await?;
    core.commit(write, admin.organization).await
}

/// An import of the admin's own: it goes on with its author's rights.
async fn find(
    read: &impl ConnectionTrait,
    admin: &Admin<ManageUsers>,
    import: ImportId,
) -> Outcome<imports::Model> {
    let found = imports::Entity::find_by_id(import)
        .filter(imports::Column::OrganizationId.eq(admin.organization))
        .filter(imports::Column::AuthorId.eq(admin.user))
        .one(read)
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

fn summary(import: &imports::Model) -> ImportSummary {
    let heading = u32::from(import.has_header);
    let below = |count: i32| {
        u32::try_from(count)
            .unwrap_or_default()
            .saturating_sub(heading)
    };
    ImportSummary {
        id: import.id,
        name: import.name.clone(),
        created_at: import.created_at,
        state: import.state,
        rows: below(import.rows),
        through: below(import.through),
        batch: import.batch_id,
    }
}

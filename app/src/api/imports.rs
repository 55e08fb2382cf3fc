//! Tables on their way into the directory. They come in by a plain form: `ssr/imports.rs`.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::{BatchId, ImportId},
    import::{
        CellEdit, ImportPage, ImportRequest, ImportSettings, ImportSummary, RowVerdict, RowsFrom,
    },
};

use super::AppError;

/// The caller's newest imports (at most 20).
#[server(input = Json)]
pub async fn list_imports() -> Result<Vec<ImportSummary>, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::imports::list(&core, &admin).await?)
}

/// One page of the rows, of all or of those with one verdict, and how the import stands.
#[server(input = Json)]
pub async fn read_import(
    id: ImportId,
    verdict: Option<RowVerdict>,
    from: RowsFrom,
) -> Result<ImportPage, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::imports::page(&core, &admin, id, verdict, from).await?)
}

/// Says what the columns hold and what is done with whom; all rows are judged again.
#[server(input = Json)]
pub async fn set_up_import(id: ImportId, settings: ImportSettings) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::imports::set_up(&core, &admin, id, &settings).await?)
}

/// Puts another text into a cell.
#[server(input = Json)]
pub async fn correct_cell(edit: CellEdit) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::imports::correct(&core, &admin, &edit).await?)
}

/// Begins to import what is ready; again, it answers the same batch.
#[server(input = Json)]
pub async fn start_import(request: ImportRequest) -> Result<BatchId, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::imports::start(&core, &admin, request).await?)
}

/// Forgets the table; what was imported stays.
#[server(input = Json)]
pub async fn discard_import(id: ImportId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::imports::discard(&core, &admin, id).await?)
}

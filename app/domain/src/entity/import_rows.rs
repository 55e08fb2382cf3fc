use sea_orm::entity::prelude::*;
use types::{ids::ImportId, import::RowVerdict};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_rows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// From 1, in the order of the table.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The line of the file that it begins in.
    pub line: i32,
    /// The texts of its cells, as JSON.
    pub cells: String,
    /// `Username::key`, where there is one.
    pub username_key: Option<String>,
    /// `None` for the heading, and until it was judged.
    pub verdict: Option<RowVerdict>,
    /// `types::import::CellFault`s as JSON; "" where there are none.
    pub faults: String,
}

impl ActiveModelBehavior for ActiveModel {}

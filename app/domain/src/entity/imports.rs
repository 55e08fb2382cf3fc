use sea_orm::entity::prelude::*;
use types::{
    ids::{BatchId, ImportId, OrganizationId, RoleId, UserId},
    import::{ImportState, Known},
    invitation::Via,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub organization_id: OrganizationId,
    pub author_id: UserId,
    /// Of the file; "" where rows were pasted.
    pub name: String,
    pub state: ImportState,
    /// The texts of the first row, as JSON; as many as the table has columns.
    pub headings: String,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// A `types::import::Mapping` as JSON.
    pub mapping: String,
    pub known: Known,
    /// Of new people whose row names none.
    pub role_id: RoleId,
    /// All rows, the heading too.
    pub rows: i32,
    /// The position behind which the work of the state has come.
    pub through: i32,
    /// Whether those who are imported are sent an invitation.
    pub send: bool,
    /// By which ways.
    pub via: Via,
    /// Set once it was begun.
    pub batch_id: Option<BatchId>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

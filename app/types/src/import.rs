//! Importing users from a table: what its columns hold, what becomes of each row.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::RoleChoice,
    contact::{Digits, EmailFault, PhoneFault},
    ids::{BatchId, ImportId, RoleId},
    invitation::Via,
};

/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 16 << 20;
/// The most rows below the heading.
pub const MOST_ROWS: u32 = 100_000;
/// The most columns.
pub const MOST_COLUMNS: u32 = 200;
/// The longest cell, in characters.
pub const LONGEST_CELL: usize = 1_000;
/// Rows that a page of the table holds.
pub const IMPORT_PAGE: u32 = 50;

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Email,
    /// First and last name in one.
    Name,
    FirstName,
    LastName,
    Phone,
    JobTitle,
    Role,
}

crate::stored_words!(Field {
    Email = "email",
    Name = "name",
    FirstName = "first_name",
    LastName = "last_name",
    Phone = "phone",
    JobTitle = "job_title",
    Role = "role",
});

/// What each column holds, from the first on; `None` is not imported. A field stands in one column at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Option<Field>>")]
pub struct Mapping(Vec<Option<Field>>);

impl Mapping {
    /// The column that holds the field, counted from 0.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.0.iter().position(|held| *held == Some(field))
    }

    /// What a column holds.
    pub fn field(&self, column: usize) -> Option<Field> {
        self.0.get(column).copied().flatten()
    }

    /// The fields that are there, in the order of their columns.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.iter().copied().flatten()
    }

    /// The same with another field in one column. It is taken away from where it stood before.
    #[must_use]
    pub fn with(mut self, column: usize, field: Option<Field>) -> Self {
        for held in &mut self.0 {
            if *held == field {
                *held = None;
            }
        }
        if column >= self.0.len() {
            self.0.resize(column + 1, None);
        }
        if let Some(held) = self.0.get_mut(column) {
            *held = field;
        }
        self
    }
}

impl From<Vec<Option<Field>>> for Mapping {
    /// Of a field that stands in several columns, the first one counts.
    fn from(columns: Vec<Option<Field>>) -> Self {
        let mut mapping = Vec::with_capacity(columns.len().min(MOST_COLUMNS as usize));
        for field in columns.into_iter().take(MOST_COLUMNS as usize) {
            mapping.push(field.filter(|field| !mapping.contains(&Some(*field))));
        }
        Self(mapping)
    }
}

/// What is done about a row whose person is in the directory and has not joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Known {
    /// What the row says replaces what the directory says; empty cells change nothing.
    Update,
    #[default]
    Skip,
}

crate::stored_words!(Known {
    Update = "update",
    Skip = "skip",
});

/// How the table is to be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSettings {
    pub mapping: Mapping,
    /// Whether the first row names the columns.
    pub has_header: bool,
    pub known: Known,
    /// The role of new people whose row names none.
    pub role: RoleId,
}

/// What becomes of one row, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum RowVerdict {
    /// Will come into the directory.
    Ready,
    /// Is in the directory and will be changed.
    Update,
    /// A cell is not what its column holds.
    Malformed,
    /// The same address stands further up.
    Duplicate,
    /// Is in the directory, and such rows are to be skipped.
    InDirectory,
    Active,
    Deactivated,
    DomainNotAllowed,
    /// Names, or has, a role that the admin may not give.
    RoleAboveYours,
    /// Whoever began the import may not add users any more.
    NotAllowed,
    /// The organization has no free seat left for an invitation.
    OverSeats,
    /// Has a phone number only, and the organization writes no text messages.
    ChannelNotAllowed,
    Imported,
}

crate::stored_words!(RowVerdict {
    Ready = "ready",
    Update = "update",
    Malformed = "malformed",
    Duplicate = "duplicate",
    InDirectory = "in_directory",
    Active = "active",
    Deactivated = "deactivated",
    DomainNotAllowed = "domain_not_allowed",
    RoleAboveYours = "role_above_yours",
    NotAllowed = "not_allowed",
    OverSeats = "over_seats",
    ChannelNotAllowed = "channel_not_allowed",
    Imported = "imported",
});

impl RowVerdict {
    /// Whether the row is going to be imported.
    pub const fn is_ready(self) -> bool {
        matches!(self, Self::Ready | Self::Update)
    }
}

/// A cell that is not what its column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellFault {
    pub field: Field,
    pub why: CellWhy,
}

impl CellWhy {
    /// Of a phone number that was written like this.
    pub fn phone(fault: PhoneFault, text: &str) -> Self {
        match fault {
            PhoneFault::NoCountryCode => Self::PhoneWithoutCountryCode(Digits::of(text)),
            fault => Self::Phone(fault),
        }
    }
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellWhy {
    /// It is empty, or there is no such column.
    Missing,
    /// Neither an address nor a phone number.
    NoContact,
    Email(EmailFault),
    Phone(PhoneFault),
    PhoneWithoutCountryCode(Digits),
    /// No role has this name.
    RoleUnknown,
    /// More than `LONGEST_NAME` characters.
    TooLong,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum ImportState {
    /// The rows are being judged; nothing is imported.
    Checking,
    /// All rows have a verdict; waits for the admin.
    Checked,
    Importing,
    Done,
}

crate::stored_words!(ImportState {
    Checking = "checking",
    Checked = "checked",
    Importing = "importing",
    Done = "done",
});

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    pub id: ImportId,
    /// Of the file; "" where rows were pasted.
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub state: ImportState,
    /// Rows of the table, the heading not counted.
    pub rows: u32,
    /// Rows behind which the work of the state has come.
    pub through: u32,
    /// Set once it was begun.
    pub batch: Option<BatchId>,
}

/// A column of the table, to say what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// The text in the first row, where that names the columns.
    pub heading: String,
    /// The first text in it.
    pub sample: String,
    pub field: Option<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Counted from 1, in the order of the table.
    pub position: u32,
    /// The line of the file that it begins in.
    pub line: u32,
    /// The texts of the columns that hold something, in the order of `Mapping::fields`.
    pub cells: Vec<String>,
    pub verdict: RowVerdict,
    /// What is wrong, where the verdict is `Malformed`.
    pub faults: Vec<CellFault>,
    /// The line with the same address, where the verdict is `Duplicate`.
    pub twin: Option<u32>,
}

/// Where a page of rows begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowsFrom {
    #[default]
    Start,
    /// The first row behind this position.
    After(u32),
    /// The page that ends before this position.
    Before(u32),
}

/// One page of an import with all there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPage {
    pub summary: ImportSummary,
    pub settings: ImportSettings,
    pub columns: Vec<ImportColumn>,
    /// How many rows have each verdict; of those that no row has, nothing.
    pub counts: Vec<(RowVerdict, u32)>,
    pub rows: Vec<ImportRow>,
    /// Whether rows stand before and after these.
    pub before: bool,
    pub after: bool,
    /// The roles that the admin may give.
    pub roles: Vec<RoleChoice>,
}

impl ImportPage {
    pub fn count(&self, verdict: RowVerdict) -> u32 {
        let found = self.counts.iter().find(|(held, _)| *held == verdict);
        found.map_or(0, |(_, count)| *count)
    }

    /// Rows that would be imported.
    pub fn ready(&self) -> u32 {
        self.count(RowVerdict::Ready) + self.count(RowVerdict::Update)
    }
}

/// Puts another text into a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellEdit {
    pub import: ImportId,
    pub position: u32,
    pub field: Field,
    pub text: String,
}

/// Begins to import the rows that are ready. The same import again is the same act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    pub import: ImportId,
    /// "Send invitation": to those who come in, and to those who are updated and have no standing one.
    pub send: bool,
    /// By which ways.
    #[serde(default)]
    pub via: Via,
    /// How many the admin saw would be imported. Another number by now is refused (`ListChanged`).
    pub seen: u32,
}

/// Why a file or a pasted text is no table that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    Empty,
    TooLarge,
    TooManyRows,
    TooManyColumns,
    CellTooLong { line: u32, column: u32 },
    UnclosedQuote { line: u32 },
    NotATable,
    OldExcel,
    Encrypted,
    Damaged,
    Expands,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_stands_in_one_column() {
        let twice = Mapping::from(vec![Some(Field::Email), None, Some(Field::Email)]);
        assert_eq!(twice.fields().collect::<Vec<_>>(), [Field::Email]);
        let moved = twice.with(3, Some(Field::Email));
        assert_eq!(moved.column(Field::Email), Some(3));
        assert_eq!(moved.field(0), None);
        assert_eq!(moved.clone().with(3, None).column(Field::Email), None);
    }
}

//! Reads a table that somebody uploads or pastes, CSV of any kind or XLSX, into rows of text.
//!
//! What the bytes are is decided by the bytes, never by a file name. Nothing is read past
//! [`Limits`], nothing panics, and everything that is not a table is refused with one of the
//! reasons of [`Unreadable`].
//!
//! ```
//! let limits = sheets::Limits::default();
//! let sheet = sheets::read("Имя;Почта\nАнна;anna@example.org\n".as_bytes(), &limits)?;
//! assert_eq!(sheet.rows[1].cell(1), "anna@example.org");
//! # Ok::<(), sheets::Unreadable>(())
//! ```

#![warn(missing_docs)]
// What strangers upload is read here: nothing in it may panic.
#![warn(clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod cell;
mod delimited;
mod encoding;
mod package;
mod rows;
mod signature;
mod workbook;

pub use rows::Row;

/// How much of a table is read before it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file, or of the pasted text. 16 MiB by default.
    pub bytes: usize,
    /// Rows that are not blank, the first one (usually a header) not counted. 100 000 by default.
    pub rows: u32,
    /// Columns up to the last cell with text. 200 by default.
    pub columns: u32,
    /// Characters of one cell. 1 000 by default.
    pub cell: usize,
    /// Bytes that a workbook may take once unpacked, both its parts and what is kept of them while
    /// it is read. 256 MiB by default.
    pub expanded: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            rows: 100_000,
            columns: 200,
            cell: 1_000,
            expanded: 256 << 20,
        }
    }
}

/// What the table was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text with a delimiter between the cells.
    Delimited {
        /// `None` when there is only one column.
        delimiter: Option<char>,
        /// `UTF-8`, `UTF-16LE`, `UTF-16BE`, `windows-1251` or `windows-1252`.
        encoding: &'static str,
    },
    /// An XLSX workbook, of which the first visible sheet with any text was read.
    Workbook,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it was read from.
    pub kind: Kind,
    /// At least one row, in the order of their lines; the first one may be a header or not.
    pub rows: Vec<Row>,
}

/// Why something could not be read as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No cell has any text.
    #[error("the table is empty")]
    Empty,
    /// It has more bytes than [`Limits::bytes`].
    #[error("the file is too large")]
    TooLarge,
    /// It has more rows than [`Limits::rows`].
    #[error("the table has too many rows")]
    TooManyRows,
    /// A row reaches past [`Limits::columns`].
    #[error("the table has too many columns")]
    TooManyColumns,
    /// A cell has more characters than [`Limits::cell`].
    #[error("the cell in line {line}, column {column} is too long")]
    CellTooLong {
        /// As [`Row::line`].
        line: u32,
        /// Counted from 1.
        column: u32,
    },
    /// A quote opens a cell of the row that begins in this line, and nothing closes it.
    #[error("a quote in the row that begins in line {line} is never closed")]
    UnclosedQuote {
        /// As [`Row::line`].
        line: u32,
    },
    /// It is something else: a picture, a PDF, a program, a document, a web page.
    #[error("this is not a table")]
    NotATable,
    /// It is a workbook in the format that Excel used before 2007, usually named `.xls`.
    #[error("this is a workbook in the old Excel format")]
    OldExcel,
    /// It is a workbook protected with a password.
    #[error("the workbook is protected with a password")]
    Encrypted,
    /// It is a table, but its ZIP, its XML or its text encoding is broken.
    #[error("the file is damaged")]
    Damaged,
    /// It is a workbook that unpacks to more than [`Limits::expanded`], or whose parts are absurdly
    /// many or long.
    #[error("the workbook unpacks to too much")]
    Expands,
}

/// Reads a file.
///
/// # Errors
///
/// [`Unreadable`] tells why it is not a table that can be read within the limits.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, Unreadable> {
    if bytes.len() > limits.bytes {
        return Err(Unreadable::TooLarge);
    }
    if signature::is_zip(bytes) {
        return workbook::read(bytes, limits);
    }
    if signature::is_compound_file(bytes) {
        return Err(signature::compound_file(bytes));
    }
    let (text, encoding) = encoding::decode(bytes)?;
    delimited::read(&text, encoding, limits)
}

/// Reads text that was pasted, from a spreadsheet (which separates cells with tabs) or from a CSV.
///
/// # Errors
///
/// [`Unreadable`] tells why it is not a table that can be read within the limits.
pub fn read_text(text: &str, limits: &Limits) -> Result<Sheet, Unreadable> {
    if text.len() > limits.bytes {
        return Err(Unreadable::TooLarge);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    delimited::read(text, encoding_rs::UTF_8.name(), limits)
}

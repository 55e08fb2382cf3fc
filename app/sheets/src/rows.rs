//! Rows, and how they are gathered within the limits.

use std::fmt;

use crate::{Kind, Limits, Sheet, Unreadable, cell};

/// A row with at least one cell that has text.
///
/// A table can have millions of cells, so a row keeps their text in one piece.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    line: u32,
    text: Box<str>,
    /// Where in `text` each cell ends.
    ends: Box<[u32]>,
}

impl Row {
    /// The line of the text in which the row begins, or its number in a workbook, counted from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The number of cells up to the last one that has text.
    #[must_use]
    pub fn width(&self) -> usize {
        self.ends.len()
    }

    /// The cell in a column counted from 0; empty past the last cell.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        let end_of = |column| self.ends.get(column).map(|&end| end as usize);
        let start = column.checked_sub(1).map_or(Some(0), end_of);
        start
            .zip(end_of(column))
            .and_then(|(start, end)| self.text.get(start..end))
            .unwrap_or_default()
    }

    /// The cells from the first one to the last one that has text.
    #[must_use]
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.width()).map(|column| self.cell(column))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        f.debug_list().entries(self.cells()).finish()
    }
}

/// The rows read so far.
pub(crate) struct Rows<'l> {
    limits: &'l Limits,
    done: Vec<Row>,
    // Reused from row to row.
    text: String,
    ends: Vec<u32>,
}

impl<'l> Rows<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            done: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Adds a row of raw cells, unless all of them are empty.
    pub(crate) fn push<'c>(
        &mut self,
        line: u32,
        cells: impl Iterator<Item = &'c str>,
    ) -> Result<(), Unreadable> {
        self.text.clear();
        self.ends.clear();
        for (column, raw) in (0_u32..).zip(cells) {
            let start = self.text.len();
            cell::push_clean(&mut self.text, raw);
            let clean = self.text.get(start..).unwrap_or_default();
            if clean.is_empty() {
                continue;
            }
            if column >= self.limits.columns {
                return Err(Unreadable::TooManyColumns);
            }
            let too_long = Unreadable::CellTooLong {
                line,
                column: column + 1,
            };
            if cell::is_longer(clean, self.limits.cell) {
                return Err(too_long);
            }
            let ends_at = |text: usize| u32::try_from(text).map_err(|_| too_long);
            self.ends.resize(column as usize, ends_at(start)?);
            self.ends.push(ends_at(self.text.len())?);
        }
        if self.ends.is_empty() {
            return Ok(());
        }
        if self.done.len() > self.limits.rows as usize {
            return Err(Unreadable::TooManyRows);
        }
        self.done.push(Row {
            line,
            text: self.text.as_str().into(),
            ends: self.ends.as_slice().into(),
        });
        Ok(())
    }

    pub(crate) fn finish(mut self, kind: Kind) -> Result<Sheet, Unreadable> {
        if self.done.is_empty() {
            return Err(Unreadable::Empty);
        }
        // Nothing makes a workbook keep its rows in order.
        self.done.sort_by_key(Row::line);
        Ok(Sheet {
            kind,
            rows: self.done,
        })
    }
}

//! Rows and cells, as a spreadsheet copies them: tabs between cells, quotes around a cell that needs them.

use std::{borrow::Cow, ops::Range};

use super::{Reader, Reading, chars};

/// How long a quoted cell may be, in bytes. A quote that is never closed must not swallow all that follows.
const CELL_MAX: usize = 2000;

/// Reads all rows; a line of free text is a row of one cell.
pub(super) fn read(reader: &mut Reader<'_>) {
    let mut at = 0;
    while at < reader.text.len() {
        let row = Row::at(reader.text, at);
        at = row.next;
        reader.row(&row);
    }
}

struct Row {
    cells: Vec<Cell>,
    /// Where the next row begins.
    next: usize,
}

struct Cell {
    /// All of it, quotes included.
    range: Range<usize>,
    /// Its content, in which quotes are doubled if it is quoted.
    inner: Range<usize>,
    quoted: bool,
}

impl Row {
    fn at(text: &str, mut at: usize) -> Self {
        let mut cells = Vec::new();
        loop {
            let cell = Cell::at(text, at);
            let end = cell.range.end;
            cells.push(cell);
            let rest = text.get(end..).unwrap_or_default();
            match rest.chars().next() {
                Some('\t') => at = end + 1,
                Some('\r') if rest.starts_with("\r\n") => {
                    return Self {
                        cells,
                        next: end + 2,
                    };
                }
                Some(c) => {
                    return Self {
                        cells,
                        next: end + c.len_utf8(),
                    };
                }
                None => return Self { cells, next: end },
            }
        }
    }

    /// Whether this is one line of free text.
    fn is_plain(&self) -> bool {
        matches!(self.cells.as_slice(), [cell] if !cell.quoted)
    }

    fn has_address(&self, text: &str) -> bool {
        self.cells.iter().any(|cell| cell.has_address(text))
    }
}

impl Cell {
    fn at(text: &str, start: usize) -> Self {
        let rest = text.get(start..).unwrap_or_default();
        if let Some((inner, end)) = quoted(rest) {
            return Self {
                range: start..start + end,
                inner: start + inner.start..start + inner.end,
                quoted: true,
            };
        }
        let range = start..start + rest.find(is_edge).unwrap_or(rest.len());
        Self {
            inner: range.clone(),
            range,
            quoted: false,
        }
    }

    fn content<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.inner.clone()).unwrap_or_default()
    }

    fn has_address(&self, text: &str) -> bool {
        self.content(text).contains(chars::is_at)
    }

    /// The content as a name.
    fn name(&self, text: &str) -> String {
        let content = self.content(text);
        chars::clean_name(&if self.quoted {
            Cow::Owned(content.replace("\"\"", "\""))
        } else {
            content.into()
        })
    }
}

fn is_edge(c: char) -> bool {
    c == '\t' || chars::is_break(c)
}

/// The quoted cell that the text begins with: what is inside its quotes, and where it ends.
fn quoted(text: &str) -> Option<(Range<usize>, usize)> {
    let inside = text
        .trim_start_matches(chars::is_invisible)
        .strip_prefix('"')?;
    let start = text.len() - inside.len();
    let mut len = 0;
    loop {
        len += inside.get(len..)?.find('"')?;
        let after = inside.get(len + 1..)?;
        if len > CELL_MAX {
            return None;
        }
        if after.starts_with('"') {
            len += 2;
            continue;
        }
        let blank = |c: char| !is_edge(c) && (chars::is_space(c) || chars::is_invisible(c));
        let rest = after.trim_start_matches(blank);
        let closed = rest.is_empty() || rest.starts_with(is_edge);
        return closed.then_some((start..start + len, text.len() - rest.len()));
    }
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        let text = self.text;
        let (Some(first), Some(last)) = (row.cells.first(), row.cells.last()) else {
            return;
        };
        if row.has_address(text) && !row.is_plain() {
            self.cells(&row.cells);
            return;
        }
        let mut names = row.cells.iter().map(|cell| cell.name(text));
        if names.any(|name| chars::is_heading(&name)) && self.address_follows(row.next) {
            return;
        }
        if row.is_plain() {
            self.cell(first);
        } else {
            let range = self.trimmed(first.range.start..last.range.end);
            if chars::has_substance(self.slice(&range)) {
                self.push_stray(range);
            }
        }
    }

    fn address_follows(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let rest = rest.trim_start_matches(|c| chars::is_space(c) || chars::is_invisible(c));
        !rest.is_empty() && Row::at(self.text, self.text.len() - rest.len()).has_address(self.text)
    }

    /// Reads a row with an address in it. Each address has the cells between it and the one before, the last one
    /// also those behind it.
    fn cells(&mut self, cells: &[Cell]) {
        let text = self.text;
        let mut rest = cells;
        let mut left = cells.iter().filter(|cell| cell.has_address(text)).count();
        while let Some(at) = rest.iter().position(|cell| cell.has_address(text)) {
            left = left.saturating_sub(1);
            let (group, after) = rest.split_at(if left > 0 { at + 1 } else { rest.len() });
            rest = after;
            self.group(group, at);
        }
    }

    /// Reads the cells that belong to one address, which is in the cell `at`.
    fn group(&mut self, group: &[Cell], at: usize) {
        let before = self.entries.len();
        let (Some(first), Some(cell), Some(last)) = (group.first(), group.get(at), group.last())
        else {
            return;
        };
        self.cell(cell);
        let range = self.trimmed(first.range.start..last.range.end);
        let text = self.text;
        // Several in one cell stay as they are: whose name stands beside them?
        let Some([entry]) = self.entries.get_mut(before..) else {
            return;
        };
        entry.range = range;
        let name = name_beside(group, at, text);
        match &mut entry.reading {
            Reading::Ready(recipient) | Reading::Duplicate(recipient)
                if recipient.name.is_empty() =>
            {
                recipient.name = name;
            }
            Reading::Invalid { text, .. } if !name.is_empty() => *text = format!("{name} <{text}>"),
            _ => {}
        }
    }

    /// Reads the content of a cell as free text.
    fn cell(&mut self, cell: &Cell) {
        let mut start = cell.inner.start;
        for line in cell.content(self.text).split_inclusive(chars::is_break) {
            // The break itself is a space like any other.
            self.line(
                start..start + line.len(),
                if cell.quoted { "\"\"" } else { "\"" },
            );
            start += line.len();
        }
    }

    /// The range without the blanks at its ends.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = self.slice(&range);
        let blank = |c: char| chars::is_space(c) || chars::is_invisible(c);
        let start = range.end - text.trim_start_matches(blank).len();
        start..(range.start + text.trim_end_matches(blank).len()).max(start)
    }
}

/// The person's name in the cells beside an address, those before it first.
fn name_beside(group: &[Cell], at: usize, text: &str) -> String {
    let mut names = nearest_names(group.iter().take(at).rev(), text);
    names.reverse();
    if names.is_empty() {
        names = nearest_names(group.iter().skip(at + 1), text);
    }
    chars::clean_name(&names.join(" "))
}

/// The first cell that looks like a name, and the next one if both are single words.
fn nearest_names<'c>(cells: impl Iterator<Item = &'c Cell>, text: &str) -> Vec<String> {
    let filled = cells
        .map(|cell| cell.name(text))
        .filter(|name| !name.is_empty());
    let mut names = filled.skip_while(|name| !chars::looks_like_name(name));
    let mut found: Vec<String> = names.next().into_iter().collect();
    let is_single = |name: &String| !name.contains(' ');
    if found.iter().all(is_single) {
        found.extend(
            names
                .next()
                .filter(|name| is_single(name) && chars::looks_like_name(name)),
        );
    }
    found
}

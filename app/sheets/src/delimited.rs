//! Text with a delimiter between the cells.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use crate::{Kind, Limits, Sheet, Unreadable, rows::Rows, signature};

// Where two fit equally well, the later one is taken: prose has commas, seldom tabs.
const DELIMITERS: [u8; 4] = [b',', b'|', b';', b'\t'];

// No text in UTF-8 has this byte.
const NO_DELIMITER: u8 = 0xff;

// Read after the text as a row of its own, unless a quote is still open there.
const END: &[u8] = b"\n\0";

const SAMPLE_BYTES: usize = 64 << 10;
const SAMPLE_ROWS: usize = 100;

pub(crate) fn read(
    text: &str,
    encoding: &'static str,
    limits: &Limits,
) -> Result<Sheet, Unreadable> {
    if signature::is_foreign_text(text) {
        return Err(Unreadable::NotATable);
    }
    let (delimiter, text, first_line) = match declaration(text) {
        Some((delimiter, rest)) => (Some(delimiter), rest, 2),
        None => (sniff(text), text, 1),
    };
    let mut rows = Rows::new(limits);
    let mut lines = Lines::new(text, first_line);
    let mut reader = reader(text.as_bytes().chain(END), delimiter);
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| Unreadable::Damaged)?
    {
        let Some(line) = lines.at_record(&record) else {
            break;
        };
        if reader.position().byte() == (text.len() + END.len()) as u64 {
            return Err(Unreadable::UnclosedQuote { line });
        }
        rows.push(line, record.iter())?;
    }
    rows.finish(Kind::Delimited {
        delimiter: delimiter.map(char::from),
        encoding,
    })
}

fn reader<R: Read>(text: R, delimiter: Option<u8>) -> csv::Reader<R> {
    ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(NO_DELIMITER))
        .has_headers(false)
        .flexible(true)
        .from_reader(text)
}

/// Counts the lines before each record; `csv` counts line feeds only.
struct Lines<'t> {
    rest: &'t [u8],
    passed: u64,
    line: u32,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, line: u32) -> Self {
        Self {
            rest: text.as_bytes(),
            passed: 0,
            line,
        }
    }

    /// The line in which a record begins, unless it is past the text.
    fn at_record(&mut self, record: &StringRecord) -> Option<u32> {
        let start = record.position()?.byte();
        let before = usize::try_from(start.checked_sub(self.passed)?).ok()?;
        self.skip(before)?;
        // A record's position is where the one before it ended, ahead of the line break.
        let breaks = self.rest.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
        let breaks = breaks.count();
        self.skip(breaks)?;
        (!self.rest.is_empty()).then_some(self.line)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        let (skipped, rest) = self.rest.split_at_checked(count)?;
        let breaks = skipped.iter().enumerate().filter(|&(index, &byte)| {
            let next = skipped.get(index + 1).or(rest.first());
            byte == b'\n' || byte == b'\r' && next != Some(&b'\n')
        });
        let breaks = breaks.count();
        self.line = self.line.saturating_add(u32::try_from(breaks).ok()?);
        self.passed += count as u64;
        self.rest = rest;
        Some(())
    }
}

/// The delimiter that Excel's own first line `sep=;` names, and the text after that line.
fn declaration(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_at_checked(text.find(['\r', '\n'])?)?;
    let line = line
        .strip_prefix('"')
        .and_then(|line| line.strip_suffix('"'))
        .unwrap_or(line);
    let (key, value) = line.split_at_checked(4)?;
    let &[delimiter] = value.as_bytes() else {
        return None;
    };
    let names_it = key.eq_ignore_ascii_case("sep=")
        && delimiter.is_ascii()
        && !delimiter.is_ascii_alphanumeric()
        && delimiter != b'"';
    let rest = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix(['\r', '\n']))?;
    names_it.then_some((delimiter, rest))
}

/// The delimiter that cuts the first rows most evenly; `None` if none cuts the first of them.
fn sniff(text: &str) -> Option<u8> {
    DELIMITERS
        .into_iter()
        .filter_map(|delimiter| Some((evenness(text, delimiter)?, delimiter)))
        .max_by_key(|&(evenness, _)| evenness)
        .map(|(_, delimiter)| delimiter)
}

/// How many of a thousand rows are as wide as the first one, and how wide that is.
fn evenness(text: &str, delimiter: u8) -> Option<(usize, usize)> {
    let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES))?;
    let mut widths: Vec<usize> = reader(sample.as_bytes(), Some(delimiter))
        .into_records()
        .filter_map(Result::ok)
        .filter(|record| record.iter().any(|cell| !cell.trim().is_empty()))
        .map(|record| record.len())
        .take(SAMPLE_ROWS + 1)
        .collect();
    // The last row may be cut in the middle.
    if widths.len() > 1 && (sample.len() < text.len() || widths.len() > SAMPLE_ROWS) {
        widths.pop();
    }
    let Some(&first) = widths.first() else {
        // Nothing but delimiters.
        return Some((1_000, 0));
    };
    let even = widths.iter().filter(|&&width| width == first).count();
    (first > 1).then_some((even * 1_000 / widths.len(), first))
}

//! What is checked in a workbook before calamine reads it.
//!
//! Calamine trusts a workbook: it reserves as many shared strings as the file announces, copies a
//! number format into every style that names it, and adds up numbers without looking for an
//! overflow. A file of a few kilobytes can end the process that way. So every part is unpacked and
//! parsed here once, with the readers that calamine uses, and everything that it would keep in
//! memory is counted.

use std::io::{self, BufReader, Cursor, Read};

use calamine::Style;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Limits, Unreadable};

// Each entry of a zip's directory begins with this.
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRIES: usize = 10_000;

// The longest text that Excel writes into a cell has 32 767 characters. Pictures pass for a little
// XML, up to their first `<`.
const TOKEN_BYTES: u64 = 4 << 20;

/// Checks every part, and returns how many bytes the largest one takes.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<u64, Unreadable> {
    let entries = bytes.array_windows().filter(|w| **w == ENTRY).count();
    if entries > ENTRIES {
        return Err(Unreadable::Expands);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| reason(&error))?;
    let mut budget = Budget {
        left: limits.expanded,
        exhausted: false,
    };
    let mut has_workbook = false;
    let mut largest = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| reason(&error))?;
        let before = budget.left;
        has_workbook |= check_part(part, &mut budget)?;
        largest = largest.max(before - budget.left);
    }
    if has_workbook {
        Ok(largest)
    } else {
        Err(Unreadable::NotATable)
    }
}

fn reason(error: &ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Encrypted,
        ZipError::CompressionMethodNotSupported(_) => Unreadable::NotATable,
        _ => Unreadable::Damaged,
    }
}

/// Unpacks a part to its end; true if it is the workbook itself.
fn check_part(part: impl Read, budget: &mut Budget) -> Result<bool, Unreadable> {
    let mut xml = Reader::from_reader(BufReader::new(Metered {
        part,
        budget,
        token: 0,
    }));
    let config = xml.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;

    let mut root = None;
    let mut longest = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let cost = match xml.read_event_into(&mut buffer) {
            // Calamine stops here too. Pictures and the like end at once.
            Ok(Event::Eof) | Err(_) => break,
            Ok(Event::Start(element)) => {
                if matches!(element.local_name().as_ref(), "name" | "numFmt") {
                    longest = longest.max(element.len() as u64);
                }
                root.get_or_insert_with(|| element.local_name().as_ref() == "workbook");
                check_element(&element, longest)?
            }
            Ok(_) => 0,
        };
        let metered = xml.get_mut().get_mut();
        metered.token = 0;
        metered.budget.spend(cost)?;
    }
    let Metered { part, budget, .. } = xml.into_inner().into_inner();
    if budget.exhausted {
        return Err(Unreadable::Expands);
    }
    let mut rest = part.take(budget.left.saturating_add(1));
    let rest = io::copy(&mut rest, &mut io::sink()).map_err(|_| Unreadable::Damaged)?;
    budget.spend(rest)?;
    Ok(root.unwrap_or_default())
}

/// The bytes that calamine keeps because of an element, besides its text.
fn check_element(element: &BytesStart<'_>, longest: u64) -> Result<u64, Unreadable> {
    let name = element.local_name();
    let name = name.as_ref();
    let mut cost = match name {
        "si" => 2 * size_of::<String>() as u64,
        // A style has a copy of a font and of a number format, and a string in each.
        "xf" | "font" | "fill" | "border" => 2 * (size_of::<Style>() as u64 + longest),
        "numFmt" | "Relationship" | "sheet" | "definedName" => 512,
        _ => 0,
    };
    if matches!(name, "sst" | "row" | "c" | "dimension" | "numFmt") {
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| Unreadable::Damaged)?;
            let value = attribute.value.as_ref();
            let valid = match (name, attribute.key.as_ref()) {
                ("sst", "uniqueCount") => {
                    let count: u64 = value.parse().unwrap_or_default();
                    cost = cost.saturating_add(count.saturating_mul(size_of::<String>() as u64));
                    true
                }
                ("row" | "c", "r") => reference(value).is_some(),
                ("dimension", "ref") => is_range(value),
                ("numFmt", "formatCode") => is_number_format(value),
                _ => true,
            };
            if !valid {
                return Err(Unreadable::Damaged);
            }
        }
    }
    Ok(cost)
}

/// The column and row of a reference such as `BC17`, each 0 if left out.
fn reference(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit());
    let (letters, digits) = text.split_at_checked(digits.unwrap_or(text.len()))?;
    if letters.len() > 3 || digits.len() > 7 {
        return None;
    }
    let column = letters.bytes().try_fold(0, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        let digit = letter.is_ascii_uppercase().then(|| letter - b'A' + 1)?;
        Some(column * 26 + u32::from(digit))
    })?;
    let row = if digits.is_empty() {
        0
    } else {
        digits.parse().ok()?
    };
    Some((column, row))
}

fn is_range(text: &str) -> bool {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    match (reference(first), reference(last)) {
        (Some(first), Some(last)) => first.0 <= last.0 && first.1 <= last.1,
        _ => false,
    }
}

// Calamine counts the open brackets in one byte.
fn is_number_format(code: &str) -> bool {
    unescape(code).is_ok_and(|code| code.matches('[').count() < 256)
}

/// The bytes that may still be unpacked.
struct Budget {
    left: u64,
    exhausted: bool,
}

impl Budget {
    fn spend(&mut self, bytes: u64) -> Result<(), Unreadable> {
        let left = self.left.checked_sub(bytes);
        self.exhausted |= left.is_none();
        self.left = left.ok_or(Unreadable::Expands)?;
        Ok(())
    }
}

/// Counts what is really unpacked: a zip may declare any size.
struct Metered<'b, R> {
    part: R,
    budget: &'b mut Budget,
    /// Bytes since the last token of XML, which is kept in memory until it ends.
    token: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.part.read(buffer)?;
        self.token += count as u64;
        let spent = self.budget.spend(count as u64);
        if spent.is_err() || self.token > TOKEN_BYTES {
            self.budget.exhausted = true;
            return Err(io::Error::other(Unreadable::Expands));
        }
        Ok(count)
    }
}

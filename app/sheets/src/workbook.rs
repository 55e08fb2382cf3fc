//! XLSX workbooks.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{
    DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError,
};

use crate::{Kind, Limits, Sheet, Unreadable, cell, package, rows::Rows};

// The dates from 1900 to 9999, in days.
const DATES: std::ops::Range<f64> = 0.0..2_958_466.0;

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, Unreadable> {
    let largest = package::check(bytes, limits)?;
    let mut book = Book::new(Cursor::new(bytes)).map_err(|error| reason(&error))?;
    // A workbook can list one costly sheet any number of times, so all sheets together may take no
    // more than their parts could.
    let affordable = usize::try_from(limits.expanded / largest.max(1)).unwrap_or(usize::MAX);
    let visible: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .take(affordable.max(1))
        .collect();
    for name in visible {
        let cells = book
            .worksheet_cells_reader(&name)
            .map_err(|error| reason(&error))?;
        match read_sheet(cells, limits) {
            Err(Unreadable::Empty) => {}
            read => return read,
        }
    }
    Err(Unreadable::Empty)
}

fn reason(error: &XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::Encrypted,
        _ => Unreadable::Damaged,
    }
}

fn read_sheet(
    mut cells: XlsxCellReader<'_, Cursor<&[u8]>>,
    limits: &Limits,
) -> Result<Sheet, Unreadable> {
    let mut rows = Rows::new(limits);
    let mut line = 0;
    let mut row: Vec<String> = Vec::new();
    loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            // An error that Excel came to know later, such as #SPILL!.
            Err(XlsxError::CellError(_)) => continue,
            Err(error) => return Err(reason(&error)),
        };
        let text = text(cell.get_value());
        if cell::is_empty(&text) {
            continue;
        }
        let (index, column) = cell.get_position();
        if column >= limits.columns {
            return Err(Unreadable::TooManyColumns);
        }
        if index + 1 != line {
            rows.push(line, row.iter().map(String::as_str))?;
            row.iter_mut().for_each(String::clear);
            line = index + 1;
        }
        let column = column as usize;
        if row.len() <= column {
            row.resize_with(column + 1, String::new);
        }
        if let Some(slot) = row.get_mut(column) {
            slot.clear();
            slot.push_str(&text);
        }
    }
    rows.push(line, row.iter().map(String::as_str))?;
    rows.finish(Kind::Workbook)
}

fn text<'t>(value: &'t DataRef<'_>) -> Cow<'t, str> {
    match value {
        DataRef::String(text) | DataRef::DurationIso(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => number.to_string().into(),
        DataRef::Float(value) => number(*value).into(),
        DataRef::Bool(value) => value.to_string().into(),
        DataRef::DateTime(date) => date_time(date).into(),
        DataRef::DateTimeIso(text) => iso_date_time(text).into(),
        DataRef::Error(_) | DataRef::Empty => Cow::Borrowed(""),
    }
}

/// A number as Excel shows it in a wide enough cell, never with an exponent.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value.fract() == 0.0 {
        // Adding zero takes the sign from a negative zero.
        return (value + 0.0).to_string();
    }
    // Excel shows 15 digits: 0.3 is often stored as 0.30000000000000004.
    let rounded = format!("{value:.14e}").parse().unwrap_or(value);
    rounded.to_string()
}

fn date_time(value: &ExcelDateTime) -> String {
    let days = value.as_f64();
    if !DATES.contains(&days) {
        return number(days);
    }
    if value.is_duration() {
        let seconds = (days * 86_400.0).round();
        let (hours, minutes) = ((seconds / 3_600.0).floor(), (seconds / 60.0).floor() % 60.0);
        return format!("{hours:02}:{minutes:02}:{:02}", seconds % 60.0);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if days < 1.0 {
        time
    } else if time == "00:00:00" {
        date
    } else {
        format!("{date} {time}")
    }
}

fn iso_date_time(text: &str) -> String {
    let Some((date, time)) = text.split_once('T') else {
        return text.to_owned();
    };
    let time = time.trim_end_matches('Z');
    let (time, _) = time.split_once('.').unwrap_or((time, ""));
    if time == "00:00:00" {
        date.to_owned()
    } else {
        format!("{date} {time}")
    }
}

//! Workbooks made to exhaust memory or to trip calamine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop with a panic"
)]

mod common;

use std::io::{Cursor, Write};

use common::{PARTS, read, sheet, workbook, zip};
use sheets::{Limits, Unreadable};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[test]
fn zeros() {
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in PARTS {
        bomb.start_file(name, SimpleFileOptions::default()).unwrap();
        bomb.write_all(content.as_bytes()).unwrap();
    }
    bomb.start_file("xl/worksheets/sheet2.xml", SimpleFileOptions::default())
        .unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read(&bomb), Err(Unreadable::Expands));
}

#[test]
fn many_small_rows() {
    let data = "<row/>".repeat(400_000);
    let limits = Limits {
        expanded: 2 << 20,
        ..Limits::default()
    };
    assert_eq!(
        sheets::read(&sheet(&data), &limits),
        Err(Unreadable::Expands)
    );
}

/// The directory says 10 bytes, the part has more.
#[test]
fn a_size_that_lies() {
    let mut bytes = sheet(&"<row/>".repeat(1_000));
    let name = b"xl/worksheets/sheet1.xml";
    let entry = bytes
        .windows(name.len())
        .rposition(|window| window == name)
        .unwrap();
    bytes[entry - 46 + 24..][..4].copy_from_slice(&10_u32.to_le_bytes());
    assert_eq!(read(&bytes), Err(Unreadable::Damaged));
}

#[test]
fn many_parts() {
    let names: Vec<String> = (0..10_001).map(|n| n.to_string()).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read(&zip(&parts)), Err(Unreadable::Expands));
}

#[test]
fn one_endless_token() {
    for content in [
        "x".repeat(5 << 20),
        format!("<a b=\"{}\"/>", "x".repeat(5 << 20)),
    ] {
        let data = format!("<row><c t=\"str\"><v>{content}</v></c></row>");
        assert_eq!(read(&sheet(&data)), Err(Unreadable::Expands));
    }
}

/// Calamine reserves what is announced.
#[test]
fn announced_strings() {
    for count in ["18446744073709551615", "99999999999", "4000000000000000000"] {
        let strings =
            format!(r#"<sst uniqueCount="1" uniqueCount="{count}"><si><t>a</t></si></sst>"#);
        let bytes = workbook(&[("xl/sharedStrings.xml", &strings)]);
        assert_eq!(read(&bytes), Err(Unreadable::Expands), "{count}");
    }
}

#[test]
fn many_empty_strings() {
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(6_000_000));
    let bytes = workbook(&[("xl/sharedStrings.xml", &strings)]);
    assert_eq!(read(&bytes), Err(Unreadable::Expands));
}

/// Calamine copies the format into each style.
#[test]
fn one_long_format_in_many_styles() {
    let format = "0".repeat(1 << 20);
    let styles = format!(
        r#"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{format}"/></numFmts><cellXfs>{}</cellXfs></styleSheet>"#,
        r#"<xf numFmtId="200"/>"#.repeat(10_000),
    );
    assert_eq!(
        read(&workbook(&[("xl/styles.xml", &styles)])),
        Err(Unreadable::Expands)
    );
}

/// Calamine adds up what these say without looking for an overflow.
#[test]
fn numbers_that_overflow() {
    for data in [
        r#"<row r="99999999999"/>"#,
        r#"<row><c r="A99999999999"/></row>"#,
        r#"<row><c r="AAAAAAAAAAAA1"/></row>"#,
        r#"<row><c r="A1" r="AAAAAAAAAAAA1"/></row>"#,
    ] {
        assert_eq!(read(&sheet(data)), Err(Unreadable::Damaged), "{data}");
    }
    for range in ["B2:A1", "A9:B1", "A1:A99999999999"] {
        let part = format!(r#"<worksheet><dimension ref="{range}"/><sheetData/></worksheet>"#);
        let bytes = workbook(&[("xl/worksheets/sheet1.xml", &part)]);
        assert_eq!(read(&bytes), Err(Unreadable::Damaged), "{range}");
    }
    for code in ["[".repeat(300), "&#91;".repeat(300)] {
        let styles = format!(
            r#"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>"#
        );
        assert_eq!(
            read(&workbook(&[("xl/styles.xml", &styles)])),
            Err(Unreadable::Damaged)
        );
    }
}

/// Together they may take no longer than all parts could.
#[test]
fn one_sheet_listed_many_times() {
    let sheets = r#"<sheet name="One" sheetId="1" r:id="rId1"/>"#.repeat(1_000);
    let book = format!("<workbook><sheets>{sheets}</sheets></workbook>");
    let part = format!(
        "<worksheet><sheetData>{}</sheetData></worksheet>",
        "<row/>".repeat(1_000)
    );
    let bytes = workbook(&[
        ("xl/workbook.xml", &book),
        ("xl/worksheets/sheet1.xml", &part),
    ]);
    assert_eq!(read(&bytes), Err(Unreadable::Empty));
}

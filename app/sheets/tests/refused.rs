//! Everything that is refused, and why.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop with a panic"
)]

mod common;

use std::io::{Cursor, Write};

use common::{read, sheet, workbook, zip};
use sheets::{Limits, Unreadable, read_text};
use zip::ZipWriter;
use zip::unstable::write::FileOptionsExt;
use zip::write::SimpleFileOptions;

fn compound_file(name: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(2048, 0);
    bytes
}

#[test]
fn nothing_is_empty() {
    for text in [
        "",
        " ",
        "\n\r\n\t\n",
        ",,,\n,,\n",
        "\u{feff}",
        "\"\"",
        "sep=;\n",
        "\0\0",
    ] {
        assert_eq!(read(text.as_bytes()), Err(Unreadable::Empty), "{text:?}");
        assert_eq!(
            read_text(text, &Limits::default()),
            Err(Unreadable::Empty),
            "{text:?}"
        );
    }
    assert_eq!(read(b"\xff\xfe"), Err(Unreadable::Empty));
}

#[test]
fn other_files_are_no_tables() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let exe = [
        &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0"[..],
        &[0; 64],
    ]
    .concat();
    let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0\x43\0\x08\x06\x06\x07\x06\x05\x08";
    let noise: Vec<u8> = (0..5000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let docx = zip(&[
        ("word/document.xml", b"<w:document/>"),
        ("[Content_Types].xml", b"<Types/>"),
    ]);
    for (name, bytes) in [
        ("png", &png[..]),
        ("jpeg", jpeg),
        ("exe", &exe),
        ("noise", &noise),
        ("pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
        ("rtf", b"{\\rtf1\\ansi Name\\tab Mail}"),
        (
            "html",
            b"\n<!DOCTYPE HTML><table><tr><td>a</td></tr></table>",
        ),
        (
            "xls that is html",
            b"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">",
        ),
        ("xml", b"\xef\xbb\xbf<?xml version=\"1.0\"?><users/>"),
        ("json", b"[\n  { \"name\": \"Ann\" }\n]"),
        ("vcard", b"BEGIN:VCARD\nFN:Ann\nEND:VCARD\n"),
        ("zip", &zip(&[("notes.txt", b"a,b\n1,2\n")])),
        ("empty zip", &zip(&[])),
        ("docx", &docx),
        (
            "ods",
            &zip(&[
                (
                    "mimetype",
                    b"application/vnd.oasis.opendocument.spreadsheet",
                ),
                ("content.xml", b"<office:document-content/>"),
            ]),
        ),
        ("doc", &compound_file("WordDocument")),
    ] {
        assert_eq!(read(bytes), Err(Unreadable::NotATable), "{name}");
    }
}

#[test]
fn old_and_locked_workbooks_are_told_apart() {
    assert_eq!(read(&compound_file("Workbook")), Err(Unreadable::OldExcel));
    assert_eq!(read(&compound_file("BOOK")), Err(Unreadable::OldExcel));
    assert_eq!(
        read(&compound_file("EncryptedPackage")),
        Err(Unreadable::Encrypted)
    );

    let mut locked = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .with_deprecated_encryption(b"secret")
        .unwrap();
    locked.start_file("xl/workbook.xml", options).unwrap();
    locked.write_all(b"<workbook/>").unwrap();
    let locked = locked.finish().unwrap().into_inner();
    assert_eq!(read(&locked), Err(Unreadable::Encrypted));
}

#[test]
fn damage_is_found() {
    let whole = workbook(&[]);
    assert!(read(&whole).is_ok());
    assert_eq!(read(&whole[..whole.len() / 2]), Err(Unreadable::Damaged));
    let mut flipped = whole.clone();
    flipped[80] ^= 0xff;
    assert_eq!(read(&flipped), Err(Unreadable::Damaged));
    for data in [
        r#"<row><c t="s"><v>9</v></c></row>"#,
        r#"<row><c t="str"><v>&bomb;</v></c></row>"#,
        r#"<row><c t="b"><v>maybe</v></c></row>"#,
    ] {
        assert_eq!(read(&sheet(data)), Err(Unreadable::Damaged), "{data}");
    }
    for (name, part) in [
        ("_rels/.rels", ""),
        ("xl/_rels/workbook.xml.rels", "<Relationships/>"),
        ("xl/worksheets/sheet1.xml", "<worksheet/>"),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c><v>1</v></c></row>",
        ),
        ("xl/sharedStrings.xml", "<sst>"),
    ] {
        assert_eq!(
            read(&workbook(&[(name, part)])),
            Err(Unreadable::Damaged),
            "{name}"
        );
    }
    // Half of a character after a mark, and a broken letter among whole ones.
    assert_eq!(read(b"\xff\xfea\0,"), Err(Unreadable::Damaged));
    assert_eq!(
        read("Ёлкина,Пётр\nОль\u{431}".as_bytes().split_last().unwrap().1),
        Err(Unreadable::Damaged)
    );
}

/// Entities are never expanded, so they cannot multiply.
#[test]
fn nested_entities_are_refused() {
    let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>"#;
    assert_eq!(
        read(&workbook(&[("xl/worksheets/sheet1.xml", laughs)])),
        Err(Unreadable::Damaged)
    );
}

#[test]
fn limits_are_kept() {
    let limits = Limits {
        bytes: 100,
        rows: 2,
        columns: 3,
        cell: 4,
        expanded: 1 << 20,
    };
    for (text, expected) in [
        ("a\nb\nc\n", Ok(3)),
        ("a\nb\nc\nd\n", Err(Unreadable::TooManyRows)),
        ("a,\n\n,,,,\nb\n\nc\n\n", Ok(3)),
        ("1,2,3\n", Ok(1)),
        ("1,2,3,,, ,\n", Ok(1)),
        ("1,2,3,4\n", Err(Unreadable::TooManyColumns)),
        ("ёёёё", Ok(1)),
        ("  1234  ", Ok(1)),
        (
            "a\nb,12345\n",
            Err(Unreadable::CellTooLong { line: 2, column: 1 }),
        ),
        (
            "a,b\nb,12345\n",
            Err(Unreadable::CellTooLong { line: 2, column: 2 }),
        ),
    ] {
        let read = sheets::read(text.as_bytes(), &limits).map(|sheet| sheet.rows.len());
        assert_eq!(read, expected, "{text:?}");
    }
    assert_eq!(
        sheets::read(&[b'a'; 101], &limits),
        Err(Unreadable::TooLarge)
    );
    assert_eq!(
        read_text(&"a".repeat(101), &limits),
        Err(Unreadable::TooLarge)
    );
    let wide = vec!["x"; 10_000].join(";");
    assert_eq!(read(wide.as_bytes()), Err(Unreadable::TooManyColumns));
    assert_eq!(
        read("a,b\n".repeat(100_002).as_bytes()),
        Err(Unreadable::TooManyRows)
    );
    assert_eq!(
        read("a,b\n".repeat(100_001).as_bytes()).unwrap().rows.len(),
        100_001
    );
}

#[test]
fn limits_are_kept_in_workbooks() {
    let limits = Limits {
        rows: 1,
        columns: 3,
        cell: 4,
        ..Limits::default()
    };
    for (data, expected) in [
        (r#"<row r="9"><c r="C9"><v>1</v></c></row>"#, Ok(1)),
        (
            r#"<row r="9"><c r="C9"><v>1</v></c><c r="D9" t="str"><v> </v></c></row>"#,
            Ok(1),
        ),
        (
            r#"<row r="9"><c r="D9"><v>1</v></c></row>"#,
            Err(Unreadable::TooManyColumns),
        ),
        (
            r#"<row r="9"><c r="B9"><v>12345</v></c></row>"#,
            Err(Unreadable::CellTooLong { line: 9, column: 2 }),
        ),
        (
            r"<row><c><v>1</v></c></row><row><c/></row><row><c><v>1</v></c></row>",
            Ok(2),
        ),
        (
            r"<row><c><v>1</v></c></row><row><c><v>1</v></c></row><row><c><v>1</v></c></row>",
            Err(Unreadable::TooManyRows),
        ),
    ] {
        let read = sheets::read(&sheet(data), &limits).map(|sheet| sheet.rows.len());
        assert_eq!(read, expected, "{data}");
    }
}

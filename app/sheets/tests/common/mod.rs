#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop with a panic"
)]
#![allow(dead_code, reason = "each test binary uses some of them")]

use std::io::{Cursor, Write};

use sheets::{Limits, Sheet, Unreadable};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    sheets::read(bytes, &Limits::default())
}

/// The cells of every row, joined by `|`, each row after its line.
pub fn show(sheet: &Sheet) -> Vec<String> {
    sheet
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.cells().collect();
            format!("{}: {}", row.line(), cells.join("|"))
        })
        .collect()
}

pub fn shown(bytes: &[u8]) -> Vec<String> {
    show(&read(bytes).unwrap())
}

pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with one sheet, some of its parts replaced or added.
pub fn workbook(changed: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = PARTS.to_vec();
    for change in changed {
        match parts.iter_mut().find(|part| part.0 == change.0) {
            Some(part) => *part = *change,
            None => parts.push(*change),
        }
    }
    let parts: Vec<(&str, &[u8])> = parts
        .into_iter()
        .map(|(name, content)| (name, content.as_bytes()))
        .collect();
    zip(&parts)
}

/// A workbook whose only sheet has this content.
pub fn sheet(data: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
    workbook(&[("xl/worksheets/sheet1.xml", &sheet)])
}

pub const PARTS: [(&str, &str); 6] = [
    (
        "_rels/.rels",
        r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy\-mm\-dd"/></numFmts><fonts><font><name val="Calibri"/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="200"/><xf numFmtId="46"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst count="2" uniqueCount="2"><si><t>Name</t></si><si><r><t>Анна</t></r><rPh><t>x</t></rPh></si></sst>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        r#"<worksheet><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Born</t></is></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>36526</v></c></row></sheetData></worksheet>"#,
    ),
];

//! Properties: nothing panics, and what a writer of tables writes is read back the same.
//!
//! `PROPTEST_CASES` sets how many cases are tried.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop with a panic"
)]

mod common;

use common::{PARTS, read, workbook};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rust_xlsxwriter::Workbook;
use sheets::{Kind, Limits, read_text};

const CSV: &str = "sep=;\r\nИмя;\"Адрес, \"\"дом\"\"\";Mail\r\n\"Анна\nКаренина\";1;a@example.org\r\n;;\r\nПётр;\"2\";p@example.org\r\n";

/// What a mutation puts in place of some bytes.
fn splice() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let tokens: Vec<&str> = vec![
        "",
        "0",
        "99999999999",
        "-1",
        "\"",
        "'",
        "<",
        ">",
        "</",
        "/>",
        "&",
        "&amp;",
        "&#0;",
        "&#91;",
        "_x000D_",
        "<row>",
        "</row>",
        "<c>",
        "<v>",
        "</v>",
        "</c>",
        "<is>",
        "<t>",
        "</t>",
        "<si>",
        " r=\"ZZZ9999999\"",
        " r=\"\"",
        " t=\"s\"",
        " t=\"d\"",
        " t=\"e\"",
        " s=\"2\"",
        "ref=\"B2:A1\"",
        "uniqueCount=\"9999999999999\"",
        "NaN",
        "1e308",
        "-1e308",
        "2958465.9999999999",
        "0.99999999999",
        "[",
        "]",
        "h",
        "\\",
        "1904",
        "<![CDATA[",
        "<!--",
        "<?",
        "\u{feff}",
        "\t",
        ";",
        "\r",
        "\n",
        "\0",
    ];
    let piece = prop_oneof![
        3 => select(tokens).prop_map(|token| token.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..6),
    ];
    (any::<Index>(), 0_usize..20, piece)
}

fn mutate(bytes: &mut Vec<u8>, splices: Vec<(Index, usize, Vec<u8>)>) {
    for (at, length, piece) in splices {
        let start = at.index(bytes.len() + 1);
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, piece);
    }
}

fn real_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write_row(0, 0, ["Имя", "Mail", "Phone"]).unwrap();
    page.write_row(1, 0, ["Анна", "a@example.org", "+7 905 123-45-67"])
        .unwrap();
    page.write_number(2, 2, 79_051_234_567_f64).unwrap();
    book.save_to_buffer().unwrap()
}

/// Within the limits, and nothing in it that cleaning removes.
fn check(bytes: &[u8]) {
    let limits = Limits {
        bytes: 1 << 20,
        rows: 50,
        columns: 20,
        cell: 100,
        expanded: 4 << 20,
    };
    let Ok(sheet) = sheets::read(bytes, &limits) else {
        return;
    };
    assert!((1..=51).contains(&sheet.rows.len()));
    assert!(sheet.rows.is_sorted_by_key(sheets::Row::line));
    for row in &sheet.rows {
        assert!((1..=20).contains(&row.width()) && !row.cell(row.width() - 1).is_empty());
        for cell in row.cells() {
            assert!(
                cell.chars().count() <= 100
                    && !cell.contains(char::is_control)
                    && cell.trim() == cell
            );
        }
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        check(&bytes);
    }

    #[test]
    fn any_bytes_of_a_table(bytes in vec(select(b",;\t|\"\r\n ab=sep\0\xef\xbb\xbf\xff\xfe\xc0\xe9\x04".to_vec()), 0..100)) {
        check(&bytes);
    }

    #[test]
    fn any_text(text in ".{0,200}") {
        let _ = read_text(&text, &Limits::default());
        check(text.as_bytes());
    }

    #[test]
    fn mutated_csv(splices in vec(splice(), 1..6)) {
        let mut bytes = CSV.as_bytes().to_vec();
        mutate(&mut bytes, splices);
        check(&bytes);
    }

    #[test]
    fn mutated_workbook(splices in vec(splice(), 1..6)) {
        let mut bytes = real_workbook();
        mutate(&mut bytes, splices);
        check(&bytes);
    }

    /// A mutated workbook seldom unpacks; mutated XML always does.
    #[test]
    fn mutated_parts(part in 0..PARTS.len(), splices in vec(splice(), 1..6)) {
        let (name, content) = PARTS[part];
        let mut bytes = content.as_bytes().to_vec();
        mutate(&mut bytes, splices);
        let content = String::from_utf8_lossy(&bytes);
        check(&workbook(&[(name, &content)]));
    }

    #[test]
    fn written_csv_is_read_back(
        rows in (2_usize..6).prop_flat_map(|width| vec(vec("[a-zа-я,;|\"\n\t ]{0,12}", width), 1..20)),
        delimiter in select(b",;\t|".to_vec()),
        style in select(vec![csv::QuoteStyle::Always, csv::QuoteStyle::Necessary, csv::QuoteStyle::NonNumeric]),
        line_end in select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')]),
    ) {
        // A header of plain words, as tables have, is what tells the delimiter.
        let header: Vec<String> = (0..rows[0].len()).map(|n| format!("column{n}")).collect();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(style)
            .terminator(line_end)
            .from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let written = writer.into_inner().unwrap();

        let expected: Vec<Vec<String>> = [header].iter().chain(&rows).map(|row| clean(row)).filter(|row| !row.is_empty()).collect();
        let sheet = read(&written).unwrap();
        let rows: Vec<Vec<&str>> = sheet.rows.iter().map(|row| row.cells().collect()).collect();
        prop_assert_eq!(sheet.kind, Kind::Delimited { delimiter: Some(delimiter.into()), encoding: "UTF-8" });
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn written_workbook_is_read_back(rows in vec(vec("[a-zа-я,;<&>_x0D\"\n ]{0,12}", 1..6), 1..20)) {
        let expected: Vec<Vec<String>> = rows.iter().map(|row| clean(row)).filter(|row| !row.is_empty()).collect();
        prop_assume!(!expected.is_empty());
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        for (index, row) in (0..).zip(&rows) {
            page.write_row(index, 0, row).unwrap();
        }
        let sheet = read(&book.save_to_buffer().unwrap()).unwrap();
        let rows: Vec<Vec<&str>> = sheet.rows.iter().map(|row| row.cells().collect()).collect();
        prop_assert_eq!(rows, expected);
    }
}

/// The cells as they are to be read: trimmed, in one line, without empty ones at the end.
fn clean(row: &[String]) -> Vec<String> {
    let mut row: Vec<String> = row
        .iter()
        .map(|cell| {
            let lines = cell
                .split('\n')
                .map(str::trim)
                .filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join(" ").replace('\t', " ")
        })
        .collect();
    while row.last().is_some_and(String::is_empty) {
        row.pop();
    }
    row
}

//! XLSX workbooks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop with a panic"
)]

mod common;

use common::{read, sheet, show, shown, workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sheets::{Kind, Unreadable};

#[test]
fn reads_every_type_of_cell() {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    let date = Format::new().set_num_format("dd.mm.yyyy");
    let time = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    let clock = Format::new().set_num_format("hh:mm");
    let span = Format::new().set_num_format("[h]:mm:ss");
    let money = Format::new().set_num_format("#,##0.00\\ \"руб.\"");
    let day = ExcelDateTime::from_ymd(1999, 12, 31).unwrap();
    let noon = ExcelDateTime::from_ymd(2024, 2, 29)
        .unwrap()
        .and_hms(12, 30, 5)
        .unwrap();

    // The first rows are left empty.
    page.write_string(2, 0, "  Анна\u{a0}\n Каренина ").unwrap();
    page.write_number(2, 2, 79_051_234_567_f64).unwrap();
    page.write_number(2, 3, 123_456_789_012_345_f64).unwrap();
    page.write_number(3, 0, -0.5).unwrap();
    page.write_number(3, 1, 0.1 + 0.2).unwrap();
    page.write_number(3, 2, 1e-7).unwrap();
    page.write_number(3, 3, 1e21).unwrap();
    page.write_number_with_format(3, 4, 1234.5, &money).unwrap();
    page.write_datetime_with_format(5, 0, &day, &date).unwrap();
    page.write_datetime_with_format(5, 1, &noon, &time).unwrap();
    page.write_number_with_format(5, 2, 0.75, &clock).unwrap();
    page.write_number_with_format(5, 3, 1.5 + 1.0 / 86_400.0, &span)
        .unwrap();
    page.write_number_with_format(5, 4, 79_051_234_567_f64, &date)
        .unwrap();
    page.write_number_with_format(5, 5, -1, &date).unwrap();
    page.write_boolean(6, 0, true).unwrap();
    page.write_boolean(6, 1, false).unwrap();
    page.write_formula(7, 0, Formula::new("=A1&\"x\"").set_result("made <&> up"))
        .unwrap();
    page.write_formula(7, 1, Formula::new("=1+1").set_result("2"))
        .unwrap();
    page.write_formula(8, 0, Formula::new("=NA()").set_result("#N/A"))
        .unwrap();
    page.write_formula(8, 1, Formula::new("=1/0").set_result("#DIV/0!"))
        .unwrap();
    page.write_string(8, 2, "after errors").unwrap();
    page.write_blank(9, 0, &date).unwrap();

    let sheet = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(sheet.kind, Kind::Workbook);
    assert_eq!(
        show(&sheet),
        [
            "3: Анна Каренина||79051234567|123456789012345",
            "4: -0.5|0.3|0.0000001|1000000000000000000000|1234.5",
            "6: 1999-12-31|2024-02-29 12:30:05|18:00:00|36:00:01|79051234567|-1",
            "7: true|false",
            "8: made <&> up|2",
            "9: ||after errors",
        ]
    );
}

#[test]
fn takes_the_first_visible_sheet_with_text() {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_hidden(true)
        .write(0, 0, "hidden")
        .unwrap();
    book.add_worksheet().write(3, 3, " ").unwrap();
    book.add_worksheet()
        .set_active(true)
        .write(0, 0, "shown")
        .unwrap();
    book.add_worksheet().write(0, 0, "later").unwrap();
    assert_eq!(shown(&book.save_to_buffer().unwrap()), ["1: shown"]);

    let mut book = Workbook::new();
    book.add_worksheet();
    assert_eq!(
        read(&book.save_to_buffer().unwrap()),
        Err(Unreadable::Empty)
    );
}

#[test]
fn reads_what_other_programs_write() {
    assert_eq!(
        shown(&workbook(&[])),
        ["1: Name|Born", "2: Анна|2000-01-01"]
    );
    for (data, rows) in [
        // No references.
        (
            r"<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>",
            &["1: 1||3", "2: 4"][..],
        ),
        // Out of order, twice, and in lower case.
        (
            r#"<row r="3"><c r="b3"><v>2</v></c><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>0</v></c><c r="A2"><v>7</v></c></row>"#,
            &["2: 7", "3: 1|2"],
        ),
        // Dates as text.
        (
            r#"<row><c t="d"><v>2024-02-29T00:00:00</v></c><c t="d"><v>2024-02-29T10:20:30.5Z</v></c><c t="d"><v>2024-02-29</v></c></row>"#,
            &["1: 2024-02-29|2024-02-29 10:20:30|2024-02-29"],
        ),
        // Errors younger than the format, an exponent, escapes, a number that is none.
        (
            r#"<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c><c r="B1"><v>7.9051234567E10</v></c><c r="C1" t="str"><v>a_x000D__x000A_b&#10;c</v></c><c r="D1"><v>NaN</v></c></row>"#,
            &["1: |79051234567|a b c"],
        ),
        (
            r#"<row><c t="b"><v>1</v></c><c t="b"><v>false</v></c><c t="e"><v>#REF!</v></c></row>"#,
            &["1: true|false"],
        ),
    ] {
        assert_eq!(shown(&sheet(data)), rows, "{data}");
    }
}

#[test]
fn an_announced_size_costs_nothing() {
    let wide = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="C1048576"><v>2</v></c><c r="XFD1048576" s="1"/></row></sheetData></worksheet>"#;
    let bytes = workbook(&[("xl/worksheets/sheet1.xml", wide)]);
    assert_eq!(shown(&bytes), ["1: 1", "1048576: ||2"]);
}

#[test]
fn dates_may_count_from_1904() {
    let book = r#"<workbook><workbookPr date1904="1"/><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    assert_eq!(
        shown(&workbook(&[("xl/workbook.xml", book)]))[1],
        "2: Анна|2004-01-02"
    );
}

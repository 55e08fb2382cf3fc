//! CSV and pasted text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop with a panic"
)]

mod common;

use common::{read, show, shown};
use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252};
use sheets::{Kind, Limits, Unreadable, read_text};

fn utf16(text: &str, mark: bool, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some('\u{feff}');
    let text: String = mark.into_iter().chain(text.chars()).collect();
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn legacy(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

#[test]
fn tells_encodings_apart() {
    let russian = "ФИО;E-mail;Отдел\r\nИванов И.И.;ivanov@example.org;Бухгалтерия\r\nСёмина Я.;semina@example.org;ИТ\r\n";
    let shouted = "ФАМИЛИЯ\nЁЛКИНА\nЩУКИН\n";
    let lonely = "id;name\n1;Я\n2;Юля\n";
    let ukrainian = "Ім'я;Пошта\nЄвген Їжак;yevhen@example.org\n";
    let word = "Щёголев";
    let french = "Nom,Prénom\nLefèvre,Zoé\nGarçon,Hélène\nété,où\nà,Éloïse\n";
    let german = "Name;Straße\nMüller;Königsallee 1\nÄrzte;Größe\nÖZTÜRK;ÜBER\n";
    let english = "Name,Mail\nAnn,ann@example.org\n";
    let mut cases = vec![
        (russian, legacy(russian, WINDOWS_1251), "windows-1251"),
        (shouted, legacy(shouted, WINDOWS_1251), "windows-1251"),
        (lonely, legacy(lonely, WINDOWS_1251), "windows-1251"),
        (ukrainian, legacy(ukrainian, WINDOWS_1251), "windows-1251"),
        (french, legacy(french, WINDOWS_1252), "windows-1252"),
        (german, legacy(german, WINDOWS_1252), "windows-1252"),
    ];
    for text in [word, russian, shouted, ukrainian, french, german, english] {
        cases.push((text, text.as_bytes().to_vec(), "UTF-8"));
        cases.push((text, format!("\u{feff}{text}").into_bytes(), "UTF-8"));
        for mark in [false, true] {
            cases.push((text, utf16(text, mark, u16::to_le_bytes), "UTF-16LE"));
            cases.push((text, utf16(text, mark, u16::to_be_bytes), "UTF-16BE"));
        }
    }
    for (text, bytes, expected) in cases {
        let sheet = read(&bytes).unwrap();
        let Kind::Delimited { encoding, .. } = sheet.kind else {
            panic!("{:?}", sheet.kind)
        };
        assert_eq!(encoding, expected, "{text}");
        let pasted = read_text(text, &Limits::default()).unwrap();
        assert_eq!(sheet.rows, pasted.rows, "{expected} {text}");
    }
}

#[test]
fn finds_the_delimiter() {
    for (text, delimiter, rows) in [
        ("a,b\n1,2\n", Some(','), &["1: a|b", "2: 1|2"][..]),
        ("a;b\n1;2", Some(';'), &["1: a|b", "2: 1|2"]),
        ("a\tb\r\n1\t2\r\n", Some('\t'), &["1: a|b", "2: 1|2"]),
        ("a|b\r1|2\r", Some('|'), &["1: a|b", "2: 1|2"]),
        // Commas in numbers, in the header, in names.
        (
            "name;sum\nAnn;1,5\nBob;2,5\n",
            Some(';'),
            &["1: name|sum", "2: Ann|1,5", "3: Bob|2,5"],
        ),
        (
            "name;sum, EUR\nAnn;1,5\n",
            Some(';'),
            &["1: name|sum, EUR", "2: Ann|1,5"],
        ),
        (
            "name;dept, post;mail\nAnn;A, b;c\n",
            Some(';'),
            &["1: name|dept, post|mail", "2: Ann|A, b|c"],
        ),
        (
            "name\tmail\nDoe, J.\tj\nRoe, R.\tr",
            Some('\t'),
            &["1: name|mail", "2: Doe, J.|j", "3: Roe, R.|r"],
        ),
        // Lists inside of cells.
        (
            "mail,groups\na,x;y;z\nb,x;y\n",
            Some(','),
            &["1: mail|groups", "2: a|x;y;z", "3: b|x;y"],
        ),
        (
            "mail,groups\na,x;y\nb,z;y\n",
            Some(','),
            &["1: mail|groups", "2: a|x;y", "3: b|z;y"],
        ),
        // Delimiters in quotes do not count.
        (
            "a,b\n\"x;y;z\",2\n\"p;q;r\",3\n",
            Some(','),
            &["1: a|b", "2: x;y;z|2", "3: p;q;r|3"],
        ),
        // One column.
        ("mail\na@b\nc@d\n", None, &["1: mail", "2: a@b", "3: c@d"]),
        (
            "name\nDoe, John\nRoe, Jane\n",
            None,
            &["1: name", "2: Doe, John", "3: Roe, Jane"],
        ),
        (
            "name\n\"Doe, \"\"J\"\"\"\n",
            None,
            &["1: name", "2: Doe, \"J\""],
        ),
        ("a", None, &["1: a"]),
        // Excel's declaration.
        (
            "sep=;\r\na,b;c\r\n1;2\r\n",
            Some(';'),
            &["2: a,b|c", "3: 1|2"],
        ),
        ("SEP=,\na;b,c\n", Some(','), &["2: a;b|c"]),
        ("\"sep=\t\"\na,b\tc\n", Some('\t'), &["2: a,b|c"]),
        ("sep=^\ra^b", Some('^'), &["2: a|b"]),
        ("sep=x\nb", None, &["1: sep=x", "2: b"]),
        ("sep=", None, &["1: sep="]),
    ] {
        let sheet = read(text.as_bytes()).unwrap();
        let encoding = "UTF-8";
        assert_eq!(
            sheet.kind,
            Kind::Delimited {
                delimiter,
                encoding
            },
            "{text:?}"
        );
        assert_eq!(show(&sheet), rows, "{text:?}");
    }
}

#[test]
fn honours_quotes_and_line_ends() {
    for (text, rows) in [
        (
            "a,b\n\"x\ny\",\"p\"\"q\"\nz,\"1,2\"\n",
            &["1: a|b", "2: x y|p\"q", "4: z|1,2"][..],
        ),
        (
            "a,b\r\n\"x\r\n\r\ny\",2\r\nz,3",
            &["1: a|b", "2: x y|2", "5: z|3"],
        ),
        ("a,b\r\"x\ry\",2\rz,3\r", &["1: a|b", "2: x y|2", "4: z|3"]),
        ("a,b\n\r\n\n1,2\r\r3,4\n", &["1: a|b", "4: 1|2", "6: 3|4"]),
        ("\n\n\na,b\n", &["4: a|b"]),
        // A quote inside of a cell is a character like others.
        (
            "a,b\nOOO \"Rose\",2\n6\" pipe,3\n",
            &["1: a|b", "2: OOO \"Rose\"|2", "3: 6\" pipe|3"],
        ),
        (
            "a,b\n\"Rose\" Ltd,2\n3,4\n",
            &["1: a|b", "2: Rose Ltd|2", "3: 3|4"],
        ),
        // Ragged, blank and padded rows.
        (
            "a,b,c\n1\n,2,\n,,\n \t,\u{a0},\n3,4,5,6\n",
            &["1: a|b|c", "2: 1", "3: |2", "6: 3|4|5|6"],
        ),
        (
            " a ,\u{a0}b\u{200b}\n\u{feff}1,\0 2\n",
            &["1: a|b", "2: 1|2"],
        ),
    ] {
        assert_eq!(shown(text.as_bytes()), rows, "{text:?}");
    }
}

#[test]
fn gives_empty_text_past_the_last_cell() {
    let sheet = read(b"a,,c\n").unwrap();
    let row = &sheet.rows[0];
    assert_eq!(
        (row.width(), row.cell(0), row.cell(1), row.cell(2)),
        (3, "a", "", "c")
    );
    assert_eq!((row.cell(3), row.cell(usize::MAX)), ("", ""));
    assert_eq!(format!("{row:?}"), r#"1: ["a", "", "c"]"#);
}

#[test]
fn reads_what_a_spreadsheet_puts_on_the_clipboard() {
    let pasted = "Имя\tАдрес\r\nАнна\t\"Дом 1\nкв. 2\"\r\nПётр\t\r\n";
    let sheet = read_text(pasted, &Limits::default()).unwrap();
    assert_eq!(
        show(&sheet),
        ["1: Имя|Адрес", "2: Анна|Дом 1 кв. 2", "4: Пётр"]
    );
}

#[test]
fn an_open_quote_swallows_nothing() {
    let error = |text: &str| read(text.as_bytes()).unwrap_err();
    let unclosed = Unreadable::UnclosedQuote { line: 2 };
    assert_eq!(error("a,b\n1,\"2\n3,4\n"), unclosed);
    assert_eq!(error("a,b\n\"1,2\r\n3,4"), unclosed);
    assert_eq!(error("a,b\n1,\""), unclosed);
    assert_eq!(
        error(&format!("a,b\n1,\"2\n{}", "3,4\n".repeat(100_000))),
        unclosed
    );
    // Closed by chance, far away.
    let closed = format!("a,b\n1,\"2\n{}5,\"6\n", "3,4\n".repeat(1_000));
    assert_eq!(
        error(&closed),
        Unreadable::CellTooLong { line: 2, column: 2 }
    );
}

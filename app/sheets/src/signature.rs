//! Files that are not text tables.

use crate::Unreadable;

const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

// Every entry of a compound file's directory takes this much, at a multiple of it.
const DIRECTORY_ENTRY: usize = 128;

// Formats that are text, and would otherwise pass for tables of one or two columns.
const TEXT_FORMATS: [&str; 17] = [
    "%PDF-",
    "%!PS",
    "{\\rtf",
    "<?xml",
    "<!doctype",
    "<!--",
    "<html",
    "<head",
    "<meta",
    "<body",
    "<table",
    "<style",
    "<svg",
    "BEGIN:V",
    "-----BEGIN ",
    "#!/",
    "MIME-Version:",
];

const JSON: [&str; 6] = ["{\"", "{}", "[{", "[[", "[\"", "[]"];

pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether this is the container of the old Office formats, and of encrypted new ones.
pub(crate) fn is_compound_file(bytes: &[u8]) -> bool {
    bytes.starts_with(COMPOUND_FILE)
}

/// What a compound file holds, told by the names in its directory.
pub(crate) fn compound_file(bytes: &[u8]) -> Unreadable {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.chunks(DIRECTORY_ENTRY).any(|entry| {
            let start = entry.get(..name.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(&name))
        })
    };
    if holds("EncryptedPackage\0") {
        Unreadable::Encrypted
    } else if holds("Workbook\0") || holds("Book\0") {
        Unreadable::OldExcel
    } else {
        Unreadable::NotATable
    }
}

/// Whether a text is no table: bytes of something else taken for text, or another text format.
pub(crate) fn is_foreign_text(text: &str) -> bool {
    is_binary(text) || is_other_format(text)
}

fn is_binary(text: &str) -> bool {
    let mut controls = 0_usize;
    let mut others = 0_usize;
    for c in text.chars() {
        // DOS programs end a text with 0x1A.
        if c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}') {
            controls += 1;
        } else {
            others += 1;
        }
    }
    controls > 3 && controls > others / 50
}

fn is_other_format(text: &str) -> bool {
    let text = text.trim_start();
    let begins = |format: &str| {
        text.get(..format.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(format))
    };
    let json: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(2)
        .collect();
    TEXT_FORMATS.into_iter().any(begins) || JSON.contains(&json.as_str())
}

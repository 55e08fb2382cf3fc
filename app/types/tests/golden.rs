//! The corpus `recipients.golden`, read alike by the server and by the browser.
//!
//! `UPDATE_GOLDEN=1 cargo test -p types --test golden` writes the results anew; read the difference before you keep it.

use std::fmt::Write;

use types::recipients::{self, Reading, Recipient};

const CORPUS: &str = include_str!("recipients.golden");

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn corpus_is_read_as_written_down() {
    let now = read_anew(CORPUS);
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recipients.golden");
        assert!(
            std::fs::write(path, &now).is_ok(),
            "{path} can't be written"
        );
        return;
    }
    for (expected, now) in CORPUS.lines().zip(now.lines()) {
        assert_eq!(expected, now);
    }
    assert_eq!(CORPUS.lines().count(), now.lines().count());
}

/// The corpus with every input read again.
fn read_anew(corpus: &str) -> String {
    let mut anew = String::new();
    for line in corpus.lines().filter(|line| !line.starts_with("    ")) {
        anew.push_str(line);
        anew.push('\n');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let text = unescape(line);
        let recipients = recipients::parse(&text);
        for entry in &recipients.entries {
            let (what, value) = match &entry.reading {
                Reading::Ready(recipient) => ("ready    ".to_owned(), shown(recipient)),
                Reading::Duplicate(recipient) => ("duplicate".to_owned(), shown(recipient)),
                Reading::Invalid { text, fault } => (format!("{fault:?}"), escape(text)),
            };
            let _ = writeln!(
                anew,
                "    {:>2}..{:<2} {what} {value}",
                entry.range.start, entry.range.end
            );
        }
        if recipients.is_empty() {
            anew.push_str("    nothing\n");
        }
    }
    anew
}

fn shown(recipient: &Recipient) -> String {
    let email = &recipient.email;
    let mut shown = match recipient.name.as_str() {
        "" => email.to_string(),
        name => format!("{} <{email}>", escape(name)),
    };
    if email.key() != email.as_str() {
        let _ = write!(shown, "  key {}", email.key());
    }
    shown
}

/// What is not seen on paper stands as an escape.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        let seen = c.is_alphanumeric() || c == ' ' || c.is_ascii_graphic() && c != '\\';
        if seen {
            escaped.push(c);
        } else {
            escaped.extend(c.escape_debug());
        }
        escaped
    })
}

/// The input that a line stands for: `\n`, `\r`, `\t`, `\\`, `\s` (a space at an end), `\u{…}`.
fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('s') => text.push(' '),
            Some('\\') => text.push('\\'),
            Some('u') => {
                let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                assert!(c.is_some(), "no character \\u{{{code}}} in {line}");
                text.extend(c);
            }
            other => panic!("no escape \\{other:?} in {line}"),
        }
    }
    text
}

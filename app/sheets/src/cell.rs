//! The text of one cell.

/// Appends `raw` to `text`: white space and invisible characters are cut from both ends, a line
/// break becomes a space, and other control characters are left out.
pub(crate) fn push_clean(text: &mut String, raw: &str) {
    let lines = raw
        .split(is_line_break)
        .map(|line| line.trim_matches(is_blank))
        .filter(|line| !line.is_empty());
    for (index, line) in lines.enumerate() {
        if index > 0 {
            text.push(' ');
        }
        if line.contains(char::is_control) {
            text.extend(line.chars().filter_map(|c| match c {
                '\t' => Some(' '),
                c if c.is_control() => None,
                c => Some(c),
            }));
        } else {
            text.push_str(line);
        }
    }
}

/// Whether a cell has nothing to see.
pub(crate) fn is_empty(raw: &str) -> bool {
    raw.chars().all(is_blank)
}

/// Whether a cell has more than `limit` characters.
pub(crate) fn is_longer(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().nth(limit).is_some()
}

fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

// Direction marks come along when phone numbers are copied from an address book.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{is_empty, is_longer, push_clean};

    #[test]
    fn cleans() {
        for (raw, clean) in [
            ("", ""),
            ("plain", "plain"),
            ("  two words \t", "two words"),
            ("\u{a0}\u{200b}\u{feff}Anna\u{2060}\u{a0}", "Anna"),
            ("\u{202a}+7 905 123-45-67\u{202c}", "+7 905 123-45-67"),
            ("first\nsecond", "first second"),
            ("first \r\n\r\n second\r", "first second"),
            ("in\u{a0}side", "in\u{a0}side"),
            ("a\tb", "a b"),
            ("\0a\0\u{7}b\u{7f}\u{9d}", "ab"),
            ("\0 \u{1} a", "a"),
            ("\n\0\n", ""),
            ("\u{1f469}\u{200d}\u{1f4bb}", "\u{1f469}\u{200d}\u{1f4bb}"),
        ] {
            let mut text = "before".to_owned();
            push_clean(&mut text, raw);
            assert_eq!(text, format!("before{clean}"), "{raw:?}");
            assert_eq!(is_empty(raw), clean.is_empty(), "{raw:?}");
        }
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert!(!is_longer("Анна", 4));
        assert!(is_longer("Анна", 3));
        assert!(!is_longer("", 0));
        assert!(is_longer("a", 0));
    }
}

//! What a character or a few words of pasted text may be.

use std::borrow::Cow;

/// The longest name that is kept, in characters.
const NAME_MAX: usize = 120;
/// Most words that a name has when nothing but its place says that it is one.
const NAME_WORDS_MAX: usize = 4;

/// A space of any script, or a control character. Line breaks and tabs among them.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{2800}' || c == '\u{3164}'
}

/// Ends a line.
pub(crate) fn is_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Takes no room: soft hyphen, zero-width characters, direction marks, byte order mark.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// Joins letters of some scripts and emoji; invisible, but part of a name.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Stands between two recipients. The line break and the tab have their own rules.
pub(crate) fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，' | '、' | '،')
}

/// As [`is_comma`], but stronger.
pub(crate) fn is_semicolon(c: char) -> bool {
    matches!(c, ';' | '；' | '؛')
}

/// Parts one word from the next.
pub(crate) fn is_separator(c: char) -> bool {
    is_space(c) || is_comma(c) || is_semicolon(c)
}

/// Wraps an address or ends a sentence, but is no part of an address.
pub(crate) fn is_punctuation(c: char) -> bool {
    is_quote(c)
        || is_comma(c)
        || is_semicolon(c)
        || matches!(
            c,
            '<' | '>'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '.'
                | ':'
                | '!'
                | '?'
                | '…'
                | '。'
                | '•'
                | '·'
        )
}

pub(crate) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚'
    )
}

pub(crate) fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠' | '﹫')
}

/// The text without its invisible characters, every sort of @ being one.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !is_invisible(*c));
    Cow::Owned(kept.map(|c| if is_at(c) { '@' } else { c }).collect())
}

/// A person's name as it is kept: on one line, single spaces, nothing wrapped around it.
/// Empty if there is no letter or digit in it, or an @.
pub(crate) fn clean_name(text: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let kept = match c {
            _ if is_at(c) => return String::new(),
            _ if is_space(c) => ' ',
            _ if is_joiner(c) && !before.is_ascii() && !is_joiner(before) => c,
            _ if is_invisible(c) => continue,
            _ => c,
        };
        if kept != ' ' || before != ' ' {
            name.push(kept);
            before = kept;
        }
    }
    let wrapping = |c: char| {
        c == ' '
            || is_joiner(c)
            || is_quote(c)
            || is_comma(c)
            || is_semicolon(c)
            || "<>:-–—|*•\\".contains(c)
    };
    let mut name = name.trim_matches(wrapping);
    if let Some((end, _)) = name.char_indices().nth(NAME_MAX) {
        name = name
            .get(..end)
            .unwrap_or_default()
            .trim_end_matches(wrapping);
    }
    if has_substance(name) {
        name.to_owned()
    } else {
        String::new()
    }
}

/// Whether the text is more than dashes and bullets.
pub(crate) fn has_substance(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || is_at(c))
}

/// Whether a cleaned name looks like one: a few words of letters, perhaps `Last, First` or with a nickname in quotes.
pub(crate) fn looks_like_name(name: &str) -> bool {
    is_few_words(name, |word| {
        is_name_word(word.trim_matches(|c| is_quote(c) || is_comma(c)))
    })
}

/// Whether a cleaned name reads as one without quotes around it.
pub(crate) fn is_plain_name(name: &str) -> bool {
    is_few_words(name, is_name_word)
}

fn is_few_words(name: &str, is_word: impl Fn(&str) -> bool) -> bool {
    name.split(' ').nth(NAME_WORDS_MAX).is_none() && name.split(' ').all(is_word)
}

fn is_name_word(word: &str) -> bool {
    // Accents that stand apart from their letter are alphabetic to nobody.
    let mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}') || is_joiner(c);
    let letter = |c: char| c.is_alphabetic() || mark(c) || "-‐'’‘`.".contains(c);
    // "Dr." and "J.R.", but no domain name.
    let abbreviated = || word.split('.').all(|part| part.chars().nth(1).is_none());
    let dots = !word.trim_end_matches('.').contains('.') || abbreviated();
    word.starts_with(char::is_alphabetic) && word.chars().all(letter) && dots
}

/// Whether a cleaned text is the heading of a column of addresses rather than somebody's name.
pub(crate) fn is_heading(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "mailto",
        "mail",
        "mails",
        "email",
        "emails",
        "courriel",
        "correo",
        "correos",
        "почта",
        "почты",
        "почте",
        "имейл",
        "емейл",
        "邮箱",
        "邮件",
        "电子邮件",
        "メールアドレス",
    ];
    const ALONE: [&str; 4] = ["address", "addresses", "адрес", "адреса"];
    // A heading is short; a note that says "mail" in passing isn't.
    if text.chars().nth(40).is_some() {
        return false;
    }
    let text = text.to_lowercase();
    ALONE.contains(&text.as_str())
        || text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| WORDS.contains(&word))
}

//! Which encoding the bytes of a text are in.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

use crate::Unreadable;

/// The text, without a byte order mark, and the name of its encoding.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), Unreadable> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strictly(encoding, bytes.get(mark..).unwrap_or_default())
            .ok_or(Unreadable::Damaged);
    }
    if let Some(text) = utf16_without_mark(bytes).and_then(|encoding| strictly(encoding, bytes)) {
        return Ok(text);
    }
    if let Some(text) = strictly(UTF_8, bytes) {
        return Ok(text);
    }
    if is_broken_utf8(bytes) {
        return Err(Unreadable::Damaged);
    }
    let encoding = if is_cyrillic(bytes) {
        WINDOWS_1251
    } else {
        WINDOWS_1252
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Ok((text, encoding.name()))
}

fn strictly<'b>(
    encoding: &'static Encoding,
    bytes: &'b [u8],
) -> Option<(Cow<'b, str>, &'static str)> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text, encoding.name()))
}

// In UTF-16 one byte of each Latin, Greek or Cyrillic letter is below 8, always on the same side.
// Other text has no such bytes at all.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes.get(..4096).unwrap_or(bytes).as_chunks::<2>();
    let first = pairs.iter().filter(|pair| pair[0] < 8).count();
    let second = pairs.iter().filter(|pair| pair[1] < 8).count();
    if first.max(second) * 4 < pairs.len() * 3 {
        None
    } else if second > first * 4 {
        Some(UTF_16LE)
    } else if first > second * 4 {
        Some(UTF_16BE)
    } else {
        None
    }
}

// In other encodings a sequence that is valid UTF-8 is a rare accident.
fn is_broken_utf8(bytes: &[u8]) -> bool {
    let mut valid = 0_usize;
    let mut broken = 0_usize;
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid > broken * 4
}

// The same bytes are Cyrillic letters in windows-1251 and accented Latin ones in windows-1252. A
// Cyrillic word is made of nothing else, while accents stand among unaccented letters. A letter
// on its own says nothing: it may be an initial in Russian or a preposition in French.
fn is_cyrillic(bytes: &[u8]) -> bool {
    let mut cyrillic = 0;
    let mut accents = 0;
    for word in bytes.split(|byte| !is_letter(*byte)) {
        let plain = word.iter().filter(|byte| byte.is_ascii()).count();
        let high = word.len() - plain;
        if plain > 0 && high <= plain * 2 {
            accents += high;
        } else if high > 1 {
            cyrillic += high;
        }
    }
    cyrillic > accents
}

fn is_letter(byte: u8) -> bool {
    // 0xA8 and 0xB8 are Ё and ё, which windows-1251 keeps apart from the alphabet.
    byte.is_ascii_alphabetic() || matches!(byte, 0xa8 | 0xb8 | 0xc0..)
}

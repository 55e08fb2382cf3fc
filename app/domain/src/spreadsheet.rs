//! Tables for spreadsheets. A formula in one would compute what somebody else has typed.

/// What a CSV file begins with: without it, Excel reads it in the machine's own encoding.
pub const MARK: &[u8] = "\u{feff}".as_bytes();

const BEGINNINGS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Text that no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> String {
    if text.starts_with(BEGINNINGS) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The text that was made harmless, by us or by the spreadsheet.
pub(crate) fn plain(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| rest.starts_with(BEGINNINGS))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_harmless_comes_back() {
        for text in ["+44 20 7946 0018", "=1+1", "O'Brien", "'tis", ""] {
            assert_eq!(plain(&harmless(text)), text);
        }
        assert_eq!(harmless("=1+1"), "'=1+1");
    }
}

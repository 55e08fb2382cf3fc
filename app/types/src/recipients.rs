//! The text that is pasted into the box "E-mail addresses", read into recipients.
//!
//! Addresses stand apart by commas, semicolons, spaces, tabs and line breaks, alone or as `Name <mail>`. Cells copied
//! from a spreadsheet keep their rows: the cell with the @ is the address, its neighbours are the name.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use serde::{Deserialize, Serialize};

use crate::contact::{Email, EmailFault};

pub(crate) mod chars;
mod line;
mod table;

/// The longest text that an [`Reading::Invalid`] quotes, in characters.
const QUOTED_MAX: usize = 200;

/// Reads what was pasted. Takes time linear in the length of the text, and never fails.
pub fn parse(text: &str) -> Recipients {
    let mut reader = Reader {
        text,
        entries: Vec::new(),
        seen: HashSet::new(),
    };
    table::read(&mut reader);
    Recipients {
        entries: reader.entries,
    }
}

/// What a text says about whom to invite, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    pub entries: Vec<Entry>,
}

/// One recipient, or one piece of text that should have been one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bytes of the text that it stands in, name included. Ranges ascend and don't overlap.
    pub range: Range<usize>,
    pub reading: Reading,
}

/// What an [`Entry`] was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Ready(Recipient),
    /// An earlier entry has the same [`Email::key`].
    Duplicate(Recipient),
    Invalid {
        /// The piece, on one line, at most about 200 characters.
        text: String,
        fault: EmailFault,
    },
}

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipient {
    pub email: Email,
    /// The person's name, or nothing.
    pub name: String,
}

/// How many entries were read as what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counts {
    pub ready: u32,
    pub duplicate: u32,
    pub invalid: u32,
}

impl Recipients {
    /// Those to invite, each once.
    pub fn ready(&self) -> impl Iterator<Item = &Recipient> {
        self.entries
            .iter()
            .filter_map(|entry| match &entry.reading {
                Reading::Ready(recipient) => Some(recipient),
                Reading::Duplicate(_) | Reading::Invalid { .. } => None,
            })
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in &self.entries {
            match entry.reading {
                Reading::Ready(_) => counts.ready += 1,
                Reading::Duplicate(_) => counts.duplicate += 1,
                Reading::Invalid { .. } => counts.invalid += 1,
            }
        }
        counts
    }

    pub fn ready_count(&self) -> u32 {
        self.counts().ready
    }

    pub fn duplicate_count(&self) -> u32 {
        self.counts().duplicate
    }

    pub fn invalid_count(&self) -> u32 {
        self.counts().invalid
    }

    /// Whether the text holds nothing but separators and headings.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The text without one entry and the separator that it no longer needs. The other addresses stay, unless quotes or
/// brackets that were never closed now close around something else. A range that doesn't fit changes nothing.
pub fn remove(text: &str, range: Range<usize>) -> String {
    let Some((before, after)) = around(text, &range) else {
        return text.to_owned();
    };
    // A line or a cell may hold several entries; commas and spaces part those.
    let is_edge = |c: char| c == '\t' || chars::is_break(c);
    let is_separator = |c: char| !is_edge(c) && chars::is_separator(c);
    let rest = after.trim_start_matches(is_separator);
    if !(rest.is_empty() || rest.starts_with(is_edge)) {
        let seen = before.trim_end_matches(chars::is_invisible);
        let parted = seen.is_empty() || seen.ends_with(chars::is_separator);
        let (between, rest) = match (parted, rest.len() == after.len()) {
            (true, _) => ("", rest),
            (false, false) => ("", after),
            (false, true) => (" ", rest),
        };
        return [before, between, rest].concat();
    }
    let start = before.trim_end_matches(is_separator);
    let seen = start.trim_end_matches(chars::is_invisible);
    if !(seen.is_empty() || seen.ends_with(is_edge)) {
        return [start, rest].concat();
    }
    // It was alone between two edges: one of them goes too, a tab rather than a line break.
    let break_before = || {
        start
            .strip_suffix("\r\n")
            .or_else(|| start.strip_suffix(is_edge))
    };
    let break_after = || {
        rest.strip_prefix("\r\n")
            .or_else(|| rest.strip_prefix(is_edge))
    };
    let tab_before = start.strip_suffix('\t').filter(|_| !rest.starts_with('\t'));
    match tab_before
        .map(|start| (start, rest))
        .or_else(|| Some((start, break_after()?)))
    {
        Some((start, rest)) => [start, rest].concat(),
        None => break_before().unwrap_or(start).to_owned(),
    }
}

/// The text with one entry written anew. A range that doesn't fit changes nothing.
pub fn replace(text: &str, range: Range<usize>, with: &str) -> String {
    around(text, &range).map_or_else(
        || text.to_owned(),
        |(before, after)| [before, with, after].concat(),
    )
}

/// What stands before and after a range that fits the text.
fn around<'a>(text: &'a str, range: &Range<usize>) -> Option<(&'a str, &'a str)> {
    text.get(range.clone())?;
    Some((text.get(..range.start)?, text.get(range.end..)?))
}

/// Writes recipients one a line, as `Name <mail>` or `mail`, so that [`parse`] reads them back.
pub fn write<'a>(recipients: impl Iterator<Item = &'a Recipient>) -> String {
    let mut text = String::new();
    for Recipient { email, name } in recipients {
        if !text.is_empty() {
            text.push('\n');
        }
        let name = chars::clean_name(name);
        if name.is_empty() {
            text.push_str(email.as_str());
            continue;
        }
        if chars::is_plain_name(&name) {
            text.push_str(&name);
        } else {
            text.push('"');
            for c in name.chars() {
                if matches!(c, '"' | '\\') {
                    text.push('\\');
                }
                text.push(c);
            }
            text.push('"');
        }
        text.push_str(" <");
        text.push_str(email.as_str());
        text.push('>');
    }
    text
}

/// A text on its way to becoming entries.
struct Reader<'a> {
    text: &'a str,
    entries: Vec<Entry>,
    /// The keys of the addresses so far.
    seen: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Adds what stands in `range`, of which `address` is the address with whatever is wrapped around it.
    fn push(&mut self, range: Range<usize>, address: &str, name: String) {
        let reading = match Email::parse(&unwrap_address(address)) {
            Ok(email) if self.seen.contains(email.key()) => {
                Reading::Duplicate(Recipient { email, name })
            }
            Ok(email) => {
                self.seen.insert(email.key().to_owned());
                Reading::Ready(Recipient { email, name })
            }
            Err(fault) => Reading::Invalid {
                text: quoted(self.slice(&range)),
                fault,
            },
        };
        self.entries.push(Entry { range, reading });
    }

    /// Adds a piece of text in which there is no address.
    fn push_stray(&mut self, range: Range<usize>) {
        let text = quoted(self.slice(&range));
        self.entries.push(Entry {
            range,
            reading: Reading::Invalid {
                text,
                fault: EmailFault::NoAt,
            },
        });
    }
}

/// The address without quotes, brackets and punctuation around it, and without `mailto:` and its query.
fn unwrap_address(text: &str) -> Cow<'_, str> {
    let mut text = chars::visible(text);
    let opens =
        |c: char| chars::is_space(c) || chars::is_punctuation(c) && !matches!(c, '.' | '!' | '?');
    let closes = |c: char| chars::is_space(c) || chars::is_punctuation(c);
    let mut inner = text.trim_start_matches(opens);
    if inner
        .get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
    {
        inner = inner.get(7..).unwrap_or_default().trim_start_matches(opens);
        let at = inner.find('@').unwrap_or_default();
        let query = inner.get(at..).and_then(|domain| domain.find('?'));
        inner = query
            .and_then(|query| inner.get(..at + query))
            .unwrap_or(inner);
    }
    let inner = inner.trim_end_matches(closes);
    if inner.len() < text.len() {
        text = Cow::Owned(inner.to_owned());
    }
    text
}

/// A piece of the text as it is shown to people.
fn quoted(text: &str) -> String {
    let mut shown = String::new();
    let visible = text.chars().filter(|c| !chars::is_invisible(*c));
    let mut spaced = true;
    for (count, c) in visible
        .map(|c| if chars::is_space(c) { ' ' } else { c })
        .enumerate()
    {
        if count == QUOTED_MAX {
            shown.push('…');
            break;
        }
        if c != ' ' || !spaced {
            shown.push(c);
        }
        spaced = c == ' ';
    }
    shown.truncate(shown.trim_end().len());
    shown
}

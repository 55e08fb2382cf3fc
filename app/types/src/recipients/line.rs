//! Free text: one line, or one cell of a spreadsheet.

use std::ops::Range;

use super::{Entry, Reader, Reading, chars, unwrap_address};
use crate::contact::Email;

/// How far a closing quote or bracket may be, in bytes. What is longer is no name and no address.
const REACH: usize = 1000;
/// Before brackets any words may be the name, but not a whole letter.
const RUN_MAX: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Whatever stands between spaces.
    Word,
    /// A word with an @ in it.
    Address,
    /// What stands in `<…>`.
    Bracketed,
    /// A name in quotes.
    Quoted,
    /// A dash, a bullet, a number that begins a line of a list.
    Filler,
    Comma,
    Semicolon,
}

struct Token {
    kind: Kind,
    range: Range<usize>,
    /// The part of `range` inside the quotes or brackets.
    inner: Range<usize>,
}

impl Reader<'_> {
    /// Reads a piece of the text that has no line break in it. Quotes are doubled in a quoted cell.
    pub(super) fn line(&mut self, range: Range<usize>, quote: &str) {
        let tokens = Lexer {
            text: self.slice(&(0..range.end)),
            at: range.start,
            quote,
        }
        .tokens();
        Line {
            reader: self,
            tokens,
            quote,
            segment: 0,
            run: 0..0,
            held: None,
        }
        .read();
    }
}

struct Lexer<'a> {
    /// The text up to the end of the line.
    text: &'a str,
    at: usize,
    quote: &'a str,
}

impl Lexer<'_> {
    fn tokens(mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        while let Some(c) = self.rest().chars().next() {
            if chars::is_space(c) || chars::is_invisible(c) {
                self.at += c.len_utf8();
                continue;
            }
            let token = match c {
                _ if chars::is_comma(c) => self.token(Kind::Comma, self.at, c.len_utf8()),
                _ if chars::is_semicolon(c) => self.token(Kind::Semicolon, self.at, c.len_utf8()),
                '<' => self
                    .bracketed()
                    .unwrap_or_else(|| self.word(tokens.is_empty())),
                '"' | '\'' | '“' => self
                    .quoted(c)
                    .unwrap_or_else(|| self.word(tokens.is_empty())),
                _ => self.word(tokens.is_empty()),
            };
            self.at = token.range.end;
            tokens.push(token);
        }
        tokens
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// A token of `len` bytes whose inside begins at `inner` and is as far from its end.
    fn token(&self, kind: Kind, inner: usize, len: usize) -> Token {
        let (start, end) = (self.at, self.at + len);
        Token {
            kind,
            range: start..end,
            inner: inner..end - (inner - start),
        }
    }

    fn word(&self, first: bool) -> Token {
        let mut len = 0;
        for c in self.rest().chars() {
            if chars::is_separator(c) || len > 0 && c == '<' {
                break;
            }
            len += c.len_utf8();
            if c == '>' {
                break;
            }
        }
        let word = self.rest().get(..len).unwrap_or_default();
        let number = || {
            word.trim_end_matches(['.', ')'])
                .bytes()
                .all(|b| b.is_ascii_digit())
        };
        let kind = match word {
            _ if word.contains(chars::is_at) => Kind::Address,
            _ if !chars::has_substance(word) || first && word.ends_with(['.', ')']) && number() => {
                Kind::Filler
            }
            _ => Kind::Word,
        };
        self.token(kind, self.at, len)
    }

    /// `<…>` with at most one address in it, whatever else.
    fn bracketed(&self) -> Option<Token> {
        let (mut addresses, mut parted) = (0, false);
        for (len, c) in self
            .rest()
            .char_indices()
            .skip(1)
            .take_while(|(len, _)| *len < REACH)
        {
            match c {
                '>' => return Some(self.token(Kind::Bracketed, self.at + 1, len + 1)),
                '<' | '\t' => return None,
                _ if chars::is_at(c) => addresses += 1,
                _ => parted |= chars::is_separator(c),
            }
            if addresses > 1 && parted {
                return None;
            }
        }
        None
    }

    /// A name in quotes. Quotes around anything else are left for the word to drop.
    fn quoted(&self, opening: char) -> Option<Token> {
        let (open, close) = match opening {
            '"' => (self.quote, self.quote),
            '“' => ("“", "”"),
            _ => ("'", "'"),
        };
        let inside = self.rest().strip_prefix(open)?;
        let mut escaped = false;
        let (end, _) = inside
            .char_indices()
            .take_while(|(at, _)| *at < REACH)
            .find(|(at, c)| {
                let closes = !escaped
                    && inside.get(*at..).is_some_and(|rest| {
                        [close, open].iter().any(|quote| rest.starts_with(quote))
                    });
                escaped = !escaped && opening == '"' && *c == '\\';
                closes
            })?;
        let after = inside
            .get(end..)?
            .strip_prefix(close)?
            .trim_start_matches(chars::is_space);
        let name = inside.get(..end)?;
        let free = opening == '"' && chars::has_substance(name) && !name.contains(chars::is_at);
        if !after.starts_with('<') && !free {
            return None;
        }
        let inner = self.at + open.len();
        Some(Token {
            kind: Kind::Quoted,
            range: self.at..inner + end + close.len(),
            inner: inner..inner + end,
        })
    }
}

/// The tokens of a line on their way to becoming entries.
struct Line<'r, 'a> {
    reader: &'r mut Reader<'a>,
    tokens: Vec<Token>,
    quote: &'r str,
    /// Where the tokens since the last comma or semicolon begin.
    segment: usize,
    /// The tokens since the last address: the name of the next, or strays.
    run: Range<usize>,
    /// A run that ended at a comma, but could still be the `Last` of `Last, First <mail>`.
    held: Option<Range<usize>>,
}

impl Line<'_, '_> {
    fn read(mut self) {
        for at in 0..self.tokens.len() {
            self.run.end = at;
            match self.kind(at) {
                Kind::Word | Kind::Quoted | Kind::Filler => continue,
                Kind::Address => self.address(at),
                Kind::Bracketed => self.bracketed(at),
                Kind::Comma => {
                    let alone = self.held.is_none()
                        && self.run.start == self.segment
                        && self.follows_semicolon();
                    if alone && chars::looks_like_name(&self.name(self.run.clone())) {
                        self.held = Some(self.run.clone());
                    } else {
                        self.flush();
                    }
                    self.segment = at + 1;
                }
                Kind::Semicolon => {
                    self.flush();
                    self.segment = at + 1;
                }
            }
            self.run = at + 1..at + 1;
        }
        self.run.end = self.tokens.len();
        self.flush();
    }

    /// An address without brackets has a name only if the two stand alone.
    fn address(&mut self, at: usize) {
        let name = self.name(self.run.clone());
        let alone = self.run.start == self.segment && self.ends_segment(at).is_some();
        // "E-mail: ann@…"
        let heading = chars::is_heading(&name);
        if name.is_empty() || alone && (heading || chars::looks_like_name(&name)) {
            self.flush_held();
            self.push(
                self.run.start..at + 1,
                at,
                if heading { String::new() } else { name },
            );
        } else {
            self.flush();
            self.push(at..at + 1, at, String::new());
        }
    }

    /// Before an address in brackets any run of words is its name.
    fn bracketed(&mut self, at: usize) {
        if self.run.is_empty() && self.repeats_last(at) {
            return;
        }
        if self.run.len() > RUN_MAX {
            self.flush();
            self.run = at..at;
        }
        let mut name = self.name(self.run.clone());
        let mut first = self.run.start;
        let closes = self.ends_segment(at) == Some(Kind::Semicolon);
        let held = self
            .held
            .take_if(|_| closes && self.run.start == self.segment && chars::looks_like_name(&name));
        if let Some(held) = held {
            first = held.start;
            name = chars::clean_name(&format!("{}, {name}", self.name(held)));
        }
        self.flush_held();
        self.push(first..at + 1, at, name);
    }

    /// `ann@x.org <ann@x.org>`, as mail programs copy it: the entry before grows by the brackets.
    fn repeats_last(&mut self, at: usize) -> bool {
        let follows = at
            .checked_sub(1)
            .is_some_and(|before| self.kind(before) == Kind::Address);
        let Some(token) = self.tokens.get(at).filter(|_| follows) else {
            return false;
        };
        let Ok(email) = Email::parse(&unwrap_address(self.reader.slice(&token.inner))) else {
            return false;
        };
        match self.reader.entries.last_mut() {
            Some(Entry {
                range,
                reading: Reading::Ready(last) | Reading::Duplicate(last),
            }) if last.email.key() == email.key() => {
                range.end = token.range.end;
                true
            }
            _ => false,
        }
    }

    fn kind(&self, at: usize) -> Kind {
        self.tokens
            .get(at)
            .map_or(Kind::Semicolon, |token| token.kind)
    }

    /// Whether the segment is the first of its line or group.
    fn follows_semicolon(&self) -> bool {
        self.segment
            .checked_sub(1)
            .is_none_or(|before| self.kind(before) == Kind::Semicolon)
    }

    /// What follows the token, if it parts: a comma, a semicolon or, as one, the end of the line.
    fn ends_segment(&self, at: usize) -> Option<Kind> {
        let mut after = at + 1;
        while self.kind(after) == Kind::Filler {
            after += 1;
        }
        Some(self.kind(after)).filter(|kind| matches!(kind, Kind::Comma | Kind::Semicolon))
    }

    /// The tokens as a name. Quotes around its first part wrap the name; later ones are part of it (`Ann "Bee" Lee`).
    fn name(&self, run: Range<usize>) -> String {
        let mut tokens = self.tokens.get(run).unwrap_or_default();
        while let [
            Token {
                kind: Kind::Filler, ..
            },
            rest @ ..,
        ] = tokens
        {
            tokens = rest;
        }
        let wrapped = tokens
            .first()
            .is_some_and(|token| token.kind == Kind::Quoted);
        let mut name = String::new();
        for token in tokens {
            let text = self
                .reader
                .slice(if wrapped { &token.inner } else { &token.range });
            name.push(' ');
            match token.kind {
                Kind::Quoted => unescape(text, &mut name),
                _ => name.push_str(text),
            }
        }
        if self.quote.len() > 1 {
            name = name.replace(self.quote, "\"");
        }
        chars::clean_name(&name)
    }

    /// Adds what stands in the tokens, of which `address` is the one with the address.
    fn push(&mut self, tokens: Range<usize>, address: usize, name: String) {
        let (Some(first), Some(last)) = (self.tokens.get(tokens.start), self.tokens.get(address))
        else {
            return;
        };
        let address = self.reader.slice(&last.inner);
        self.reader
            .push(first.range.start..last.range.end, address, name);
    }

    /// What waited to be a name and isn't: each word is a stray.
    fn flush(&mut self) {
        self.flush_held();
        self.strays(self.run.clone());
    }

    fn flush_held(&mut self) {
        if let Some(held) = self.held.take() {
            self.strays(held);
        }
    }

    fn strays(&mut self, run: Range<usize>) {
        for token in self.tokens.get(run).unwrap_or_default() {
            if token.kind != Kind::Filler {
                self.reader.push_stray(token.range.clone());
            }
        }
    }
}

fn unescape(text: &str, into: &mut String) {
    let mut escaped = false;
    for c in text.chars() {
        if c != '\\' || escaped {
            into.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
}

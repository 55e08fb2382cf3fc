//! Reads delivery status notifications (RFC 3464). They come from strangers' servers, in all states of repair: what is
//! missing or broken is passed over, and nothing here can fail.

use domain::bounces::{self, Bounce};
use types::ids::DeliveryId;

/// How deep parts may lie in each other, and how many are looked at.
const DEEPEST: usize = 5;
const MOST_PARTS: usize = 50;
/// Groups of fields that are looked at; a message of ours has one recipient.
const MOST_GROUPS: usize = 100;

/// What one recipient's group says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub action: Action,
    pub status: Option<Status>,
    /// What the other side's server said, without its type: `550 5.1.1 No such user`.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Failed,
    Delayed,
    /// Delivered, relayed or expanded: it has gone on.
    Passed,
}

/// An enhanced status code (RFC 3463).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub class: u16,
    /// All of it: `5.1.1`.
    pub text: String,
}

/// What the message says of each recipient; `None` where it is no report.
pub fn read(message: &[u8]) -> Option<Vec<Fate>> {
    let text = String::from_utf8_lossy(message);
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .collect();
    let mut left = MOST_PARTS;
    delivery_status(&lines, 0, &mut left).map(|lines| fates(&lines))
}

/// The bounce that the message tells of; `None` where it tells of none, or is no report.
pub fn bounce(message: &[u8], delivery: DeliveryId) -> Option<Bounce> {
    let fates = read(message)?;
    // An address that leads to several: as long as one has it, the invitation has arrived.
    if fates.iter().any(|fate| fate.action == Action::Passed) {
        return None;
    }
    let failed = |fate: &&Fate| fate.action == Action::Failed;
    let hardest = fates
        .iter()
        .filter(failed)
        .max_by_key(|fate| fate.class())?;
    Some(Bounce {
        delivery,
        for_good: hardest.class() == 5,
        answer: bounces::answer(status_of(hardest), &hardest.said),
    })
}

fn status_of(fate: &Fate) -> &str {
    fate.status
        .as_ref()
        .map_or("", |status| status.text.as_str())
}

impl Fate {
    fn class(&self) -> u16 {
        let by_code = || bounces::code_of(&self.said).map_or(0, |code| code / 100);
        self.status
            .as_ref()
            .map_or_else(by_code, |status| status.class)
    }
}

/// Head and body: they are parted by the first empty line.
fn parted<'a, 'b>(lines: &'b [&'a str]) -> (&'b [&'a str], &'b [&'a str]) {
    match lines.iter().position(|line| line.is_empty()) {
        Some(end) => (&lines[..end], &lines[end + 1..]),
        None => (lines, &[]),
    }
}

/// Fields with their lines joined; a line that is none is passed over.
fn fields(lines: &[&str]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in lines {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut named = fields.iter().filter(|(found, _)| found == name);
    named.next().map(|(_, value)| value.as_str())
}

/// The lines of the first part that is a delivery status, however deep it lies.
fn delivery_status(lines: &[&str], depth: usize, left: &mut usize) -> Option<Vec<String>> {
    if depth > DEEPEST || *left == 0 {
        return None;
    }
    *left -= 1;
    let (head, body) = parted(lines);
    let head = fields(head);
    let kind = field(&head, "content-type").unwrap_or_default();
    let name = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match name.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => {
            let encoding = field(&head, "content-transfer-encoding").unwrap_or_default();
            Some(decoded(body, encoding))
        }
        _ if name.starts_with("multipart/") => {
            let boundary = boundary(kind)?;
            parts(body, &boundary)
                .into_iter()
                .find_map(|part| delivery_status(part, depth + 1, left))
        }
        _ => None,
    }
}

/// The parameter `boundary`, quoted or not.
fn boundary(kind: &str) -> Option<String> {
    let at = kind.to_ascii_lowercase().find("boundary")?;
    let value = kind.get(at + "boundary".len()..)?.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let boundary = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([';', ' ', '\t']).next()?,
    };
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

/// The parts between the boundary's lines; the last one may lack its end.
fn parts<'a, 'b>(lines: &'b [&'a str], boundary: &str) -> Vec<&'b [&'a str]> {
    let mut parts = Vec::new();
    let mut begin = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(rest) = line
            .strip_prefix("--")
            .and_then(|rest| rest.strip_prefix(boundary))
        else {
            continue;
        };
        let rest = rest.trim_end();
        if !matches!(rest, "" | "--") {
            continue;
        }
        if let Some(begin) = begin {
            parts.push(&lines[begin..index]);
        }
        begin = (rest != "--").then_some(index + 1);
        if begin.is_none() || parts.len() > MOST_PARTS {
            return parts;
        }
    }
    if let Some(begin) = begin {
        parts.push(&lines[begin..]);
    }
    parts
}

/// RFC 3464 wants a status in plain ASCII; some encode it all the same.
fn decoded(body: &[&str], encoding: &str) -> Vec<String> {
    use base64::Engine;
    let plain = || body.iter().map(|line| (*line).to_owned()).collect();
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => {
            let text: String = body
                .iter()
                .flat_map(|line| line.split_whitespace())
                .collect();
            let lenient = base64::engine::GeneralPurpose::new(
                &base64::alphabet::STANDARD,
                base64::engine::GeneralPurposeConfig::new()
                    .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
            );
            match lenient.decode(text) {
                Ok(bytes) => lines_of(&bytes),
                Err(_) => plain(),
            }
        }
        "quoted-printable" => lines_of(&unquoted(body)),
        _ => plain(),
    }
}

fn lines_of(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split('\n');
    lines
        .map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned())
        .collect()
}

fn unquoted(body: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in body {
        let line = line.trim_end();
        let (line, goes_on) = match line.strip_suffix('=') {
            Some(line) => (line, true),
            None => (line, false),
        };
        let mut rest = line.as_bytes();
        while let [first, others @ ..] = rest {
            let pair = (*first == b'=').then(|| others.get(..2)).flatten();
            let pair = pair.and_then(|pair| std::str::from_utf8(pair).ok());
            if let Some(byte) = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                bytes.push(byte);
                rest = &others[2..];
            } else {
                bytes.push(*first);
                rest = others;
            }
        }
        if !goes_on {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// The groups that speak of a recipient: the first group speaks of the message.
fn fates(lines: &[String]) -> Vec<Fate> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines
        .split(|line| line.trim().is_empty())
        .filter(|group| !group.is_empty())
        .take(MOST_GROUPS)
        .filter_map(|group| fate(&fields(group)))
        .collect()
}

fn fate(fields: &[(String, String)]) -> Option<Fate> {
    let action = without_comments(field(fields, "action")?).to_ascii_lowercase();
    let action = match action.trim() {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" | "relayed" | "expanded" => Action::Passed,
        _ => return None,
    };
    let said = field(fields, "diagnostic-code").unwrap_or_default();
    // Its type stands in front: `smtp; 550 …`, `X-Postfix; …`.
    let said = match said.split_once(';') {
        Some((kind, said)) if !kind.trim().contains(' ') => said,
        _ => said,
    };
    Some(Fate {
        action,
        status: field(fields, "status").and_then(status),
        said: said.trim().to_owned(),
    })
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

fn status(text: &str) -> Option<Status> {
    let text = without_comments(text);
    let text = text.split_whitespace().next()?;
    let numbers: Vec<&str> = text.split('.').collect();
    let fits = |number: &&str| {
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let [class, _, _] = numbers.as_slice() else {
        return None;
    };
    let class: u16 = class.parse().ok()?;
    (matches!(class, 2 | 4 | 5) && numbers.iter().all(fits)).then(|| Status {
        class,
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests;

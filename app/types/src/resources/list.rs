//! The resources of one kind as admins keep them, and the names that they type.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ResourceKind;
use crate::{
    ids::ResourceId,
    refusal::{LONGEST_NAME, Refusal},
};

/// The most resources of one kind that an organization may have in use.
pub const MOST_RESOURCES: usize = 500;

/// A location, page, product or line, in use or retired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceRow {
    pub id: ResourceId,
    pub kind: ResourceKind,
    pub name: String,
    pub position: i32,
    /// Whether the operator lets the organization use it.
    pub enabled: bool,
    /// Since when it is offered no more, and reached by nobody.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Another name for a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameRequest {
    pub resource: ResourceId,
    /// The name that the admin saw.
    pub seen: String,
    pub name: String,
}

/// Names are the same where these are.
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// The name as it is kept: trimmed, with single spaces between its words.
///
/// # Errors
/// `ResourceNameMissing`, `TextTooLong`.
pub fn read_name(typed: &str) -> Result<String, Refusal> {
    let name = tidy(typed);
    if name.is_empty() {
        Err(Refusal::ResourceNameMissing)
    } else if name.chars().count() > LONGEST_NAME {
        Err(Refusal::TextTooLong)
    } else {
        Ok(name)
    }
}

fn tidy(typed: &str) -> String {
    let words = typed.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// What a text with a name on each line adds to the resources of a kind. Empty lines count for nothing,
/// and a name that stands there twice counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewNames {
    /// Those to be added, in the order of the lines.
    pub ready: Vec<String>,
    /// Those that one in use has.
    pub taken: Vec<String>,
    /// Those that a retired one has.
    pub retired: Vec<String>,
    pub too_long: Vec<String>,
    /// Whether there would be too many.
    pub too_many: bool,
}

impl NewNames {
    /// `known` are all of the kind, in use or retired.
    pub fn read(text: &str, known: &[ResourceRow]) -> Self {
        let keys = |retired: bool| -> HashSet<String> {
            let rows = known.iter();
            let rows = rows.filter(|row| row.retired_at.is_some() == retired);
            rows.map(|row| name_key(&row.name)).collect()
        };
        let (in_use, retired) = (keys(false), keys(true));
        let mut names = Self::default();
        let mut seen = HashSet::new();
        for line in text.lines() {
            let name = tidy(line);
            let key = name_key(&name);
            if name.is_empty() || !seen.insert(key.clone()) {
                continue;
            }
            let list = if name.chars().count() > LONGEST_NAME {
                &mut names.too_long
            } else if in_use.contains(&key) {
                &mut names.taken
            } else if retired.contains(&key) {
                &mut names.retired
            } else {
                &mut names.ready
            };
            list.push(name);
        }
        names.too_many = in_use.len() + names.ready.len() > MOST_RESOURCES;
        names
    }

    /// The names, where all of them can be added.
    ///
    /// # Errors
    /// `TextTooLong`, `ResourceNameTaken`, `ResourceNameRetired`, `ResourceNameMissing`,
    /// `TooManyResources`.
    pub fn all(self) -> Result<Vec<String>, Refusal> {
        if !self.too_long.is_empty() {
            Err(Refusal::TextTooLong)
        } else if !self.taken.is_empty() {
            Err(Refusal::ResourceNameTaken)
        } else if !self.retired.is_empty() {
            Err(Refusal::ResourceNameRetired)
        } else if self.ready.is_empty() {
            Err(Refusal::ResourceNameMissing)
        } else if self.too_many {
            Err(Refusal::TooManyResources)
        } else {
            Ok(self.ready)
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn row(number: u128, name: &str, retired: bool) -> ResourceRow {
        ResourceRow {
            id: ResourceId(Uuid::from_u128(number)),
            kind: ResourceKind::Location,
            name: name.to_owned(),
            position: 1,
            enabled: true,
            retired_at: retired.then_some(DateTime::UNIX_EPOCH),
        }
    }

    #[test]
    fn each_line_is_a_name_and_one_there_already_is_told_apart() {
        let known = [row(1, "North Quay", false), row(2, "Ёлки", true)];
        let long = "x".repeat(LONGEST_NAME + 1);
        let text = format!(" East\tPier \r\n\n\u{0}\nnorth quay\nёлки\nEAST  pier\n{long}\nWest");
        let names = NewNames::read(&text, &known);
        assert_eq!(names.ready, ["East Pier", "West"]);
        assert_eq!(names.taken, ["north quay"]);
        assert_eq!(names.retired, ["ёлки"]);
        assert_eq!(names.too_long, [long]);
        assert!(!names.too_many);
    }

    #[test]
    fn only_so_many_fit_and_retired_ones_take_no_room() {
        let mut known: Vec<_> = (0..MOST_RESOURCES as u128 - 1)
            .map(|n| row(n, &format!("Place {n}"), false))
            .collect();
        known.push(row(1_000, "Gone", true));
        assert_eq!(
            NewNames::read("One", &known).all(),
            Ok(vec!["One".to_owned()])
        );
        let two = NewNames::read("One\nTwo", &known);
        assert_eq!(two.all(), Err(Refusal::TooManyResources));
    }

    #[test]
    fn a_name_is_tidied_and_measured_in_characters() {
        assert_eq!(
            read_name("  Old \u{a0} Harbour\n"),
            Ok("Old Harbour".to_owned())
        );
        assert_eq!(read_name(" \t\0"), Err(Refusal::ResourceNameMissing));
        let longest = "é".repeat(LONGEST_NAME);
        assert_eq!(read_name(&longest), Ok(longest.clone()));
        assert_eq!(read_name(&(longest + "é")), Err(Refusal::TextTooLong));
    }
}

//! Which events to list: the page's address says the same.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Action;
use crate::users::{LONGEST_FILTER, Period};

/// Which events. People are sought by id, or by a part of their name or e-mail; empty: anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventsFilter {
    /// Who did it.
    pub by: String,
    /// To whom it was done.
    pub about: String,
    pub action: Option<Action>,
    pub days: Period,
}

/// An event's place: its moment in microseconds, then its number. In an address `moment~number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPlace {
    pub at: i64,
    pub sequence: i64,
}

impl EventPlace {
    fn word(self) -> String {
        format!("{}~{}", self.at, self.sequence)
    }

    fn from_word(word: &str) -> Option<Self> {
        let (at, sequence) = word.split_once('~')?;
        Some(Self {
            at: at.parse().ok()?,
            sequence: sequence.parse().ok()?,
        })
    }
}

/// Which page of the list, which begins with the newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventsTurn {
    #[default]
    First,
    /// What is older than this place.
    After(EventPlace),
    /// What is newer than this place.
    Before(EventPlace),
}

/// One page of the filtered log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventsQuery {
    pub filter: EventsFilter,
    pub turn: EventsTurn,
}

impl EventsQuery {
    /// Reads the values of an address. What cannot be read counts as not given.
    pub fn from_address(value: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| {
            let text = value(name).unwrap_or_default();
            let text: String = text.trim().chars().take(LONGEST_FILTER).collect();
            text.trim_end().to_owned()
        };
        let place = |name: &str| EventPlace::from_word(&value(name)?);
        Self {
            filter: EventsFilter {
                by: text("by"),
                about: text("about"),
                action: read(&text("action")),
                days: Period {
                    from: read(&text("from")),
                    to: read(&text("to")),
                },
            },
            turn: match (place("after"), place("before")) {
                (Some(place), _) => EventsTurn::After(place),
                (None, Some(place)) => EventsTurn::Before(place),
                (None, None) => EventsTurn::First,
            },
        }
    }

    /// The values of its address; what is as usual is left out.
    pub fn address(&self) -> Vec<(&'static str, String)> {
        let EventsFilter {
            by,
            about,
            action,
            days,
        } = &self.filter;
        let (after, before) = match self.turn {
            EventsTurn::First => (None, None),
            EventsTurn::After(place) => (Some(place.word()), None),
            EventsTurn::Before(place) => (None, Some(place.word())),
        };
        let values = [
            ("by", Some(by.clone())),
            ("about", Some(about.clone())),
            ("action", action.map(|action| action.to_string())),
            ("from", days.from.map(|day| day.to_string())),
            ("to", days.to.map(|day| day.to_string())),
            ("after", after),
            ("before", before),
        ];
        values
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?)))
            .collect()
    }

    /// The same list from its beginning.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self {
            turn: EventsTurn::First,
            ..self.clone()
        }
    }
}

fn read<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_the_query_says() {
        let query = EventsQuery {
            filter: EventsFilter {
                by: "olive@acme.example".to_owned(),
                about: "Ivan".to_owned(),
                action: Some(Action::UserEdited),
                days: Period {
                    from: read("2026-11-01"),
                    to: read("2026-11-30"),
                },
            },
            turn: EventsTurn::After(EventPlace {
                at: -7,
                sequence: 12,
            }),
        };
        let address = query.address();
        let value = |name: &str| {
            let found = address.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(EventsQuery::from_address(value), query);
        assert!(EventsQuery::default().address().is_empty());
        let nonsense = |_: &str| Some("no such word".to_owned());
        let read = EventsQuery::from_address(nonsense);
        assert_eq!(read.filter.action, None);
        assert_eq!(read.turn, EventsTurn::First);
    }
}

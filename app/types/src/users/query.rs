//! Which users to list, and in what order: the page's address says the same.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::StatusFilter;
use crate::ids::{RoleId, UserId};

/// Longest text, in characters, that a filter takes; what is beyond is cut off.
pub const LONGEST_FILTER: usize = 300;

/// Whom to list. Texts are parts of what they are looked for in, whatever the case; an empty one is
/// no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsersFilter {
    pub status: StatusFilter,
    /// Looked for in name, e-mail address and phone number.
    pub q: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub role: Option<RoleId>,
    /// When the standing invitation was sent.
    pub invited: Period,
    /// When it ends, or ended.
    pub expires: Period,
}

impl UsersFilter {
    /// Whether it says anything but a status.
    pub fn is_refined(&self) -> bool {
        *self
            != Self {
                status: self.status,
                ..Self::default()
            }
    }
}

/// Days of UTC, both of them included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Period {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Period {
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// The first moment of it.
    pub fn start(&self) -> Option<DateTime<Utc>> {
        Some(self.from?.and_time(NaiveTime::MIN).and_utc())
    }

    /// The first moment after it.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        let day = self.to?.checked_add_days(Days::new(1))?;
        Some(day.and_time(NaiveTime::MIN).and_utc())
    }
}

/// What rows are ordered by. The empty value comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// When the user came into the directory.
    #[default]
    Added,
    /// What the person is called: the name, or the address where there is none.
    Name,
    Email,
    Invited,
    Expires,
}

crate::stored_words!(SortBy {
    Added = "added",
    Name = "name",
    Email = "email",
    Invited = "invited",
    Expires = "expires",
});

/// An order of rows; in an address `name`, or `-name` for the descending one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self {
            by: SortBy::Added,
            descending: true,
        }
    }
}

impl Sort {
    fn word(self) -> String {
        let sign = if self.descending { "-" } else { "" };
        format!("{sign}{}", self.by)
    }

    fn from_word(word: &str) -> Option<Self> {
        let (by, descending) = match word.strip_prefix('-') {
            Some(by) => (by, true),
            None => (word, false),
        };
        Some(Self {
            by: by.parse().ok()?,
            descending,
        })
    }
}

/// A row's place in an order: what it is ordered by, then its id. In an address `key~id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Name or address in small letters, or a moment as RFC 3339; empty where there is none.
    pub key: String,
    pub id: UserId,
}

impl Place {
    fn word(&self) -> String {
        format!("{}~{}", self.key, self.id)
    }

    fn from_word(word: &str) -> Option<Self> {
        let (key, id) = word.rsplit_once('~')?;
        Some(Self {
            key: key.to_owned(),
            id: id.parse().ok()?,
        })
    }
}

/// Which page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    #[default]
    First,
    /// What follows this place.
    After(Place),
    /// What comes before this place.
    Before(Place),
}

/// How many rows a page holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PageSize {
    Short,
    #[default]
    Usual,
    Long,
}

crate::stored_words!(PageSize {
    Short = "25",
    Usual = "50",
    Long = "100",
});

impl PageSize {
    pub const fn rows(self) -> u16 {
        match self {
            Self::Short => 25,
            Self::Usual => 50,
            Self::Long => 100,
        }
    }
}

/// One page of a filtered and ordered list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsersQuery {
    pub filter: UsersFilter,
    pub sort: Sort,
    pub turn: Turn,
    pub size: PageSize,
}

impl UsersQuery {
    /// Reads the values of an address. What cannot be read counts as not given: a link that
    /// somebody shortened or mistyped still shows a list.
    pub fn from_address(value: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| {
            let text = value(name).unwrap_or_default();
            let text: String = text.trim().chars().take(LONGEST_FILTER).collect();
            text.trim_end().to_owned()
        };
        let period = |from: &str, to: &str| Period {
            from: read(&text(from)),
            to: read(&text(to)),
        };
        let place = |name: &str| Place::from_word(&value(name)?);
        Self {
            filter: UsersFilter {
                status: read(&text("status")).unwrap_or_default(),
                q: text("q"),
                name: text("name"),
                email: text("email"),
                phone: text("phone"),
                role: read(&text("role")),
                invited: period("invited_from", "invited_to"),
                expires: period("expires_from", "expires_to"),
            },
            sort: Sort::from_word(&text("sort")).unwrap_or_default(),
            turn: match (place("after"), place("before")) {
                (Some(place), _) => Turn::After(place),
                (None, Some(place)) => Turn::Before(place),
                (None, None) => Turn::First,
            },
            size: read(&text("size")).unwrap_or_default(),
        }
    }

    /// The values of its address; what is as usual is left out.
    pub fn address(&self) -> Vec<(&'static str, String)> {
        let UsersFilter {
            status,
            q,
            name,
            email,
            phone,
            role,
            invited,
            expires,
        } = &self.filter;
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let (after, before) = match &self.turn {
            Turn::First => (None, None),
            Turn::After(place) => (Some(place.word()), None),
            Turn::Before(place) => (None, Some(place.word())),
        };
        let unusual = |is: bool, word: String| is.then_some(word);
        let values = [
            (
                "status",
                unusual(*status != StatusFilter::All, status.to_string()),
            ),
            ("q", Some(q.clone())),
            ("name", Some(name.clone())),
            ("email", Some(email.clone())),
            ("phone", Some(phone.clone())),
            ("role", role.map(|role| role.to_string())),
            ("invited_from", day(invited.from)),
            ("invited_to", day(invited.to)),
            ("expires_from", day(expires.from)),
            ("expires_to", day(expires.to)),
            (
                "sort",
                unusual(self.sort != Sort::default(), self.sort.word()),
            ),
            (
                "size",
                unusual(self.size != PageSize::default(), self.size.to_string()),
            ),
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
            turn: Turn::First,
            ..self.clone()
        }
    }

    /// The same with another filter, from its beginning.
    #[must_use]
    pub fn with_filter(&self, filter: UsersFilter) -> Self {
        Self {
            filter,
            ..self.from_start()
        }
    }
}

fn read<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

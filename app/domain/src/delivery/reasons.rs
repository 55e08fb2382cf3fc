//! Which errors are the same: the code, and the words without what is about one recipient.

use std::collections::{HashMap, hash_map::Entry};

use chrono::{DateTime, Utc};
use types::{
    delivery::{ErrorGroup, Example},
    ids::InvitationId,
};

use crate::entity::deliveries;

/// What makes errors the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    given_up: bool,
    code: Option<u16>,
    enhanced: String,
    words: String,
}

/// One reason with those whom it concerns.
pub(super) struct Reason {
    key: Key,
    /// As the server said them of the latest one.
    words: String,
    count: u64,
    latest: DateTime<Utc>,
    pub invitation: Option<InvitationId>,
    /// `None`: several.
    domain: Option<String>,
}

impl Reason {
    pub fn group(self, example: Option<Example>) -> ErrorGroup {
        ErrorGroup {
            code: self.key.code,
            words: self.words,
            given_up: self.key.given_up,
            count: self.count,
            latest: self.latest,
            example,
            domain: self.domain.unwrap_or_default(),
        }
    }
}

#[derive(Default)]
pub(super) struct Reasons(HashMap<Key, Reason>);

impl Reasons {
    pub fn add(&mut self, row: &deliveries::Model, given_up: bool, at: DateTime<Utc>) {
        let words = row.answer_words.clone().unwrap_or_default();
        let (enhanced, plain) = normalised(&words);
        let key = Key {
            given_up,
            code: row.answer_code.and_then(|code| u16::try_from(code).ok()),
            enhanced,
            words: plain,
        };
        let one = Reason {
            key: key.clone(),
            words,
            count: 1,
            latest: at,
            invitation: row.invitation_id,
            domain: Some(row.domain.clone()),
        };
        match self.0.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(one);
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                let count = known.count + 1;
                let domain = known.domain.take().filter(|domain| *domain == row.domain);
                if at > known.latest {
                    *known = one;
                }
                known.count = count;
                known.domain = domain;
            }
        }
    }

    /// Those with the newest errors.
    pub fn newest(self, most: usize) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.0.into_values().collect();
        reasons.sort_by(|a, b| {
            let order = b.latest.cmp(&a.latest).then(b.count.cmp(&a.count));
            order.then_with(|| a.words.cmp(&b.words))
        });
        reasons.truncate(most);
        reasons
    }
}

/// The enhanced code (RFC 3463), and the words without codes, addresses, names of queues and numbers.
fn normalised(words: &str) -> (String, String) {
    let mut enhanced = String::new();
    let mut kept: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if is_enhanced(bare) {
            if enhanced.is_empty() {
                bare.clone_into(&mut enhanced);
            }
            continue;
        }
        let kind = if word.contains('@') {
            "@"
        } else if bare.chars().any(|c| c.is_ascii_digit()) {
            "#"
        } else {
            bare
        };
        let is_repeated = kind.len() == 1 && kept.last().is_some_and(|last| last == kind);
        if !kind.is_empty() && !is_repeated {
            kept.push(kind.to_lowercase());
        }
    }
    (enhanced, kept.join(" "))
}

/// As in `5.1.1`.
fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(parts[..], [class, _, _] if matches!(class, "2" | "4" | "5"))
        && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_about_others_are_the_same() {
        let same = |a: &str, b: &str| assert_eq!(normalised(a), normalised(b), "{a} / {b}");
        same(
            "5.1.1 <ann@north.example>: Recipient address rejected: User unknown",
            "5.1.1 <bob@north.example>: Recipient address rejected: User unknown",
        );
        same(
            "4.2.0 greylisted, try again in 299 seconds (id 4XyZ12)",
            "4.2.0 Greylisted, try again in 12 seconds (id 9Qq8)",
        );
        let (enhanced, words) = normalised(
            "5.1.1 The account does not exist. 5.1.1 see https://mail.example/?p=NoSuchUser f7-20si1",
        );
        assert_eq!(enhanced, "5.1.1");
        assert_eq!(
            words,
            "the account does not exist see https://mail.example/?p=nosuchuser #"
        );
        assert_ne!(normalised("mailbox full"), normalised("no such mailbox"));
        assert_eq!(normalised(""), (String::new(), String::new()));
    }

    #[test]
    fn an_address_of_the_network_is_no_code() {
        assert!(is_enhanced("4.7.1"));
        for other in ["192.0.2.1", "3.1.1", "5.1", "5.1.1234", "5.a.1"] {
            assert!(!is_enhanced(other), "{other}");
        }
    }
}

//! What holds for whatever text is pasted.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;
use types::{
    contact::{Email, Phone},
    ids::{RoleId, UserId},
    recipients::{Entry, Reading, Recipient, Recipients, parse, remove, write},
    temporary_password::TemporaryPassword,
    users::{
        LONGEST_FILTER, PageSize, Period, Place, Sort, SortBy, StatusFilter, Turn, UsersFilter,
        UsersQuery,
    },
};
use uuid::Uuid;

/// Pieces that mean something to the reader, so that chance finds their combinations.
const PIECES: &[&str] = &[
    "a@x.org",
    "b@x.org",
    "A@X.org",
    "c@bücher.de",
    "c@xn--bcher-kva.de",
    "d@x",
    "@",
    "＠",
    "Ann",
    "Lee",
    "O'Brien",
    "Иван",
    "7",
    "1.",
    "-",
    "E-mail",
    ",",
    ";",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\u{a0}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    ".",
    "(",
    ")",
    "mailto:",
    " Ann <a@x.org>",
    ", ",
    "; ",
    "é",
    "\n\"Lee, Ann\" <b@x.org>, ",
    "Ann\ta@x.org\n",
    "Name\tE-mail\n",
    "\n\"e@x.org\nf@x.org\"\n",
    "\u{301}",
];
/// Pieces that wrap something, one half of them.
const HALVES: &[&str] = &[
    "<",
    ">",
    "\"",
    "\"\"",
    "'",
    "“",
    "”",
    "\\",
    "\"e@x.org\nf@x.org\"",
];

fn pieces(of: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(of), 0..24).prop_map(|pieces| pieces.concat())
}

fn pasted() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => pieces([PIECES, HALVES].concat()),
        1 => any::<String>(),
        1 => "[ -~\t\n]{0,60}",
    ]
}

fn keys<'a>(recipients: impl Iterator<Item = &'a Recipient>) -> BTreeSet<String> {
    recipients
        .map(|recipient| recipient.email.key().to_owned())
        .collect()
}

/// All addresses of a text, duplicates too.
fn addresses(recipients: &Recipients) -> Vec<String> {
    let address = |entry: &Entry| match &entry.reading {
        Reading::Ready(recipient) | Reading::Duplicate(recipient) => {
            Some(recipient.email.key().to_owned())
        }
        Reading::Invalid { .. } => None,
    };
    let mut addresses: Vec<_> = recipients.entries.iter().filter_map(address).collect();
    addresses.sort_unstable();
    addresses
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: ProptestConfig::default().cases.max(2_000), ..ProptestConfig::default() })]

    #[test]
    fn ranges_ascend_within_the_text(text in pasted()) {
        let mut end = 0;
        for entry in parse(&text).entries {
            prop_assert!(entry.range.start >= end, "{:?}", entry);
            prop_assert!(text.get(entry.range.clone()).is_some_and(|piece| !piece.is_empty()), "{:?}", entry);
            end = entry.range.end;
            if let Reading::Invalid { text, .. } = entry.reading {
                prop_assert!(text.chars().count() <= 350);
            }
        }
    }

    #[test]
    fn each_address_is_ready_once(text in pasted()) {
        let recipients = parse(&text);
        let all: BTreeSet<_> = addresses(&recipients).into_iter().collect();
        prop_assert_eq!(keys(recipients.ready()).len(), recipients.ready().count());
        prop_assert_eq!(keys(recipients.ready()), all);
    }

    #[test]
    fn what_is_written_reads_back(text in pasted()) {
        let recipients = parse(&text);
        let ready: Vec<_> = recipients.ready().collect();
        let written = write(ready.iter().copied());
        let again = parse(&written);
        prop_assert_eq!(again.entries.len(), ready.len(), "{:?}", written);
        prop_assert_eq!(again.ready().collect::<Vec<_>>(), ready, "{:?}", written);
    }

    /// Quotes and brackets that are never closed may close around something else, so there are none here.
    /// Names may fall to another address when text is taken out, but no address comes, goes or changes.
    #[test]
    fn removing_an_entry_leaves_the_other_addresses(text in pieces(PIECES.to_vec()), pick in any::<prop::sample::Index>()) {
        let before = parse(&text);
        if before.is_empty() {
            return Ok(());
        }
        let entry = pick.get(&before.entries);
        let rest = remove(&text, entry.range.clone());
        let mut expected = addresses(&before);
        if let Reading::Ready(recipient) | Reading::Duplicate(recipient) = &entry.reading {
            let at = expected.binary_search_by(|key| key.as_str().cmp(recipient.email.key()));
            expected.remove(at.unwrap_or_default());
        }
        prop_assert_eq!(addresses(&parse(&rest)), expected, "{:?} became {:?}", text, rest);
    }

    /// One recipient a line: nothing else changes at all.
    #[test]
    fn removing_a_line_leaves_the_other_readings(names in prop::collection::vec("[A-Za-zé ,\"\\\\]{0,9}", 1..8), pick in any::<prop::sample::Index>()) {
        let recipients: Vec<_> = names.iter().enumerate().filter_map(|(n, name)| {
            Some(Recipient { email: Email::parse(&format!("n{n}@x.org")).ok()?, name: name.clone() })
        }).collect();
        let text = write(recipients.iter());
        let before = parse(&text);
        let gone = pick.index(before.entries.len());
        let after = parse(&remove(&text, before.entries[gone].range.clone()));
        let mut expected: Vec<_> = before.entries.into_iter().map(|entry| entry.reading).collect();
        expected.remove(gone);
        prop_assert_eq!(after.entries.into_iter().map(|entry| entry.reading).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn email_round_trips(text in prop_oneof![
        "[a-zA-Z0-9.+'_-]{1,8}@[a-zA-Z0-9.-]{1,8}\\.[a-z]{1,4}", "[a-z]{1,3}@\\PC{1,6}\\.\\PC{1,4}", "\\PC{0,8}@\\PC{0,8}", pasted()
    ]) {
        let Ok(email) = Email::parse(&text) else { return Ok(()) };
        prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
        let by_key = Email::parse(email.key());
        prop_assert_eq!(by_key.as_ref().map(Email::key), Ok(email.key()));
        let by_ascii = Email::parse(&email.ascii());
        prop_assert_eq!(by_ascii.as_ref().map(Email::key), Ok(email.key()));
        prop_assert!(email.ascii().is_ascii() && email.ascii().len() <= 254);
        // Another reader of the same standard agrees.
        prop_assert!(email_address::EmailAddress::is_valid(&email.ascii()), "{}", email.ascii());
    }

    #[test]
    fn phone_round_trips(text in prop_oneof!["[+0-9 ().-]{0,24}", "\\+?[0-9]{6,16}", any::<String>()]) {
        let Ok(phone) = Phone::parse(&text) else { return Ok(()) };
        prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
        prop_assert!((8..=16).contains(&phone.as_str().len()));
    }
}

fn filter() -> impl Strategy<Value = UsersFilter> {
    let text = || prop_oneof![Just(String::new()), "[a-zé%_~&=+# ]{1,12}", any::<String>()];
    let day = || proptest::option::of((1990..2100_i32, 1..=366_u32)).prop_map(day_of);
    (
        (any::<prop::sample::Index>(), text(), text(), text(), text()),
        proptest::option::of(any::<u128>()),
        (day(), day(), day(), day()),
    )
        .prop_map(|((status, q, name, email, phone), role, (a, b, c, d))| {
            // As an address gives them: trimmed, and no longer than a field.
            let text = |text: String| text.trim().chars().take(LONGEST_FILTER).collect::<String>();
            let text = |given: String| text(given).trim().to_owned();
            UsersFilter {
                status: *status.get(StatusFilter::ALL),
                q: text(q),
                name: text(name),
                email: text(email),
                phone: text(phone),
                role: role.map(|id| RoleId(Uuid::from_u128(id))),
                invited: Period { from: a, to: b },
                expires: Period { from: c, to: d },
            }
        })
}

fn day_of(day: Option<(i32, u32)>) -> Option<NaiveDate> {
    day.and_then(|(year, day)| NaiveDate::from_yo_opt(year, day))
}

fn query() -> impl Strategy<Value = UsersQuery> {
    let place = ("[^\u{0}]{0,20}", any::<u128>()).prop_map(|(key, id)| Place {
        key,
        id: UserId(Uuid::from_u128(id)),
    });
    let turn = prop_oneof![
        Just(Turn::First),
        place.clone().prop_map(Turn::After),
        place.prop_map(Turn::Before),
    ];
    (
        filter(),
        any::<prop::sample::Index>(),
        any::<bool>(),
        turn,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(filter, by, descending, turn, size)| UsersQuery {
            filter,
            sort: Sort {
                by: *by.get(SortBy::ALL),
                descending,
            },
            turn,
            size: *size.get(PageSize::ALL),
        })
}

proptest! {
    #[test]
    fn a_list_is_what_its_address_says(query in query()) {
        let address = query.address();
        let read = UsersQuery::from_address(|name| {
            address.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone())
        });
        prop_assert_eq!(read, query);
    }

    #[test]
    fn any_address_is_some_list(values in prop::collection::hash_map("status|q|name|email|phone|role|invited_from|invited_to|expires_from|expires_to|sort|size|after|before", any::<String>(), 0..14)) {
        let query = UsersQuery::from_address(|name| values.get(name).cloned());
        // And what was read is read again.
        let address = query.address();
        let again = UsersQuery::from_address(|name| {
            address.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone())
        });
        prop_assert_eq!(again, query);
    }
}

/// A way to type the same password: other cases, letters for digits, dashes and spaces anywhere.
fn retyped(written: &str, choices: &[(u8, u8)]) -> String {
    let mut typed = String::new();
    let characters = written.chars().filter(|c| *c != '-');
    for (c, (letter, between)) in characters.zip(choices) {
        let letters: &[char] = match c {
            '0' => &['0', 'o', 'O'],
            '1' => &['1', 'i', 'I', 'l', 'L'],
            _ => &[],
        };
        let both = [c, c.to_ascii_lowercase()];
        let letters = if letters.is_empty() { &both } else { letters };
        typed.push_str(["", "-", " ", "\u{a0}", "\u{2013}"][usize::from(*between) % 5]);
        typed.push(letters[usize::from(*letter) % letters.len()]);
    }
    typed
}

proptest! {
    #[test]
    fn a_temporary_password_is_read_however_it_is_typed(
        bytes in any::<[u8; 8]>(),
        choices in prop::collection::vec(any::<(u8, u8)>(), 12),
    ) {
        let password = TemporaryPassword::of(bytes);
        let written = password.to_string();
        prop_assert_eq!(written.len(), 14);
        prop_assert!(!written.contains(['I', 'L', 'O', 'U']), "{}", written);
        let typed = retyped(&written, &choices);
        prop_assert_eq!(TemporaryPassword::parse(&typed), Some(password), "{}", typed);
    }

    #[test]
    fn another_character_is_another_temporary_password(bytes in any::<[u8; 8]>(), at in 0_usize..14, c in "[0-9A-HJKMNP-TV-Z]") {
        let password = TemporaryPassword::of(bytes);
        let mut other = password.to_string();
        prop_assume!(&other[at..=at] != "-" && other[at..=at] != c);
        other.replace_range(at..=at, &c);
        prop_assert!(TemporaryPassword::parse(&other).is_some_and(|it| it != password));
    }

    #[test]
    fn no_text_breaks_the_reading_of_a_temporary_password(text in any::<String>()) {
        if let Some(password) = TemporaryPassword::parse(&text) {
            prop_assert_eq!(TemporaryPassword::parse(&password.to_string()), Some(password));
        }
    }
}

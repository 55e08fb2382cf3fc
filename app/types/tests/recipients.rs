//! What happens to the text around an entry. How texts are read stands in `recipients.golden`.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use types::recipients::{Counts, Reading, Recipient, parse, remove, replace, write};

/// The text without its nth entry.
fn without(text: &str, n: usize) -> String {
    remove(text, parse(text).entries[n].range.clone())
}

#[test]
fn entry_goes_with_its_separator() {
    let cases = [
        ("a@x.org", 0, ""),
        ("a@x.org, b@x.org, c@x.org", 0, "b@x.org, c@x.org"),
        ("a@x.org, b@x.org, c@x.org", 1, "a@x.org, c@x.org"),
        ("a@x.org, b@x.org, c@x.org", 2, "a@x.org, b@x.org"),
        ("a@x.org b@x.org; c@x.org", 1, "a@x.org c@x.org"),
        ("a@x.org\nb@x.org\nc@x.org", 0, "b@x.org\nc@x.org"),
        ("a@x.org\nb@x.org\nc@x.org", 1, "a@x.org\nc@x.org"),
        ("a@x.org\nb@x.org\nc@x.org", 2, "a@x.org\nb@x.org"),
        (
            "a@x.org\r\nb@x.org\r\nc@x.org\r\n",
            1,
            "a@x.org\r\nc@x.org\r\n",
        ),
        ("a@x.org\r\nb@x.org", 1, "a@x.org"),
        ("a@x.org, b@x.org\nc@x.org", 1, "a@x.org\nc@x.org"),
        ("a@x.org;\n b@x.org;\nc@x.org", 1, "a@x.org;\nc@x.org"),
        (
            "Ann Lee <a@x.org>, \"Ray, Bob\" <b@x.org>",
            1,
            "Ann Lee <a@x.org>",
        ),
        ("<a@x.org><b@x.org><c@x.org>", 1, "<a@x.org> <c@x.org>"),
        ("<a@x.org>b@x.org, c@x.org", 1, "<a@x.org>, c@x.org"),
        ("Ann\ta@x.org\t1\nBob\tb@x.org\t2\n", 0, "Bob\tb@x.org\t2\n"),
        ("Ann\ta@x.org\tBob\tb@x.org", 0, "Bob\tb@x.org"),
        ("Ann\ta@x.org\tBob\tb@x.org", 1, "Ann\ta@x.org"),
        ("Team\ta@x.org, b@x.org\tx", 1, "Team\ta@x.org\tx"),
        ("nobody, a@x.org", 0, "a@x.org"),
    ];
    for (text, n, rest) in cases {
        assert_eq!(without(text, n), rest, "{text:?} without {n}");
    }
}

#[test]
fn entry_is_written_anew_in_its_place() {
    let text = "a@x.org, Bob <b@x>; c@x.org";
    let range = parse(text).entries[1].range.clone();
    assert_eq!(
        replace(text, range, "Bob <b@x.org>"),
        "a@x.org, Bob <b@x.org>; c@x.org"
    );
}

#[test]
fn range_that_does_not_fit_changes_nothing() {
    let text = "é, b";
    let backwards = Range { start: 3, end: 2 };
    for range in [0..1, 1..3, 3..99, 98..99, backwards] {
        assert_eq!(remove(text, range.clone()), text);
        assert_eq!(replace(text, range, "x"), text);
    }
}

#[test]
fn entries_are_counted() {
    let recipients = parse("a@x.org, A@X.org, b@, nobody, c@x.org");
    assert_eq!(
        recipients.counts(),
        Counts {
            ready: 2,
            duplicate: 1,
            invalid: 2
        }
    );
    assert_eq!(recipients.ready_count(), 2);
    assert_eq!(recipients.duplicate_count(), 1);
    assert_eq!(recipients.invalid_count(), 2);
    assert!(!recipients.is_empty() && parse(" ,\n").is_empty());
}

#[test]
fn names_that_need_it_are_quoted() {
    let cases = [
        ("", "ann@x.org"),
        ("Ann Lee", "Ann Lee <ann@x.org>"),
        ("Miles O'Brien Jr.", "Miles O'Brien Jr. <ann@x.org>"),
        ("Lee, Ann", "\"Lee, Ann\" <ann@x.org>"),
        ("Ann \"Bee\" Lee", "\"Ann \\\"Bee\\\" Lee\" <ann@x.org>"),
        ("R2D2", "\"R2D2\" <ann@x.org>"),
        ("Ann\nLee <x>\t", "\"Ann Lee <x\" <ann@x.org>"),
        ("bob@x.org", "ann@x.org"),
    ];
    for (name, line) in cases {
        let recipient = Recipient {
            email: "ann@x.org".parse().unwrap(),
            name: name.to_owned(),
        };
        assert_eq!(write([&recipient].into_iter()), line);
        let again = parse(line);
        let again: Vec<_> = again.ready().collect();
        assert_eq!(write(again.into_iter()), line);
    }
}

#[test]
fn piece_that_is_shown_is_short() {
    let recipients = parse(&"x".repeat(1_000_000));
    let Reading::Invalid { text, .. } = &recipients.entries[0].reading else {
        panic!("{recipients:?}")
    };
    assert_eq!(text.chars().count(), 201);
    assert_eq!(recipients.entries[0].range, 0..1_000_000);
}

/// A quadratic reader would need minutes for these.
#[test]
fn time_grows_with_the_length_only() {
    let pieces = [
        "a@x.org ",
        "a@x.org,",
        "Ann ",
        "Ann, ",
        "<",
        "<a",
        "<a ",
        "< a@",
        "<@@",
        "\"",
        "\"\n",
        "\"a\t",
        "\"\"\"\n",
        "\"\"\n",
        "'a ",
        "\u{201c}a ",
        "\"\\",
        "\"\\ ",
        "\" ",
        "E-mail\n",
        "E-mail\n\n",
        "- ",
        "a@x.org - ",
        "@",
        "a@b.",
        "a.",
        "\t",
        "a@x.org\t",
        "Ann\t",
        "\"a\tb\n",
        "\"a \"\"\t",
        "\u{feff}",
        "\u{feff}\"",
        "ü@ü.ü",
        "a@ü",
        "1. ",
        "\\",
        "Lee, Ann <a@x.org>; ",
    ];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        let start = Instant::now();
        let recipients = parse(&text);
        let took = start.elapsed();
        assert!(
            took < Duration::from_secs(3),
            "{piece:?} took {took:?} for {} entries",
            recipients.entries.len()
        );
    }
}

//! Addresses and numbers, one by one.

use types::contact::{Email, EmailFault, Phone, PhoneFault};

#[test]
fn email_has_a_readable_a_comparable_and_an_ascii_form() {
    // typed, as people read it, key, for SMTP
    let cases = [
        ("ann@x.org", "ann@x.org", "ann@x.org", "ann@x.org"),
        (
            "  Ann.Lee@X.Org\n",
            "Ann.Lee@x.org",
            "ann.lee@x.org",
            "Ann.Lee@x.org",
        ),
        (
            "\u{feff}an\u{200b}n\u{ff20}x.org\u{a0}",
            "ann@x.org",
            "ann@x.org",
            "ann@x.org",
        ),
        (
            "Ann@BÜCHER.de",
            "Ann@bücher.de",
            "ann@xn--bcher-kva.de",
            "Ann@xn--bcher-kva.de",
        ),
        (
            "ann@XN--BCHER-KVA.de",
            "ann@xn--bcher-kva.de",
            "ann@xn--bcher-kva.de",
            "ann@xn--bcher-kva.de",
        ),
        (
            "ivan@почта.рф",
            "ivan@почта.рф",
            "ivan@xn--80a1acny.xn--p1ai",
            "ivan@xn--80a1acny.xn--p1ai",
        ),
        (
            "o'b+1/2=3@a-b.c",
            "o'b+1/2=3@a-b.c",
            "o'b+1/2=3@a-b.c",
            "o'b+1/2=3@a-b.c",
        ),
    ];
    for (typed, readable, key, ascii) in cases {
        let email = Email::parse(typed).unwrap();
        assert_eq!(
            (email.as_str(), email.key(), email.ascii().as_str()),
            (readable, key, ascii),
            "{typed}"
        );
        assert_eq!(email.domain(), key.split_once('@').unwrap().1);
        assert_eq!(email.to_string(), readable);
        assert_eq!(readable.parse(), Ok(email));
    }
}

#[test]
fn email_says_what_is_wrong() {
    use EmailFault as F;
    let long = |n| "a".repeat(n);
    let cases = [
        (String::new(), F::NoAt),
        ("ann".to_owned(), F::NoAt),
        ("@x.org".to_owned(), F::NoLocalPart),
        ("ann@".to_owned(), F::NoDomain),
        ("ann@x.org@y.org".to_owned(), F::TwoAts),
        ("ann@localhost".to_owned(), F::DomainWithoutDot),
        ("ann@x-.org".to_owned(), F::DomainNotValid),
        ("ann@10.0.0.1".to_owned(), F::DomainNotValid),
        ("ann@xn--0.org".to_owned(), F::DomainNotValid),
        ("ann lee@x.org".to_owned(), F::CharacterNotAllowed(' ')),
        ("ann\r\nBcc@x.org".to_owned(), F::CharacterNotAllowed('\r')),
        ("ann@x.org\nBcc".to_owned(), F::CharacterNotAllowed('\n')),
        ("\"ann\"@x.org".to_owned(), F::CharacterNotAllowed('"')),
        ("ann@[10.0.0.1]".to_owned(), F::CharacterNotAllowed('[')),
        ("ann@x_y.org".to_owned(), F::CharacterNotAllowed('_')),
        ("änn@x.org".to_owned(), F::LocalPartNotAscii),
        (".ann@x.org".to_owned(), F::DotMisplaced),
        ("an..n@x.org".to_owned(), F::DotMisplaced),
        ("ann@x.org.".to_owned(), F::DotMisplaced),
        ("ann@x。。org".to_owned(), F::DotMisplaced),
        (format!("{}@x.org", long(65)), F::TooLong),
        (format!("ann@{}.org", long(64)), F::TooLong),
        (
            format!("ann@{}.org", [long(62).as_str(); 4].join(".")),
            F::TooLong,
        ),
        (format!("ann@{}.org", long(1_000_000)), F::TooLong),
    ];
    for (text, fault) in cases {
        assert_eq!(
            Email::parse(&text),
            Err(fault),
            "{}",
            text.chars().take(80).collect::<String>()
        );
    }
    assert!(Email::parse(&format!("{}@{}.org", long(64), long(63))).is_ok());
}

#[test]
fn phone_is_e164() {
    let cases = [
        ("+79051111111", "+79051111111"),
        ("79051111111", "+79051111111"),
        ("+7 (905) 111-11-11", "+79051111111"),
        ("7.905.111.11.11", "+79051111111"),
        ("007 905 111 11 11", "+79051111111"),
        (
            "\u{202a}+7\u{a0}905\u{2011}111\u{2013}11\u{2212}11\u{202c}",
            "+79051111111",
        ),
        ("＋79051111111", "+79051111111"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+2904567", "+2904567"),
        ("123456789012345", "+123456789012345"),
    ];
    for (typed, number) in cases {
        let phone = Phone::parse(typed).unwrap();
        assert_eq!(phone.as_str(), number, "{typed}");
        assert_eq!(number.parse(), Ok(phone));
    }
}

#[test]
fn phone_says_what_is_wrong() {
    use PhoneFault as F;
    let cases = [
        ("9051111111", F::NoCountryCode),
        ("12345", F::NoCountryCode),
        ("020 7946 0958", F::NoCountryCode),
        ("07911 123456", F::NoCountryCode),
        ("8 905 111-11-11", F::NoCountryCode),
        ("+07911123456", F::NoCountryCode),
        ("", F::TooShort),
        ("+", F::TooShort),
        ("00", F::TooShort),
        ("+123456", F::TooShort),
        ("1234567890123456", F::TooLong),
        ("+1 234 567 890 123 456 7", F::TooLong),
        ("+7905111111a", F::CharacterNotAllowed('a')),
        ("7+9051111111", F::CharacterNotAllowed('+')),
        ("ann@x.org", F::CharacterNotAllowed('a')),
    ];
    for (text, fault) in cases {
        assert_eq!(Phone::parse(text), Err(fault), "{text}");
    }
}

#[test]
fn faults_are_sentences() {
    assert_eq!(
        EmailFault::CharacterNotAllowed(' ').to_string(),
        "' ' is not allowed in an address"
    );
    assert_eq!(
        PhoneFault::NoCountryCode.to_string(),
        "the number does not begin with a country code"
    );
}

use domain::bounces::LONGEST_WORDS;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const POSTFIX: &[u8] = include_bytes!("fixtures/postfix.eml");
const EXIM: &[u8] = include_bytes!("fixtures/exim.eml");
const EXCHANGE: &[u8] = include_bytes!("fixtures/exchange.eml");
const GMAIL: &[u8] = include_bytes!("fixtures/gmail.eml");
const DELAYED: &[u8] = include_bytes!("fixtures/delayed.eml");
const EXPIRED: &[u8] = include_bytes!("fixtures/expired.eml");
const RELAYED: &[u8] = include_bytes!("fixtures/relayed.eml");
const ABSENT: &[u8] = include_bytes!("fixtures/absent.eml");

fn id() -> DeliveryId {
    DeliveryId(Uuid::from_u128(7))
}

/// Whether it is for good, the code and the words.
fn told(message: &[u8]) -> Option<(bool, Option<u16>, String)> {
    let bounce = bounce(message, id())?;
    assert_eq!(bounce.delivery, id());
    Some((bounce.for_good, bounce.answer.code, bounce.answer.words))
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what `told` gives")]
fn hard(code: u16, words: &str) -> Option<(bool, Option<u16>, String)> {
    Some((true, Some(code), words.to_owned()))
}

#[test]
fn reports_of_known_servers_are_read() {
    assert_eq!(
        told(POSTFIX),
        hard(
            550,
            "5.1.1 <ivan@north.example>: Recipient address rejected: User unknown in virtual mailbox table"
        )
    );
    assert_eq!(
        told(EXIM),
        hard(550, "5.0.0 No such person at this address")
    );
    assert_eq!(
        told(EXCHANGE),
        hard(
            550,
            "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ivan@north.example not found by SMTP address lookup"
        )
    );
    assert_eq!(
        told(GMAIL),
        hard(
            550,
            "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to https://support.example/mail/?p=NoSuchUser d2e1a72fcca58 - gsmtp"
        )
    );
}

#[test]
fn what_is_still_on_its_way_or_has_gone_on_is_no_bounce() {
    assert_eq!(told(DELAYED), None);
    assert_eq!(
        read(DELAYED).map(|fates| fates[0].action),
        Some(Action::Delayed)
    );
    assert_eq!(told(RELAYED), None);
    assert_eq!(told(ABSENT), None, "an absence note");
    assert_eq!(read(ABSENT), None);
}

#[test]
fn a_server_that_gave_up_is_a_bounce_but_says_nothing_for_good() {
    let (for_good, code, words) = told(EXPIRED).unwrap_or_default();
    assert!(!for_good);
    assert_eq!(code, None);
    assert_eq!(
        words,
        "4.4.1 connect to mail.north.example[192.0.2.7]:25: Connection timed out"
    );
}

/// A report with these lines as the recipient's group.
fn report(group: &str) -> Vec<u8> {
    format!(
        "Content-Type: multipart/report; boundary=edge\n\n--edge\n\nSorry.\n--edge\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{group}\n--edge--\n"
    )
    .into_bytes()
}

#[test]
fn what_is_missing_or_oddly_written_is_passed_over() {
    let cases = [
        // Nothing but the two that matter.
        ("Action: failed\nStatus: 5.1.1", Some((true, None, "5.1.1"))),
        (
            "ACTION:FAILED\nSTATUS:5.2.1 (mailbox disabled)",
            Some((true, None, "5.2.1")),
        ),
        (
            "Action: failed (could not deliver)\nStatus: 4.4.7",
            Some((false, None, "4.4.7")),
        ),
        // The code says what the status does not.
        (
            "Action: failed\nDiagnostic-Code: smtp; 550 no",
            Some((true, Some(550), "no")),
        ),
        (
            "Action: failed\nDiagnostic-Code: smtp;554-5.7.1 no\n  way",
            Some((true, Some(554), "5.7.1 no way")),
        ),
        ("Action: failed", Some((false, None, ""))),
        ("Action: failed\nStatus: five", Some((false, None, ""))),
        ("Action: failed\nStatus: 5.1", Some((false, None, ""))),
        // Words without a type.
        (
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: no such user; sorry",
            Some((true, None, "5.1.1 no such user; sorry")),
        ),
        (
            "no field\nAction: failed\nStatus:\n 5.1.1",
            Some((true, None, "5.1.1")),
        ),
        ("Action: exploded\nStatus: 5.1.1", None),
        ("Status: 5.1.1", None),
        // One of several has it.
        (
            "Action: failed\nStatus: 5.1.1\n\nAction: delivered\nStatus: 2.0.0",
            None,
        ),
        (
            "Action: failed\nStatus: 4.2.2\n\nAction: failed\nStatus: 5.1.1",
            Some((true, None, "5.1.1")),
        ),
    ];
    for (group, wanted) in cases {
        let wanted = wanted.map(|(hard, code, words)| (hard, code, words.to_owned()));
        assert_eq!(told(&report(group)), wanted, "{group}");
        let windows = String::from_utf8_lossy(&report(group)).replace('\n', "\r\n");
        assert_eq!(told(windows.as_bytes()), wanted, "{group}, with CR and LF");
    }
}

#[test]
fn a_status_is_found_however_it_is_wrapped() {
    let status = "Reporting-MTA: dns; mx.example\n\nAction: failed\nStatus: 5.1.1\n";
    let wrapped = [
        // No multipart at all.
        format!("Content-Type: message/delivery-status\n\n{status}"),
        // The end is missing, and the boundary is quoted, on a line of its own.
        format!(
            "Content-Type: multipart/report;\n\tboundary=\"a b\"\n\n--a b\nContent-Type: message/delivery-status\n\n{status}"
        ),
        // A mailing program has put it into another one.
        format!(
            "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/report; boundary=i\n\n--i\nContent-Type: message/delivery-status\n\n{status}\n--i--\n--o--"
        ),
        format!(
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n{}",
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, status)
        ),
        format!(
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n\n{}",
            status.replace("5.1.1", "5.=\n1=2E1")
        ),
    ];
    for message in wrapped {
        assert_eq!(
            told(message.as_bytes()),
            Some((true, None, "5.1.1".to_owned())),
            "{message}"
        );
    }
}

#[test]
fn words_are_one_line_of_bounded_length() {
    let long = format!(
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 \u{1b}[31m{}",
        "слово ".repeat(1_000)
    );
    let (_, _, words) = told(&report(&long)).unwrap_or_default();
    assert_eq!(words.chars().count(), LONGEST_WORDS);
    assert!(!words.contains(char::is_control));
}

/// Parts in parts in parts, and a boundary at every turn.
#[test]
fn depth_and_number_of_parts_are_bounded() {
    let mut deep = String::new();
    for _ in 0..10_000 {
        deep.push_str("Content-Type: multipart/mixed; boundary=x\n\n--x\n");
    }
    assert_eq!(read(deep.as_bytes()), None);
    let wide = format!(
        "Content-Type: multipart/mixed; boundary=x\n\n{}",
        "--x\nContent-Type: text/plain\n\n".repeat(100_000)
    );
    assert_eq!(read(wide.as_bytes()), None);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = bounce(&bytes, id());
    }

    /// Closer to a report than bytes at random come.
    #[test]
    fn no_broken_report_makes_it_panic(
        which in 0_usize..8, cut in 0_usize..4_000, at in 0_usize..4_000, bytes: [u8; 8], group in ".{0,200}",
    ) {
        let all = [POSTFIX, EXIM, EXCHANGE, GMAIL, DELAYED, EXPIRED, RELAYED, ABSENT];
        let mut message = all[which].to_vec();
        for (offset, byte) in bytes.into_iter().enumerate() {
            if let Some(place) = message.get_mut(at + offset) {
                *place = byte;
            }
        }
        message.truncate(cut);
        let _ = bounce(&message, id());
        let _ = bounce(&report(&group), id());
        let _ = bounce(&report(&format!("Action: failed\nStatus: {group}\nDiagnostic-Code: {group}")), id());
    }

    #[test]
    fn what_is_said_is_kept(status in "5\\.[0-9]{1,3}\\.[0-9]{1,3}", words in "[a-zA-Z][a-zA-Z ]{0,40}[a-z]") {
        let group = format!("Action: failed\nStatus: {status}\nDiagnostic-Code: smtp; 550 {words}");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(told(&report(&group)), Some((true, Some(550), format!("{status} {words}"))));
    }
}

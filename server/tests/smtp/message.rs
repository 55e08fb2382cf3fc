//! What arrives, read by a parser that is not lettre's.

use domain::ports::{Answer, Mailer, OutgoingEmail};
use mailparse::MailHeaderMap;
use types::contact::Email;

use crate::scripted::Server;
use crate::{email, mailer};

#[tokio::test]
async fn delivers() {
    let server = Server::start(|_, _| None).await;
    let said = mailer(&server, 2).send(&email()).await;
    assert_eq!(
        said,
        Ok(Answer {
            code: Some(250),
            words: "2.0.0 taken as 4711".to_owned()
        })
    );
    assert_eq!(
        server.commands(1),
        [
            "EHLO [127.0.0.1]",
            "MAIL FROM:<usher@example.com>",
            "RCPT TO:<boris@example.com>",
            "DATA"
        ]
    );

    let raw = server.look(|seen| seen.messages[0].clone());
    assert!(raw.is_ascii());
    let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
    let header = |name| mail.headers.get_first_value(name).unwrap_or_default();
    assert_eq!(header("From"), "Usher Гид <usher@example.com>");
    assert_eq!(header("Reply-To"), "");
    assert_eq!(header("To"), "\"Boris Petrov\" <boris@example.com>");
    assert_eq!(header("Subject"), "Ana invites you");
    assert_eq!(header("Message-ID"), "<0190.1.email@usher.example>");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("X-Auto-Response-Suppress"), "All");
    assert_eq!(header("MIME-Version"), "1.0");
    assert!(mailparse::dateparse(&header("Date")).is_ok());
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let parts: Vec<_> = mail
        .subparts
        .iter()
        .map(|part| part.ctype.mimetype.as_str())
        .collect();
    assert_eq!(parts, ["text/plain", "text/html"]);
    assert_eq!(
        mail.subparts[0]
            .get_body()
            .unwrap()
            .replace("\r\n", "\n")
            .trim_end(),
        email().text.trim_end()
    );
}

#[tokio::test]
async fn utf8_comes_back_as_it_was() {
    let server = Server::start(|_, _| None).await;
    let long =
        "Анна Лима приглашает вас в организацию «Северное сияние и сыновья», отделение № 42 🎉";
    let email = OutgoingEmail {
        to: Email::parse("Boris@Почта.рф").unwrap(),
        to_name: "Борис, «Боб» Петров".to_owned(),
        subject: long.to_owned(),
        text: "Здравствуйте, Борис!\n\nСсылка: https://usher.example/invite/abc\n".to_owned(),
        html: format!("<p>Здравствуйте 🎉 {}</p>", "длинная строка ".repeat(200)),
        ..email()
    };
    mailer(&server, 1).send(&email).await.unwrap();
    let raw = server.look(|seen| seen.messages[0].clone());
    assert!(
        raw.is_ascii() && raw.lines().all(|line| line.len() <= 998),
        "{raw}"
    );
    let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
    assert_eq!(mail.headers.get_first_value("Subject").unwrap(), long);
    let to = mail.headers.get_first_value("To").unwrap();
    assert!(
        to.contains("Борис, «Боб» Петров") && to.contains("<Boris@xn--80a1acny.xn--p1ai>"),
        "{to}"
    );
    assert_eq!(
        server.commands(1)[2],
        "RCPT TO:<Boris@xn--80a1acny.xn--p1ai>"
    );
    let body = |part: usize| {
        mail.subparts[part]
            .get_body()
            .unwrap()
            .replace("\r\n", "\n")
    };
    assert_eq!(body(0).trim_end(), email.text.trim_end());
    assert_eq!(body(1).trim_end(), email.html.trim_end());
}

#[tokio::test]
async fn an_organization_sends_under_its_own_name() {
    let server = Server::start(|_, _| None).await;
    let mailer = mailer(&server, 1);
    for name in ["Acme, «Клиники» <x@evil.example>", "Acme \"North\""] {
        let email = OutgoingEmail {
            from_name: name.to_owned(),
            reply_to: Some(Email::parse("desk@Почта.рф").unwrap()),
            ..email()
        };
        mailer.send(&email).await.unwrap();
    }
    let raw = server.look(|seen| seen.messages.clone());
    for (raw, name) in raw
        .iter()
        .zip(["Acme, «Клиники» <x@evil.example>", "Acme \"North\""])
    {
        let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
        let from = mail.headers.get_first_header("From").unwrap();
        let from = mailparse::addrparse_header(from).unwrap();
        let from = from.extract_single_info().unwrap();
        // The address stays the installation's, whatever the name says.
        assert_eq!(from.addr, "usher@example.com", "{raw}");
        assert_eq!(from.display_name.as_deref(), Some(name), "{raw}");
        let reply_to = mail.headers.get_first_value("Reply-To").unwrap();
        assert_eq!(reply_to, "desk@xn--80a1acny.xn--p1ai");
    }
    // What the server is told stays the installation's, too.
    assert_eq!(server.commands(1)[1], "MAIL FROM:<usher@example.com>");
}

#[tokio::test]
async fn no_text_begins_a_header() {
    let server = Server::start(|_, _| None).await;
    let email = OutgoingEmail {
        subject: "Hello\r\nBcc: all@example.com\r\n\r\nbody".to_owned(),
        to_name: "Boris\r\nBcc: all@example.com".to_owned(),
        from_name: "Acme\r\nBcc: all@example.com".to_owned(),
        message_id: "1>\r\nBcc: all@example.com".to_owned(),
        ..email()
    };
    mailer(&server, 1).send(&email).await.unwrap();
    let raw = server.look(|seen| seen.messages[0].clone());
    let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
    assert!(mail.headers.get_first_value("Bcc").is_none(), "{raw}");
    assert_eq!(
        mail.headers.get_first_value("Subject").unwrap(),
        "Hello Bcc: all@example.com body"
    );
}

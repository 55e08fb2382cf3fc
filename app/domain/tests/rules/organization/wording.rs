//! The organization's own words, and who its letters come from.

use domain::{
    entity::organizations,
    organization::{Draft, change_wording, preview, read_invitations, send_test},
    ports::{OutgoingEmail, SendError},
    testing::{OWNER, TestUsher, answer},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use types::{
    batch::SendRequest,
    invitation::Channel,
    language::Language,
    organization::{
        OfferBy, Setting, Verification, Wording, WordingKey, WordingPart, WordingRequest,
    },
    refusal::Refusal,
};

use super::{changes, manager, set};
use crate::common::{invite, invited, pasted, refusal, send};

fn email(language: Language, wanted: &Wording) -> WordingRequest {
    WordingRequest {
        channel: Channel::Email,
        language,
        seen: Wording::default(),
        wanted: wanted.clone(),
    }
}

fn english() -> Wording {
    Wording {
        subject: "{organization} expects {name}".to_owned(),
        opening: "Dear {name},\r\n\r\n{inviter} wants you as {role}.".to_owned(),
        closing: "See you before {expires}".to_owned(),
    }
}

fn russian() -> Wording {
    Wording {
        opening: "{name}, ждём вас!".to_owned(),
        ..Wording::default()
    }
}

fn to<'a>(sent: &'a [OutgoingEmail], address: &str) -> &'a OutgoingEmail {
    let mut sent = sent.iter();
    sent.rfind(|sent| sent.to.as_str() == address).unwrap()
}

#[tokio::test]
async fn letters_carry_the_words_of_their_language() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    for request in [
        email(Language::En, &english()),
        email(Language::Ru, &russian()),
    ] {
        change_wording(&usher.core, &admin, &request).await.unwrap();
    }
    invite(
        &usher,
        &owner,
        "Ivan Petrov <ivan@north.example>, dora@north.example",
    )
    .await;
    let request = SendRequest {
        language: Some(Language::Ru),
        ..pasted("Анна <anna@north.example>")
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();

    let ivan = to(&sent, "ivan@north.example");
    assert_eq!(ivan.subject, "Acme Clinics expects Ivan");
    assert!(
        ivan.text
            .starts_with("Dear Ivan,\n\nOlive Owner wants you as User.\n\nTo accept")
    );
    assert!(
        ivan.text.contains("See you before 28 February 2026"),
        "{}",
        ivan.text
    );
    assert!(!ivan.text.contains("invites you to join"));
    assert!(
        ivan.html
            .contains("Dear Ivan,<br>\n<br>\nOlive Owner wants you as User.")
    );
    assert!(ivan.html.contains("See you before 28 February 2026"));
    // The button stays whatever is said around it.
    assert_eq!(
        ivan.html
            .matches("href=\"https://usher.example/invite/")
            .count(),
        2
    );
    assert!(ivan.html.contains("Accept invitation"));
    // Someone without a name is called by their address.
    let dora = to(&sent, "dora@north.example");
    assert_eq!(dora.subject, "Acme Clinics expects dora@north.example");

    let anna = to(&sent, "anna@north.example");
    assert!(anna.text.starts_with("Анна, ждём вас!\n"), "{}", anna.text);
    // What the organization does not say itself, Usher says.
    assert!(anna.subject.contains("приглашает вас"));
    assert!(anna.text.contains("не пересылайте её"));
}

#[tokio::test]
async fn waiting_messages_get_the_new_words() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    let request = email(Language::En, &english());
    change_wording(&usher.core, &manager(&owner), &request)
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    assert!(sent[0].subject.starts_with("Acme Clinics expects"));
}

#[tokio::test]
async fn hostile_names_and_texts_do_no_harm() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    set(&usher, &admin, Setting::Name, "<b>Acme</b> {inviter}")
        .await
        .unwrap();
    let wording = Wording {
        subject: "{name} <i>".to_owned(),
        opening: "<script>alert(1)</script> {name} {organization}".to_owned(),
        closing: "</td></table>\u{202e}{role}".to_owned(),
    };
    change_wording(&usher.core, &admin, &email(Language::En, &wording))
        .await
        .unwrap();
    invite(&usher, &owner, "\"{link}{role}\" <ivan@north.example>").await;
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    let letter = to(&sent, "ivan@north.example");
    // Filled once: what stands in a name is a name.
    assert_eq!(letter.subject, "{link}{role} <i>");
    assert!(letter.text.contains("<b>Acme</b> {inviter}"));
    for part in [
        "&#60;script&#62;alert(1)&#60;/script&#62; {link}{role} &#60;b&#62;Acme&#60;/b&#62; {inviter}",
        "&#60;/td&#62;&#60;/table&#62;User",
    ] {
        assert!(letter.html.contains(part), "{part}: {}", letter.html);
    }
    assert!(!letter.html.contains("<script") && !letter.html.contains('\u{202e}'));
}

#[tokio::test]
async fn words_that_make_no_sense_are_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let before = usher.everything().await.unwrap();
    let part = |part: WordingPart, text: &str| {
        let mut wording = Wording::default();
        wording.set(part, text.to_owned());
        email(Language::En, &wording)
    };
    let sms = |text: &str| WordingRequest {
        channel: Channel::Sms,
        ..part(WordingPart::Opening, text)
    };
    let copied = WordingRequest {
        channel: Channel::Copied,
        ..part(WordingPart::Opening, "Hello")
    };
    for (request, expected) in [
        (
            part(WordingPart::Opening, "Hello {nmae}"),
            Refusal::PlaceholderUnknown,
        ),
        (
            part(WordingPart::Closing, "{link}"),
            Refusal::PlaceholderUnknown,
        ),
        (
            part(WordingPart::Subject, "Hi\r\nBcc: a@b.example"),
            Refusal::OneLineOnly,
        ),
        (
            part(WordingPart::Subject, &"a".repeat(201)),
            Refusal::TextTooLong,
        ),
        (
            part(WordingPart::Closing, &"a".repeat(2_001)),
            Refusal::TextTooLong,
        ),
        // Text messages are not for an organization that may only send e-mail.
        (sms("Join: {link}"), Refusal::NotEnabled),
        (copied, Refusal::NotFound),
    ] {
        let done = change_wording(&usher.core, &admin, &request).await;
        assert_eq!(refusal(done), expected, "{request:?}");
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_text_message_keeps_its_link() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let read = usher.core.database().read();
    let row = organizations::Entity::find().one(read).await.unwrap();
    let mut row = row.unwrap().into_active_model();
    row.verification = Set(Verification::EmailOrSms);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
    let sms = |text: &str| WordingRequest {
        channel: Channel::Sms,
        ..email(
            Language::Ru,
            &Wording {
                opening: text.to_owned(),
                ..Wording::default()
            },
        )
    };
    for (text, expected) in [
        ("Заходите!", Refusal::LinkMissing),
        ("{link} {nmae}", Refusal::PlaceholderUnknown),
    ] {
        let done = change_wording(&usher.core, &admin, &sms(text)).await;
        assert_eq!(refusal(done), expected, "{text}");
    }
    let long = sms(&format!("{{link}}{}", "й".repeat(300)));
    let done = change_wording(&usher.core, &admin, &long).await;
    assert_eq!(refusal(done), Refusal::SmsTooLong);
    let text = "{organization}: {link}";
    change_wording(&usher.core, &admin, &sms(text))
        .await
        .unwrap();
    let page = read_invitations(&usher.core, &admin).await.unwrap();
    let key = WordingKey {
        channel: Channel::Sms,
        language: Language::Ru,
    };
    assert_eq!(page.wording(key).opening, text);
}

#[tokio::test]
async fn changes_are_remembered_and_two_admins_do_not_overwrite_each_other() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let request = email(Language::Ru, &russian());
    change_wording(&usher.core, &admin, &request).await.unwrap();
    let other = Wording {
        opening: "Другое".to_owned(),
        closing: "Пока".to_owned(),
        ..Wording::default()
    };
    let done = change_wording(&usher.core, &admin, &email(Language::Ru, &other)).await;
    assert_eq!(refusal(done), Refusal::ChangedMeanwhile);
    let seeing = WordingRequest {
        seen: russian(),
        ..email(Language::Ru, &other)
    };
    change_wording(&usher.core, &admin, &seeing).await.unwrap();
    // Back to Usher's words.
    let back = WordingRequest {
        seen: other,
        ..email(Language::Ru, &Wording::default())
    };
    change_wording(&usher.core, &admin, &back).await.unwrap();
    assert_eq!(
        changes(&usher).await,
        [
            json!({
                "before": { "email_ru_opening": "" },
                "after": { "email_ru_opening": "{name}, ждём вас!" },
            }),
            json!({
                "before": { "email_ru_opening": "{name}, ждём вас!", "email_ru_closing": "" },
                "after": { "email_ru_opening": "Другое", "email_ru_closing": "Пока" },
            }),
            json!({
                "before": { "email_ru_opening": "Другое", "email_ru_closing": "Пока" },
                "after": { "email_ru_opening": "", "email_ru_closing": "" },
            }),
        ]
    );
}

#[tokio::test]
async fn ushers_own_words_are_those_of_its_letters() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    for language in Language::ALL.iter().copied() {
        let page = read_invitations(&usher.core, &admin).await.unwrap();
        let own = page.ushers(language);
        for part in WordingPart::ALL {
            assert_eq!(
                part.read(Channel::Email, OfferBy::Link, own.text(*part))
                    .as_deref(),
                Ok(own.text(*part))
            );
        }
        let of = async |wording: Option<Wording>| {
            let draft = Draft { language, wording };
            preview(&usher.core, &admin, &draft).await.unwrap()
        };
        let (said, unsaid) = (of(Some(own)).await, of(None).await);
        assert_eq!(said.subject, unsaid.subject);
        assert_eq!(said.text, unsaid.text);
    }
}

#[tokio::test]
async fn letters_come_from_the_organization_in_its_colour() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    for (setting, text) in [
        (Setting::SenderName, "Acme, front desk"),
        (Setting::ReplyTo, "desk@acme.example"),
        (Setting::Accent, "#c2185b"),
    ] {
        set(&usher, &admin, setting, text).await.unwrap();
    }
    let token = invited(&usher, &owner, "ivan@north.example").await;
    usher.request_password_reset(OWNER).await.unwrap();
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    let letter = to(&sent, "ivan@north.example");
    assert_eq!(letter.from_name, "Acme, front desk");
    let reply_to = letter.reply_to.as_ref().map(ToString::to_string);
    assert_eq!(reply_to.as_deref(), Some("desk@acme.example"));
    assert!(letter.html.contains("background-color:#c2185b"));
    let accent = crate::common::offer(&usher, &token).await.look.accent;
    assert_eq!(accent.unwrap().0.to_string(), "#c2185b");
    // An identity belongs to no one organization.
    let reset = to(&sent, OWNER);
    assert_eq!((reset.from_name.as_str(), &reset.reply_to), ("", &None));
    assert!(!reset.html.contains("#c2185b"));
}

#[tokio::test]
async fn a_test_goes_to_the_admin_and_nobody_else() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let before = usher.everything().await.unwrap();
    let draft = Draft {
        language: Language::En,
        wording: Some(english()),
    };
    let mailer = usher.mailer.as_ref();
    let sent = send_test(&usher.core, &admin, mailer, &draft).await;
    assert_eq!(sent.unwrap(), None);
    let sent = usher.mailer.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to.as_str(), OWNER);
    assert_eq!(sent[0].subject, "Acme Clinics expects Olive");
    // Why the mail server does not take it is said at once.
    usher
        .mailer
        .answer_next(Err(SendError::Permanent(answer(550, "No"))));
    let failed = send_test(&usher.core, &admin, mailer, &draft).await;
    let failed = failed.unwrap().unwrap();
    assert_eq!((failed.code, failed.words.as_str()), (Some(550), "No"));
    let wrong = Draft {
        wording: Some(Wording {
            subject: "{nmae}".to_owned(),
            ..Wording::default()
        }),
        ..draft
    };
    let refused = send_test(&usher.core, &admin, mailer, &wrong).await;
    assert_eq!(refusal(refused), Refusal::PlaceholderUnknown);
    assert_eq!(usher.everything().await.unwrap(), before);
}

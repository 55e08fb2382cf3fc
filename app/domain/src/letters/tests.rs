use insta::assert_snapshot;

use super::*;

const LINK: &str = "https://usher.example/invite/AZq1?a=1&b=2";

fn facts() -> Invitation<'static> {
    Invitation {
        organization: "Acme & Sons",
        inviter: "Ana Lima",
        recipient_name: "Boris Petrov",
        recipient_address: "boris@example.com",
        role: "Manager",
        message: "Welcome!\r\n\r\nYour desk is on floor 2.",
        link: LINK,
        password: None,
        expires_at: "2026-11-21T13:05:59Z".parse().unwrap(),
        time_zone: Tz::Europe__Berlin,
        logo: None,
        accent: None,
        wording: None,
    }
}

fn reset() -> PasswordReset<'static> {
    let Invitation {
        link,
        expires_at,
        time_zone,
        ..
    } = facts();
    PasswordReset {
        link,
        expires_at,
        time_zone,
    }
}

/// The subject above the text.
fn shown(letter: &Letter) -> String {
    format!("Subject: {}\n\n{}", letter.subject, letter.text)
}

#[test]
fn invitation_in_english() {
    assert_snapshot!(shown(&invitation(Language::En, &facts()).unwrap()), @r#"
    Subject: Ana Lima invites you to join Acme & Sons

    Hello Boris Petrov,

    Ana Lima invites you to join Acme & Sons.
    Your role: Manager

    > Welcome!
    >
    > Your desk is on floor 2.

    To accept, open this link:
    https://usher.example/invite/AZq1?a=1&b=2

    The invitation is valid until 21 November 2026, 14:05 (Europe/Berlin, UTC+1).

    The link is meant for you personally and can be used once; please do not forward it.
    If you did not expect this invitation, you can ignore it.
    "#);
}

#[test]
fn invitation_in_russian() {
    let facts = Invitation {
        organization: "Акме",
        inviter: "Анна Лима",
        recipient_name: "Борис",
        role: "Менеджер",
        message: "Добро пожаловать!",
        ..facts()
    };
    assert_snapshot!(shown(&invitation(Language::Ru, &facts).unwrap()), @r#"
    Subject: Анна Лима приглашает вас в организацию «Акме»

    Здравствуйте, Борис!

    Анна Лима приглашает вас в организацию «Акме».
    Ваша роль: Менеджер

    > Добро пожаловать!

    Чтобы принять приглашение, откройте ссылку:
    https://usher.example/invite/AZq1?a=1&b=2

    Приглашение действует до 21 ноября 2026 г., 14:05 (Europe/Berlin, UTC+1).

    Ссылка предназначена лично вам и сработает один раз; пожалуйста, не пересылайте её.
    Если вы не ждали этого приглашения, просто проигнорируйте его.
    "#);
}

#[test]
fn with_a_temporary_password_it_says_where_and_with_what_to_sign_in() {
    let facts = Invitation {
        link: "https://usher.example/sign-in",
        password: Some("7K3M-9QXR-2TZB"),
        message: "",
        ..facts()
    };
    let letter = invitation(Language::En, &facts).unwrap();
    assert_snapshot!(letter.text, @r#"
    Hello Boris Petrov,

    Ana Lima invites you to join Acme & Sons.
    Your role: Manager

    To accept, open this address:
    https://usher.example/sign-in
    and sign in with these. You will choose a password of your own next.

    Username: boris@example.com
    Temporary password: 7K3M-9QXR-2TZB

    The invitation is valid until 21 November 2026, 14:05 (Europe/Berlin, UTC+1).

    The temporary password is meant for you personally and can be used once; please do not forward it.
    If you did not expect this invitation, you can ignore it.
    "#);
    for part in ["boris@example.com", "7K3M-9QXR-2TZB", ">Sign in</a>"] {
        assert!(letter.html.contains(part), "{part}");
    }
    let russian = invitation(Language::Ru, &facts).unwrap();
    assert!(russian.text.contains("Временный пароль: 7K3M-9QXR-2TZB"));
    assert!(!russian.text.contains("Ссылка предназначена"));
}

#[test]
fn without_name_and_message_nothing_is_left_over() {
    let facts = Invitation {
        recipient_name: " ",
        message: "\n \n",
        ..facts()
    };
    assert_snapshot!(invitation(Language::En, &facts).unwrap().text, @r#"
    Hello,

    Ana Lima invites you to join Acme & Sons.
    Your role: Manager

    To accept, open this link:
    https://usher.example/invite/AZq1?a=1&b=2

    The invitation is valid until 21 November 2026, 14:05 (Europe/Berlin, UTC+1).

    The link is meant for you personally and can be used once; please do not forward it.
    If you did not expect this invitation, you can ignore it.
    "#);
}

#[test]
fn password_reset_in_both_languages() {
    assert_snapshot!(shown(&password_reset(Language::En, &reset()).unwrap()), @r#"
    Subject: Choose a new password

    Hello,

    Somebody, probably you, asked for a new password for the account with this e-mail address.

    To choose one, open this link:
    https://usher.example/invite/AZq1?a=1&b=2

    The link is valid until 21 November 2026, 14:05 (Europe/Berlin, UTC+1) and can be used once; please do not forward it.

    If it was not you, you can ignore this message: your password stays as it is.
    "#);
    assert_snapshot!(shown(&password_reset(Language::Ru, &reset()).unwrap()), @r#"
    Subject: Новый пароль

    Здравствуйте!

    Кто-то, вероятно вы, попросил новый пароль для учётной записи с этим адресом электронной почты.

    Чтобы задать пароль, откройте ссылку:
    https://usher.example/invite/AZq1?a=1&b=2

    Ссылка действует до 21 ноября 2026 г., 14:05 (Europe/Berlin, UTC+1) и сработает один раз; пожалуйста, не пересылайте её.

    Если это были не вы, ничего делать не нужно: пароль останется прежним.
    "#);
}

#[test]
fn welcome_in_both_languages() {
    let facts = Welcome {
        organization: "Acme & Sons",
        recipient_name: "Boris",
        link: "https://usher.example/sign-in",
        logo: None,
        accent: None,
    };
    let english = welcome(Language::En, &facts).unwrap();
    assert!(
        english
            .html
            .contains("you are in <strong>Acme &#38; Sons</strong>")
    );
    assert_snapshot!(shown(&english), @r#"
    Subject: You are in: Acme & Sons

    Hello Boris,

    Your sign-up was approved: you are in Acme & Sons.

    Sign in with this e-mail address and your password:
    https://usher.example/sign-in

    If you have forgotten the password, you can choose a new one there.
    "#);
    let russian = welcome(Language::Ru, &facts).unwrap();
    assert!(russian.html.contains("https://usher.example/sign-in"));
    assert_snapshot!(shown(&russian), @r#"
    Subject: Вы в организации «Acme & Sons»

    Здравствуйте, Boris!

    Ваша регистрация одобрена: теперь вы в организации «Acme & Sons».

    Войдите с этим адресом электронной почты и своим паролем:
    https://usher.example/sign-in

    Если вы забыли пароль, там же можно задать новый.
    "#);
}

#[test]
fn html_of_an_invitation() {
    assert_snapshot!(invitation(Language::En, &facts()).unwrap().html, @r##"
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
    <title>Ana Lima invites you to join Acme &#38; Sons</title>
    <style>
    :root { color-scheme: light dark; supported-color-schemes: light dark; }
    @media (max-width: 600px) { .pad { padding: 24px !important; } }
    @media (prefers-color-scheme: dark) {
      .page { background-color: #121615 !important; }
      .card { background-color: #1b211f !important; border-color: #2d3532 !important; }
      .ink { color: #e8edeb !important; }
      .quiet { color: #a3aeaa !important; }
      .line { border-color: #2d3532 !important; }
      .accent { border-color: #6cc5bb !important; }
      .link { color: #6cc5bb !important; }
    }
    </style>
    </head>
    <body class="page" style="margin:0;padding:0;background-color:#f4f6f5;">
    <div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0;">Accept by 21 November 2026, 14:05 (Europe/Berlin, UTC+1).</div>
    <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f4f6f5" style="background-color:#f4f6f5;">
    <tr><td align="center" style="padding:32px 12px;">
    <!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
    <table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="max-width:560px;background-color:#ffffff;border:1px solid #dfe5e3;border-radius:12px;">
    <tr><td class="pad ink" align="left" style="padding:40px;font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;color:#1b2422;">
    <p class="quiet" style="margin:0 0 24px;font-size:14px;line-height:20px;font-weight:600;color:#5b6763;">Acme &#38; Sons</p>
    <h1 class="ink" style="margin:0 0 16px;font-size:22px;line-height:30px;font-weight:600;color:#1b2422;">Join Acme &#38; Sons</h1>
    <p style="margin:0 0 16px;">Hello Boris Petrov,</p>
    <p style="margin:0 0 24px;"><strong>Ana Lima</strong> invites you to join <strong>Acme &#38; Sons</strong>.<br>
    Your role: Manager</p>
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 24px;">
    <tr><td class="ink accent" style="padding:4px 0 4px 16px;border-left:3px solid #0f5e59;color:#1b2422;">Welcome!<br>
    <br>
    Your desk is on floor 2.</td></tr>
    </table>
    <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 24px;">
    <tr><td align="center" bgcolor="#0f5e59" style="border-radius:8px;background-color:#0f5e59;mso-padding-alt:12px 24px;"><a href="https://usher.example/invite/AZq1?a=1&#38;b=2" style="display:inline-block;padding:12px 24px;border-radius:8px;font-size:16px;line-height:24px;font-weight:600;color:#ffffff;text-decoration:none;">Accept invitation</a></td></tr>
    </table>
    <p style="margin:0 0 16px;">The invitation is valid until <strong>21 November 2026, 14:05 (Europe/Berlin, UTC+1)</strong>.</p>
    <p class="quiet" style="margin:0 0 24px;font-size:14px;line-height:20px;color:#5b6763;">The link is meant for you personally and can be used once; please do not forward it.
    If you did not expect this invitation, you can ignore it.</p>
    <p class="quiet line" style="margin:0;padding-top:24px;border-top:1px solid #dfe5e3;font-size:13px;line-height:20px;color:#5b6763;">If the button does not work, copy this address into your browser:<br>
    <a class="link" href="https://usher.example/invite/AZq1?a=1&#38;b=2" style="color:#0f5e59;word-break:break-all;">https://usher.example/invite/AZq1?a=1&#38;b=2</a></p>
    </td></tr>
    </table>
    <!--[if mso]></td></tr></table><![endif]-->
    </td></tr>
    </table>
    </body>
    </html>
    "##);
}

#[test]
fn html_says_what_the_text_says() {
    for language in Language::ALL.iter().copied() {
        let Letter { html, .. } = invitation(
            language,
            &Invitation {
                organization: "Acme",
                ..facts()
            },
        )
        .unwrap();
        let until = until(language, facts().expires_at, facts().time_zone);
        for part in [
            "Acme",
            "Ana Lima",
            "Boris Petrov",
            "Manager",
            "floor 2",
            &until,
            &format!("lang=\"{language}\""),
        ] {
            assert!(html.contains(part), "{language}: {part}");
        }
        let Letter { html, .. } = password_reset(language, &reset()).unwrap();
        assert!(html.contains(&until) && html.contains(&format!("lang=\"{language}\"")));
        assert_eq!(
            html.matches("href=\"https://usher.example/invite/AZq1?a=1&#38;b=2\"")
                .count(),
            2
        );
    }
}

#[test]
fn markup_is_escaped() {
    let bad = "<script>alert('\"x\"')</script>";
    let facts = Invitation {
        organization: bad,
        inviter: bad,
        recipient_name: bad,
        role: bad,
        message: bad,
        ..facts()
    };
    for language in Language::ALL.iter().copied() {
        let letter = invitation(language, &facts).unwrap();
        assert!(!letter.html.contains("<script"), "{}", letter.html);
        assert!(
            letter
                .html
                .contains("&#60;script&#62;alert(&#39;&#34;x&#34;&#39;)"),
            "{}",
            letter.html
        );
        // The text part is no markup: it shows what was written.
        assert!(letter.text.contains(bad));
    }
}

#[test]
fn line_breaks_of_a_message_survive_and_nothing_else_does() {
    let facts = Invitation {
        message: "\none\r\ntwo <br>\rthree\u{0}\u{7}\tfour\n\n",
        ..facts()
    };
    let letter = invitation(Language::En, &facts).unwrap();
    assert!(
        letter
            .html
            .contains(">one<br>\ntwo &#60;br&#62;<br>\nthree four</td>"),
        "{}",
        letter.html
    );
    assert!(
        letter
            .text
            .contains("\n> one\n> two <br>\n> three four\n\nTo accept"),
        "{}",
        letter.text
    );
}

#[test]
fn a_name_cannot_reach_beyond_the_subject() {
    let bad = "Acme\r\nBcc: all@example.com\u{2028}\u{85}\0\u{202E}x\n";
    let facts = Invitation {
        organization: bad,
        inviter: bad,
        ..facts()
    };
    for language in Language::ALL.iter().copied() {
        let letter = invitation(language, &facts).unwrap();
        assert!(
            !letter.subject.chars().any(char::is_control),
            "{:?}",
            letter.subject
        );
        assert!(
            letter.subject.starts_with("Acme Bcc: all@example.com x "),
            "{:?}",
            letter.subject
        );
        assert!(
            !letter.text.lines().any(|line| line.starts_with("Bcc:")),
            "{}",
            letter.text
        );
        assert!(!letter.html.contains('\u{202E}'));
    }
}

#[test]
fn the_time_names_its_zone() {
    let winter = "2026-01-05T23:30:00Z".parse().unwrap();
    let summer = "2026-07-05T23:30:00Z".parse().unwrap();
    let en = |moment, zone| until(Language::En, moment, zone);
    assert_eq!(
        en(winter, Tz::Europe__Berlin),
        "6 January 2026, 00:30 (Europe/Berlin, UTC+1)"
    );
    assert_eq!(
        en(summer, Tz::Europe__Berlin),
        "6 July 2026, 01:30 (Europe/Berlin, UTC+2)"
    );
    assert_eq!(
        en(winter, Tz::Asia__Kolkata),
        "6 January 2026, 05:00 (Asia/Kolkata, UTC+5:30)"
    );
    assert_eq!(
        en(winter, Tz::America__St_Johns),
        "5 January 2026, 20:00 (America/St_Johns, UTC-3:30)"
    );
    assert_eq!(en(winter, Tz::UTC), "5 January 2026, 23:30 (UTC)");
    assert_eq!(
        until(Language::Ru, summer, Tz::Europe__Moscow),
        "6 июля 2026 г., 02:30 (Europe/Moscow, UTC+3)"
    );
}

#[test]
fn an_invitation_by_the_organization_itself_names_nobody_else() {
    for (language, subject) in [
        (Language::En, "You are invited to join Acme & Sons"),
        (Language::Ru, "Вас приглашают в организацию «Acme & Sons»"),
    ] {
        let facts = Invitation {
            inviter: "",
            ..facts()
        };
        let letter = invitation(language, &facts).unwrap();
        assert_eq!(letter.subject, subject);
        assert!(letter.text.contains(&format!("{subject}.")));
        let html = subject.replace('&', "&#38;");
        assert!(letter.html.contains(&html), "the heading of the page");
        assert!(!letter.html.contains("<strong></strong>"));
    }
}

#[test]
fn an_organization_speaks_in_its_own_words_and_colour() {
    let wording = Wording {
        subject: "{organization}\u{2028}expects {name}".to_owned(),
        opening: "Dear {name},\n\n{inviter} made you {role} until {expires}. {other} {".to_owned(),
        closing: "Bye <b>".to_owned(),
    };
    let facts = Invitation {
        inviter: "{role} & <i>",
        recipient_name: "",
        message: "",
        logo: Some("https://usher.example/logo/a1?\"b"),
        accent: Some(Accent("#ffcc00".parse().unwrap())),
        wording: Some(&wording),
        ..facts()
    };
    let letter = invitation(Language::En, &facts).unwrap();
    assert_snapshot!(shown(&letter), @r#"
    Subject: Acme & Sons expects boris@example.com

    Dear boris@example.com,

    {role} & <i> made you Manager until 21 November 2026, 14:05 (Europe/Berlin, UTC+1). {other} {

    To accept, open this link:
    https://usher.example/invite/AZq1?a=1&b=2

    The invitation is valid until 21 November 2026, 14:05 (Europe/Berlin, UTC+1).

    Bye <b>
    "#);
    for part in [
        "<img src=\"https://usher.example/logo/a1?&#34;b\" alt=\"\"",
        "{role} &#38; &#60;i&#62; made you Manager",
        "Bye &#60;b&#62;</p>",
        // Yellow, dark enough for the white words on it; as it is on a dark ground.
        "bgcolor=\"#8c7000\"",
        ".link { color: #ffcc00 !important; }",
    ] {
        assert!(letter.html.contains(part), "{part}: {}", letter.html);
    }
}

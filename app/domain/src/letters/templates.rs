//! What the templates may say, and which template speaks which language.

#![expect(
    clippy::ref_binding_to_reference,
    reason = "askama's derive for enums writes such patterns"
)]

use askama::Template;
use types::organization::Color;

/// The accent on both grounds.
#[derive(Clone, Copy)]
pub(super) struct Colors {
    pub(super) light: Color,
    pub(super) dark: Color,
}

/// What the templates of an invitation may say; names are one line each.
pub(super) struct InvitationWords<'a> {
    pub(super) organization: String,
    pub(super) inviter: String,
    pub(super) recipient_name: String,
    pub(super) role: String,
    pub(super) message: Vec<String>,
    /// Of a letter with a temporary password where to sign in.
    pub(super) link: &'a str,
    pub(super) username: String,
    pub(super) password: Option<&'a str>,
    pub(super) until: String,
    /// The organization's own words, filled; `None`: Usher's.
    pub(super) subject: Option<String>,
    pub(super) opening: Option<Vec<String>>,
    pub(super) closing: Option<Vec<String>>,
    pub(super) logo: Option<&'a str>,
    pub(super) colors: Colors,
}

/// What the templates of a welcome may say; names are one line each.
pub(super) struct WelcomeWords<'a> {
    pub(super) organization: String,
    pub(super) recipient_name: String,
    pub(super) link: &'a str,
    pub(super) logo: Option<&'a str>,
    pub(super) colors: Colors,
}

/// What the templates of a password reset may say.
pub(super) struct PasswordResetWords<'a> {
    pub(super) link: &'a str,
    pub(super) until: String,
    pub(super) colors: Colors,
}

/// One text of an invitation alone.
#[derive(Template)]
pub(super) enum PartText<'a> {
    #[template(path = "letters/en/subject.txt")]
    EnSubject { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/en/opening.txt")]
    EnOpening { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/en/closing.txt")]
    EnClosing { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/ru/subject.txt")]
    RuSubject { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/ru/opening.txt")]
    RuOpening { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/ru/closing.txt")]
    RuClosing { letter: &'a InvitationWords<'a> },
}

#[derive(Template)]
pub(super) enum InvitationText<'a> {
    #[template(path = "letters/en/invitation.txt")]
    En { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/ru/invitation.txt")]
    Ru { letter: &'a InvitationWords<'a> },
}

#[derive(Template)]
pub(super) enum InvitationHtml<'a> {
    #[template(path = "letters/en/invitation.html")]
    En {
        subject: &'a str,
        letter: &'a InvitationWords<'a>,
    },
    #[template(path = "letters/ru/invitation.html")]
    Ru {
        subject: &'a str,
        letter: &'a InvitationWords<'a>,
    },
}

#[derive(Template)]
pub(super) enum ReminderText<'a> {
    #[template(path = "letters/en/reminder.txt")]
    En { letter: &'a InvitationWords<'a> },
    #[template(path = "letters/ru/reminder.txt")]
    Ru { letter: &'a InvitationWords<'a> },
}

#[derive(Template)]
pub(super) enum ReminderHtml<'a> {
    #[template(path = "letters/en/reminder.html")]
    En {
        subject: &'a str,
        letter: &'a InvitationWords<'a>,
    },
    #[template(path = "letters/ru/reminder.html")]
    Ru {
        subject: &'a str,
        letter: &'a InvitationWords<'a>,
    },
}

#[derive(Template)]
pub(super) enum PasswordResetText<'a> {
    #[template(path = "letters/en/password_reset.txt")]
    En { letter: &'a PasswordResetWords<'a> },
    #[template(path = "letters/ru/password_reset.txt")]
    Ru { letter: &'a PasswordResetWords<'a> },
}

#[derive(Template)]
pub(super) enum PasswordResetHtml<'a> {
    #[template(path = "letters/en/password_reset.html")]
    En {
        subject: &'a str,
        letter: &'a PasswordResetWords<'a>,
    },
    #[template(path = "letters/ru/password_reset.html")]
    Ru {
        subject: &'a str,
        letter: &'a PasswordResetWords<'a>,
    },
}

#[derive(Template)]
pub(super) enum WelcomeText<'a> {
    #[template(path = "letters/en/welcome.txt")]
    En { letter: &'a WelcomeWords<'a> },
    #[template(path = "letters/ru/welcome.txt")]
    Ru { letter: &'a WelcomeWords<'a> },
}

#[derive(Template)]
pub(super) enum WelcomeHtml<'a> {
    #[template(path = "letters/en/welcome.html")]
    En {
        subject: &'a str,
        letter: &'a WelcomeWords<'a>,
    },
    #[template(path = "letters/ru/welcome.html")]
    Ru {
        subject: &'a str,
        letter: &'a WelcomeWords<'a>,
    },
}

//! What the templates may say, and which template speaks which language.

#![expect(
    clippy::ref_binding_to_reference,
    reason = "askama's derive for enums writes such patterns"
)]

use askama::Template;

/// What the templates of an invitation may say; names are one line each.
pub(super) struct InvitationWords<'a> {
    pub(super) organization: String,
    pub(super) inviter: String,
    pub(super) recipient_name: String,
    pub(super) role: String,
    pub(super) message: Vec<String>,
    pub(super) link: &'a str,
    pub(super) until: String,
}

/// What the templates of a password reset may say.
pub(super) struct PasswordResetWords<'a> {
    pub(super) link: &'a str,
    pub(super) until: String,
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

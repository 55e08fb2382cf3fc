//! The e-mail with the organization's words as it will look, to the admin who writes them.

use chrono::Duration;
use types::{
    invitation::Channel,
    language::Language,
    organization::{OfferBy, Wording},
    refusal::Refusal,
    users::Failure,
};

use super::{Style, find, reply_to, wording};
use crate::{
    Core, Outcome, courier,
    letters::{self, Letter},
    ports::{Mailer, OutgoingEmail},
    proof::{Admin, ManageOrganization},
    random,
};

/// An e-mail's words as they are being written; `None`: as they are kept.
#[derive(Clone, Debug)]
pub struct Draft {
    pub language: Language,
    pub wording: Option<Wording>,
}

/// A temporary password of no invitation.
const SAMPLE: &str = "7K3M-9QXR-2TZB";

/// The e-mail as it would reach the admin. Its link leads to no invitation.
pub async fn preview(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    draft: &Draft,
) -> Outcome<Letter> {
    let read = core.database.read();
    let organization = find(read, admin.organization).await?;
    let wording = match &draft.wording {
        Some(wording) => wording.clone(),
        None => wording::in_emails(read, admin.organization, draft.language).await?,
    };
    let style = Style {
        wordings: [(draft.language, wording)].into(),
        ..Style::of(read, admin.organization).await?
    };
    let role = crate::roles::usual_of(read, admin).await?;
    let role = role.ok_or(Refusal::NotFound)?;
    let hours = i64::from(organization.invitation_hours);
    let inviter = format!("{} {}", admin.first_name, admin.last_name);
    let inviter = match inviter.trim() {
        "" => admin.username.as_str(),
        name => name,
    };
    let (link, password) = match organization.offer {
        OfferBy::Link => ("/invite/preview", None),
        OfferBy::TemporaryPassword => (courier::SIGN_IN, Some(SAMPLE)),
    };
    let logo = style.logo.as_deref().map(|path| core.link(path));
    let letter = letters::invitation(
        draft.language,
        &letters::Invitation {
            organization: &organization.name,
            inviter,
            recipient_name: &admin.first_name,
            recipient_address: admin.username.as_str(),
            role: crate::roles::called(&role, draft.language),
            message: "",
            link: &core.link(link),
            password,
            expires_at: core.now() + Duration::hours(hours),
            time_zone: organization.time_zone.parse().unwrap_or_default(),
            logo: logo.as_deref(),
            accent: super::accent(&organization),
            wording: style.wordings.get(&draft.language),
        },
    )?;
    Ok(letter)
}

/// Sends the e-mail to the admin's own address, now and without the outbox: so the mail server's
/// answer is there at once. Gives that answer where it has not taken it.
///
/// # Errors
/// Those of `WordingPart::read`.
pub async fn send_test(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    mailer: &dyn Mailer,
    draft: &Draft,
) -> Outcome<Option<Failure>> {
    let organization = find(core.database.read(), admin.organization).await?;
    let wording = draft.wording.as_ref();
    let draft = Draft {
        language: draft.language,
        wording: wording
            .map(|wording| wording.read(Channel::Email, organization.offer))
            .transpose()?,
    };
    let email = test_email(core, admin, &draft).await?;
    match mailer.send(&email).await {
        Ok(_) => Ok(None),
        Err(error) => Ok(Some(Failure {
            code: error.answer().code,
            words: error.answer().words.clone(),
        })),
    }
}

/// That e-mail, ready to be handed over.
pub(crate) async fn test_email(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    draft: &Draft,
) -> Outcome<OutgoingEmail> {
    let to = admin
        .username
        .email()
        .ok_or(Refusal::EmailNotValid)?
        .clone();
    let letter = preview(core, admin, draft).await?;
    let organization = find(core.database.read(), admin.organization).await?;
    let name = format!("{} {}", admin.first_name, admin.last_name);
    let host = core.public_url.host_str().unwrap_or("localhost");
    Ok(OutgoingEmail {
        message_id: format!("test-{}@{host}", random::nonce()),
        to,
        to_name: name.trim().to_owned(),
        return_path: None,
        reply_to: reply_to(&organization),
        from_name: organization.sender_name,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    })
}

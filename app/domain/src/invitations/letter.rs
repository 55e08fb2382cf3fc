//! An invitation's e-mail as it will look, before anything is written.

use sea_orm::{EntityTrait, TryIntoModel};
use types::{
    batch::{LetterPreview, LetterRequest},
    contact::Email,
    ids::BatchId,
    invitation::Channel,
    language::Language,
    recipients::{self, Reading},
    refusal::{LONGEST_MESSAGE, Refusal},
};

use super::Terms;
use crate::{
    Core, Outcome,
    courier::{InvitationFacts, invitation_letter},
    entity::{organizations, users},
    letters::Letter,
    organization::Style,
    proof::{Admin, ManageUsers},
    random,
    roles::{may_give, usual},
    users::PersonName,
};

/// The head of the e-mail.
///
/// # Errors
/// `TextTooLong`, `NotFound` for a role that is not there, `RoleAboveYours`.
pub async fn letter(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &LetterRequest,
) -> Outcome<LetterPreview> {
    let (user, letter) = worded(core, admin, request).await?;
    let name = crate::users::called(&user);
    Ok(LetterPreview {
        to: if name == user.username.as_str() {
            name
        } else {
            format!("{name} <{}>", user.username)
        },
        subject: letter.subject,
    })
}

/// Its body, as HTML.
///
/// # Errors
/// Those of `letter`.
pub async fn html(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &LetterRequest,
) -> Outcome<String> {
    let (_, letter) = worded(core, admin, request).await?;
    Ok(letter.html)
}

/// The recipient and the letter to them. Its link belongs to no invitation.
async fn worded(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &LetterRequest,
) -> Outcome<(users::Model, Letter)> {
    if request.message.chars().count() > LONGEST_MESSAGE {
        return Err(Refusal::TextTooLong.into());
    }
    let now = core.now();
    let read = core.database.read();
    let organization = organizations::Entity::find_by_id(admin.organization)
        .one(read)
        .await?
        .ok_or(Refusal::NotFound)?;
    let roles = crate::roles::all(read, admin.organization).await?;
    let role = match request.role {
        Some(id) => roles.iter().find(|role| role.id == id),
        None => usual(&roles, &organization, admin),
    }
    .ok_or(Refusal::NotFound)?;
    if !may_give(admin, role) {
        return Err(Refusal::RoleAboveYours.into());
    }
    let (inviter, _) = crate::users::find(read, admin.organization, admin.user).await?;
    let batch: BatchId = random::id(now);
    let usual = Terms::usual(&organization, admin.user, batch, now);
    let terms = Terms {
        lifetime: request.lifetime.unwrap_or(usual.lifetime),
        language: request.language.unwrap_or(usual.language),
        message: request.message.trim().to_owned(),
        ..usual
    };
    let (email, name) = recipient(&request.recipient, terms.language)?;
    let user = users::Model {
        id: random::id(now),
        role_id: role.id,
        username_key: email.key().to_owned(),
        username: email.into(),
        first_name: name.first,
        last_name: name.last,
        ..inviter.clone()
    };
    let invitation = terms.first_invitation(user.id).try_into_model()?;
    let style = Style::of(read, organization.id).await?;
    let facts = InvitationFacts {
        invitation: &invitation,
        organization: &organization,
        style: Some(&style),
        user: &user,
        inviter: Some(&inviter),
        role,
    };
    let letter = invitation_letter(core, Channel::Email, &facts)?;
    Ok((user, letter))
}

/// Who stands in the entry; somebody made up where nobody does.
fn recipient(entry: &str, language: Language) -> Result<(Email, PersonName), Refusal> {
    let first = recipients::parse(entry).entries.into_iter().next();
    if let Some(Reading::Ready(recipient)) = first.map(|entry| entry.reading) {
        return Ok((recipient.email, PersonName::split(&recipient.name)));
    }
    let email = Email::parse("anna@example.com").map_err(|_| Refusal::EmailNotValid)?;
    let name = match language {
        Language::En => "Anna Lee",
        Language::Ru => "Анна Орлова",
    };
    Ok((email, PersonName::split(name)))
}

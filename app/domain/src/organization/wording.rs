//! The organization's own words.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use types::{
    ids::OrganizationId,
    invitation::Channel,
    language::Language,
    organization::{OfferBy, Verification, Wording, WordingKey, WordingRequest},
    refusal::Refusal,
};

use super::{event, find};
use crate::{
    Core, Outcome, audit,
    entity::wordings,
    proof::{Admin, ManageOrganization},
};

/// Changes the parts of a message's words in which the request differs from what the admin saw.
/// Messages that wait to be sent get the new words.
///
/// # Errors
/// `ChangedMeanwhile` where a part is no more as the admin saw it; those of `WordingPart::read`;
/// `NotEnabled` for text messages where the organization sends none; `NotFound` for another channel.
pub async fn change_wording(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    request: &WordingRequest,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let organization = find(&write, admin.organization).await?;
    match request.channel {
        Channel::Email => {}
        Channel::Sms if organization.verification == Verification::EmailOrSms => {}
        Channel::Sms => return Err(Refusal::NotEnabled.into()),
        Channel::Copied => return Err(Refusal::NotFound.into()),
    }
    let key = (admin.organization, request.channel, request.language);
    let stored = wordings::Entity::find_by_id(key).one(&write).await?;
    let known = stored.is_some();
    let before = stored.map(of).unwrap_or_default();
    let after = merged(&before, organization.offer, request)?;
    let changed = after.differing(&before);
    if changed.is_empty() {
        return Ok(());
    }
    let row = wordings::Model {
        organization_id: admin.organization,
        channel: request.channel,
        language: request.language,
        subject: after.subject.clone(),
        opening: after.opening.clone(),
        closing: after.closing.clone(),
    };
    let row = row.into_active_model().reset_all();
    if known {
        row.update(&write).await?;
    } else {
        row.insert(&write).await?;
    }
    let changes = changed.into_iter().map(|part| {
        let field = format!("{}_{}_{part}", request.channel, request.language);
        (
            field,
            before.text(part).to_owned(),
            after.text(part).to_owned(),
        )
    });
    audit::record(&write, core, now, event(admin, changes)).await?;
    core.commit(write, admin.organization).await
}

/// What is stored, with the parts that the admin has changed.
fn merged(stored: &Wording, offer: OfferBy, request: &WordingRequest) -> Result<Wording, Refusal> {
    let mut merged = stored.clone();
    for part in request.wanted.differing(&request.seen) {
        let text = part.read(request.channel, offer, request.wanted.text(part))?;
        let now = stored.text(part);
        if text == now {
            continue;
        }
        if request.seen.text(part).replace("\r\n", "\n") != now {
            return Err(Refusal::ChangedMeanwhile);
        }
        merged.set(part, text);
    }
    Ok(merged)
}

pub(super) fn of(row: wordings::Model) -> Wording {
    Wording {
        subject: row.subject,
        opening: row.opening,
        closing: row.closing,
    }
}

/// The organization's words for every message that has some.
pub(super) async fn all(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<Vec<(WordingKey, Wording)>> {
    let rows = wordings::Entity::find()
        .filter(wordings::Column::OrganizationId.eq(organization))
        .all(read)
        .await?;
    let keyed = rows.into_iter().map(|row| {
        let key = WordingKey {
            channel: row.channel,
            language: row.language,
        };
        (key, of(row))
    });
    Ok(keyed.collect())
}

/// The organization's words in e-mails of a language.
pub(super) async fn in_emails(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    language: Language,
) -> Outcome<Wording> {
    let key = (organization, Channel::Email, language);
    let row = wordings::Entity::find_by_id(key).one(read).await?;
    Ok(row.map(of).unwrap_or_default())
}

//! What an organization's admins set: name and look, how it invites, its own words.
//!
//! - `settings`: the texts of the forms; `logo`: the picture; `wording`: the words of messages
//! - `letter`: the e-mail as it will look, and a test of it

mod letter;
mod logo;
mod settings;
mod wording;

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Map, Value, json};
use types::{
    audit::Action,
    contact::Email,
    ids::OrganizationId,
    invitation::Channel,
    language::Language,
    organization::{Accent, Color, InvitationsPage, Logo, Look, OrganizationPage, Wording},
    refusal::Refusal,
};

pub(crate) use self::letter::test_email;
pub use self::{
    letter::{Draft, preview, send_test},
    logo::{logo, remove_logo, set_logo},
    settings::change,
    wording::change_wording,
};
use crate::{
    Core, Outcome, audit,
    entity::{logos, organizations, wordings},
    letters,
    proof::{Admin, ManageOrganization, Member},
    roles,
};

/// What `/settings/organization` shows.
pub async fn read(core: &Core, admin: &Admin<ManageOrganization>) -> Outcome<OrganizationPage> {
    let read = core.database.read();
    let organization = find(read, admin.organization).await?;
    let zones = chrono_tz::TZ_VARIANTS.iter();
    Ok(OrganizationPage {
        settings: settings::stored(&organization),
        logo: logo_of(read, admin.organization).await?,
        time_zones: zones.map(|zone| zone.name().to_owned()).collect(),
    })
}

/// What `/settings/invitations` shows.
pub async fn read_invitations(
    core: &Core,
    admin: &Admin<ManageOrganization>,
) -> Outcome<InvitationsPage> {
    let read = core.database.read();
    let organization = find(read, admin.organization).await?;
    let languages = Language::ALL.iter().copied();
    let offer = organization.offer;
    let ushers = languages.map(|language| Ok((language, letters::own_words(language, offer)?)));
    Ok(InvitationsPage {
        settings: settings::stored(&organization),
        roles: roles::offered(read, admin).await?,
        verification: organization.verification,
        look: look(read, &organization).await?,
        wordings: wording::all(read, admin.organization).await?,
        ushers: ushers.collect::<Outcome<_>>()?,
        own_address: admin.username.clone(),
    })
}

/// The path of the logo of the member's organization, if it has one.
pub async fn logo_path(core: &Core, member: &Member) -> Outcome<Option<String>> {
    let logo = logo_of(core.database.read(), member.organization).await?;
    Ok(logo.map(|logo| logo.path()))
}

pub(crate) async fn find(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<organizations::Model> {
    let found = organizations::Entity::find_by_id(organization)
        .one(read)
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

async fn logo_of(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<Option<Logo>> {
    let hash = logos::Entity::find_by_id(organization)
        .select_only()
        .column(logos::Column::Hash)
        .into_tuple::<String>()
        .one(read)
        .await?;
    Ok(hash.map(|hash| Logo { hash }))
}

/// `None`: Usher's own.
pub(crate) fn accent(organization: &organizations::Model) -> Option<Accent> {
    Color::parse(&organization.accent).ok().map(Accent)
}

/// How pages show that they are this organization's.
pub(crate) async fn look(
    read: &impl ConnectionTrait,
    organization: &organizations::Model,
) -> Outcome<Look> {
    let logo = logo_of(read, organization.id).await?;
    Ok(Look {
        logo: logo.map(|logo| logo.path()),
        accent: accent(organization),
    })
}

/// What the letters of an organization need of it besides its row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    /// The logo's path, if there is one.
    pub logo: Option<String>,
    /// Its words in e-mails.
    pub wordings: HashMap<Language, Wording>,
    /// Its words in SMS.
    pub sms: HashMap<Language, String>,
}

impl Style {
    pub async fn of(read: &impl ConnectionTrait, organization: OrganizationId) -> Outcome<Self> {
        let mut styles = Self::of_all(read, &[organization]).await?;
        Ok(styles.remove(&organization).unwrap_or_default())
    }

    /// In two queries, of however many organizations; those without anything of their own are left out.
    pub async fn of_all(
        read: &impl ConnectionTrait,
        organizations: &[OrganizationId],
    ) -> Outcome<HashMap<OrganizationId, Self>> {
        let mut styles: HashMap<OrganizationId, Self> = HashMap::new();
        if organizations.is_empty() {
            return Ok(styles);
        }
        let ids = || organizations.iter().copied();
        let found = logos::Entity::find()
            .select_only()
            .column(logos::Column::OrganizationId)
            .column(logos::Column::Hash)
            .filter(logos::Column::OrganizationId.is_in(ids()))
            .into_tuple::<(OrganizationId, String)>()
            .all(read)
            .await?;
        for (organization, hash) in found {
            styles.entry(organization).or_default().logo = Some(Logo { hash }.path());
        }
        let found = wordings::Entity::find()
            .filter(wordings::Column::OrganizationId.is_in(ids()))
            .all(read)
            .await?;
        for row in found {
            let style = styles.entry(row.organization_id).or_default();
            match row.channel {
                Channel::Sms if row.opening.is_empty() => {}
                Channel::Sms => {
                    style.sms.insert(row.language, row.opening);
                }
                Channel::Email | Channel::Copied => {
                    style.wordings.insert(row.language, wording::of(row));
                }
            }
        }
        Ok(styles)
    }
}

/// Where answers to the organization's letters go.
pub(crate) fn reply_to(organization: &organizations::Model) -> Option<Email> {
    Email::parse(&organization.reply_to).ok()
}

/// What the audit log remembers: of each changed field what it was and what it is.
fn event(
    admin: &Admin<ManageOrganization>,
    changes: impl IntoIterator<Item = (String, String, String)>,
) -> audit::Event {
    let (mut before, mut after) = (Map::new(), Map::new());
    for (field, old, new) in changes {
        before.insert(field.clone(), Value::String(old));
        after.insert(field, Value::String(new));
    }
    audit::Event::by(admin, Action::OrganizationChanged)
        .with(json!({ "before": before, "after": after }))
}

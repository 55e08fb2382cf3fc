//! What an organization's admins set.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};
use types::{
    language::Language,
    organization::{InvitationsPage, OrganizationPage, Settings, Unit, Wording, WordingRequest},
    users::Failure,
};

use super::AppError;

/// The forms of the settings: which of them a page has to say something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    General,
    Logo,
    Accent,
    Expiry,
    Domains,
    Sender,
    Offer,
    Reminders,
    Wording,
    Sms,
}

types::stored_words!(Panel {
    General = "general",
    Logo = "logo",
    Accent = "accent",
    Expiry = "expiry",
    Domains = "domains",
    Sender = "sender",
    Offer = "offer",
    Reminders = "reminders",
    Wording = "wording",
    Sms = "sms",
});

/// What `/settings/organization` shows.
#[server(input = Json)]
pub async fn read_organization_settings() -> Result<OrganizationPage, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::organization::read(&core, &admin).await?)
}

/// What `/settings/invitations` shows.
#[server(input = Json)]
pub async fn read_invitation_settings() -> Result<InvitationsPage, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::organization::read_invitations(&core, &admin).await?)
}

/// Form of the settings: changes those in which `wanted` differs from what the form was drawn with.
/// Where the expiry is "custom", `amount` and `unit` say it.
#[server]
pub async fn save_settings(
    panel: Panel,
    seen: Settings,
    wanted: Settings,
    #[server(default)] amount: String,
    #[server(default)] unit: Option<Unit>,
) -> Result<(), AppError> {
    use crate::{
        pages::settings::{INVITATIONS, ORGANIZATION},
        ssr::{
            forms,
            gate::{self, ManageOrganization},
        },
    };
    use types::organization::{Setting, hours_of};
    let admin = gate::admin(ManageOrganization).await;
    let mut wanted = wanted;
    wanted.invitation_hours = hours_of(
        &wanted.invitation_hours,
        &amount,
        unit.unwrap_or(Unit::Hours),
    );
    let done = async {
        let (core, admin) = admin?;
        domain::organization::change(&core, &admin, &seen, &wanted).await?;
        Ok(())
    };
    let done = done.await;
    let texts: Vec<_> = Setting::ALL
        .iter()
        .map(|setting| (setting.as_str(), wanted.text(*setting).to_owned()))
        .chain([("panel", panel.to_string())])
        .collect();
    let typed: Vec<_> = texts.iter().map(|(field, text)| (*field, text)).collect();
    let page = match panel {
        Panel::General | Panel::Logo | Panel::Accent => ORGANIZATION,
        Panel::Expiry
        | Panel::Domains
        | Panel::Sender
        | Panel::Offer
        | Panel::Reminders
        | Panel::Wording
        | Panel::Sms => INVITATIONS,
    };
    forms::settle_and_say(done, page, page, &typed)
}

/// Form of the words of a message.
#[server]
pub async fn save_wording(request: WordingRequest) -> Result<(), AppError> {
    use crate::{
        pages::settings::{INVITATIONS, words_address},
        ssr::{
            forms,
            gate::{self, ManageOrganization},
        },
    };
    use types::organization::WordingPart;
    let admin = gate::admin(ManageOrganization).await;
    let done = async {
        let (core, admin) = admin?;
        domain::organization::change_wording(&core, &admin, &request).await?;
        Ok(())
    };
    let done = done.await;
    let texts: Vec<_> = WordingPart::ALL
        .iter()
        .map(|part| (part.as_str(), request.wanted.text(*part).to_owned()))
        .chain([
            ("panel", Panel::Wording.to_string()),
            ("channel", request.channel.to_string()),
        ])
        .collect();
    let typed: Vec<_> = texts.iter().map(|(field, text)| (*field, text)).collect();
    let page = format!("{INVITATIONS}{}", words_address(request.language));
    forms::settle_and_say(done, &page, &page, &typed)
}

/// Takes the logo away; `seen` is the one that the admin saw.
#[server(input = Json)]
pub async fn remove_logo(seen: String) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::organization::remove_logo(&core, &admin, &seen).await?)
}

/// Sends the invitation with these words to the admin; gives the mail server's answer where it did
/// not take it.
#[server(input = Json)]
pub async fn send_test(language: Language, wording: Wording) -> Result<Option<Failure>, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    // Not to be taken for the address itself, whose own limit is for forgotten passwords.
    gate::visitor_for(gate::Limit::Mail, &format!("test {}", admin.username())).await?;
    let draft = domain::organization::Draft {
        language,
        wording: Some(wording),
    };
    Ok(domain::organization::send_test(&core, &admin, &*gate::mailer()?, &draft).await?)
}

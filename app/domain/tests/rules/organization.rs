//! What an organization's admins set.

mod logo;
mod settings;
mod wording;

use domain::{
    entity::audit_events,
    proof::{Admin, ManageOrganization, ManageUsers, Member},
    testing::TestUsher,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use types::{
    audit::Action,
    organization::{Setting, Settings},
};

/// The same person with the right to set things.
fn manager(admin: &Admin<ManageUsers>) -> Admin<ManageOrganization> {
    Member::clone(admin).with(ManageOrganization).unwrap()
}

async fn stored(usher: &TestUsher, admin: &Admin<ManageOrganization>) -> Settings {
    let page = domain::organization::read(&usher.core, admin).await;
    page.unwrap().settings
}

/// Sees what is stored and changes one setting.
async fn set(
    usher: &TestUsher,
    admin: &Admin<ManageOrganization>,
    setting: Setting,
    text: &str,
) -> domain::Outcome<()> {
    let seen = stored(usher, admin).await;
    let mut wanted = seen.clone();
    wanted.set(setting, text.to_owned());
    domain::organization::change(&usher.core, admin, &seen, &wanted).await
}

/// The details of every change of the organization, the first one first.
async fn changes(usher: &TestUsher) -> Vec<Value> {
    let events = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq(Action::OrganizationChanged))
        .order_by_asc(audit_events::Column::Id)
        .all(usher.core.database().read())
        .await
        .unwrap();
    let details = events.iter();
    details
        .map(|event| serde_json::from_str(&event.details).unwrap())
        .collect()
}

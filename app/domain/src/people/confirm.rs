//! Lets an address be written to again, to which messages came back.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;
use types::{audit::Action, ids::UserId, refusal::Refusal};

use crate::{
    Core, Outcome, audit,
    proof::{Admin, ManageUsers},
    roles::may_give,
    users::find,
};

/// Nothing is sent by it.
///
/// # Errors
/// `NotFound`, `RoleAboveYours`; `ChangedMeanwhile` where nothing keeps the address from being written to.
pub async fn try_again(core: &Core, admin: &Admin<ManageUsers>, user: UserId) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let (user, role) = find(&write, admin.organization, user).await?;
    if !may_give(admin, &role) {
        return Err(Refusal::RoleAboveYours.into());
    }
    if user.bounced_at.is_none() {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let id = user.id;
    let address = user.username.to_string();
    let mut row = user.into_active_model();
    row.bounced_at = Set(None);
    row.update(&write).await?;
    let event = audit::Event::by(admin, Action::AddressConfirmed)
        .about(id)
        .with(json!({ "email": address }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

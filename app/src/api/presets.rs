//! Presets of the dialog "Invite users".

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::PresetId,
    presets::{NewPreset, Preset},
};

use super::AppError;

/// Those whose role and access the caller may give.
#[server(input = Json)]
pub async fn list_presets() -> Result<Vec<Preset>, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::presets::list(&core, &admin).await?)
}

/// Keeps a choice under a name.
#[server(input = Json)]
pub async fn save_preset(preset: NewPreset) -> Result<PresetId, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::presets::save(&core, &admin, &preset).await?)
}

#[server(input = Json)]
pub async fn delete_preset(id: PresetId) -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::presets::delete(&core, &admin, id).await?)
}

//! Saved choices that fill the dialog "Invite users": "Front desk, North clinic, 72 hours".

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PresetId, RoleId},
    invitation::Lifetime,
    resources::Access,
};

/// The most presets of one organization.
pub const MOST_PRESETS: usize = 100;

/// A preset, as far as it can be applied now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preset {
    pub id: PresetId,
    pub name: String,
    /// `None` where the role is gone.
    pub role: Option<RoleId>,
    /// What remains of the saved access.
    pub access: Access,
    pub lifetime: Lifetime,
    /// Whether something that was saved is gone, retired or switched off.
    pub lacks: bool,
}

/// To save a preset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPreset {
    /// Unlike that of any other of the organization, in whatever case.
    pub name: String,
    pub role: RoleId,
    pub access: Access,
    pub lifetime: Lifetime,
}

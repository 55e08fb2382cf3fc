//! What one user may reach: as their page shows it, and how an admin changes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::Permissions,
    ids::UserId,
    resources::{Access, AccessChoices, Feature, ResourceKind},
};

/// A part of the access that is chosen, and changed, by itself. The stored word is the snake-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessPart {
    Locations,
    Pages,
    Products,
    Lines,
    AppointmentBlocking,
    UploadButton,
}

crate::stored_words!(AccessPart {
    Locations = "locations",
    Pages = "pages",
    Products = "products",
    Lines = "lines",
    AppointmentBlocking = "appointment_blocking",
    UploadButton = "upload_button",
});

/// What a part is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    Kind(ResourceKind),
    Feature(Feature),
}

impl AccessPart {
    pub const fn about(self) -> Concern {
        match self {
            Self::Locations => Concern::Kind(ResourceKind::Location),
            Self::Pages => Concern::Kind(ResourceKind::Page),
            Self::Products => Concern::Kind(ResourceKind::Product),
            Self::Lines => Concern::Kind(ResourceKind::Line),
            Self::AppointmentBlocking => Concern::Feature(Feature::Scheduler),
            Self::UploadButton => Concern::Feature(Feature::Upload),
        }
    }

    /// Whether both have the same here.
    pub fn is_same(self, one: &Access, other: &Access) -> bool {
        match self.about() {
            Concern::Kind(kind) => one.of(kind) == other.of(kind),
            Concern::Feature(feature) => one.allows(feature) == other.allows(feature),
        }
    }

    /// The parts in which they differ.
    pub fn differing(one: &Access, other: &Access) -> Vec<Self> {
        let all = Self::ALL.iter().copied();
        all.filter(|part| !part.is_same(one, other)).collect()
    }

    /// Makes this part of `to` what it is in `from`.
    pub fn copy(self, from: &Access, to: &mut Access) {
        match self.about() {
            Concern::Kind(kind) => *to.of_mut(kind) = from.of(kind).clone(),
            Concern::Feature(feature) => to.allow(feature, from.allows(feature)),
        }
    }
}

/// To change what a user may reach. Only parts in which `wanted` differs from `seen` are touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRequest {
    pub user: UserId,
    /// What the admin began with. A part that is something else by now is refused
    /// (`ChangedMeanwhile`).
    pub seen: Access,
    pub wanted: Access,
}

/// Where a user's access comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessWhy {
    /// Their role is Owner, who reaches everything.
    Role,
    /// Somebody chose it; `by` is their name, or e-mail, while they are in the directory.
    Chosen {
        by: Option<String>,
        at: DateTime<Utc>,
    },
    /// Nobody chose: it is what everyone gets.
    Everyone,
}

/// Whether a choice has an effect at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InEffect {
    Yes,
    /// The resource is retired.
    Retired,
    /// The operator has it switched off.
    Off,
}

/// A resource that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonResource {
    pub name: String,
    pub in_effect: InEffect,
}

/// What a user reaches of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonReach {
    pub kind: ResourceKind,
    /// `None`: all there are.
    pub chosen: Option<Vec<PersonResource>>,
}

/// A feature permission that a user has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFeature {
    pub feature: Feature,
    pub in_effect: InEffect,
}

/// All that a user's page says of their access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAccess {
    /// Of an Owner everything.
    pub access: Access,
    pub why: AccessWhy,
    /// Whether the admin may change it: not where it reaches further than theirs, and not of an Owner.
    pub editable: bool,
    /// What the role carries.
    pub permissions: Permissions,
    /// Of the kinds that the organization has any of.
    pub reaches: Vec<PersonReach>,
    pub features: Vec<PersonFeature>,
    /// What the admin may give.
    pub choices: AccessChoices,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_taken_over_alone() {
        let everything = Access::everything();
        let mut access = Access::default();
        assert_eq!(
            AccessPart::differing(&access, &everything),
            [AccessPart::AppointmentBlocking, AccessPart::UploadButton]
        );
        AccessPart::UploadButton.copy(&everything, &mut access);
        assert!(access.upload_button && !access.appointment_blocking);
    }

    #[test]
    fn every_part_is_one_of_its_own() {
        for (index, part) in AccessPart::ALL.iter().enumerate() {
            let others = &AccessPart::ALL[index + 1..];
            assert!(others.iter().all(|other| other.about() != part.about()));
        }
    }
}

//! Resources, and which of them a user may reach.

mod list;

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use self::list::{MOST_RESOURCES, NewNames, RenameRequest, ResourceRow, name_key, read_name};
use crate::ids::ResourceId;

/// What an organization has of its own. The stored word is the snake-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum ResourceKind {
    Location,
    Page,
    Product,
    Line,
}

crate::stored_words!(ResourceKind {
    Location = "location",
    Page = "page",
    Product = "product",
    Line = "line",
});

impl ResourceKind {
    /// Whether the operator says for each organization which of them are enabled.
    pub const fn is_enabled_by_operator(self) -> bool {
        matches!(self, Self::Page | Self::Product)
    }
}

/// A location, page, product or line by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceChoice {
    pub id: ResourceId,
    pub kind: ResourceKind,
    pub name: String,
}

/// A feature that the operator enables for an organization; each has one feature permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Offers "Allow appointment blocking".
    Scheduler,
    /// Offers "Allow access to upload button".
    Upload,
}

crate::stored_words!(Feature {
    Scheduler = "scheduler",
    Upload = "upload",
});

/// Which resources of one kind: all there are and will be, or chosen ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    #[default]
    All,
    Chosen(BTreeSet<ResourceId>),
}

impl Reach {
    pub fn has(&self, resource: ResourceId) -> bool {
        match self {
            Self::All => true,
            Self::Chosen(chosen) => chosen.contains(&resource),
        }
    }

    pub fn within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::All) => true,
            (Self::All, Self::Chosen(_)) => false,
            (Self::Chosen(these), Self::Chosen(those)) => these.is_subset(those),
        }
    }

    /// What both have.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, reach) | (reach, Self::All) => reach.clone(),
            (Self::Chosen(these), Self::Chosen(those)) => Self::Chosen(these & those),
        }
    }
}

/// What a user may reach. The default is every resource and no feature. Stored as JSON; "" is the
/// default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub struct Access {
    /// Shown as "Recipients".
    pub locations: Reach,
    /// Shown as "Access".
    pub pages: Reach,
    pub products: Reach,
    pub lines: Reach,
    /// Counts only while the scheduler is enabled.
    pub appointment_blocking: bool,
    /// Counts only while the upload is enabled.
    pub upload_button: bool,
}

impl Access {
    /// Of an Owner, whatever is stored.
    pub fn everything() -> Self {
        Self {
            appointment_blocking: true,
            upload_button: true,
            ..Self::default()
        }
    }

    /// Not any resource, and no feature.
    pub fn nothing() -> Self {
        let none = || Reach::Chosen(BTreeSet::new());
        Self {
            locations: none(),
            pages: none(),
            products: none(),
            lines: none(),
            ..Self::default()
        }
    }

    pub fn of(&self, kind: ResourceKind) -> &Reach {
        match kind {
            ResourceKind::Location => &self.locations,
            ResourceKind::Page => &self.pages,
            ResourceKind::Product => &self.products,
            ResourceKind::Line => &self.lines,
        }
    }

    pub fn of_mut(&mut self, kind: ResourceKind) -> &mut Reach {
        match kind {
            ResourceKind::Location => &mut self.locations,
            ResourceKind::Page => &mut self.pages,
            ResourceKind::Product => &mut self.products,
            ResourceKind::Line => &mut self.lines,
        }
    }

    pub fn allows(&self, feature: Feature) -> bool {
        match feature {
            Feature::Scheduler => self.appointment_blocking,
            Feature::Upload => self.upload_button,
        }
    }

    pub fn allow(&mut self, feature: Feature, allowed: bool) {
        match feature {
            Feature::Scheduler => self.appointment_blocking = allowed,
            Feature::Upload => self.upload_button = allowed,
        }
    }

    /// Whether all of this is in `other` too: the test for "not beyond their own".
    pub fn within(&self, other: &Self) -> bool {
        ResourceKind::ALL
            .iter()
            .all(|kind| self.of(*kind).within(other.of(*kind)))
            && Feature::ALL
                .iter()
                .all(|feature| other.allows(*feature) || !self.allows(*feature))
    }

    /// What both have.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Self {
        let mut shared = self.clone();
        for kind in ResourceKind::ALL {
            *shared.of_mut(*kind) = self.of(*kind).shared(other.of(*kind));
        }
        for feature in Feature::ALL {
            shared.allow(*feature, self.allows(*feature) && other.allows(*feature));
        }
        shared
    }
}

/// What somebody may give to others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChoices {
    /// Those that are in use and that the giver has, in the organization's order.
    pub resources: Vec<ResourceChoice>,
    /// Those that are enabled and that the giver has.
    pub features: Vec<Feature>,
    /// The kinds of which the giver has all, and so may give all.
    pub all_of: Vec<ResourceKind>,
}

impl AccessChoices {
    pub fn of(&self, kind: ResourceKind) -> impl Iterator<Item = &ResourceChoice> {
        self.resources
            .iter()
            .filter(move |resource| resource.kind == kind)
    }

    /// What new people get where nothing is chosen: as much as the giver has, and no feature.
    pub fn usual(&self) -> Access {
        let mut usual = Access::default();
        for kind in ResourceKind::ALL {
            if !self.all_of.contains(kind) {
                *usual.of_mut(*kind) = Reach::Chosen(self.of(*kind).map(|it| it.id).collect());
            }
        }
        usual
    }
}

/// What somebody reaches now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The kinds of which the organization has any in use.
    pub kinds: Vec<ReachedKind>,
    /// Those that are enabled and allowed.
    pub features: Vec<Feature>,
}

/// What somebody reaches of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedKind {
    pub kind: ResourceKind,
    /// Whether all there are, and will be.
    pub all: bool,
    /// In the organization's order.
    pub names: Vec<String>,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return Ok(());
        }
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Access {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn chosen(numbers: &[u128]) -> Reach {
        let ids = numbers.iter().map(|n| ResourceId(Uuid::from_u128(*n)));
        Reach::Chosen(ids.collect())
    }

    #[test]
    fn all_is_beyond_any_choice_and_a_choice_within_all() {
        assert!(chosen(&[1]).within(&Reach::All));
        assert!(!Reach::All.within(&chosen(&[1])));
        assert!(chosen(&[1]).within(&chosen(&[1, 2])));
        assert!(!chosen(&[1, 3]).within(&chosen(&[1, 2])));
        assert!(chosen(&[]).within(&chosen(&[])));
    }

    #[test]
    fn what_both_have_is_within_both() {
        let one = Access {
            locations: chosen(&[1, 2]),
            upload_button: true,
            ..Access::default()
        };
        let other = Access {
            locations: chosen(&[2, 3]),
            pages: chosen(&[4]),
            ..Access::everything()
        };
        let shared = one.shared(&other);
        assert!(shared.within(&one) && shared.within(&other));
        assert_eq!(shared.locations, chosen(&[2]));
        assert_eq!(shared.pages, chosen(&[4]));
        assert!(shared.upload_button && !shared.appointment_blocking);
    }

    #[test]
    fn a_feature_alone_is_beyond_who_has_it_not() {
        assert!(!Access::everything().within(&Access::default()));
        assert!(Access::default().within(&Access::everything()));
    }

    #[test]
    fn it_is_stored_as_text_and_the_default_as_none() {
        assert_eq!(Access::default().to_string(), "");
        let access = Access {
            lines: chosen(&[7]),
            appointment_blocking: true,
            ..Access::default()
        };
        assert_eq!(access.to_string().parse::<Access>().unwrap(), access);
        assert_eq!("".parse::<Access>().unwrap(), Access::default());
        assert!("{\"locations\": \"none\"}".parse::<Access>().is_err());
    }
}

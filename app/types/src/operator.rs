//! What the person who runs the installation sees and decides of organizations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{OrganizationId, ResourceId},
    language::Language,
    organization::{Seats, Verification},
    refusal::Refusal,
    resources::{Feature, ResourceKind},
    users::ShownStatus,
};

/// One organization in the operator's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRow {
    pub id: OrganizationId,
    pub name: String,
    /// All who are in its directory.
    pub users: u64,
    /// Waiting, invited or expired.
    pub pending: u64,
    pub failed: u64,
    pub seats: Seats,
    /// Since when nobody of it can use it.
    pub suspended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// All that the operator's page of one organization shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationPage {
    pub organization: OrganizationRow,
    pub settings: OrganizationSettings,
    /// Its pages and products that are in use, by kind and in their order.
    pub resources: Vec<OfferedResource>,
    /// The oldest first, at most `OWNERS_SHOWN`.
    pub owners: Vec<OwnerRow>,
    /// Whether the operator's session has chosen it.
    pub chosen: bool,
    pub now: DateTime<Utc>,
}

/// How many owners are named.
pub const OWNERS_SHOWN: u64 = 50;

/// Someone with the role Owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRow {
    /// May be empty.
    pub name: String,
    pub email: String,
    pub status: ShownStatus,
}

/// A page or product, and whether the organization may use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedResource {
    pub id: ResourceId,
    pub kind: ResourceKind,
    pub name: String,
    pub enabled: bool,
}

/// What the operator sets for an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// `None`: any number.
    pub seats: Option<u32>,
    pub features: Vec<Feature>,
    pub verification: Verification,
}

/// An organization to be, and who is invited as its first owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrganization {
    pub name: String,
    pub language: Language,
    pub owner_name: String,
    pub owner_email: String,
}

/// The most seats that can be set.
pub const MOST_SEATS: u32 = 10_000_000;

/// Seats as they are typed; nothing is any number.
///
/// # Errors
/// `SeatsNotValid` for what is no number from 1 to `MOST_SEATS`.
pub fn read_seats(text: &str) -> Result<Option<u32>, Refusal> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse() {
        Ok(seats) if (1..=MOST_SEATS).contains(&seats) => Ok(Some(seats)),
        _ => Err(Refusal::SeatsNotValid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_read_as_people_type_them() {
        assert_eq!(read_seats(""), Ok(None));
        assert_eq!(read_seats("  "), Ok(None));
        assert_eq!(read_seats("25"), Ok(Some(25)));
        assert_eq!(read_seats(" 1 200 "), Ok(Some(1_200)));
        for text in ["0", "-1", "1.5", "many", "10000001", "99999999999"] {
            assert_eq!(read_seats(text), Err(Refusal::SeatsNotValid), "{text}");
        }
    }
}

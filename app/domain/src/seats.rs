//! Seats: how many users of an organization may be active or hold a standing invitation.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use types::{ids::OrganizationId, organization::Seats, refusal::Refusal, users::UserStatus};

use crate::{
    Outcome,
    directory::counts,
    entity::{organizations, users},
};

/// The seats of the organization, and how many of them are taken.
pub(crate) async fn of(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<Seats> {
    let organization = find(read, organization).await?;
    let counts = counts::read(read, organization.id, now).await?;
    // Their links work until they expire; few fail.
    let failed = match counts.failed {
        0 => 0,
        _ => {
            users::Entity::find()
                .filter(users::Column::OrganizationId.eq(organization.id))
                .filter(users::Column::Status.eq(UserStatus::Failed))
                .filter(users::Column::ExpiresAt.gt(now))
                .count(read)
                .await?
        }
    };
    Ok(Seats {
        taken: counts.active + counts.waiting + counts.invited + failed,
        total: total(&organization),
    })
}

/// The same; `None` where there is any number, and nothing to count.
pub(crate) async fn limited(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Outcome<Option<Seats>> {
    match find(read, organization).await?.seats {
        Some(_) => Ok(Some(of(read, organization, now).await?)),
        None => Ok(None),
    }
}

/// Whether someone with this status and expiry holds one: is active, or has an invitation that stands.
pub(crate) fn is_held_by(
    status: UserStatus,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    match status {
        UserStatus::Active | UserStatus::Waiting => true,
        UserStatus::Invited | UserStatus::Failed => expires_at.is_some_and(|at| at > now),
        UserStatus::NotInvited | UserStatus::Deactivated => false,
    }
}

/// Seats that are given away one after the other.
pub(crate) struct Free {
    left: Option<u64>,
    now: DateTime<Utc>,
}

impl Free {
    pub async fn of(
        read: &impl ConnectionTrait,
        organization: OrganizationId,
        now: DateTime<Utc>,
    ) -> Outcome<Self> {
        let seats = limited(read, organization, now).await?;
        Ok(Self {
            left: seats.and_then(Seats::free),
            now,
        })
    }

    /// How many are left; `None`: any number.
    pub fn left(&self) -> Option<u32> {
        self.left
            .map(|left| u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Gives one to the user, who may be new; whoever holds one needs none. `false` where none is left.
    pub fn give(&mut self, user: Option<&users::Model>) -> bool {
        let holds = |user: &users::Model| is_held_by(user.status, user.expires_at, self.now);
        if user.is_some_and(holds) {
            return true;
        }
        match &mut self.left {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// Part of the transaction by which somebody joins: the organization takes them in.
///
/// # Errors
/// `OrganizationSuspended`; `NoSeatLeft` where as many are active as there are seats.
pub(crate) async fn take(
    write: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<()> {
    let organization = find(write, organization).await?;
    if organization.suspended_at.is_some() {
        return Err(Refusal::OrganizationSuspended.into());
    }
    let Some(total) = total(&organization) else {
        return Ok(());
    };
    let active = users::Entity::find()
        .filter(users::Column::OrganizationId.eq(organization.id))
        .filter(users::Column::Status.eq(UserStatus::Active))
        .count(write)
        .await?;
    if active < total {
        Ok(())
    } else {
        Err(Refusal::NoSeatLeft.into())
    }
}

fn total(organization: &organizations::Model) -> Option<u64> {
    organization
        .seats
        .map(|seats| u64::from(seats.unsigned_abs()))
}

async fn find(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Outcome<organizations::Model> {
    let found = organizations::Entity::find_by_id(organization)
        .one(read)
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

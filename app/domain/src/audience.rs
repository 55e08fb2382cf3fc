//! Users of the directory whom an admin has chosen, one by one or by a filter.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use types::{
    ids::{OrganizationId, UserId},
    refusal::{MOST_RECIPIENTS, Refusal},
    users::UsersFilter,
};

use crate::{Outcome, database, directory, entity::users};

const MOST: usize = MOST_RECIPIENTS as usize;

/// Those of the ids that are the organization's, each once.
///
/// # Errors
/// `TooManyRecipients`.
pub(crate) async fn chosen(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[UserId],
) -> Outcome<Vec<users::Model>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MOST {
        return Err(Refusal::TooManyRecipients.into());
    }
    let mut people = Vec::with_capacity(ids.len());
    for ids in ids.chunks(database::CHUNK) {
        let found = users::Entity::find()
            .filter(users::Column::OrganizationId.eq(organization))
            .filter(users::Column::Id.is_in(ids.iter().copied()))
            .all(read)
            .await?;
        people.extend(found);
    }
    Ok(people)
}

/// All who match, the oldest first.
///
/// # Errors
/// `TooManyRecipients`.
pub(crate) async fn matching(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    filter: &UsersFilter,
    now: DateTime<Utc>,
) -> Outcome<Vec<users::Model>> {
    let mut people: Vec<users::Model> = Vec::new();
    loop {
        let last = people.last().map(|user| user.id);
        let chunk = directory::oldest(read, organization, filter, now, last).await?;
        if chunk.is_empty() {
            return Ok(people);
        }
        people.extend(chunk);
        if people.len() > MOST {
            return Err(Refusal::TooManyRecipients.into());
        }
    }
}

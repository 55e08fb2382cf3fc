//! What people sign in with: deleting those that nobody needs.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
};
use types::ids::IdentityId;

use crate::{
    Outcome, approvals,
    entity::{deliveries, identities, password_resets, sessions, users},
};

/// Part of a transaction: deletes the identity, with its sessions and its links to a new password,
/// unless a user has it, a sign-up waits with it, or it runs the installation.
pub(crate) async fn forget_unused(
    write: &impl ConnectionTrait,
    identity: IdentityId,
) -> Outcome<()> {
    let Some(found) = identities::Entity::find_by_id(identity).one(write).await? else {
        return Ok(());
    };
    let users = users::Entity::find()
        .filter(users::Column::IdentityId.eq(identity))
        .count(write)
        .await?;
    if users > 0 || found.is_operator || approvals::awaited(write, identity).await? {
        return Ok(());
    }
    let resets = password_resets::Entity::find()
        .select_only()
        .column(password_resets::Column::Id)
        .filter(password_resets::Column::IdentityId.eq(identity))
        .into_query();
    deliveries::Entity::delete_many()
        .filter(deliveries::Column::PasswordResetId.in_subquery(resets))
        .exec(write)
        .await?;
    password_resets::Entity::delete_many()
        .filter(password_resets::Column::IdentityId.eq(identity))
        .exec(write)
        .await?;
    sessions::Entity::delete_many()
        .filter(sessions::Column::IdentityId.eq(identity))
        .exec(write)
        .await?;
    identities::Entity::delete_by_id(identity)
        .exec(write)
        .await?;
    Ok(())
}

//! Forgetting somebody: what the events say about them goes, that they happened stays.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use types::{audit::Action, ids::UserId};

use crate::{Outcome, entity::audit_events};

/// What is left of details.
pub(super) const NOTHING: &str = "{}";

/// Part of the transaction that deletes the user, which records `UserDeleted` about them too: without that
/// event, behind these, the chain does not verify.
pub async fn forget(write: &impl ConnectionTrait, user: UserId) -> Outcome<()> {
    audit_events::Entity::update_many()
        .col_expr(audit_events::Column::Details, Expr::value(NOTHING))
        .col_expr(audit_events::Column::Forgotten, Expr::value(true))
        .filter(audit_events::Column::SubjectId.eq(user))
        .filter(audit_events::Column::Action.ne(Action::UserDeleted))
        .exec(write)
        .await?;
    Ok(())
}

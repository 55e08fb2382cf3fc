//! Temporary passwords: what is typed at sign-in is one, or counts as a wrong try.
//!
//! A right one leads where the link leads, and says as the link does by which way it has come. An old
//! one leads there too: the page says that the invitation has expired, was replaced or revoked.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, JoinType,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use types::{
    audit::Action,
    contact::Username,
    ids::{InvitationId, OrganizationId},
    organization::OfferBy,
    temporary_password::TemporaryPassword,
};

use crate::{
    Core, Outcome, audit,
    changes::News,
    entity::{invitations, users},
    proof::Origin,
    tokens::InvitationToken,
};

/// So many wrong tries end the temporary password, until the invitation is sent again.
pub const MOST_TRIES: i32 = 5;
/// So many earlier invitations are recognised by their temporary passwords.
const OLDER: i32 = 10;

/// What became of a try.
#[derive(Default)]
pub(crate) struct Tried {
    /// The token of the link that the password stands for.
    pub opens: Option<String>,
    /// Those of which a wrong try was counted.
    counted: Vec<(InvitationId, i32)>,
}

/// Whether no try is left.
pub(crate) fn is_spent(invitation: &invitations::Model) -> bool {
    invitation.offer == OfferBy::TemporaryPassword && invitation.password_tries >= MOST_TRIES
}

/// Tries what was typed as the temporary password of whoever is invited by this username, in any
/// organization. There is one writer: what is looked at here, nobody else counts at the same time.
///
/// `has_own`: whether the person has a password of their own, which they may have mistyped: then only
/// what could be a temporary password counts.
pub(crate) async fn try_out(
    core: &Core,
    origin: &Origin,
    username: &Username,
    typed: &str,
    has_own: bool,
) -> Outcome<Tried> {
    let password = TemporaryPassword::parse(typed);
    if password.is_none() && has_own {
        return Ok(Tried::default());
    }
    if of(core.database.read(), username).await?.is_empty() {
        return Ok(Tried::default());
    }
    let write = core.database.begin().await?;
    let mut left = of(&write, username).await?;
    left.retain(|invitation| !is_spent(invitation));
    let opens = password.and_then(|password| {
        let tokens = left.iter().map(|it| token(core, it, password));
        // All of them are looked at, in the same time.
        tokens.fold(None, Option::or)
    });
    if let Some(token) = opens {
        return Ok(Tried {
            opens: Some(core.keys.sign_invitation(token)),
            counted: Vec::new(),
        });
    }
    count(core, origin, write, &left).await
}

/// The link that the password stands for, if it is one of the invitation's.
fn token(
    core: &Core,
    invitation: &invitations::Model,
    password: TemporaryPassword,
) -> Option<InvitationToken> {
    let first = Ord::max(1, invitation.generation - OLDER);
    let tokens = (first..=invitation.generation).map(|generation| {
        core.keys
            .read_temporary_password(invitation.id, generation, password)
    });
    tokens.fold(None, Option::or)
}

/// The invitations with a temporary password that nobody has accepted.
async fn of(read: &impl ConnectionTrait, username: &Username) -> Outcome<Vec<invitations::Model>> {
    let user = invitations::Entity::belongs_to(users::Entity)
        .from(invitations::Column::UserId)
        .to(users::Column::Id);
    Ok(invitations::Entity::find()
        .join(JoinType::InnerJoin, user.into())
        .filter(users::Column::UsernameKey.eq(username.key()))
        .filter(invitations::Column::Offer.eq(OfferBy::TemporaryPassword))
        .filter(invitations::Column::AcceptedAt.is_null())
        .all(read)
        .await?)
}

async fn count(
    core: &Core,
    origin: &Origin,
    write: DatabaseTransaction,
    left: &[invitations::Model],
) -> Outcome<Tried> {
    if left.is_empty() {
        return Ok(Tried::default());
    }
    invitations::Entity::update_many()
        .col_expr(
            invitations::Column::PasswordTries,
            Expr::col(invitations::Column::PasswordTries).add(1),
        )
        .filter(invitations::Column::Id.is_in(left.iter().map(|it| it.id)))
        .filter(invitations::Column::PasswordTries.lt(MOST_TRIES))
        .exec(&write)
        .await?;
    let mut changed: Vec<OrganizationId> = Vec::new();
    for spent in left.iter().filter(|it| it.password_tries + 1 >= MOST_TRIES) {
        let organization = Some(spent.organization_id);
        let event = audit::Event::by_visitor(origin, organization, Action::TemporaryPasswordSpent)
            .about(spent.user_id)
            .with(serde_json::json!({ "generation": spent.generation }));
        audit::record(&write, core, core.now(), event).await?;
        changed.push(spent.organization_id);
    }
    let news = News {
        changed: &changed,
        queued: false,
    };
    core.commit_with(write, news).await?;
    Ok(Tried {
        opens: None,
        counted: left.iter().map(|it| (it.id, it.generation)).collect(),
    })
}

/// What was typed was the person's own password: it was no wrong try.
pub(crate) async fn take_back(core: &Core, tried: &Tried) -> Outcome<()> {
    if tried.counted.is_empty() {
        return Ok(());
    }
    let write = core.database.begin().await?;
    for (invitation, generation) in &tried.counted {
        invitations::Entity::update_many()
            .col_expr(
                invitations::Column::PasswordTries,
                Expr::col(invitations::Column::PasswordTries).sub(1),
            )
            .filter(invitations::Column::Id.eq(*invitation))
            .filter(invitations::Column::Generation.eq(*generation))
            .filter(invitations::Column::PasswordTries.gt(0))
            .exec(&write)
            .await?;
    }
    write.commit().await?;
    Ok(())
}

//! Deleting a user: the person's data is forgotten, what was done stays in the audit log.

use std::collections::{BTreeSet, HashSet};

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait,
    IntoActiveModel, IntoSimpleExpr, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::{Func, SelectStatement, SimpleExpr},
};
use types::{
    audit::Action,
    contact::Username,
    ids::{ImportId, OrganizationId, UserId},
    refusal::Refusal,
    users::DeleteRequest,
};

use crate::{
    Core, Outcome, approvals, audit, database,
    directory::contains,
    entity::{
        batch_recipients, batches, deliveries, import_rows, imports, invitations, sessions, users,
    },
    identities,
    owners::Owners,
    proof::{Admin, ManageUsers},
    roles::may_give,
    users::find,
};

/// Forgets the user for good: their sessions here end, and whatever the database has of them in the
/// organization is deleted or emptied, as is an identity that nobody else has. What they have done to others
/// stays, without a name.
///
/// # Errors
/// `NotFound`, `NotYourself`, `RoleAboveYours`, `LastOwner`; `EmailNotValid`, `EmailDiffers` where the
/// address that was typed is not the user's.
pub async fn delete(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: &DeleteRequest,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let (user, role) = find(&write, admin.organization, request.user).await?;
    if user.id == admin.user {
        return Err(Refusal::NotYourself.into());
    }
    if !may_give(admin, &role) {
        return Err(Refusal::RoleAboveYours.into());
    }
    if Username::parse(&request.email)
        .map_err(|_| Refusal::EmailNotValid)?
        .key()
        != user.username_key
    {
        return Err(Refusal::EmailDiffers.into());
    }
    let owners = Owners::of(admin.organization, std::slice::from_ref(&role));
    let leaving = HashSet::from([user.id]);
    if owners.has(&user) && !owners.remain_without(&write, &leaving).await? {
        return Err(Refusal::LastOwner.into());
    }
    let addresses = addresses(&write, &user).await?;
    forget_in_reports(&write, &user, &addresses).await?;
    forget_in_imports(&write, &user, &addresses).await?;
    audit::forget(&write, user.id).await?;
    approvals::withdraw(&write, &[user.id], now).await?;
    forget_invitation(&write, user.id).await?;
    if let Some(identity) = user.identity_id {
        sessions::Entity::delete_many()
            .filter(sessions::Column::OrganizationId.eq(admin.organization))
            .filter(sessions::Column::IdentityId.eq(identity))
            .exec(&write)
            .await?;
    }
    users::Entity::delete_by_id(user.id).exec(&write).await?;
    if let Some(identity) = user.identity_id {
        identities::forget_unused(&write, identity).await?;
    }
    let event = audit::Event::by(admin, Action::UserDeleted).about(user.id);
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// What the user was written to, in small letters: the address in both of its forms, and earlier ones.
async fn addresses(read: &impl ConnectionTrait, user: &users::Model) -> Outcome<BTreeSet<String>> {
    let known = batch_recipients::Entity::find()
        .filter(batch_recipients::Column::UserId.eq(user.id))
        .all(read)
        .await?;
    let mut addresses: BTreeSet<String> = known
        .into_iter()
        .map(|row| row.address.to_lowercase())
        .filter(|address| address.contains('@'))
        .collect();
    addresses.insert(user.username_key.clone());
    addresses.insert(user.username.as_str().to_lowercase());
    Ok(addresses)
}

/// The column has one of the addresses somewhere. What surrounds it is for `mentions` to judge.
fn holds(column: impl ColumnTrait, addresses: &BTreeSet<String>) -> Condition {
    let mut any = Condition::any();
    for address in addresses {
        let column = SimpleExpr::from(Func::lower(column.into_simple_expr()));
        any = any.add(column.like(contains(address)));
    }
    any
}

/// Whether one of the addresses stands in the text, and not as a part of a longer one.
fn mentions(text: &str, addresses: &BTreeSet<String>) -> bool {
    let text = text.to_lowercase();
    let goes_on = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    addresses.iter().any(|address| {
        text.match_indices(address.as_str()).any(|(start, found)| {
            let before = text.get(..start).unwrap_or_default();
            let behind = text.get(start + found.len()..).unwrap_or_default();
            // A full stop behind an address ends a sentence.
            let behind = behind.trim_start_matches('.');
            !before.ends_with(goes_on) && !behind.starts_with(goes_on)
        })
    })
}

/// The reports of batches keep their numbers.
async fn forget_in_reports(
    write: &DatabaseTransaction,
    user: &users::Model,
    addresses: &BTreeSet<String>,
) -> Outcome<()> {
    let emptied = || batch_recipients::ActiveModel {
        address: Set(String::new()),
        name: Set(String::new()),
        before: Set(None),
        user_id: Set(None),
        delivery_id: Set(None),
        ..Default::default()
    };
    batch_recipients::Entity::update_many()
        .set(emptied())
        .filter(batch_recipients::Column::UserId.eq(user.id))
        .exec(write)
        .await?;
    // Lines that were left out belong to no user: the same address again, for one.
    let ours = batches::Entity::find()
        .select_only()
        .column(batches::Column::Id)
        .filter(batches::Column::OrganizationId.eq(user.organization_id))
        .into_query();
    let others = batch_recipients::Entity::find()
        .filter(batch_recipients::Column::UserId.is_null())
        .filter(batch_recipients::Column::BatchId.in_subquery(ours))
        .filter(holds(batch_recipients::Column::Address, addresses))
        .all(write)
        .await?;
    for row in others {
        if mentions(&row.address, addresses) {
            let mut row = row.into_active_model();
            row.address = Set(String::new());
            row.name = Set(String::new());
            batch_recipients::Entity::update(row).exec(write).await?;
        }
    }
    Ok(())
}

/// Tables on their way in: those of the user, which nobody else could open, and the rows of others that
/// hold the address.
async fn forget_in_imports(
    write: &DatabaseTransaction,
    user: &users::Model,
    addresses: &BTreeSet<String>,
) -> Outcome<()> {
    imports::Entity::delete_many()
        .filter(imports::Column::AuthorId.eq(user.id))
        .exec(write)
        .await?;
    let rows = import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.in_subquery(imports_of(user.organization_id)))
        .filter(
            Condition::any()
                .add(import_rows::Column::UsernameKey.eq(&user.username_key))
                .add(holds(import_rows::Column::Cells, addresses)),
        )
        .all(write)
        .await?;
    let mut positions: Vec<(ImportId, i32)> = Vec::new();
    for row in rows {
        if row.username_key.as_ref() == Some(&user.username_key) || mentions(&row.cells, addresses)
        {
            positions.push((row.import_id, row.position));
        }
    }
    for positions in positions.chunks(database::CHUNK) {
        let mut which = Condition::any();
        for (import, position) in positions {
            which = which.add(
                import_rows::Column::ImportId
                    .eq(*import)
                    .and(import_rows::Column::Position.eq(*position)),
            );
        }
        import_rows::Entity::delete_many()
            .filter(which)
            .exec(write)
            .await?;
    }
    // Without a heading, the first row stands here too.
    let headed = imports::Entity::find()
        .filter(imports::Column::OrganizationId.eq(user.organization_id))
        .filter(holds(imports::Column::Headings, addresses))
        .all(write)
        .await?;
    for import in headed {
        let texts: Vec<String> = serde_json::from_str(&import.headings)?;
        let emptied = serde_json::to_string(&vec![String::new(); texts.len()])?;
        let mut import = import.into_active_model();
        import.headings = Set(emptied);
        imports::Entity::update(import).exec(write).await?;
    }
    Ok(())
}

fn imports_of(organization: OrganizationId) -> SelectStatement {
    imports::Entity::find()
        .select_only()
        .column(imports::Column::Id)
        .filter(imports::Column::OrganizationId.eq(organization))
        .into_query()
}

/// The invitation, and the messages with what mail servers have answered.
async fn forget_invitation(write: &DatabaseTransaction, user: UserId) -> Outcome<()> {
    let theirs = invitations::Entity::find()
        .select_only()
        .column(invitations::Column::Id)
        .filter(invitations::Column::UserId.eq(user))
        .into_query();
    deliveries::Entity::delete_many()
        .filter(deliveries::Column::InvitationId.in_subquery(theirs))
        .exec(write)
        .await?;
    invitations::Entity::delete_many()
        .filter(invitations::Column::UserId.eq(user))
        .exec(write)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_but_not_as_a_part_of_another() {
        let addresses = BTreeSet::from(["ann@x.example".to_owned()]);
        for text in [
            "ann@x.example",
            r#"["Ann","ANN@x.example"]"#,
            "Ann <ann@x.example>",
            "Write to ann@x.example.",
        ] {
            assert!(mentions(text, &addresses), "{text}");
        }
        for text in [
            "joann@x.example",
            "jo.ann@x.example",
            "ann@x.example.org",
            "ann@x.examples",
            "",
        ] {
            assert!(!mentions(text, &addresses), "{text}");
        }
    }
}

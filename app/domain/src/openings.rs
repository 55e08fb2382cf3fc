//! The first time that an invitation's page was opened, by a person and by what looks like a mail scanner.
//!
//! A note and nothing more: it says nothing about the invitation, which stands as before. There is at most one for
//! each generation and kind of visitor, so following a link again and again writes nothing.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};

use crate::{
    Core, Outcome,
    entity::{
        invitations,
        openings::{self, OpenedBy},
    },
    tokens::InvitationToken,
};

/// What a genuine link says; `None` for what this installation never signed. Reads no database.
pub fn genuine(core: &Core, token: &str) -> Option<InvitationToken> {
    core.keys.read_invitation(token)
}

/// Notes the opening of a page by its current link, as long as nobody has accepted; a scanner's only while no
/// person has been there.
pub async fn note(core: &Core, link: InvitationToken, by: OpenedBy) -> Outcome<()> {
    let read = core.database.read();
    let Some(invitation) = invitations::Entity::find_by_id(link.invitation)
        .filter(invitations::Column::Generation.eq(link.generation))
        .filter(invitations::Column::AcceptedAt.is_null())
        .one(read)
        .await?
    else {
        return Ok(());
    };
    let noted = openings::Entity::find()
        .filter(openings::Column::InvitationId.eq(link.invitation))
        .filter(openings::Column::Generation.eq(link.generation))
        .all(read)
        .await?;
    if noted
        .iter()
        .any(|opening| opening.by == by || opening.by == OpenedBy::Person)
    {
        return Ok(());
    }
    let write = core.database.begin().await?;
    let row = openings::ActiveModel {
        invitation_id: Set(link.invitation),
        generation: Set(link.generation),
        by: Set(by),
        channel: Set(link.channel),
        at: Set(core.now()),
    };
    // Another process may have been faster.
    let once = OnConflict::columns([
        openings::Column::InvitationId,
        openings::Column::Generation,
        openings::Column::By,
    ])
    .do_nothing()
    .to_owned();
    openings::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(&write)
        .await?;
    core.commit(write, invitation.organization_id).await
}

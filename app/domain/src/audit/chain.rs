//! The chain of events: one for the installation, in the order of commits, which the one writer gives.
//!
//! Each event has the next number and a seal: a MAC by the installation's key over what the event says
//! and the seal before it. Of the details the seal holds only a digest, so that they can be forgotten.
//! The head says where the chain ends, so that its last events can't go unnoticed either.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use crate::{
    Core, Outcome,
    database::CHUNK,
    entity::{audit_events, audit_head},
    tokens::{Keys, Purpose},
};

/// The head's only row.
const HEAD: i32 = 1;

/// What the seal of an event is over, besides the seal before it.
pub(super) struct Sealed<'a> {
    pub sequence: i64,
    pub id: Uuid,
    pub organization: Option<Uuid>,
    pub doer: &'a str,
    pub actor: Option<Uuid>,
    pub action: &'a str,
    pub subject: Option<Uuid>,
    pub origin: &'a str,
    pub at: DateTime<Utc>,
    pub digest: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn of(event: &'a audit_events::Model, sequence: i64, digest: &'a [u8]) -> Self {
        Self {
            sequence,
            id: event.id.0,
            organization: event.organization_id.map(|id| id.0),
            doer: event.doer.as_str(),
            actor: event.actor_id.map(|id| id.0),
            action: event.action.as_str(),
            subject: event.subject_id.map(|id| id.0),
            origin: &event.origin,
            at: event.at,
            digest,
        }
    }

    /// One text for one event: each field stands behind its length. A missing id has none.
    pub fn text(&self, previous: &[u8]) -> Vec<u8> {
        let mut text = Text::default();
        text.add(previous);
        text.add(&self.sequence.to_be_bytes());
        text.add(self.id.as_bytes());
        text.add(
            self.organization
                .as_ref()
                .map_or(&[][..], |id| id.as_bytes()),
        );
        text.add(self.doer.as_bytes());
        text.add(self.actor.as_ref().map_or(&[][..], |id| id.as_bytes()));
        text.add(self.action.as_bytes());
        text.add(self.subject.as_ref().map_or(&[][..], |id| id.as_bytes()));
        text.add(self.origin.as_bytes());
        text.add(&self.at.timestamp_micros().to_be_bytes());
        text.add(self.digest);
        text.0
    }
}

#[derive(Default)]
struct Text(Vec<u8>);

impl Text {
    fn add(&mut self, field: &[u8]) {
        self.0.extend((field.len() as u64).to_be_bytes());
        self.0.extend(field);
    }
}

/// What the head is sealed over.
pub(super) fn head_text(sequence: i64, last: &[u8]) -> Vec<u8> {
    let mut text = Text::default();
    text.add(&sequence.to_be_bytes());
    text.add(last);
    text.0
}

/// Where the next event is to be added.
struct End {
    sequence: i64,
    last: Vec<u8>,
    /// Whether it is as we left it. What was tampered with is not sealed anew: it must stay visible.
    ours: bool,
    exists: bool,
}

impl End {
    async fn read(write: &impl ConnectionTrait, keys: &Keys) -> Outcome<Self> {
        let head = head(write).await?;
        let exists = head.is_some();
        let ours = head.filter(|head| is_ours(keys, head));
        if let Some(head) = ours {
            return Ok(Self {
                sequence: head.sequence,
                last: head.last,
                ours: true,
                exists,
            });
        }
        let last = audit_events::Entity::find()
            .filter(audit_events::Column::Sequence.is_not_null())
            .order_by_desc(audit_events::Column::Sequence)
            .one(write)
            .await?;
        // Without a head and without events, the chain begins.
        let ours = !exists && last.is_none();
        if !ours {
            tracing::error!(
                "the end of the audit log is not as it was written: run `usher audit verify`"
            );
        }
        let (sequence, last) = match last {
            Some(event) => (event.sequence, event.mac),
            None => (None, None),
        };
        Ok(Self {
            sequence: sequence.unwrap_or_default(),
            last: last.unwrap_or_default(),
            ours,
            exists,
        })
    }

    async fn write(self, write: &impl ConnectionTrait, keys: &Keys) -> Outcome<()> {
        let mac = if self.ours {
            keys.seal(Purpose::AuditHead, &head_text(self.sequence, &self.last))
        } else {
            Vec::new()
        };
        let row = audit_head::ActiveModel {
            id: Set(HEAD),
            sequence: Set(self.sequence),
            last: Set(self.last),
            mac: Set(mac),
        };
        if self.exists {
            audit_head::Entity::update_many()
                .set(row)
                .filter(audit_head::Column::Id.eq(HEAD))
                .exec(write)
                .await?;
        } else {
            audit_head::Entity::insert(row)
                .exec_without_returning(write)
                .await?;
        }
        Ok(())
    }

    /// Seals one more event.
    fn add(&mut self, keys: &Keys, event: &mut audit_events::Model) {
        self.sequence += 1;
        let digest = keys.seal(Purpose::AuditDetails, event.details.as_bytes());
        let text = Sealed::of(event, self.sequence, &digest).text(&self.last);
        self.last = keys.seal(Purpose::AuditEvent, &text);
        event.sequence = Some(self.sequence);
        event.digest = Some(digest);
        event.mac = Some(self.last.clone());
    }
}

pub(super) async fn head(read: &impl ConnectionTrait) -> Outcome<Option<audit_head::Model>> {
    Ok(audit_head::Entity::find_by_id(HEAD).one(read).await?)
}

pub(super) fn is_ours(keys: &Keys, head: &audit_head::Model) -> bool {
    let text = head_text(head.sequence, &head.last);
    keys.has_sealed(Purpose::AuditHead, &text, &head.mac)
}

/// Part of a transaction: the event becomes the chain's last one.
pub(super) async fn append(
    write: &impl ConnectionTrait,
    keys: &Keys,
    mut event: audit_events::Model,
) -> Outcome<()> {
    let mut end = End::read(write, keys).await?;
    end.add(keys, &mut event);
    audit_events::Entity::insert(event.into_active_model().reset_all())
        .exec_without_returning(write)
        .await?;
    end.write(write, keys).await
}

/// Begins the chain where it has not begun: with the events of the time before it, in the order in which
/// they were made. Once it has begun, what is not sealed was not written by us.
pub async fn seal(core: &Core) -> Outcome<()> {
    if head(core.database.read()).await?.is_some() {
        return Ok(());
    }
    let write = core.database.begin().await?;
    // Another process may have been quicker.
    if head(&write).await?.is_some() {
        return Ok(());
    }
    let mut end = End::read(&write, &core.keys).await?;
    let mut through = None;
    loop {
        let mut rows = audit_events::Entity::find()
            .filter(audit_events::Column::Sequence.is_null())
            .order_by_asc(audit_events::Column::Id)
            .limit(CHUNK as u64);
        if let Some(id) = through {
            rows = rows.filter(audit_events::Column::Id.gt(id));
        }
        let events = rows.all(&write).await?;
        let Some(last) = events.last() else { break };
        through = Some(last.id);
        for mut event in events {
            end.add(&core.keys, &mut event);
            let sealed = audit_events::ActiveModel {
                sequence: Set(event.sequence),
                digest: Set(event.digest),
                mac: Set(event.mac),
                ..Default::default()
            };
            audit_events::Entity::update_many()
                .set(sealed)
                .filter(audit_events::Column::Id.eq(event.id))
                .exec(&write)
                .await?;
        }
    }
    if end.sequence > 0 {
        tracing::info!(
            events = end.sequence,
            "the audit log's earlier events are sealed"
        );
    }
    end.write(&write, &core.keys).await?;
    write.commit().await?;
    Ok(())
}

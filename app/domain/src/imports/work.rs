//! What takes long: judging all rows, and bringing those that are ready into the directory. One step
//! is one transaction; whoever is there does the next one.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};
use serde_json::json;
use tokio::time::timeout;
use types::{
    audit::Action,
    batch::{Act, Verdict},
    ids::{BatchId, ImportId},
    import::{ImportRequest, ImportState, RowVerdict},
    invitation::Via,
    refusal::Refusal,
    users::{ShownStatus, UserStatus},
};

use super::{
    find,
    judge::{Judge, Judged, Person, keep},
};
use crate::{
    Core, Outcome, audit, batches,
    changes::News,
    channels::{self, Addressee, Route},
    database,
    entity::{batch_recipients, batches as batch_rows, import_rows, imports, organizations, users},
    invitations::{Terms, send_to},
    mail_domains::NoMail,
    proof::{Admin, ManageUsers},
    random,
    seats::Free,
    users::{FoundBy, NewUser, PersonName},
};

const READY: [RowVerdict; 2] = [RowVerdict::Ready, RowVerdict::Update];

/// Begins to import, and gives the batch. Again, it gives the same batch and does nothing.
///
/// # Errors
/// `NotFound`, `StillChecking`, `NobodyToImport`; `OverSeats` where more would be invited than there are
/// free seats; `ListChanged` where not as many rows are ready as
/// the admin saw.
pub async fn start(
    core: &Core,
    admin: &Admin<ManageUsers>,
    request: ImportRequest,
) -> Outcome<BatchId> {
    let now = core.now();
    let write = core.database.begin().await?;
    let import = find(&write, admin, request.import).await?;
    if let Some(batch) = import.batch_id {
        return Ok(batch);
    }
    if import.state != ImportState::Checked {
        return Err(Refusal::StillChecking.into());
    }
    let ready = import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::Verdict.is_in(READY))
        .count(&write)
        .await?;
    if ready == 0 {
        return Err(Refusal::NobodyToImport.into());
    }
    if ready != u64::from(request.seen) {
        return Err(Refusal::ListChanged.into());
    }
    if request.send {
        check_seats(&write, &import, now).await?;
    }
    let batch: BatchId = random::id(now);
    batch_rows::ActiveModel {
        id: Set(batch),
        organization_id: Set(admin.organization),
        sender_id: Set(Some(admin.user)),
        key: Set(import.id.0),
        act: Set(Act::Import),
        undone_at: Set(None),
        created_at: Set(now),
    }
    .insert(&write)
    .await?;
    let id = import.id;
    let mut row = import.into_active_model();
    row.state = Set(ImportState::Importing);
    row.through = Set(0);
    row.send = Set(request.send);
    row.via = Set(request.via);
    row.batch_id = Set(Some(batch));
    row.update(&write).await?;
    let event = audit::Event::by(admin, Action::UsersImported)
        .with(json!({ "batch": batch.to_string(), "users": ready, "sent": request.send }));
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await?;
    begin(core, id).await?;
    Ok(batch)
}

/// Refuses to invite more people than there are free seats.
async fn check_seats(
    read: &impl ConnectionTrait,
    import: &imports::Model,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some(free) = Free::of(read, import.organization_id, now).await?.left() else {
        return Ok(());
    };
    let with = |verdict: RowVerdict| {
        import_rows::Entity::find()
            .filter(import_rows::Column::ImportId.eq(import.id))
            .filter(import_rows::Column::Verdict.eq(verdict))
    };
    let over = Condition::all()
        .add(users::Column::Status.is_in([UserStatus::Invited, UserStatus::Failed]))
        .add(users::Column::ExpiresAt.lte(now));
    let without_seat = users::Entity::find()
        .select_only()
        .column(users::Column::UsernameKey)
        .filter(users::Column::OrganizationId.eq(import.organization_id))
        .filter(
            Condition::any()
                .add(users::Column::Status.eq(UserStatus::NotInvited))
                .add(over),
        )
        .into_query();
    let new = with(RowVerdict::Ready).count(read).await?;
    let again = with(RowVerdict::Update)
        .filter(import_rows::Column::UsernameKey.in_subquery(without_seat))
        .count(read)
        .await?;
    if new + again > u64::from(free) {
        return Err(Refusal::OverSeats { free }.into());
    }
    Ok(())
}

/// Does the first step at once, which is all there is to do for a short table, and leaves the rest to
/// whoever calls `step`.
pub(super) async fn begin(core: &Core, import: ImportId) -> Outcome<()> {
    if one(core, import).await? {
        core.importing.notify_one();
    }
    Ok(())
}

/// Waits until there may be something to do, but no longer than `most`.
pub async fn wait(core: &Core, most: Duration) {
    let _ = timeout(most, core.importing.notified()).await;
}

/// Does one step of the oldest import that is under way; `false` where there is none.
pub async fn step(core: &Core) -> Outcome<bool> {
    let oldest = imports::Entity::find()
        .filter(imports::Column::State.is_in([ImportState::Checking, ImportState::Importing]))
        .order_by_asc(imports::Column::Id)
        .one(core.database.read())
        .await?;
    match oldest {
        Some(import) => {
            one(core, import.id).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// One step of one import; `false` where nothing is left to do.
async fn one(core: &Core, import: ImportId) -> Outcome<bool> {
    let no_mail = no_mail(core, import).await?;
    let write = core.database.begin().await?;
    let Some(import) = imports::Entity::find_by_id(import).one(&write).await? else {
        return Ok(false);
    };
    let organization = import.organization_id;
    let queued = import.state == ImportState::Importing && import.send;
    let more = match import.state {
        ImportState::Checking => check(&write, import).await?,
        ImportState::Importing => bring_in(&write, import, &no_mail, core.now()).await?,
        ImportState::Checked | ImportState::Done => return Ok(false),
    };
    let news = News {
        changed: &[organization],
        queued,
    };
    core.commit_with(write, news).await?;
    Ok(more)
}

/// The rows that are brought in by the next step.
fn next_ready(import: &imports::Model) -> Select<import_rows::Entity> {
    import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::Verdict.is_in(READY))
        .filter(import_rows::Column::Position.gt(import.through))
        .order_by_asc(import_rows::Column::Position)
        .limit(database::CHUNK as u64)
}

/// Which domains of the next step take no mail, where it writes to people; not to be called in a transaction.
async fn no_mail(core: &Core, import: ImportId) -> Outcome<NoMail> {
    if core.mail_domains.is_none() {
        return Ok(NoMail::default());
    }
    let read = core.database.read();
    let import = imports::Entity::find_by_id(import).one(read).await?;
    let Some(import) = import.filter(|import| {
        import.state == ImportState::Importing && import.send && import.via != Via::Sms
    }) else {
        return Ok(NoMail::default());
    };
    let rows = next_ready(&import).all(read).await?;
    let keys = rows.iter().filter_map(|row| row.username_key.as_deref());
    let domains = keys.filter_map(|key| Some(key.split_once('@')?.1.to_owned()));
    Ok(NoMail::among(core, domains.collect()).await)
}

/// Judges the next rows.
async fn check(write: &impl ConnectionTrait, import: imports::Model) -> Outcome<bool> {
    let rows = import_rows::Entity::find()
        .filter(import_rows::Column::ImportId.eq(import.id))
        .filter(import_rows::Column::Position.gt(import.through))
        .order_by_asc(import_rows::Column::Position)
        .limit(database::CHUNK as u64)
        .all(write)
        .await?;
    let through = rows.last().map_or(import.through, |row| row.position);
    let judge = Judge::of(write, &import).await?;
    let judged = judge.judge(write, &rows).await?;
    keep(write, rows, &judged).await?;
    go_on(write, import, through, ImportState::Checked).await
}

/// Brings the next rows that are ready into the directory. They are judged again: it may have changed.
async fn bring_in(
    write: &impl ConnectionTrait,
    import: imports::Model,
    no_mail: &NoMail,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let Some(batch) = import.batch_id else {
        return Err(Refusal::NotFound.into());
    };
    let rows = next_ready(&import).all(write).await?;
    let through = rows.last().map_or(import.rows, |row| row.position);
    let judge = Judge::of(write, &import).await?;
    let mut judged = judge.judge(write, &rows).await?;
    let organization = organizations::Entity::find_by_id(import.organization_id)
        .one(write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let terms = import
        .send
        .then(|| Terms::usual(&organization, import.author_id, batch, now));

    let mut free = Free::of(write, import.organization_id, now).await?;
    let mut new = Vec::new();
    let mut recipients = Vec::new();
    let (mut to_send, mut to_send_again) = (Vec::new(), Vec::new());
    for (row, judged) in rows.iter().zip(&mut judged) {
        let (Some(verdict), Some(person)) = (judged.verdict, &judged.person) else {
            continue;
        };
        if !verdict.is_ready() {
            continue;
        }
        let routes = match &terms {
            Some(_) => ways(&judge, &import, person, judged.user.as_ref(), no_mail, now),
            None => Ok(Vec::new()),
        };
        // Who cannot be written to comes into the directory all the same, and the report says why.
        let (routes, verdict) = match routes {
            Ok(routes) => (routes, Verdict::Ready),
            Err(verdict) => (Vec::new(), verdict),
        };
        let invites = !routes.is_empty();
        // Taken by others since the import began.
        if invites && !free.give(judged.user.as_ref()) {
            judged.verdict = Some(RowVerdict::OverSeats);
            continue;
        }
        let user = if let Some(user) = &judged.user {
            update(write, user, person).await?;
            if invites {
                to_send_again.push(Addressee {
                    user: user.id,
                    routes,
                });
            }
            user.id
        } else {
            let row = added(&import, &judge, person).row(now);
            let row = match &terms {
                Some(terms) if invites => terms.invited(row),
                _ => row,
            };
            let id = row.id.clone().take().ok_or(Refusal::NotFound)?;
            if invites {
                to_send.push(Addressee { user: id, routes });
            }
            new.push(row);
            id
        };
        recipients.push((
            row.position,
            user,
            shown_name(judged),
            person.username.to_string(),
            serde_json::to_string(&verdict)?,
        ));
        judged.verdict = Some(RowVerdict::Imported);
    }
    database::insert_all::<users::Entity, _>(write, new).await?;
    let messages = match &terms {
        Some(terms) => send_to(write, &to_send, &to_send_again, terms).await?,
        None => std::collections::HashMap::default(),
    };
    let recipients = recipients
        .into_iter()
        .map(
            |(position, user, name, address, verdict)| batch_recipients::ActiveModel {
                batch_id: Set(batch),
                position: Set(position),
                address: Set(address),
                name: Set(name),
                verdict: Set(verdict),
                user_id: Set(Some(user)),
                delivery_id: Set(messages.get(&user).copied()),
                before: Set(None),
            },
        )
        .collect();
    database::insert_all::<batch_recipients::Entity, _>(write, recipients).await?;
    keep(write, rows, &judged).await?;
    go_on(write, import, through, ImportState::Done).await
}

/// Remembers how far it has come; at the end, what state that is.
async fn go_on(
    write: &impl ConnectionTrait,
    import: imports::Model,
    through: i32,
    at_end: ImportState,
) -> Outcome<bool> {
    let left = through < import.rows;
    let mut row = import.into_active_model();
    row.through = Set(through);
    if !left {
        row.state = Set(at_end);
    }
    row.update(write).await?;
    Ok(left)
}

/// The ways by which somebody of the table is sent an invitation; none for who has one that stands.
///
/// # Errors
/// The verdict where they should get one and cannot.
fn ways(
    judge: &Judge,
    import: &imports::Model,
    person: &Person,
    user: Option<&users::Model>,
    no_mail: &NoMail,
    now: DateTime<Utc>,
) -> Result<Vec<Route>, Verdict> {
    let status = |user: &users::Model| ShownStatus::of(user.status, user.expires_at, now);
    if user.is_some_and(|user| !awaits_invitation(status(user))) {
        return Ok(Vec::new());
    }
    if user.is_some_and(|user| !judge.may_offer(user)) {
        return Err(Verdict::RoleAboveYours);
    }
    let phone = match user {
        Some(user) if person.phone.is_empty() => &user.phone,
        _ => &person.phone,
    };
    let no_mail = no_mail.why(&person.username, user);
    channels::routes(
        judge.verification,
        import.via,
        &person.username,
        phone,
        no_mail,
    )
}

/// A standing invitation is left alone: a new one would end the link that is in the mail.
fn awaits_invitation(status: ShownStatus) -> bool {
    matches!(
        status,
        ShownStatus::NotInvited | ShownStatus::Expired | ShownStatus::Failed
    )
}

fn added(import: &imports::Model, judge: &Judge, person: &Person) -> NewUser {
    NewUser {
        organization: import.organization_id,
        role: judge.role_of(person),
        username: person.username.clone(),
        name: person.name.clone(),
        phone: person.phone.clone(),
        job_title: person.job_title.clone(),
        access: judge.usual_access().clone(),
        access_by: None,
    }
}

/// What the row says replaces what the directory says; empty cells change nothing.
async fn update(write: &impl ConnectionTrait, user: &users::Model, person: &Person) -> Outcome<()> {
    let or = |new: &str, old: &str| if new.is_empty() { old } else { new }.to_owned();
    let name = PersonName {
        first: or(&person.name.first, &user.first_name),
        last: or(&person.name.last, &user.last_name),
    };
    let phone = or(&person.phone, &user.phone);
    let mut row = user.clone().into_active_model();
    FoundBy::of(&name, &user.username, &phone).set(&mut row);
    row.first_name = Set(name.first);
    row.last_name = Set(name.last);
    row.phone = Set(phone);
    row.job_title = Set(or(&person.job_title, &user.job_title));
    row.role_id = Set(person.role.unwrap_or(user.role_id));
    row.update(write).await?;
    Ok(())
}

/// How the report names the person.
fn shown_name(judged: &Judged) -> String {
    let said = judged
        .person
        .as_ref()
        .map(|person| format!("{} {}", person.name.first, person.name.last))
        .unwrap_or_default();
    match (said.trim(), &judged.user) {
        ("", Some(user)) => batches::name_of(user),
        (name, _) => name.to_owned(),
    }
}

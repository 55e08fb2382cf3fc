//! Users as a CSV file, written as it is read: however many they are.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use futures::{Stream, stream};
use types::{
    batch::Audience,
    ids::UserId,
    users::{ShownStatus, UsersFilter},
};

use crate::{
    Core, Fault, Outcome, audience,
    batches::harmless,
    directory,
    entity::{roles, users},
    proof::{Admin, ManageUsers},
};

const COLUMNS: [&str; 9] = [
    "email",
    "first_name",
    "last_name",
    "phone",
    "job_title",
    "role",
    "status",
    "invited_at",
    "expires_at",
];

enum Next {
    Head,
    After(Option<UserId>),
    Chosen(Vec<UserId>),
    End,
}

/// The chosen users, oldest first, some lines at a time; after a line with the columns' names.
/// Formulas are made harmless.
pub fn csv(
    core: Arc<Core>,
    admin: Admin<ManageUsers>,
    audience: Audience,
) -> impl Stream<Item = Outcome<Vec<u8>>> + Send {
    let begin = (core, admin, audience, Next::Head);
    stream::try_unfold(begin, |(core, admin, audience, next)| async move {
        let (lines, next) = match next {
            Next::End => return Ok(None),
            Next::Head => {
                let next = match &audience {
                    Audience::Users(ids) => Next::Chosen(ids.clone()),
                    Audience::Matching(_) => Next::After(None),
                    Audience::Pasted(_) => Next::End,
                };
                (head()?, next)
            }
            Next::Chosen(ids) => {
                let people =
                    audience::chosen(core.database.read(), admin.organization, &ids).await?;
                (lines(&core, &admin, &people).await?, Next::End)
            }
            Next::After(last) => {
                let all = UsersFilter::default();
                let filter = match &audience {
                    Audience::Matching(filter) => filter,
                    _ => &all,
                };
                let people = directory::chunk(&core, &admin, filter, last).await?;
                let next = match people.last() {
                    Some(user) => Next::After(Some(user.id)),
                    None => Next::End,
                };
                (lines(&core, &admin, &people).await?, next)
            }
        };
        Ok(Some((lines, (core, admin, audience, next))))
    })
}

fn head() -> Outcome<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS).map_err(Fault::broken)?;
    csv.into_inner().map_err(|e| Fault::broken(e.to_string()))
}

async fn lines(
    core: &Core,
    admin: &Admin<ManageUsers>,
    people: &[users::Model],
) -> Outcome<Vec<u8>> {
    let roles = crate::roles::all(core.database.read(), admin.organization).await?;
    let now = core.now();
    let mut csv = csv::Writer::from_writer(Vec::new());
    for user in people {
        let role = roles.iter().find(|role| role.id == user.role_id);
        csv.write_record([
            harmless(user.email.as_str()),
            harmless(&user.first_name),
            harmless(&user.last_name),
            // A number with its plus is no formula to people; spreadsheets need telling.
            harmless(&user.phone),
            harmless(&user.job_title),
            harmless(role.map_or("", |role: &roles::Model| &role.name)),
            ShownStatus::of(user.status, user.expires_at, now)
                .as_str()
                .to_owned(),
            moment(user.invited_at),
            moment(user.expires_at),
        ])
        .map_err(Fault::broken)?;
    }
    csv.into_inner().map_err(|e| Fault::broken(e.to_string()))
}

fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
        .unwrap_or_default()
}

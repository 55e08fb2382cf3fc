//! Users as a CSV file, written as it is read: however many they are.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use futures::{Stream, stream};
use types::{
    batch::Audience,
    contact::Email,
    ids::UserId,
    users::{ShownStatus, UsersFilter},
};

use crate::{
    Core, Fault, Outcome, approvals, audience, directory,
    entity::{roles, users},
    proof::{Admin, ManageUsers},
    spreadsheet::{self, harmless},
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

/// What is still to be written.
enum Rest {
    All(Audience),
    Chosen(Vec<UserId>),
    Matching(UsersFilter, Option<UserId>),
    Nothing,
}

/// The chosen users, oldest first, some lines at a time; after a line with the columns' names.
/// Formulas are made harmless.
pub fn csv(
    core: Arc<Core>,
    admin: Admin<ManageUsers>,
    audience: Audience,
) -> impl Stream<Item = Outcome<Vec<u8>>> + Send {
    let begin = (core, admin, Rest::All(audience));
    stream::try_unfold(begin, |(core, admin, rest)| async move {
        let (lines, rest) = match rest {
            Rest::Nothing => return Ok(None),
            Rest::All(audience) => {
                let rest = match audience {
                    Audience::Users(ids) => Rest::Chosen(ids),
                    Audience::Matching(filter) => Rest::Matching(filter, None),
                    Audience::Pasted(_) => Rest::Nothing,
                };
                (head()?, rest)
            }
            Rest::Chosen(ids) => {
                let people =
                    audience::chosen(core.database.read(), admin.organization, &ids).await?;
                (lines(&core, &admin, &people).await?, Rest::Nothing)
            }
            Rest::Matching(filter, last) => {
                let people = directory::chunk(&core, &admin, &filter, last).await?;
                let lines = lines(&core, &admin, &people).await?;
                let rest = match people.last() {
                    Some(user) => Rest::Matching(filter, Some(user.id)),
                    None => Rest::Nothing,
                };
                (lines, rest)
            }
        };
        Ok(Some((lines, (core, admin, rest))))
    })
}

fn head() -> Outcome<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(spreadsheet::MARK.to_vec());
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
            harmless(user.username.email().map_or("", Email::as_str)),
            harmless(&user.first_name),
            harmless(&user.last_name),
            harmless(&user.phone),
            harmless(&user.job_title),
            harmless(role.map_or("", |role: &roles::Model| &role.name)),
            ShownStatus::of(user.status, user.expires_at, now)
                .as_str()
                .to_owned(),
            moment(user.invited_at),
            moment(approvals::shown_end(user.expires_at)),
        ])
        .map_err(Fault::broken)?;
    }
    csv.into_inner().map_err(|e| Fault::broken(e.to_string()))
}

fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
        .unwrap_or_default()
}

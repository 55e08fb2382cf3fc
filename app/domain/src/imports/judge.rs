//! What becomes of each row.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict,
};
use types::{
    access::Permission,
    contact::{Email, Phone},
    ids::{ImportId, OrganizationId, RoleId},
    import::{CellFault, CellWhy, Field, Known, Mapping, RowVerdict},
    refusal::LONGEST_NAME,
    users::UserStatus,
};

use crate::{
    Outcome,
    domains::AllowedDomains,
    entity::{import_rows, imports, roles, users},
    roles::{named, role_gives},
    users::PersonName,
};

/// What one import's rows are judged by: its settings, and the rights of its author as they are now.
pub(super) struct Judge {
    import: ImportId,
    organization: OrganizationId,
    pub mapping: Mapping,
    has_header: bool,
    known: Known,
    role: RoleId,
    roles: Vec<roles::Model>,
    /// The roles that the author may give; `None` where the author may not add users any more.
    reach: Option<HashSet<RoleId>>,
    domains: AllowedDomains,
}

/// A person as a row describes them; what the row doesn't say is empty.
pub(super) struct Person {
    pub email: Email,
    pub name: PersonName,
    /// E.164, or "".
    pub phone: String,
    pub job_title: String,
    pub role: Option<RoleId>,
}

pub(super) struct Judged {
    /// `None` for the heading.
    pub verdict: Option<RowVerdict>,
    pub faults: Vec<CellFault>,
    pub email_key: Option<String>,
    /// Set where nothing is malformed.
    pub person: Option<Person>,
    /// Set where they are in the directory.
    pub user: Option<users::Model>,
}

impl Judge {
    pub async fn of(read: &impl ConnectionTrait, import: &imports::Model) -> Outcome<Self> {
        let roles = crate::roles::all(read, import.organization_id).await?;
        let author = users::Entity::find_by_id(import.author_id)
            .filter(users::Column::OrganizationId.eq(import.organization_id))
            .filter(users::Column::Status.eq(UserStatus::Active))
            .one(read)
            .await?;
        let own = author
            .and_then(|author| roles.iter().find(|role| role.id == author.role_id))
            .filter(|own| own.permissions.has(Permission::ManageUsers));
        let reach = own.map(|own| {
            let given = roles.iter().filter(|role| role_gives(own, role));
            given.map(|role| role.id).collect()
        });
        Ok(Self {
            import: import.id,
            organization: import.organization_id,
            mapping: serde_json::from_str(&import.mapping)?,
            has_header: import.has_header,
            known: import.known,
            role: import.role_id,
            reach,
            roles,
            domains: AllowedDomains::of(read, import.organization_id).await?,
        })
    }

    /// The role of someone new.
    pub fn role_of(&self, person: &Person) -> RoleId {
        person.role.unwrap_or(self.role)
    }

    /// Judges rows that follow each other (or one row), in their order; there are at most
    /// `database::CHUNK`.
    pub async fn judge(
        &self,
        read: &impl ConnectionTrait,
        rows: &[import_rows::Model],
    ) -> Outcome<Vec<Judged>> {
        let Some(first) = rows.first() else {
            return Ok(Vec::new());
        };
        let mut judged = Vec::with_capacity(rows.len());
        for row in rows {
            judged.push(if row.position == 1 && self.has_header {
                Judged {
                    verdict: None,
                    faults: Vec::new(),
                    email_key: None,
                    person: None,
                    user: None,
                }
            } else {
                self.read(&serde_json::from_str::<Vec<String>>(&row.cells)?)
            });
        }
        let keys: Vec<String> = judged
            .iter()
            .filter_map(|row| row.email_key.clone())
            .collect();
        let mut seen = self.above(read, first.position, &keys).await?;
        let mut known = self.in_directory(read, &keys).await?;
        for row in &mut judged {
            let is_twin = row.email_key.clone().is_some_and(|key| !seen.insert(key));
            let (Some(person), None) = (&row.person, row.verdict) else {
                continue;
            };
            let user = known.remove(person.email.key());
            row.verdict = Some(self.verdict(person, is_twin, user.as_ref()));
            row.user = user;
        }
        Ok(judged)
    }

    fn verdict(&self, person: &Person, is_twin: bool, user: Option<&users::Model>) -> RowVerdict {
        let Some(reach) = &self.reach else {
            return RowVerdict::NotAllowed;
        };
        if is_twin {
            return RowVerdict::Duplicate;
        }
        match user.map(|user| user.status) {
            Some(UserStatus::Active) => return RowVerdict::Active,
            Some(UserStatus::Deactivated) => return RowVerdict::Deactivated,
            Some(_) if self.known == Known::Skip => return RowVerdict::InDirectory,
            _ => {}
        }
        if !self.domains.allow(&person.email) {
            return RowVerdict::DomainNotAllowed;
        }
        let had = user.map(|user| user.role_id);
        let gets = person.role.or(had).unwrap_or(self.role);
        if !reach.contains(&gets) || had.is_some_and(|had| !reach.contains(&had)) {
            return RowVerdict::RoleAboveYours;
        }
        if user.is_some() {
            RowVerdict::Update
        } else {
            RowVerdict::Ready
        }
    }

    /// Reads the cells of one row; all that is wrong with them, not only the first thing.
    fn read(&self, cells: &[String]) -> Judged {
        let mut faults = Vec::new();
        let text = |field| {
            let column = self.mapping.column(field);
            column
                .and_then(|column| cells.get(column))
                .map_or("", |cell| cell.trim())
        };
        let mut wrong = |field, why| faults.push(CellFault { field, why });
        let email = match text(Field::Email) {
            "" => {
                wrong(Field::Email, CellWhy::Missing);
                None
            }
            text => Email::parse(text)
                .map_err(|fault| wrong(Field::Email, CellWhy::Email(fault)))
                .ok(),
        };
        for field in [
            Field::Name,
            Field::FirstName,
            Field::LastName,
            Field::JobTitle,
        ] {
            if text(field).chars().count() > LONGEST_NAME {
                wrong(field, CellWhy::TooLong);
            }
        }
        let phone = match text(Field::Phone) {
            "" => String::new(),
            text => Phone::parse(text)
                .map(String::from)
                .map_err(|fault| wrong(Field::Phone, CellWhy::Phone(fault)))
                .unwrap_or_default(),
        };
        let role = match text(Field::Role) {
            "" => None,
            text => {
                let role = named(&self.roles, text);
                if role.is_none() {
                    wrong(Field::Role, CellWhy::RoleUnknown);
                }
                role.map(|role| role.id)
            }
        };
        let whole = PersonName::split(text(Field::Name));
        let or = |text: &str, else_: String| {
            if text.is_empty() {
                else_
            } else {
                text.to_owned()
            }
        };
        let name = PersonName {
            first: or(text(Field::FirstName), whole.first),
            last: or(text(Field::LastName), whole.last),
        };
        let job_title = text(Field::JobTitle).to_owned();
        let email_key = email.as_ref().map(|email| email.key().to_owned());
        let person = email.filter(|_| faults.is_empty()).map(|email| Person {
            email,
            name,
            phone,
            job_title,
            role,
        });
        Judged {
            verdict: person.is_none().then_some(RowVerdict::Malformed),
            faults,
            email_key,
            person,
            user: None,
        }
    }

    /// Those of the addresses that stand in rows before the position.
    async fn above(
        &self,
        read: &impl ConnectionTrait,
        position: i32,
        keys: &[String],
    ) -> Outcome<HashSet<String>> {
        let found: Vec<Option<String>> = import_rows::Entity::find()
            .select_only()
            .column(import_rows::Column::EmailKey)
            .distinct()
            .filter(import_rows::Column::ImportId.eq(self.import))
            .filter(import_rows::Column::EmailKey.is_in(keys))
            .filter(import_rows::Column::Position.lt(position))
            .into_tuple()
            .all(read)
            .await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn in_directory(
        &self,
        read: &impl ConnectionTrait,
        keys: &[String],
    ) -> Outcome<HashMap<String, users::Model>> {
        let found = users::Entity::find()
            .filter(users::Column::OrganizationId.eq(self.organization))
            .filter(users::Column::EmailKey.is_in(keys))
            .all(read)
            .await?;
        Ok(found
            .into_iter()
            .map(|user| (user.email_key.clone(), user))
            .collect())
    }
}

impl Judged {
    /// The row with this verdict.
    fn onto(&self, row: import_rows::Model) -> Outcome<import_rows::ActiveModel> {
        let faults = if self.faults.is_empty() {
            String::new()
        } else {
            serde_json::to_string(&self.faults)?
        };
        Ok(import_rows::ActiveModel {
            email_key: Set(self.email_key.clone()),
            verdict: Set(self.verdict),
            faults: Set(faults),
            import_id: Set(row.import_id),
            position: Set(row.position),
            line: Set(row.line),
            cells: Set(row.cells),
        })
    }
}

/// Writes the verdicts of rows that are there, at most `database::CHUNK`, in one statement.
pub(super) async fn keep(
    write: &impl ConnectionTrait,
    rows: Vec<import_rows::Model>,
    judged: &[Judged],
) -> Outcome<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = rows
        .into_iter()
        .zip(judged)
        .map(|(row, judged)| judged.onto(row))
        .collect::<Outcome<_>>()?;
    let known = OnConflict::columns([import_rows::Column::ImportId, import_rows::Column::Position])
        .update_columns([
            import_rows::Column::EmailKey,
            import_rows::Column::Verdict,
            import_rows::Column::Faults,
        ])
        .to_owned();
    import_rows::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(write)
        .await?;
    Ok(())
}

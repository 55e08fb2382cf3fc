//! What becomes of each row.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict,
};
use types::{
    access::Permission,
    contact::{Email, Username},
    ids::{ImportId, OrganizationId, RoleId},
    import::{CellFault, CellWhy, Field, Known, Mapping, RowVerdict},
    organization::Verification,
    refusal::LONGEST_NAME,
    resources::Access,
    users::UserStatus,
};

use crate::{
    Outcome,
    access::{Offered, effective},
    domains::AllowedDomains,
    entity::{import_rows, imports, roles, users},
    phones,
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
    /// What the author may give; nothing, where they may not add users any more.
    access: Access,
    /// What new people get.
    usual_access: Access,
    domains: AllowedDomains,
    pub verification: Verification,
}

/// A person as a row describes them; what the row doesn't say is empty.
pub(super) struct Person {
    pub username: Username,
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
    pub username_key: Option<String>,
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
        let author = author.and_then(|author| {
            let own = roles.iter().find(|role| role.id == author.role_id)?;
            let may_add = own.permissions.has(Permission::ManageUsers);
            may_add.then(|| (own, effective(own, &author)))
        });
        let access = match &author {
            Some((_, access)) => access.clone(),
            None => Access::nothing(),
        };
        let offered = Offered::of(read, import.organization_id).await?;
        let organization = crate::organization::find(read, import.organization_id).await?;
        let reach = author.map(|(own, _)| {
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
            usual_access: offered.choices(&access).usual(),
            access,
            roles,
            domains: AllowedDomains::in_row(&organization),
            verification: organization.verification,
        })
    }

    /// The role of someone new.
    pub fn role_of(&self, person: &Person) -> RoleId {
        person.role.unwrap_or(self.role)
    }

    /// The access of someone new.
    pub fn usual_access(&self) -> &Access {
        &self.usual_access
    }

    /// Whether all that the user may reach is the author's to give: an invitation offers it.
    pub fn may_offer(&self, user: &users::Model) -> bool {
        let role = self.roles.iter().find(|role| role.id == user.role_id);
        role.is_some_and(|role| effective(role, user).within(&self.access))
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
                    username_key: None,
                    person: None,
                    user: None,
                }
            } else {
                self.read(&serde_json::from_str::<Vec<String>>(&row.cells)?)
            });
        }
        let keys: Vec<String> = judged
            .iter()
            .filter_map(|row| row.username_key.clone())
            .collect();
        let mut seen = self.above(read, first.position, &keys).await?;
        let mut known = self.in_directory(read, &keys).await?;
        for row in &mut judged {
            let is_twin = row
                .username_key
                .clone()
                .is_some_and(|key| !seen.insert(key));
            let (Some(person), None) = (&row.person, row.verdict) else {
                continue;
            };
            let user = known.remove(person.username.key());
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
        if person.username.email().is_none() && self.verification == Verification::EmailOnly {
            return RowVerdict::ChannelNotAllowed;
        }
        match user.map(|user| user.status) {
            Some(UserStatus::Active) => return RowVerdict::Active,
            Some(UserStatus::Deactivated) => return RowVerdict::Deactivated,
            Some(_) if self.known == Known::Skip => return RowVerdict::InDirectory,
            _ => {}
        }
        if !self.domains.allow(&person.username) {
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
            "" => None,
            text => Email::parse(text)
                .map_err(|fault| wrong(Field::Email, CellWhy::Email(fault)))
                .ok(),
        };
        if text(Field::Email).is_empty() && text(Field::Phone).is_empty() {
            let why = match self.verification {
                Verification::EmailOnly => CellWhy::Missing,
                Verification::EmailOrSms => CellWhy::NoContact,
            };
            wrong(Field::Email, why);
        }
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
            "" => None,
            text => phones::read(text)
                .map_err(|fault| wrong(Field::Phone, CellWhy::phone(fault, text)))
                .ok(),
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
        // An address that cannot be read is not passed over for the number.
        let by_phone = || phone.clone().filter(|_| text(Field::Email).is_empty());
        let username = email
            .map(Username::Email)
            .or_else(|| by_phone().map(Username::Phone));
        let username_key = username.as_ref().map(|it| it.key().to_owned());
        let person = username
            .filter(|_| faults.is_empty())
            .map(|username| Person {
                username,
                name,
                phone: phone.map(String::from).unwrap_or_default(),
                job_title,
                role,
            });
        Judged {
            verdict: person.is_none().then_some(RowVerdict::Malformed),
            faults,
            username_key,
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
            .column(import_rows::Column::UsernameKey)
            .distinct()
            .filter(import_rows::Column::ImportId.eq(self.import))
            .filter(import_rows::Column::UsernameKey.is_in(keys))
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
            .filter(users::Column::UsernameKey.is_in(keys))
            .all(read)
            .await?;
        Ok(found
            .into_iter()
            .map(|user| (user.username_key.clone(), user))
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
            username_key: Set(self.username_key.clone()),
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
            import_rows::Column::UsernameKey,
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

//! People in an organization's directory.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use types::{
    contact::Username,
    ids::{OrganizationId, RoleId, UserId},
    refusal::Refusal,
    resources::Access,
    users::UserStatus,
};

use crate::{
    Outcome,
    entity::{roles, users},
    random,
};

/// A user of the organization with their role.
pub(crate) async fn find(
    read: &impl ConnectionTrait,
    organization: OrganizationId,
    user: UserId,
) -> Outcome<(users::Model, roles::Model)> {
    let found = users::Entity::find_by_id(user)
        .filter(users::Column::OrganizationId.eq(organization))
        .find_also_related(roles::Entity)
        .one(read)
        .await?;
    match found {
        Some((user, Some(role))) => Ok((user, role)),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// Name, or username where there is no name.
pub(crate) fn called(user: &users::Model) -> String {
    name_or_username(&user.first_name, &user.last_name, &user.username)
}

pub(crate) fn name_or_username(first: &str, last: &str, username: &Username) -> String {
    let name = format!("{first} {last}");
    let name = name.trim();
    if name.is_empty() {
        username.to_string()
    } else {
        name.to_owned()
    }
}

/// A person's name in two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub first: String,
    pub last: String,
}

impl PersonName {
    /// "Ann Lee" and "Lee, Ann" are the same person; what stands after the first word is the
    /// last name.
    pub fn split(text: &str) -> Self {
        let (first, last) = match text.split_once(',') {
            Some((last, first)) => (first, last),
            None => text
                .trim()
                .split_once(char::is_whitespace)
                .unwrap_or((text, "")),
        };
        Self {
            first: first.trim().to_owned(),
            last: last.trim().to_owned(),
        }
    }
}

/// What the list finds and orders a person by, case-folded here: the engines fold differently.
pub(crate) struct FoundBy {
    name_key: String,
    search: String,
}

impl FoundBy {
    pub fn of(name: &PersonName, username: &Username, phone: &str) -> Self {
        let called = format!("{} {}", name.first, name.last);
        let called = called.trim().to_lowercase();
        let search = match username {
            Username::Email(email) => format!("{called} {email} {phone}"),
            Username::Phone(_) => format!("{called} {username}"),
        };
        Self {
            search: search.trim().to_lowercase(),
            name_key: if called.is_empty() {
                // As in the searched text, of which it is a part.
                username.as_str().to_lowercase()
            } else {
                called
            },
        }
    }

    pub fn set(self, user: &mut users::ActiveModel) {
        user.name_key = Set(self.name_key);
        user.search = Set(self.search);
    }
}

/// Someone who comes into the directory.
pub(crate) struct NewUser {
    pub organization: OrganizationId,
    pub role: RoleId,
    pub username: Username,
    pub name: PersonName,
    /// E.164, or "".
    pub phone: String,
    pub job_title: String,
    pub access: Access,
    /// Who chose the access; `None` where nobody did.
    pub access_by: Option<UserId>,
}

impl NewUser {
    /// Not invited, and without an identity.
    pub fn row(self, now: DateTime<Utc>) -> users::ActiveModel {
        let FoundBy { name_key, search } = FoundBy::of(&self.name, &self.username, &self.phone);
        users::ActiveModel {
            id: Set(random::id(now)),
            organization_id: Set(self.organization),
            identity_id: Set(None),
            role_id: Set(self.role),
            username_key: Set(self.username.key().to_owned()),
            username: Set(self.username),
            phone: Set(self.phone),
            first_name: Set(self.name.first),
            last_name: Set(self.name.last),
            job_title: Set(self.job_title),
            name_key: Set(name_key),
            search: Set(search),
            status: Set(UserStatus::NotInvited),
            failure_code: Set(None),
            failure_words: Set(None),
            invited_at: Set(None),
            expires_at: Set(None),
            access: Set(self.access),
            access_by: Set(self.access_by),
            bounced_at: Set(None),
            access_at: Set(self.access_by.map(|_| now)),
            created_at: Set(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_people_write_them() {
        let split = |text: &str| {
            let name = PersonName::split(text);
            (name.first, name.last)
        };
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(split("Ann Lee"), pair("Ann", "Lee"));
        assert_eq!(split("Lee, Ann"), pair("Ann", "Lee"));
        assert_eq!(split("Ann"), pair("Ann", ""));
        assert_eq!(
            split("  Ana María de la Cruz "),
            pair("Ana", "María de la Cruz")
        );
        assert_eq!(split(""), pair("", ""));
    }
}

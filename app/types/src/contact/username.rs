//! What a person is told apart by.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Email, EmailFault, Phone};

/// What a person signs in with, and what tells two users of an organization apart: the e-mail address or,
/// of somebody without one, the phone number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Username {
    Email(Email),
    Phone(Phone),
}

impl Username {
    /// Reads an address, or a number with its country code.
    ///
    /// # Errors
    /// What is wrong with it as an address, where it is no number either.
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        match Phone::parse(text) {
            Ok(phone) if !text.contains('@') => Ok(Self::Phone(phone)),
            _ => Email::parse(text).map(Self::Email),
        }
    }

    /// As people read it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }

    /// What is the same for all spellings: `Email::key`, or the number in E.164.
    pub fn key(&self) -> &str {
        match self {
            Self::Email(email) => email.key(),
            Self::Phone(phone) => phone.as_str(),
        }
    }

    pub fn email(&self) -> Option<&Email> {
        match self {
            Self::Email(email) => Some(email),
            Self::Phone(_) => None,
        }
    }

    pub fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Email(_) => None,
            Self::Phone(phone) => Some(phone),
        }
    }
}

impl From<Email> for Username {
    fn from(email: Email) -> Self {
        Self::Email(email)
    }
}

impl From<Phone> for Username {
    fn from(phone: Phone) -> Self {
        Self::Phone(phone)
    }
}

impl From<Username> for String {
    fn from(username: Username) -> Self {
        match username {
            Username::Email(email) => email.into(),
            Username::Phone(phone) => phone.into(),
        }
    }
}

reads_as_text!(Username, EmailFault);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_all_its_spellings_is_one() {
        let spellings = ["79051111111", "+7 905 111-11-11", "+79051111111"];
        for text in spellings {
            let username = Username::parse(text);
            assert_eq!(username.as_ref().map(Username::key), Ok("+79051111111"));
        }
        assert_eq!(Username::parse("9051111111"), Err(EmailFault::NoAt));
        let email = Username::parse("Ann@X.org");
        assert_eq!(email.as_ref().map(Username::key), Ok("ann@x.org"));
    }
}

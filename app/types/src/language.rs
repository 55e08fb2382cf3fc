//! The languages that Usher speaks.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
#[cfg_attr(feature = "database", sea_orm(value_type = "String"))]
pub enum Language {
    #[default]
    En,
    Ru,
}

/// A key is never a counter of the database's.
#[cfg(feature = "database")]
impl sea_orm::TryFromU64 for Language {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64(stringify!(Language)))
    }
}

crate::stored_words!(Language {
    En = "en",
    Ru = "ru",
});

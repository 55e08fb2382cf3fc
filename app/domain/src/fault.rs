//! The two ways in which something is not done.

use std::error::Error;

use types::refusal::Refusal;

/// `Refused` is for the person who asked; `Broken` is for the log, with its cause.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    #[error("{0}")]
    Broken(#[source] Box<dyn Error + Send + Sync>),
}

pub type Outcome<T> = Result<T, Fault>;

impl Fault {
    pub fn broken(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(cause.into())
    }
}

impl From<sea_orm::DbErr> for Fault {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::broken(cause)
    }
}

impl From<askama::Error> for Fault {
    fn from(cause: askama::Error) -> Self {
        Self::broken(cause)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(cause: serde_json::Error) -> Self {
        Self::broken(cause)
    }
}

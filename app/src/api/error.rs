//! What a server function may answer instead of a value.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use types::refusal::Refusal;

/// Holds no free text: whatever crosses to the browser is one of our own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Refused for a reason that a person can understand.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Something broke; the log has the cause under this reference.
    #[error("broken, reference {reference}")]
    Broken { reference: String },
    /// No answer from the server.
    #[error("the server could not be reached")]
    Unreachable,
    /// The server could not read the request: the page is older or newer than the server.
    #[error("the page and the server do not understand each other")]
    OtherVersion,
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::OtherVersion,
        };
        // The call never got to its gate, which would have said so.
        #[cfg(feature = "ssr")]
        crate::ssr::fault::set_status(&error);
        error
    }
}

//! Domain fault -> `AppError`: what broke is logged once, here, with its cause.

use domain::Fault;
use http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use types::refusal::Refusal;

use super::gate;
use crate::api::AppError;

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        let error = match fault {
            Fault::Refused(refusal) => Self::Refused(refusal),
            Fault::Broken(cause) => {
                let reference = reference();
                tracing::error!(%reference, cause = &*cause as &dyn std::error::Error, "broken");
                Self::Broken { reference }
            }
        };
        set_status(&error);
        error
    }
}

/// Short enough to be read out on the phone.
fn reference() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    id.chars().take(8).collect()
}

/// The HTTP status of an error.
pub fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::Refused(Refusal::NotSignedIn) => StatusCode::UNAUTHORIZED,
        AppError::Refused(Refusal::NotAllowed | Refusal::OrganizationSuspended) => {
            StatusCode::FORBIDDEN
        }
        AppError::Refused(Refusal::NotFound) => StatusCode::NOT_FOUND,
        AppError::Refused(Refusal::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        AppError::Refused(Refusal::RequestTooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        AppError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::OtherVersion => StatusCode::BAD_REQUEST,
        AppError::Broken { .. } | AppError::Unreachable => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Sets the status of a call's answer. A page keeps its own, and a form's redirect too.
pub(crate) fn set_status(error: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>()
        && !gate::wants_page()
    {
        response.set_status(status(error));
    }
}

//! How delivering goes.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{delivery::DeliveryPage, doctor::Finding};

use super::AppError;

/// The organization's outbox in numbers, and what went wrong of late.
#[server(input = Json)]
pub async fn read_delivery() -> Result<DeliveryPage, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::delivery::read(&core, &admin).await?)
}

/// Whether sending is paused: those who send are told.
#[server(input = Json)]
pub async fn sending_paused() -> Result<bool, AppError> {
    use crate::ssr::gate::{self, ManageUsers};
    let (core, admin) = gate::admin(ManageUsers).await?;
    Ok(domain::delivery::is_paused(&core, &admin).await?)
}

/// Lets the organization's messages wait until `resume_sending`.
#[server(input = Json)]
pub async fn pause_sending() -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::delivery::pause(&core, &admin).await?)
}

/// Lets them go out again.
#[server(input = Json)]
pub async fn resume_sending() -> Result<(), AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    Ok(domain::delivery::resume(&core, &admin).await?)
}

/// Looks at the mail server, the DNS and the public address, and sends a test to the admin; takes up
/// to some 15 s.
#[server(input = Json)]
pub async fn ask_doctor(selector: String) -> Result<Vec<Finding>, AppError> {
    use crate::ssr::gate::{self, ManageOrganization};
    let (core, admin) = gate::admin(ManageOrganization).await?;
    gate::visitor_for(gate::Limit::Mail, &format!("doctor {}", admin.username())).await?;
    let (doctor, language) = (gate::doctor()?, gate::language());
    Ok(domain::doctor::examine(&core, &admin, &*doctor, language, &selector).await?)
}

//! What the person who runs the installation decides. Changes are plain forms of `/operator`.

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::{OrganizationId, ResourceId},
    language::Language,
    operator::{OrganizationPage, OrganizationRow},
    organization::Verification,
    resources::ResourceKind,
};

use super::AppError;

/// Every organization.
#[server(input = Json)]
pub async fn list_organizations() -> Result<Vec<OrganizationRow>, AppError> {
    use crate::ssr::gate;
    let (core, operator) = gate::operator().await?;
    Ok(domain::operator::list(&core, &operator).await?)
}

/// All that the page of one organization shows.
#[server(input = Json)]
pub async fn read_organization(id: OrganizationId) -> Result<OrganizationPage, AppError> {
    use crate::ssr::gate;
    let (core, operator) = gate::operator().await?;
    Ok(domain::operator::read(&core, &operator, id).await?)
}

/// Form `/operator/new`: an organization whose first owner is invited.
#[server]
pub async fn create_organization(
    organization: String,
    language: Language,
    name: String,
    email: String,
) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let typed = [
        ("organization", &organization),
        ("name", &name),
        ("email", &email),
        ("language", &language.to_string()),
    ];
    let operator = gate::operator().await;
    let mut onward = String::new();
    let done = async {
        let (core, operator) = operator?;
        let wanted = types::operator::NewOrganization {
            name: organization.clone(),
            language,
            owner_name: name.clone(),
            owner_email: email.clone(),
        };
        let made = domain::operator::create(&core, &operator, &wanted).await?;
        onward = forms::organization_page(made);
        Ok(())
    };
    let done = done.await;
    forms::settle_and_say(done, "/operator/new", &onward, &typed)
}

/// Form: somebody is invited as an owner, or once more.
#[server]
pub async fn invite_owner(id: OrganizationId, name: String, email: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let typed = [("name", &name), ("email", &email)];
    let operator = gate::operator().await;
    let done = async {
        let (core, operator) = operator?;
        domain::operator::invite_owner(&core, &operator, id, &name, &email).await?;
        Ok(())
    };
    let page = forms::organization_page(id);
    forms::settle_and_say(done.await, &page, &page, &typed)
}

/// Form: seats, features (there where they are ticked) and verification.
#[server]
pub async fn change_organization(
    id: OrganizationId,
    seats: String,
    #[server(default)] scheduler: Option<String>,
    #[server(default)] upload: Option<String>,
    verification: Verification,
) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    use types::{operator, resources::Feature};
    let caller = gate::operator().await;
    let done = async {
        let (core, caller) = caller?;
        let ticked = [
            (Feature::Scheduler, scheduler.is_some()),
            (Feature::Upload, upload.is_some()),
        ];
        let wanted = operator::OrganizationSettings {
            seats: operator::read_seats(&seats)?,
            features: ticked
                .into_iter()
                .filter_map(|(feature, is_ticked)| is_ticked.then_some(feature))
                .collect(),
            verification,
        };
        domain::operator::change(&core, &caller, id, &wanted).await?;
        Ok(())
    };
    let page = forms::organization_page(id);
    forms::settle_and_say(done.await, &page, &page, &[("seats", &seats)])
}

/// Form: another page or product, which is enabled.
#[server]
pub async fn add_offered(
    id: OrganizationId,
    kind: ResourceKind,
    resource: String,
) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let operator = gate::operator().await;
    let done = async {
        let (core, operator) = operator?;
        domain::operator::add_resource(&core, &operator, id, kind, &resource).await?;
        Ok(())
    };
    let page = forms::organization_page(id);
    forms::settle_and_say(done.await, &page, &page, &[("resource", &resource)])
}

/// Form: lets the organization use a page or product, or takes it from everybody at once.
#[server]
pub async fn enable_offered(
    id: OrganizationId,
    resource: ResourceId,
    enabled: bool,
) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let operator = gate::operator().await;
    let done = async {
        let (core, operator) = operator?;
        domain::operator::enable(&core, &operator, id, resource, enabled).await?;
        Ok(())
    };
    let page = forms::organization_page(id);
    forms::settle_and_say(done.await, &page, &page, &[])
}

/// Nobody of the organization can use it from here on; `sure` where it is the operator's own.
#[server(input = Json)]
pub async fn suspend_organization(id: OrganizationId, sure: bool) -> Result<(), AppError> {
    use crate::ssr::gate;
    let (core, operator) = gate::operator().await?;
    Ok(domain::operator::suspend(&core, &operator, id, sure).await?)
}

/// Form: the organization goes on.
#[server]
pub async fn resume_organization(id: OrganizationId) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let operator = gate::operator().await;
    let done = async {
        let (core, operator) = operator?;
        domain::operator::resume(&core, &operator, id).await?;
        Ok(())
    };
    let page = forms::organization_page(id);
    forms::settle_and_say(done.await, &page, &page, &[])
}

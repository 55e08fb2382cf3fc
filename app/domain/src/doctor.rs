//! "Doctor": whether the installation can send, as an admin sees it.

use async_trait::async_trait;
use types::{
    doctor::{Finding, is_selector},
    language::Language,
    refusal::Refusal,
};

use crate::{
    Core, Outcome,
    organization::{self, Draft},
    ports::OutgoingEmail,
    proof::{Admin, ManageOrganization},
};

/// Looks at the mail server, the DNS and the public address. The server has it, since it knows the
/// settings and speaks the protocols.
#[async_trait]
pub trait Examiner: Send + Sync {
    /// All that there is to say, within some 15 s. `test` is sent; `selector` is that of the DKIM key,
    /// where the admin knows it better than the settings.
    async fn examine(&self, selector: Option<&str>, test: Option<OutgoingEmail>) -> Vec<Finding>;
}

/// Examines the installation, and sends the invitation's e-mail as a test to the admin's own address.
///
/// # Errors
/// `SelectorNotValid`.
pub async fn examine(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    examiner: &dyn Examiner,
    language: Language,
    selector: &str,
) -> Outcome<Vec<Finding>> {
    let selector = match selector.trim() {
        "" => None,
        selector if is_selector(selector) => Some(selector),
        _ => return Err(Refusal::SelectorNotValid.into()),
    };
    let draft = Draft {
        language,
        wording: None,
    };
    let test = match admin.username.email() {
        Some(_) => Some(organization::test_email(core, admin, &draft).await?),
        None => None,
    };
    Ok(examiner.examine(selector, test).await)
}
